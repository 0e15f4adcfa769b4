// « Avant l’épreuve »: a document that is opened from its line ticks the line; the page prints itself.
const list = document.querySelector("[data-checklist]");
const print = document.querySelector("[data-print]");

list.addEventListener("click", (event) => {
  const name = event.target.closest("[data-ticks]")?.dataset.ticks;
  if (name) document.getElementById(`check-${name}`).checked = true;
});

print.hidden = false;
print.addEventListener("click", () => window.print());
