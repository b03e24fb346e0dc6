// <div data-controller="shorten"> in the form of a quotation: [data-whole] holds its words, [data-cut] leaves out those that are chosen in it, [data-uncut]
// takes all of that back, [data-printed] shows what is printed. Offsets that are sent are code points of the text.
import { announce } from "ic/lib/dom.js";
import { gettext } from "ic/lib/words.js";

const points = (text) => [...text].length;

/** Stretches in the order of the text; those that touch or overlap are one. */
export function joined(cuts) {
  const found = [];
  for (const cut of [...cuts].sort((a, b) => a.start - b.start)) {
    const last = found.at(-1);
    if (last && cut.start <= last.end) last.end = Math.max(last.end, cut.end);
    else found.push({ ...cut });
  }
  return found;
}

export default function shorten(box) {
  const form = box.closest("form");
  const area = form.querySelector("[data-whole]");
  const printed = form.querySelector("[data-printed]");
  const cuts = form.elements.namedItem("cuts");
  const whole = () => JSON.parse(form.elements.namedItem("whole").value);
  const read = () => JSON.parse(cuts.value || "[]");

  function show() {
    const { words, start } = whole();
    const letters = [...words];
    const parts = [];
    let at = 0;
    for (const cut of read()) {
      parts.push(letters.slice(at, cut.start - start).join(""));
      at = cut.end - start;
    }
    parts.push(letters.slice(at).join(""));
    printed.textContent = parts.join("……");
  }

  function put(list) {
    cuts.value = JSON.stringify(list);
    show();
  }

  // Where nothing can be typed there is no caret, and the keyboard chooses nothing.
  area.addEventListener("beforeinput", (event) => event.preventDefault());
  form.addEventListener("ic:loaded", () => {
    area.value = whole().words;
    if (!cuts.value) cuts.value = "[]";
    show();
    // The dialog gives the focus to its first button.
    setTimeout(() => area.focus());
  });
  form.querySelector("[data-cut]").addEventListener("click", () => {
    const { selectionStart, selectionEnd, value } = area;
    if (selectionStart === selectionEnd) return announce(gettext("Choose the words that are left out first."));
    const { start } = whole();
    put(joined([...read(), { start: start + points(value.slice(0, selectionStart)), end: start + points(value.slice(0, selectionEnd)) }]));
    area.focus();
  });
  form.querySelector("[data-uncut]").addEventListener("click", () => put([]));
}
