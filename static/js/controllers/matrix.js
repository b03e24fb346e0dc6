// Choosing in the matrix of a round (templates/project/_matrix.html): assignments and free places, cell by cell, by row or by column; what can be
// done with what is chosen is in the bar above it (_chosen.html), which is there while anything is.
//   Arrow keys, Home and End move; Space and a click choose; with Shift from where one chose last to here; in a head all of its row or column.
// When the part is renewed, what is chosen, where one is and how far it was scrolled stay.
import { h } from "ic/lib/dom.js";
import { gettext, ngettext } from "ic/lib/words.js";

/** What outlives the part of the page: keys of cells, `document|coder`. */
const kept = { chosen: new Set(), at: "", inside: false, scrolled: [0, 0] };

export default function matrix(section) {
  const blocks = section.querySelector(".blocks");
  const bar = section.querySelector("[data-chosen-bar]");
  if (!blocks || !bar) return;
  const lines = [...blocks.querySelectorAll("tr")].map((line) => [...line.cells].filter((cell) => !cell.matches(".sums")));
  const coders = lines[0]?.map((head) => head.dataset.coder) ?? [];
  const place = new Map();
  const cells = new Map();
  for (const [row, line] of lines.entries()) {
    for (const [column, cell] of line.entries()) {
      place.set(cell, [row, column]);
      cell.tabIndex = -1;
      if (cell.matches("td")) cells.set(key(cell, column), cell);
    }
  }
  for (const chosen of kept.chosen) if (!cells.has(chosen)) kept.chosen.delete(chosen);
  let from = null; // where one chose last
  let before = new Set(); // what was chosen then
  let here = cells.get(kept.at) ?? lines[1]?.[1];
  if (here) here.tabIndex = 0;
  show();
  blocks.scrollTo(...kept.scrolled);
  if (kept.inside && document.activeElement === document.body) here?.focus({ preventScroll: true });

  blocks.addEventListener("scroll", () => { kept.scrolled = [blocks.scrollLeft, blocks.scrollTop]; }, { passive: true });
  blocks.addEventListener("focusin", () => { kept.inside = true; });
  blocks.addEventListener("focusout", () => queueMicrotask(() => {
    if (section.isConnected) kept.inside = blocks.contains(document.activeElement);
  }));
  for (const kind of ["focusin", "pointerover"]) blocks.addEventListener(kind, ({ target }) => tell(target.closest("td[data-id]")));
  blocks.addEventListener("click", (event) => {
    const cell = event.target.closest("td, th");
    if (!place.has(cell)) return;
    go(cell);
    if (event.shiftKey && from) extend(cell);
    else choose(cell);
  });
  blocks.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td, th");
    if (!place.has(cell) || event.altKey) return;
    if (event.key === " ") {
      event.preventDefault();
      if (event.shiftKey && from) extend(cell);
      else choose(cell);
      return;
    }
    const next = after(cell, event.key, event.ctrlKey || event.metaKey);
    if (!next) return;
    event.preventDefault();
    if (event.shiftKey && !from) start(cell);
    go(next);
    if (event.shiftKey) extend(next);
  });
  section.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || bar.hidden || event.defaultPrevented) return;
    none();
  });
  // Filled when it is sent: thousands of cells are chosen by one key.
  section.addEventListener("submit", ({ target }) => fill(target));
  section.addEventListener("ic:sent", ({ target }) => { if (bar.contains(target)) none(); });

  function key(cell, column) {
    return `${cell.parentElement.dataset.document}|${coders[column]}`;
  }

  function after(cell, pressed, far) {
    const [row, column] = place.get(cell);
    const last = lines[row].length - 1;
    const steps = {
      ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
      Home: [far ? 0 : row, 0], End: [far ? lines.length - 1 : row, last],
    };
    const [down, along] = steps[pressed] ?? [];
    return lines[down]?.[along];
  }

  function go(cell) {
    if (here) here.tabIndex = -1;
    here = cell;
    here.tabIndex = 0;
    const column = place.get(cell)[1];
    kept.at = cell.matches("td") ? key(cell, column) : "";
    here.focus();
  }

  /** The keys of the cells that a cell or a head stands for. */
  function under(cell) {
    const [row, column] = place.get(cell);
    if (cell.matches("td")) return [key(cell, column)];
    if (cell.closest("tbody")) return lines[row].slice(1).map((one, k) => key(one, k + 1));
    const all = [...cells.keys()];
    return column ? all.filter((one) => one.endsWith(`|${coders[column]}`)) : all;
  }

  function start(cell) {
    from = cell;
    before = new Set(kept.chosen);
  }

  function choose(cell) {
    const those = under(cell);
    const all = those.every((one) => kept.chosen.has(one));
    for (const one of those) kept.chosen[all ? "delete" : "add"](one);
    start(cell);
    changed();
  }

  function extend(to) {
    const [[r1, c1], [r2, c2]] = [place.get(from), place.get(to)];
    kept.chosen = new Set(before);
    for (let row = Math.min(r1, r2); row <= Math.max(r1, r2); row += 1) {
      for (let column = Math.min(c1, c2); column <= Math.max(c1, c2); column += 1) {
        const cell = lines[row][column];
        if (cell.matches("td")) kept.chosen.add(key(cell, column));
      }
    }
    changed();
  }

  function none() {
    const left = bar.contains(document.activeElement);
    kept.chosen.clear();
    from = null;
    changed();
    if (left) here?.focus({ preventScroll: true });
  }

  /** A refusal was of what was chosen then: it would be read as one of what is chosen now. */
  function changed() {
    for (const refusal of bar.querySelectorAll(".errors[data-made]")) refusal.remove();
    show();
  }

  function chosen() {
    const those = [...kept.chosen].map((one) => [one, cells.get(one).dataset.id]);
    return { given: those.filter(([, id]) => id), free: those.filter(([, id]) => !id) };
  }

  function show() {
    for (const [one, cell] of cells) cell.setAttribute("aria-selected", String(kept.chosen.has(one)));
    const { given, free } = chosen();
    for (const form of bar.querySelectorAll("form")) form.hidden = !(form.dataset.needs === "pairs" ? free : given).length;
    bar.querySelector("[data-chosen-count]").textContent = [
      given.length && ngettext("{n} chosen", "{n} chosen", given.length),
      free.length && ngettext("{n} free place chosen", "{n} free places chosen", free.length),
    ].filter(Boolean).join(" · ");
    bar.hidden = !kept.chosen.size;
  }

  function fill(form) {
    const { given, free } = chosen();
    form.querySelector("[data-chosen]")?.replaceChildren(...given.map(([, id]) => h("option", { value: id, selected: true }, id)));
    form.querySelector("[data-chosen-free]")?.replaceChildren(...free.flatMap(([one], n) => {
      const [document_id, coder_id] = one.split("|");
      return Object.entries({ document_id, coder_id }).map(([name, value]) => h("input", { type: "hidden", name: `pairs.${n}.${name}`, value }));
    }));
  }

  /** What a cell says in full, when somebody comes to it. */
  function tell(cell) {
    if (!cell || cell.title) return;
    const [row, column] = place.get(cell);
    const head = lines[row][0].title;
    const name = blocks.querySelector("thead tr").cells[column].getAttribute("aria-label");
    const due = cell.dataset.due ? gettext("due on {day}", { day: cell.dataset.due }) : "";
    cell.title = [head, name, cell.getAttribute("aria-label"), due].filter(Boolean).join(" · ");
  }
}
