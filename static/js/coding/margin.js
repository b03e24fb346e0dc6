// The margin of one paragraph: a stripe for each coding, in lanes, and the names of their codes in rows. Names that have no room are
// folded into a number ("+3"), which says them to whoever points at it or goes there.
import { h } from "ic/lib/dom.js";
import { markOf, tone } from "ic/lib/mark.js";
import { ngettext } from "ic/lib/words.js";
import { lanesOf, rowsOf } from "ic/coding/lanes.js";

const DOUBT_CLASS = { 0: "", 1: " doubt", 2: " doubt doubt-2", 3: " doubt doubt-3" };
const LANES = 7;
const FEW_LANES = 3;
/** A name's height: what a finger or a pointer can hit. */
export const ROW = 24;
const DRIFT = 60;
const folds = new WeakMap();
// strip → what it shows, by how that looks: what stays as it is is not made, styled and laid out again.
const drawn = new WeakMap();

/** The codings that a button "+n" stands for. */
export const foldedIn = (button) => folds.get(button) ?? [];

/** Reads where the codings of a block stand beside it: {height, items: [{coding, from, to}]} in px from the top of its strip.
 *  `known`: code point → [top, bottom], which it adds to; for as long as no line breaks elsewhere. */
export function measure(strip, block, index, codings, known) {
  const top = strip.getBoundingClientRect().top;
  const box = (cp) => {
    if (!known.has(cp)) {
      const rect = index.characterRange(block, cp).getBoundingClientRect();
      known.set(cp, [rect.top - top, rect.bottom - top]);
    }
    return known.get(cp);
  };
  const items = [];
  for (const coding of codings) {
    const end = Math.min(coding.end, block.end);
    const start = Math.max(coding.start, end > block.said ? block.said : block.cp);
    if (end > start) items.push({ coding, from: box(start)[0], to: box(end - 1)[1] });
  }
  return { height: Math.max(block.el.offsetHeight, ROW), items };
}

/** Writes the strip of a block. */
export function draw(strip, { height, items }, model, { quiet, whole }) {
  const focused = strip.contains(document.activeElement) ? document.activeElement.dataset.id : null;
  const before = drawn.get(strip) ?? new Map();
  const now = new Map();
  drawn.set(strip, now);
  const put = (look, make) => now.set(look, before.get(look) ?? make()).get(look);
  const lookOf = ({ coding }, ...more) => [coding.id, coding.version, model.name(coding), ...more].join(" ");
  const classOf = ({ coding }) => {
    const codingClass = `${tone(model.mark(coding))}${DOUBT_CLASS[coding.doubt]}${coding.typical ? " typical" : ""}${coding.held ? " held" : ""}${quiet(coding) ? " quiet" : ""}`;
    return codingClass;
  };
  const lanes = lanesOf(items, ({ from, to }) => [from + 1, to], (a, b) => classOf(a) === classOf(b));
  const beyond = [];
  items.forEach((item, k) => {
    const { coding, from, to } = item;
    if (lanes[k] >= LANES) {
      const last = beyond.at(-1);
      if (last && from < last.from + ROW) last.codings.push(coding);
      else beyond.push({ from, codings: [coding] });
      return;
    }
    const stripeClass = `stripe lane-${lanes[k]} ${classOf(item)}`;
    put(lookOf(item, stripeClass, from, to), () => {
      const stripe = h("button", { type: "button", class: stripeClass, tabindex: "-1", dataset: { id: coding.id }, "aria-label": model.name(coding) });
      stripe.style.top = `${from}px`;
      stripe.style.height = `${Math.max(8, to - from - 2)}px`;
      return stripe;
    });
  });
  const wide = Math.min(LANES, Math.max(FEW_LANES, 1 + Math.max(-1, ...lanes)));
  const after = `calc(var(--lane) * ${wide} + 6px)`;
  for (const { item, at, folded } of rowsOf(items, whole ? { height: Math.max(height, items.length * ROW), row: ROW, drift: Infinity } : { height, row: ROW, drift: DRIFT })) {
    const { coding } = item;
    const labelClass = `stripe-label ${classOf(item)}${coding.memo ? " memo" : ""}${folded.length ? " short" : ""}`;
    put(lookOf(item, labelClass, at, after), () => {
      const label = h("span", { class: labelClass, dataset: { id: coding.id }, "aria-hidden": "true", title: model.name(coding) }, markOf(model.mark(coding)), model.name(coding));
      label.style.top = `${at}px`;
      label.style.insetInlineStart = after;
      return label;
    });
    if (folded.length) more(folded.map((other) => other.coding), at);
  }
  for (const { from, codings } of beyond) more(codings, from, true);
  // On paper nothing is folded: the paragraph makes room.
  strip.style.minHeight = whole ? `${items.length * ROW}px` : "";
  for (const [look, element] of before) if (!now.has(look)) element.remove();
  let next = strip.firstChild;
  for (const element of now.values()) {
    if (element === next) next = next.nextSibling;
    else strip.insertBefore(element, next);
  }
  if (focused && !strip.contains(document.activeElement)) strip.querySelector(`.stripe[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  // One of them is the paragraph's stop of the Tab key: the one that has the focus, or the first.
  const stop = strip.contains(document.activeElement) ? document.activeElement : strip.querySelector("button");
  for (const button of strip.querySelectorAll("button[tabindex='0']")) if (button !== stop) button.tabIndex = -1;
  if (stop && stop.tabIndex) stop.tabIndex = 0;

  // `deep`: without a stripe, shown where the names are not.
  function more(codings, at, deep = false) {
    const n = codings.length;
    const names = codings.map((coding) => model.name(coding)).join(" · ");
    const moreClass = deep ? "more deep" : "more";
    const button = put([moreClass, at, names].join(" "), () => {
      const said = ngettext("{n} more coding here: {names}", "{n} more codings here: {names}", n, { names });
      const made = h("button", { type: "button", class: moreClass, tabindex: "-1", "aria-label": said }, `+${n}`);
      made.style.top = `${at}px`;
      return made;
    });
    folds.set(button, codings);
  }
}
