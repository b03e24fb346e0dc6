// <input type="search" data-controller="filter" data-target="#list-or-table" data-count="#how-many">: hides what does not match.
// Rows are [data-search] in the target, else its tbody rows, else its list items. All typed words must occur, in any order, in
// data-search (the server puts pinyin initials and other names there) or in the text. In a tree the ancestors of a match stay.
import { gettext } from "ic/lib/words.js";

const fold = (text) => text.normalize("NFKC").toLowerCase();

export default function filter(input) {
  const target = document.querySelector(input.dataset.target);
  const count = input.dataset.count ? document.querySelector(input.dataset.count) : null;
  const hay = new WeakMap();

  function rows() {
    const marked = target.querySelectorAll("[data-search]");
    if (marked.length) return [...marked];
    const lines = target.querySelectorAll("tbody tr");
    return lines.length ? [...lines] : [...target.querySelectorAll("li")];
  }
  function text(row) {
    let found = hay.get(row);
    if (found === undefined) {
      const own = row.matches("[role=treeitem]") ? row.querySelector(".tree-row") : row;
      found = fold(`${row.dataset.search ?? ""} ${(own ?? row).textContent}`);
      hay.set(row, found);
    }
    return found;
  }
  function run() {
    const words = fold(input.value).split(/\s+/).filter(Boolean);
    const all = rows();
    const matching = all.filter((row) => words.every((word) => text(row).includes(word)));
    const kept = new Set(matching);
    for (const row of matching) {
      for (let up = row.parentElement?.closest("[role=treeitem]"); up && target.contains(up); up = up.parentElement.closest("[role=treeitem]")) {
        kept.add(up);
        if (words.length && up.getAttribute("aria-expanded") === "false") up.setAttribute("aria-expanded", "true");
      }
    }
    for (const row of all) row.hidden = !kept.has(row);
    if (count) {
      count.textContent = words.length ? gettext("{n} of {all}", { n: matching.length, all: all.length }) : String(all.length);
    }
    target.dispatchEvent(new CustomEvent("ic:filter", { detail: { shown: matching.length, all: all.length } }));
  }

  input.addEventListener("input", (event) => { if (!event.isComposing) run(); });
  input.addEventListener("compositionend", run);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || !input.value) return;
    input.value = "";
    run();
    event.preventDefault();
  });
  if (input.value) run();
}
