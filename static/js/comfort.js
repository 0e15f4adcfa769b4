/**
 * « Confort de lecture »: the size of the text, the contrast, captions and a second reading, as attributes of the page
 * that the style sheets and the player look at. Runs before the first paint, so that no text changes size under the eye.
 *
 * The choices stay in this tab, without a name, until its candidate leaves: a page says whose it is in
 * `<meta name="sitting">`, empty where nobody has come in yet, and the next candidate starts afresh.
 */
(() => {
  const PLACE = "comfort";
  const OPTIONS = ["text", "contrast", "captions", "twice"];
  const root = document.documentElement;
  const page = document.querySelector("meta[name=sitting]");
  let chosen = read();

  function read() {
    try {
      return JSON.parse(sessionStorage.getItem(PLACE)) || {};
    } catch {
      return {}; // refused, or not what we wrote
    }
  }

  function keep(values) {
    chosen = values;
    try {
      if (Object.keys(values).length) sessionStorage.setItem(PLACE, JSON.stringify(values));
      else sessionStorage.removeItem(PLACE);
    } catch {
      // What the tab does not keep lasts as long as the page.
    }
    apply();
  }

  function apply() {
    const usual = { contrast: matchMedia("(prefers-contrast: more)").matches ? "high" : "" };
    for (const name of OPTIONS) {
      const value = chosen[name] ?? usual[name] ?? "";
      if (value) root.dataset[name] = value;
      else delete root.dataset[name];
    }
  }

  function show() {
    for (const input of document.querySelectorAll("[data-comfort]")) {
      input.checked = (root.dataset[input.dataset.comfort] || "") === input.value;
    }
  }

  if (page && chosen.of && chosen.of !== page.content) keep({});
  else if (page && page.content && Object.keys(chosen).length) keep({ ...chosen, of: page.content });
  else apply();

  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("change", ({ target }) => {
    const name = target.dataset.comfort;
    if (!name) return;
    const value = target.type === "checkbox" && !target.checked ? "" : target.value;
    keep({ ...chosen, [name]: value, ...(page && page.content && { of: page.content }) });
  });
  document.addEventListener("keydown", ({ key, target }) => {
    const panel = key === "Escape" && target.closest(".comfort[open]");
    if (!panel) return;
    panel.open = false;
    panel.querySelector("summary").focus();
  });
  document.addEventListener("submit", ({ target }) => target.matches("[data-leave]") && keep({}));
})();
