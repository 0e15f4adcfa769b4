/** The exam has not begun: come back when it does, spread over a few seconds so that a school does not come at once. */

const SPREAD = 5000;
const LONGEST = 10 * 60 * 1000; // a long timer drifts, and an hour may be changed: look again

const { opens, now } = document.querySelector("[data-opens]").dataset;
const left = Math.max(0, (Number(opens) - Number(now)) * 1000);
setTimeout(() => location.reload(), Math.min(left, LONGEST) + 1000 + Math.random() * SPREAD);
