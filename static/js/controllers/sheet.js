// <section data-controller="sheet" data-of="cases" data-preview data-write> (templates/project/material_sheet.html): a grid of attributes.
// Arrows, Home, End move; Shift and an arrow choose a block; Enter, F2 or a letter edits, Delete empties, Ctrl+C copies, Ctrl+V shows first what a
// block of cells would change, Ctrl+Z takes the last act back. What is written is one act each time, refused where somebody else changed a cell.
import { announce, h, inTextField } from "ic/lib/dom.js";
import { api, freshPage } from "ic/lib/page.js";
import { gettext, ngettext } from "ic/lib/words.js";

const PAUSE = 300;
const SHOWN = 500;
const WAYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const STALE = 412;

export default function sheet(element) {
  const at = (name) => element.querySelector(`[data-${name}]`);
  const dialog = element.querySelector("#sheet-paste");
  const block = element.querySelector("#sheet-block");
  const undone = [];
  let chosen = [];
  let anchor = null;
  let looked = [];
  let timer;
  let asked;

  const lines = () => [...element.querySelectorAll("#sheet-grid tbody tr")].map((row) => [...row.querySelectorAll("[data-line]")]);
  const current = () => document.activeElement?.closest?.("#sheet-grid [data-line]") ?? element.querySelector('#sheet-grid [data-line][tabindex="0"]');
  const cell = (td, after) => ({ line: td.dataset.line, attribute: td.dataset.attribute || null, before: td.dataset.value, after });

  function say(sentence) {
    at("problem").textContent = sentence;
    at("problem").hidden = !sentence;
  }

  // ---- writing -----------------------------------------------------------------------------------------------------------------

  /** Writes cells in one act; what takes it back is kept, unless this takes something back itself. */
  async function write(cells, back = false) {
    const changed = cells.filter(({ before, after }) => before !== after);
    if (!changed.length) return true;
    let kept;
    try {
      kept = await api(element.dataset.write, { method: "PATCH", body: { of: element.dataset.of, cells: changed } });
    } catch (error) {
      if (!error.problem) throw error;
      if (error.status === STALE) await refresh();
      say(error.problem.errors?.[0]?.detail ?? error.problem.detail ?? error.message);
      return false;
    }
    say("");
    if (!back && kept.cells.length) undone.push(kept.cells.map(({ before, after, ...where }) => ({ ...where, before: after, after: before })));
    for (const { line, attribute, after } of kept.cells) {
      for (const td of element.querySelectorAll(`#sheet-grid [data-line="${line}"][data-attribute="${CSS.escape(attribute ?? "")}"]`)) show(td, after);
    }
    announce(ngettext("{n} cell was written.", "{n} cells were written.", kept.cells.length));
    return true;
  }

  /** Shows what a cell holds, unless somebody types in it. */
  function show(td, value) {
    td.dataset.value = value;
    if (!td.querySelector("input")) td.replaceChildren(value);
  }

  async function refresh() {
    const page = await freshPage().catch(() => null);
    for (const fresh of page?.document.querySelectorAll("#sheet-grid [data-line]") ?? []) {
      const td = document.getElementById(fresh.id);
      if (td) show(td, fresh.dataset.value);
    }
  }

  async function undo() {
    if (!undone.length) return announce(gettext("There is nothing to undo."));
    const kept = undone.at(-1);
    if (await write(kept, true)) undone.splice(undone.indexOf(kept), 1);
  }

  // ---- one cell ----------------------------------------------------------------------------------------------------------------

  function edit(td, typed) {
    if (td.querySelector("input")) return;
    const before = td.dataset.value;
    const heading = element.querySelector(`thead [data-column="${CSS.escape(td.dataset.attribute)}"]`);
    const kind = heading.dataset.kind;
    const list = element.querySelector(`datalist[data-of="${CSS.escape(td.dataset.attribute)}"]`)?.id;
    const label = `${td.dataset.name}, ${heading.firstChild.textContent.trim()}`;
    const input = h("input", { class: "control", value: typed ?? before, "aria-label": label, list: kind === "choice" ? list : null,
      inputmode: kind === "number" ? "decimal" : null, placeholder: kind === "date" ? "2021-05-12" : null, maxlength: 500 });
    td.replaceChildren(input);
    input.focus();
    if (typed === undefined) input.select();
    input.addEventListener("blur", () => { if (!input.dataset.ends) end(td, input, [0, 0], false); });
  }

  /** Ends editing a cell: the next cell has its turn while what was typed is written; what is refused stays to be mended. */
  async function end(td, input, [down, right], stay = true) {
    input.dataset.ends = "yes";
    const [before, after] = [td.dataset.value, input.value.trim()];
    td.replaceChildren(after);
    if (stay) move(td, down, right);
    if (before === after || (await write([cell(td, after)]))) return;
    const now = document.getElementById(td.id);
    show(now, now.dataset.value);
    edit(now, after);
  }

  function typing(event, td, input) {
    const ways = { Enter: [event.shiftKey ? -1 : 1, 0], Tab: [0, event.shiftKey ? -1 : 1] };
    if (event.key === "Escape") {
      input.dataset.ends = "yes";
      td.replaceChildren(td.dataset.value);
      td.focus();
      say("");
    } else if (ways[event.key] && !event.isComposing) end(td, input, ways[event.key]);
    else return;
    event.preventDefault();
  }

  // ---- many cells --------------------------------------------------------------------------------------------------------------

  function place(td) {
    const grid = lines();
    const row = grid.findIndex((cells) => cells.includes(td));
    return [row, grid[row]?.indexOf(td) ?? -1];
  }

  function choose(from, to) {
    const grid = lines();
    const [[a, b], [c, d]] = [place(from), place(to)];
    for (const td of chosen) td.removeAttribute("aria-selected");
    chosen = grid.slice(Math.min(a, c), Math.max(a, c) + 1).map((cells) => cells.slice(Math.min(b, d), Math.max(b, d) + 1)).flat();
    if (chosen.length > 1) for (const td of chosen) td.setAttribute("aria-selected", "true");
  }

  function move(td, down, right, widens = false) {
    const grid = lines();
    const [row, column] = place(td);
    const to = grid[Math.max(0, Math.min(grid.length - 1, row + down))]?.[Math.max(0, Math.min(grid[0].length - 1, column + right))] ?? td;
    const from = widens ? (anchor?.isConnected ? anchor : td) : to;
    to.focus();
    anchor = from;
    choose(from, to);
  }

  const selection = () => (chosen.length && chosen.every((td) => td.isConnected) ? chosen : [current()]);

  function copied() {
    const rows = Map.groupBy(selection(), (td) => td.dataset.line);
    const quoted = (text) => (/["\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    return [...rows.values()].map((cells) => cells.map((td) => quoted(td.dataset.value)).join("\t")).join("\n");
  }

  // ---- pasting -----------------------------------------------------------------------------------------------------------------

  function openPaste(text = "") {
    block.value = text;
    say("");
    dialog.showModal();
    look();
  }

  async function look() {
    const mine = asked = {};
    const start = current();
    looked = [];
    element.querySelector('[data-sheet="write"]').disabled = true;
    const refused = at("refused");
    refused.hidden = true;
    if (!block.value.trim()) return tell(null);
    try {
      const body = { of: element.dataset.of, text: block.value, line: start?.dataset.line ?? null, attribute: start?.dataset.attribute || null };
      const answer = await api(element.dataset.preview, { method: "POST", body });
      if (mine !== asked) return;
      looked = answer.cells;
      tell(answer);
    } catch (error) {
      if (!error.problem) throw error;
      if (mine !== asked) return;
      tell(null);
      refused.textContent = error.problem.errors?.[0]?.detail ?? error.problem.detail ?? error.message;
      refused.hidden = false;
    }
  }

  function becomes({ result, before, after, detail }) {
    if (result === "refused") return [h("span", { class: "badge bad" }, gettext("Refused")), ` ${after} · ${detail}`];
    return [before && h("del", {}, before), before && " → ", after ? h("ins", {}, after) : h("span", { class: "badge" }, gettext("Emptied"))];
  }

  function tell(answer) {
    const of = (result) => looked.filter((one) => one.result === result);
    const [changed, refused] = [of("changed"), of("refused")];
    const rows = [...refused, ...changed];
    const heading = (one) => one.attribute ?? gettext("Source type");
    at("changes").hidden = !rows.length;
    at("changes").tBodies[0].replaceChildren(...rows.slice(0, SHOWN).map((one) => h("tr", {},
      h("th", { scope: "row" }, one.name || "–"), h("td", {}, one.line ? heading(one) : "–"), h("td", {}, ...becomes(one)))));
    const parts = answer ? [
      gettext("Changed: {n}, the same: {same}, refused: {refused}.", { n: changed.length, same: of("same").length, refused: refused.length }),
      answer.headed ? gettext("By headings.") : "", answer.named ? gettext("By names.") : "",
      answer.unknown.length ? gettext("No column is called: {names}.", { names: answer.unknown.join(" · ") }) : "",
      rows.length > SHOWN ? gettext("The first {n} are shown.", { n: SHOWN }) : "",
    ] : [];
    at("summary").textContent = parts.filter(Boolean).join(" ");
    const button = element.querySelector('[data-sheet="write"]');
    button.disabled = !changed.length;
    button.textContent = changed.length ? ngettext("Write {n} cell", "Write {n} cells", changed.length) : gettext("Write");
  }

  async function accept() {
    const cells = looked.filter((one) => one.result === "changed").map(({ line, attribute, before, after }) => ({ line, attribute, before, after }));
    if (await write(cells)) return dialog.close();
    // What somebody else changed meanwhile is shown with what it is now.
    at("refused").textContent = at("problem").textContent;
    await look();
    at("refused").hidden = false;
  }

  // ---- what is pressed ---------------------------------------------------------------------------------------------------------

  function key(event) {
    const td = event.target.closest?.("#sheet-grid [data-line]");
    if (!td) return;
    const input = td.querySelector("input");
    if (input) return typing(event, td, input);
    const control = event.ctrlKey || event.metaKey;
    const way = WAYS[event.key];
    if (way) move(td, ...way, event.shiftKey);
    else if (event.key === "Home" || event.key === "End") move(td, control ? edge(event.key) : 0, edge(event.key), event.shiftKey);
    else if (event.key === "Enter" || event.key === "F2") edit(td);
    else if (event.key === "Delete" || event.key === "Backspace") write(selection().map((one) => cell(one, "")));
    else if (control && event.key.toLowerCase() === "z") undo();
    else if (event.key.length === 1 && !control && !event.altKey) edit(td, event.key === " " ? undefined : event.key);
    else return;
    event.preventDefault();
  }

  const edge = (name) => (name === "Home" ? -Infinity : Infinity);

  element.addEventListener("keydown", key);
  element.addEventListener("focusin", (event) => {
    const td = event.target.closest("#sheet-grid [data-line]");
    if (!td) return;
    for (const other of element.querySelectorAll('#sheet-grid [data-line][tabindex="0"]')) other.setAttribute("tabindex", "-1");
    td.setAttribute("tabindex", "0");
    anchor = td;
    if (!chosen.includes(td)) choose(td, td);
  });
  element.addEventListener("pointerdown", (event) => {
    const td = event.target.closest("#sheet-grid [data-line]");
    if (!td || td.querySelector("input")) return;
    if (event.shiftKey) {
      event.preventDefault();
      choose(anchor?.isConnected ? anchor : td, td);
    } else {
      anchor = td;
      choose(td, td);
    }
  });
  element.addEventListener("dblclick", (event) => {
    const td = event.target.closest("#sheet-grid [data-line]");
    if (td) edit(td);
  });
  element.addEventListener("click", (event) => {
    const name = event.target.closest("[data-sheet]")?.dataset.sheet;
    if (name === "undo") undo();
    if (name === "paste") openPaste();
    if (name === "write") accept();
  });
  document.addEventListener("paste", (event) => {
    if (!element.isConnected || inTextField(event) || dialog.open || !element.contains(document.activeElement)) return;
    event.preventDefault();
    openPaste(event.clipboardData.getData("text/plain"));
  });
  document.addEventListener("copy", (event) => {
    if (!element.isConnected || inTextField(event) || dialog.open || !document.activeElement?.closest("#sheet-grid")) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", copied());
  });
  block.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
}
