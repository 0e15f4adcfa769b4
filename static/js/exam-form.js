// « Nouvelle épreuve »: the fields of a training exam are shown for a training exam only.
const form = document.querySelector("[data-exam-form]");
const kind = form.elements.kind;
const trainingOnly = form.querySelector("[data-training-only]");

function update() {
  trainingOnly.hidden = kind.value !== "training";
}

kind.addEventListener("change", update);
update();
