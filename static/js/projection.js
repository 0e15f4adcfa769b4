/**
 * « Corrigé vidéo », projected: one question at a time, by buttons, keyboard or a presenter's remote control.
 *
 * The page holds every question; this shows one of them, and its correction when it is asked for.
 */

const projection = document.querySelector("[data-projection]");
const sections = [...projection.querySelectorAll(".projection-question")];
const links = [...projection.querySelectorAll(".projection-pages a")];
const said = projection.querySelector("[data-said]");
const buttons = Object.fromEntries([...projection.querySelectorAll("[data-do]")].map((button) => [button.dataset.do, button]));

let current = -1;

const part = (name) => sections[current].querySelector(name);
const correction = () => part("[data-correction]");

/** Show a question, its correction hidden unless `revealed`; `focus` takes a screen reader to it. */
function show(position, { revealed = false, focus = true } = {}) {
  const wanted = Math.min(Math.max(position, 0), sections.length - 1);
  if (wanted === current) return;
  if (current >= 0) {
    hush();
    correction().open = false;
  }
  current = wanted;
  sections.forEach((section, index) => {
    section.hidden = index !== current;
  });
  links.forEach((link, index) => {
    if (index === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
  buttons.previous.disabled = current === 0;
  buttons.next.disabled = current === sections.length - 1;
  said.textContent = "";
  correction().open = revealed;
  mark();
  label();
  window.history.replaceState(null, "", `#${sections[current].id}`);
  part("video").preload = "auto";
  if (sections[current + 1]) sections[current + 1].querySelector("video").preload = "metadata";
  if (focus) part("h2").focus();
}

/** Nothing plays any more. */
function hush() {
  part("video").pause();
  part("audio").pause();
}

/** What is expected is marked while the correction is open. */
function mark() {
  const { open } = correction();
  sections[current].classList.toggle("is-revealed", open);
  for (const expected of sections[current].querySelectorAll("em")) expected.hidden = !open;
  buttons.reveal.textContent = open ? "Cacher la correction" : "Afficher la correction";
}

/** The button says what it does now. */
function label() {
  const { paused, ended } = part("audio");
  buttons.read.textContent = paused || ended ? "Lire la question" : "Arrêter la lecture";
}

function reveal(open = !correction().open) {
  correction().open = open;
}

function told(section) {
  if (section !== sections[current]) return;
  mark();
  const words = [...correction().querySelectorAll("p")].map((line) => line.textContent.trim());
  said.textContent = correction().open ? words.join(". ") : "";
  if (correction().open) correction().scrollIntoView({ block: "nearest" });
}

function play() {
  const video = part("video");
  part("audio").pause();
  if (!video.paused) video.pause();
  else video.play().catch(() => {}); // it cannot be played: its picture stays, and the words under it
}

function read() {
  const audio = part("audio");
  part("video").pause();
  if (!audio.paused) {
    audio.pause();
    return;
  }
  audio.currentTime = 0;
  audio.play().catch(() => {
    said.textContent = "La lecture à voix haute n’est pas disponible.";
  });
}

function screen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else projection.requestFullscreen().catch(() => {});
}

const acts = {
  previous: () => show(current - 1),
  next: () => show(current + 1),
  first: () => show(0),
  last: () => show(sections.length - 1),
  // Two keys are all that many remote controls have: the correction is a step of its own.
  step: () => (correction().open ? show(current + 1) : reveal(true)),
  back: () => (correction().open ? reveal(false) : show(current - 1, { revealed: true })),
  reveal: () => reveal(),
  play,
  read,
  screen,
};

const KEYS = {
  ArrowLeft: "previous",
  ArrowRight: "next",
  PageUp: "back",
  PageDown: "step",
  Home: "first",
  End: "last",
  " ": "play",
  Enter: "reveal",
  r: "reveal",
  l: "read",
  f: "screen",
};

document.addEventListener(
  "keydown",
  (event) => {
    const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || event.ctrlKey || event.altKey || event.metaKey) return;
    // Space and Enter press what has the focus; a video has no use for Enter, and its Space is ours.
    if ([" ", "Enter"].includes(event.key) && event.target.closest("a, button, summary")) return;
    if (event.repeat && act !== "previous" && act !== "next") return;
    event.preventDefault();
    event.stopPropagation();
    acts[act]();
  },
  true, // before the player of the browser, which moves within the video by arrows
);

for (const [name, button] of Object.entries(buttons)) {
  button.addEventListener("click", () => {
    acts[name]();
    // The button at the end of the row went out of use under the focus: the question has taken it.
    if (!button.disabled) button.focus();
  });
}
for (const section of sections) {
  section.querySelector("[data-correction]").addEventListener("toggle", () => told(section));
  section.querySelector("video").addEventListener("play", () => section.querySelector("audio").pause());
  for (const name of ["play", "pause", "ended", "error"]) {
    section.querySelector("audio").addEventListener(name, label);
  }
}
for (const [index, link] of links.entries()) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    show(index);
  });
}
document.addEventListener("fullscreenchange", () => {
  buttons.screen.textContent = document.fullscreenElement ? "Quitter le plein écran" : "Plein écran";
});

const asked = () => sections.findIndex((section) => `#${section.id}` === window.location.hash);
window.addEventListener("hashchange", () => asked() >= 0 && show(asked()));

if (sections.length) {
  projection.classList.add("is-projected");
  projection.querySelector("[data-bar]").hidden = false;
  projection.querySelector("[data-keys]").hidden = false;
  buttons.screen.hidden = !document.fullscreenEnabled;
  show(Math.max(asked(), 0), { focus: false });
}
