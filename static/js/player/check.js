/** « Commencer » opens once this device has shown that it can hold an exam: each check says its result in words. */
import { plays } from "./clip.js";
import { tryStore } from "./store.js";

const CHECKS = {
  secure: async () => window.isSecureContext,
  storage: async () => tryStore().then(() => true),
  locks: async () => "locks" in navigator && navigator.locks.request("check", () => true),
  video: async ({ clip }) => plays(await fetched(clip)), // a third of a second, encoded as the exam's videos are
};

const PATIENCE = 8000;
const AGAIN = 2000; // milliseconds after which a film that did not arrive is asked for again

const ask = async (clip) => {
  const reply = await fetch(clip, { credentials: "omit" });
  return { status: reply.status, film: await reply.blob() };
};

/** The trial film, asked for until it is here: a line that breaks says nothing about the device. */
async function fetched(clip) {
  for (;;) {
    const { status, film } = await ask(clip).catch(() => ({ status: 0 }));
    if (status === 200) return URL.createObjectURL(film);
    if (status && status < 500) throw new Error(`status ${status}`);
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
  }
}

/**
 * Say what came of a check, and `tell` that it is known. What takes long is not given up: a room that comes in at once
 * shares one line, and who waits for its film is fit once it is there.
 */
async function run(line, tell) {
  const result = line.querySelector("[data-result]");
  const say = (passed) => {
    line.dataset.passed = String(passed);
    result.textContent = passed ? line.dataset.yes : line.dataset.no;
    tell();
  };
  const alarm = setTimeout(() => {
    if (line.dataset.late) result.textContent = line.dataset.late;
    else say(false);
  }, PATIENCE);
  let passed = false;
  try {
    passed = Boolean(await CHECKS[line.dataset.check](line.dataset));
  } catch (error) {
    console.warn(line.dataset.check, error);
  }
  clearTimeout(alarm);
  say(passed);
}

function check() {
  const lines = [...document.querySelectorAll("[data-check]")];
  const tell = () => {
    document.querySelector("[data-unfit]").hidden = !lines.some(({ dataset }) => dataset.passed === "false");
    if (lines.every(({ dataset }) => dataset.passed === "true")) open();
  };
  for (const line of lines) run(line, tell);
}

function open() {
  const begin = document.querySelector("[data-begin]");
  if (!begin) return;
  begin.href = begin.dataset.begin;
  begin.removeAttribute("aria-disabled");
  begin.removeAttribute("role");
}

/** How far this computer's clock is from the platform's. It is said for who looks after the computers: nothing uses it. */
function compareClocks() {
  const line = document.querySelector("[data-clock]");
  const [page] = performance.getEntriesByType("navigation");
  const apart = performance.timeOrigin + page.responseStart - Number(line.dataset.clock) * 1000;
  const minutes = Math.round(Math.abs(apart) / 60_000);
  if (!minutes) return;
  const length = minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
  line.textContent =
    `L’horloge de cet appareil ${apart > 0 ? "avance" : "retarde"} de ${length} : ` +
    "cela ne change rien, c’est celle de la plateforme qui compte.";
  line.hidden = false;
}

check();
compareClocks();
