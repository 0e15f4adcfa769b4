/** « Commencer » opens once this device has shown that it can hold an exam: each check says its result in words. */
import { plays } from "./clip.js";
import { tryStore } from "./store.js";

const CHECKS = {
  secure: async () => window.isSecureContext,
  storage: async () => tryStore().then(() => true),
  locks: async () => "locks" in navigator && navigator.locks.request("check", () => true),
  video: async ({ clip }) => plays(clip), // a third of a second, encoded as the exam's videos are
};

const PATIENCE = 8000;

function inTime(promise) {
  return Promise.race([promise, new Promise((resolve) => setTimeout(() => resolve(false), PATIENCE))]);
}

async function run(line) {
  let passed = false;
  try {
    passed = Boolean(await inTime(CHECKS[line.dataset.check](line.dataset)));
  } catch (error) {
    console.warn(line.dataset.check, error);
  }
  line.dataset.passed = String(passed);
  line.querySelector("[data-result]").textContent = passed ? line.dataset.yes : line.dataset.no;
  return passed;
}

async function check() {
  const lines = [...document.querySelectorAll("[data-check]")];
  const results = await Promise.all(lines.map(run));
  const fit = results.every(Boolean);
  document.querySelector("[data-unfit]").hidden = fit;
  const begin = document.querySelector("[data-begin]");
  if (!fit || !begin) return;
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
