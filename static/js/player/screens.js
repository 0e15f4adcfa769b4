/** One document, many screens: one is shown, and the focus goes to its title. */
export class Screens {
  /** @param {HTMLElement} root holds the `[data-screen]` sections */
  constructor(root) {
    this.sections = [...root.querySelectorAll("[data-screen]")];
    this.shown = "";
  }

  get(name) {
    return this.sections.find((section) => section.dataset.screen === name);
  }

  show(name) {
    if (this.shown === name) return;
    this.shown = name;
    for (const section of this.sections) section.hidden = section.dataset.screen !== name;
    scrollTo(0, 0);
    const titles = [...this.get(name).querySelectorAll("h1")];
    const title = titles.find((heading) => heading.getClientRects().length); // a question has two, one of them hidden
    if (title) title.focus();
  }
}
