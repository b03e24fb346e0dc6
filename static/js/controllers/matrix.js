// Choosing assignments in the matrix of a round: one by one, by row or by column; what is chosen is filled into the forms of the bar above
// (templates/project/_chosen.html), which is there while anything is.
//   [data-choose="id"] in the cells, [data-choose-row] and [data-choose-column] in the heads; [data-chosen] are the lists to fill.
import { h } from "ic/lib/dom.js";
import { ngettext } from "ic/lib/words.js";

export default function matrix(section) {
  const table = section.querySelector("table.matrix");
  const bar = section.querySelector("[data-chosen-bar]");
  if (!table || !bar) return;
  const boxes = (within) => [...within.querySelectorAll("[data-choose]")];
  const column = (cell) => [...table.tBodies[0].rows].flatMap((row) => boxes(row.cells[cell.cellIndex]));
  const under = (head) => (head.matches("[data-choose-row]") ? boxes(head.closest("tr")) : column(head.closest("th")));

  table.addEventListener("change", ({ target }) => {
    if (target.matches("[data-choose-row], [data-choose-column]")) for (const box of under(target)) box.checked = target.checked;
    show();
  });
  section.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || bar.hidden || event.defaultPrevented) return;
    for (const box of boxes(table)) box.checked = false;
    show();
  });
  show();

  function show() {
    const chosen = boxes(table).filter((box) => box.checked).map((box) => box.dataset.choose);
    for (const list of bar.querySelectorAll("[data-chosen]")) {
      list.replaceChildren(...chosen.map((id) => h("option", { value: id, selected: true }, id)));
    }
    for (const head of table.querySelectorAll("[data-choose-row], [data-choose-column]")) {
      const those = under(head);
      head.checked = those.length > 0 && those.every((box) => box.checked);
      head.indeterminate = !head.checked && those.some((box) => box.checked);
      head.disabled = !those.length;
    }
    bar.querySelector("[data-chosen-count]").textContent = ngettext("{n} chosen", "{n} chosen", chosen.length);
    bar.hidden = !chosen.length;
  }
}
