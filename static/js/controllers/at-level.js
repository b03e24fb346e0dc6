// <select data-controller="at-level" data-level-from="level">: of its options those of the level that the field of that name in the same form says.
// Each option has its level in data-level. "as_coded" shows all; what is not shown is not chosen.
export default function atLevel(select) {
  const level = select.form.elements[select.dataset.levelFrom];
  const all = [...select.options];

  function show() {
    const shown = all.filter((option) => level.value === "as_coded" || option.dataset.level === level.value);
    for (const option of all) if (!shown.includes(option)) option.selected = false;
    select.replaceChildren(...shown);
  }

  level.addEventListener("change", show);
  show();
}
