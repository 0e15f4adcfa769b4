/** « Commencer » opens once this device has shown that it can hold an exam: each check says its result in words. */
import { tryStore } from "./store.js";

const CHECKS = {
  secure: async () => window.isSecureContext,
  storage: async () => tryStore().then(() => true),
  locks: async () => "locks" in navigator && navigator.locks.request("check", () => true),
  video: async () => document.createElement("video").canPlayType('video/mp4; codecs="avc1.4D401F"') !== "",
};

const PATIENCE = 5000;

function inTime(promise) {
  return Promise.race([promise, new Promise((resolve) => setTimeout(() => resolve(false), PATIENCE))]);
}

async function run(line) {
  let passed = false;
  try {
    passed = Boolean(await inTime(CHECKS[line.dataset.check]()));
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

check();
