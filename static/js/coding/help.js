// The list of all keys, in a dialog.
import { h } from "ic/lib/dom.js";
import { gettext, inline } from "ic/lib/words.js";

const keys = (...names) => names.flatMap((name, k) => (k ? [" ", h("kbd", {}, name)] : [h("kbd", {}, name)]));

function groups(units) {
  const moving = units
    ? [[keys("←", "→"), gettext("previous or next unit")]]
    : [[keys("←", "→"), gettext("previous or next word")], [keys("Alt+←", "Alt+→"), gettext("one character")]];
  return [
    { title: gettext("Select"), reading: true, rows: [...moving,
      [keys("↑", "↓"), gettext("previous or next paragraph")],
      [keys("Shift+…"), gettext("extend the selection")],
      [keys("s", "b"), gettext("the whole sentence, the whole paragraph")],
      [keys("Esc"), gettext("clear the selection")]] },
    { title: gettext("Code the selection"), rows: [
      [keys("Enter", "c"), inline(gettext("Choose a code"))],
      [keys("1–9"), gettext("a recent code")],
      [keys("Shift+Enter", "i"), gettext("the words as a new label, which you can edit first")],
      [keys("Ctrl+Enter"), gettext("apply, and choose one more for the same words")],
      [keys("l"), gettext("to your own labels, in open coding")]] },
    { title: gettext("Change a coding (the last one, or the one in focus)"), rows: [
      [keys("[", "]"), gettext("move its end back or on")],
      [keys("{", "}"), gettext("move its start back or on")],
      [keys("m"), gettext("details and memo")],
      [keys("d"), gettext("doubtful, yes or no")],
      [keys("r"), gettext("choose another code")],
      [keys("Delete"), gettext("delete (the one just made, or on a stripe)")],
      [keys("Ctrl+Z", "Ctrl+Y"), gettext("undo, redo")]] },
    { title: gettext("Find codings"), reading: true, rows: [
      [keys("Ctrl+F"), gettext("find words in this text; once more: the browser’s own search")],
      [keys("n", "p"), gettext("next or previous coding")],
      [keys("Shift+M"), inline(gettext("My memos"))],
      [keys("o"), gettext("all codings at this place")],
      [keys("u"), gettext("unit by unit: 0 no code here, K skip, Enter the next not looked at")],
      [keys("/"), gettext("find a code in the codebook")],
      [keys("g"), inline(gettext("My documents"))],
      [keys("?"), gettext("this list")]] },
  ];
}

/** Shows the keys of a text coded by `units` or not, `readonly` or not; `closed` is called at the end. */
export function showKeys({ units, readonly, closed }) {
  const list = h("dl", { class: "keys" });
  for (const { title, reading, rows } of groups(units)) {
    if (readonly && !reading) continue;
    list.append(h("h3", {}, title));
    for (const [names, meaning] of rows) list.append(h("dt", {}, ...names), h("dd", {}, meaning));
  }
  const close = h("button", { type: "button", class: "btn primary", onclick: () => box.close() }, gettext("Close"));
  const box = h("dialog", { class: "dialog", "aria-labelledby": "ic-help-title" },
    h("header", {}, h("h2", { id: "ic-help-title" }, gettext("Keys"))), h("div", { class: "body" }, list), h("footer", {}, close));
  document.body.append(box);
  box.addEventListener("close", () => {
    box.remove();
    closed();
  });
  box.showModal();
  close.focus();
}
