// How a code is marked: [hue, step, shape, hollow] as the server computes it from the tree (stats/marks.py), -1 where there is none.
import { h } from "ic/lib/dom.js";

/** Of a label that its coder has just made: grey, with a dashed ring. */
export const PRIVATE = [7, -1, -1, -1];

/** The name of a code, which leads to its passages; what is no code of the project yet is a name alone. */
export function nameOf(code) {
  if (code.state === "private" || code.state === "proposed") return h("b", {}, code.name);
  return h("a", { class: "code-name", href: `/codes/${code.id}/passages` }, code.name);
}

/** The class names of its tone. */
export function tone([hue, step]) {
  return step < 0 ? `colour-${hue}` : `colour-${hue} step-${step}`;
}

/** The mark as an element, for the eye only: the name stands beside it. */
export function markOf(mark) {
  const [, , shape, hollow] = mark;
  const formClass = `${shape < 0 ? "" : ` shape-${shape}`}${hollow > 0 ? " hollow" : ""}${hollow < 0 ? " private" : ""}`;
  return h("i", { class: `code-mark ${tone(mark)}${formClass}`, "aria-hidden": "true" });
}
