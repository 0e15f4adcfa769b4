// « Liste des candidats »: tick the whole page at once, and say how many candidates are selected.
const form = document.querySelector("[data-selection]");

/** @param {HTMLFormElement} form */
function watch(form) {
  const count = form.querySelector("[data-count]");
  const page = form.querySelector("#selection-page");
  const found = form.querySelector("#selection-found");
  const boxes = [...form.querySelectorAll("input[name=candidates]")];

  function update() {
    const ticked = boxes.filter((box) => box.checked).length;
    page.checked = ticked === boxes.length;
    page.indeterminate = ticked > 0 && ticked < boxes.length;
    count.textContent = found.checked ? found.dataset.total : String(ticked);
  }

  form.querySelector("[data-page]").hidden = false;
  form.addEventListener("change", (event) => {
    if (event.target === page) for (const box of boxes) box.checked = page.checked;
    // The whole list, or what is ticked: one at a time.
    if (event.target === page || event.target.name === "candidates") found.checked = false;
    if (event.target === found && found.checked) for (const box of boxes) box.checked = false;
    update();
  });
  // A page that comes back from the browser's memory keeps its ticks.
  window.addEventListener("pageshow", update);
  update();
}

if (form) watch(form);
