/** The tutorial: pages turned by hand, the last of which says « Démarrer ». */

/**
 * @param {HTMLElement} root holds the `[data-page]` articles and the buttons
 * @param {() => void} onEnd
 */
export function tutorial(root, onEnd) {
  const pages = [...root.querySelectorAll("[data-page]")];
  const previous = root.querySelector("[data-previous]");
  const next = root.querySelector("[data-next]");
  const bar = root.querySelector("progress");
  const step = root.querySelector("[data-step]");
  let here = 0;

  function turn(to, focus = true) {
    here = to;
    pages.forEach((page, number) => {
      page.hidden = number !== here;
    });
    previous.hidden = here === 0;
    next.textContent = here === pages.length - 1 ? "Démarrer" : "Suivant";
    bar.max = pages.length;
    bar.value = here + 1;
    step.textContent = `Page ${here + 1} sur ${pages.length}`;
    if (focus) pages[here].querySelector("h2").focus();
  }

  previous.addEventListener("click", () => turn(here - 1));
  next.addEventListener("click", () => (here === pages.length - 1 ? onEnd() : turn(here + 1)));
  turn(0, false);
}
