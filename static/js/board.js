// The exam's page follows the room: htmx asks for the board every five seconds, and what differs is put in, cell by
// cell. What somebody is using stays as it is: nobody loses the focus, or hits another line than the one they aimed at.
// An act is sent without leaving the page, and what the platform answers is put in the same way.

/** Without an answer for this long the page says that it is out of date. */
const OUTDATED_MS = 15_000;
/** An act that has no answer after this long is said to have failed. */
const ACT_MS = 15_000;

const board = document.getElementById("board");
const acts = document.getElementById("acts");
const told = document.querySelector(".app-messages");
const needs = document.querySelector("[data-needs]");
const outdated = document.querySelector("[data-outdated]");
let fresh = performance.now();
let freshAt = new Date();

/** @param {Element} element */
const isUsed = (element) => element.contains(document.activeElement);

/** @param {Element} old @param {Element} next */
function renew(old, next) {
  if (old.innerHTML !== next.innerHTML && !isUsed(old)) old.replaceChildren(...next.childNodes);
}

/** @param {Element} next the same table, as it is now */
function renewRows(next) {
  const body = board.querySelector("tbody");
  const rows = new Map([...body.rows].map((row) => [row.id, row]));
  const order = [...next.querySelector("tbody").rows].map((row) => {
    const old = rows.get(row.id);
    rows.delete(row.id);
    if (!old) return row;
    for (const [index, cell] of [...row.cells].entries()) renew(old.cells[index], cell);
    return old;
  });
  for (const gone of rows.values()) gone.remove();
  if (isUsed(body)) {
    body.append(...order.filter((row) => row.parentNode !== body));
    return;
  }
  for (const [index, row] of order.entries()) {
    if (body.rows[index] !== row) body.insertBefore(row, body.rows[index] ?? null);
  }
}

/** @param {string} answer the platform's, or whatever stands between it and us */
const read = (answer) => new DOMParser().parseFromString(answer, "text/html");

/** @param {?Element} next the board as it is now */
function follow(next) {
  if (!next) return;
  fresh = performance.now();
  freshAt = new Date();
  outdated.hidden = true;
  const other = next.dataset.state !== board.dataset.state || !("watched" in next.dataset);
  if (other && !isUsed(board)) {
    location.reload();
    return;
  }
  if (needs && needs.textContent !== next.dataset.summary) needs.textContent = next.dataset.summary;
  for (const part of board.querySelectorAll("[data-part]")) {
    const now = next.querySelector(`[data-part="${part.dataset.part}"]`);
    if (now) renew(part, now);
  }
  renewRows(next);
}

board.addEventListener("htmx:beforeSwap", (event) => {
  event.detail.shouldSwap = false;
  follow(read(event.detail.serverResponse).getElementById("board"));
});

// --- Acts ------------------------------------------------------------------------------------------------------------

let acting = false;

/** @param {HTMLButtonElement} button */
async function act(button) {
  const form = new FormData(acts);
  if (button.name) form.append(button.name, button.value);
  const answer = await fetch(button.formAction, { method: "POST", body: form, signal: AbortSignal.timeout?.(ACT_MS) });
  const page = read(await answer.text());
  const next = page.getElementById("board");
  if (!next) {
    location.reload(); // signed out, or the exam is gone: the page itself says so
    return;
  }
  tell(page.querySelector(".app-messages").children);
  const cell = button.closest("td");
  const other = cell && next.querySelector(`#${CSS.escape(cell.parentNode.id)}`)?.cells[cell.cellIndex];
  follow(next);
  if (!other || !isUsed(cell)) return;
  // The button that was pressed makes room for the opposite one, which has the focus in its turn.
  cell.replaceChildren(...other.childNodes);
  cell.querySelector("button, a")?.focus({ preventScroll: true });
}

/** @param {Iterable<Node>} messages what came of an act, seen wherever the page is scrolled to, and read aloud */
function tell(messages) {
  told.toggleAttribute("data-kept", true);
  told.replaceChildren(...messages);
}

acts?.addEventListener("submit", async (event) => {
  if (!event.submitter) return; // an old browser sends the form
  event.preventDefault();
  if (acting) return;
  acting = true;
  try {
    await act(event.submitter);
  } catch {
    tell([document.querySelector("[data-act-failed]").content.cloneNode(true)]);
  }
  acting = false;
});

// --- A page that is not renewed any more ----------------------------------------------------------------------------

setInterval(() => {
  if (performance.now() - fresh < OUTDATED_MS || !outdated.hidden) return;
  outdated.querySelector("[data-since]").textContent = freshAt.toLocaleTimeString("fr-FR");
  outdated.hidden = false;
}, 1000);
