// <p class="lined" data-controller="lanes" data-lanes="[[row, start, end, who, name, ours], …]"><span class="lined-text">…</span></p>: under each line of the text a lane
// for each mark, with who made it and its name; offsets in code points. Filled: a label of the proposal, hollow: another one; a cut end is
// dashed. Lanes are hidden from readers of screens: a list after the paragraph says the same.
import { h } from "ic/lib/dom.js";

/** Wider than this there is room for who, and for the name. */
const ROOM = { who: 26, name: 70 };

export default function lanes(element) {
  const marks = JSON.parse(element.dataset.lanes);
  const text = element.querySelector(".lined-text").firstChild;
  if (!marks.length || !text) return;
  const signs = [...text.data];
  const units = [0];
  for (const sign of signs) units.push(units.at(-1) + sign.length);
  element.style.setProperty("--rows", 1 + Math.max(...marks.map(([row]) => row)));
  const lane = Number.parseFloat(getComputedStyle(element).getPropertyValue("--lane"));

  /** The boxes of a mark, one for each line of the text. */
  function lines([, start, end]) {
    const range = document.createRange();
    range.setStart(text, units[start]);
    range.setEnd(text, units[end]);
    const found = [];
    for (const box of range.getClientRects()) {
      if (box.width < 2) continue;
      const line = found.find((other) => Math.abs(other.top - box.top) < 8);
      if (!line) found.push({ top: box.top, bottom: box.bottom, left: box.left, right: box.right });
      else Object.assign(line, { left: Math.min(line.left, box.left), right: Math.max(line.right, box.right), bottom: Math.max(line.bottom, box.bottom) });
    }
    return found;
  }

  function draw() {
    const base = element.getBoundingClientRect();
    const measured = marks.map((mark) => [mark, lines(mark)]);
    for (const old of element.querySelectorAll(".lane")) old.remove();
    for (const [[row, , , who, name, ours], boxes] of measured) {
      boxes.forEach((box, n) => {
        const wide = box.right - box.left;
        const part = h(
          "span",
          { class: "lane", "aria-hidden": "true", title: `${who} · ${name}` },
          wide > ROOM.who && h("b", {}, who),
          wide > ROOM.name && h("span", {}, name),
        );
        part.classList.toggle("ours", ours);
        part.classList.toggle("from-before", n > 0);
        part.classList.toggle("goes-on", n < boxes.length - 1);
        part.style.left = `${box.left - base.left}px`;
        part.style.width = `${wide}px`;
        part.style.top = `${box.bottom - base.top + row * lane}px`;
        element.append(part);
      });
    }
  }

  let width;
  new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width === width) return;
    width = contentRect.width;
    draw();
  }).observe(element);
  document.fonts?.ready.then(draw);
}
