/** The tutorial: pages turned by hand, read aloud for whoever asks, the last of which says « Démarrer ». */

/**
 * @param {HTMLElement} root holds the `[data-page]` articles, the buttons and the audio element `[data-voice]`
 * @param {{onEnd: () => void, onTry: () => void}} events « Démarrer »; the trial question is wanted
 */
export function tutorial(root, { onEnd, onTry }) {
  const pages = [...root.querySelectorAll("[data-page]")];
  const previous = root.querySelector("[data-previous]");
  const next = root.querySelector("[data-next]");
  const bar = root.querySelector("progress");
  const step = root.querySelector("[data-step]");
  const voice = root.querySelector("[data-voice]");
  const listen = root.querySelector("[data-listen]");
  let here = 0;
  let listening = false; // once asked for, each page is read as it is turned to

  function read() {
    listen.textContent = listening ? "Arrêter la lecture" : "Écouter cette page";
    voice.pause();
    if (!listening) return;
    voice.src = pages[here].dataset.page;
    voice.play().catch(() => {}); // the button and the text remain
  }

  function hear(wanted) {
    listening = wanted;
    read();
  }

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
    if (listening) read();
  }

  function leave(how) {
    hear(false);
    how();
  }

  previous.addEventListener("click", () => turn(here - 1));
  next.addEventListener("click", () => (here === pages.length - 1 ? leave(onEnd) : turn(here + 1)));
  listen.addEventListener("click", () => hear(!listening));
  voice.addEventListener("error", () => {
    if (!listening) return;
    hear(false);
    listen.hidden = true;
    root.querySelector("[data-unheard]").textContent = "La voix n’est pas disponible : tout est écrit sur la page.";
  });
  root.querySelector("[data-try]").addEventListener("click", () => leave(onTry));
  turn(0, false);
}
