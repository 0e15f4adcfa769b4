// « Choisir les candidats »: each tag ticks or unticks everyone of its group; the count follows.
const form = document.querySelector("[data-choose-candidates]");
const count = form.querySelector("[data-count]");
const tags = [...form.querySelectorAll("[data-filter]")];
const boxes = [...form.querySelectorAll("input[name=candidates]:not(:disabled)")];

function group(tag) {
  const rowOf = (box) => box.closest("tr");
  switch (tag.dataset.filter) {
    case "division":
      return boxes.filter((box) => rowOf(box).dataset.division === tag.dataset.value);
    case "extra-time":
      return boxes.filter((box) => "extraTime" in rowOf(box).dataset);
    default:
      return boxes;
  }
}

function isWhole(tag) {
  const members = group(tag);
  return members.length > 0 && members.every((box) => box.checked);
}

function update() {
  if (count) count.textContent = boxes.filter((box) => box.checked).length;
  for (const tag of tags) tag.setAttribute("aria-pressed", String(isWhole(tag)));
}

for (const tag of tags) {
  tag.addEventListener("click", () => {
    const tick = !isWhole(tag);
    for (const box of group(tag)) box.checked = tick;
    update();
  });
}
form.addEventListener("change", update);
update();
