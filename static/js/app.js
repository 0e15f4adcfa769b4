// The summary of a form's errors takes the focus: it is what the page has to say first.
// The tab says so too.
const wrong = document.querySelector("[data-focus]");
if (wrong) {
  wrong.focus();
  document.title = `Erreur – ${document.title}`;
}

// A table wider than its frame scrolls inside it; while it does, the keyboard must be able to reach the frame.
function watchTables(root) {
  for (const frame of root.querySelectorAll(".fr-table__container:not([tabindex])")) {
    new ResizeObserver(() => {
      if (frame.scrollWidth > frame.clientWidth) {
        frame.tabIndex = 0;
        frame.role = "region";
        frame.ariaLabel = frame.querySelector("caption")?.textContent.trim() || "Tableau";
      } else {
        for (const name of ["tabindex", "role", "aria-label"]) {
          frame.removeAttribute(name);
        }
      }
    }).observe(frame);
  }
}

watchTables(document);
document.addEventListener("htmx:load", (event) => watchTables(event.target));
