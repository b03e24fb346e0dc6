// Which paragraphs are near the window, without asking the browser about each: their places are read once, and at a scroll
// found by binary search. One IntersectionObserver over 1,875 paragraphs was measured at 5 ms of every frame.
import { firstOver, lastAtMost } from "ic/coding/offsets.js";

const MARGIN = 900;
// As much of it is used up before more is near: the browser checks all highlights after any change of the DOM, so few changes are better.
const LEFT = 450;

export class Nearby {
  /** Calls `moved(before)` once at first and then whenever other blocks than [before.from, before.to) are near; `grown()` when the text is higher or lower. */
  constructor(root, blocks, { moved, grown }) {
    this.root = root;
    this.blocks = blocks;
    this.moved = moved;
    this.grown = grown;
    this.from = 0;
    this.to = 0;
    this.tops = new Float64Array(blocks.length);
    this.bottoms = new Float64Array(blocks.length);
    this.known = false;
    const look = () => this.#soon();
    const scroller = scrollerOf(root);
    scroller.addEventListener("scroll", look, { passive: true });
    if (scroller !== globalThis) globalThis.addEventListener("scroll", look, { passive: true });
    globalThis.addEventListener("resize", look);
    // Whatever makes a paragraph higher or lower makes the text so: its width, a font that came, another size of the letters.
    new ResizeObserver(() => {
      if (this.size !== sizeOf(root)) this.forget();
    }).observe(root);
    document.fonts?.addEventListener("loadingdone", () => this.forget());
    look();
  }

  has(i) {
    return i >= this.from && i < this.to;
  }

  /** The places are no longer known: they are read again before the next frame. */
  forget() {
    this.known = false;
    this.#soon();
  }

  /** How far the top of a block is from a place in the window, at the last look. */
  distance(i, y) {
    return Math.abs(this.tops[i] + this.top - y);
  }

  #soon() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.#look();
    });
  }

  // Tops from the top of the text; of bottoms the lowest so far, so that both only grow, side by side or not.
  #read() {
    const height = this.bottoms.at(-1);
    let lowest = -Infinity;
    for (const { el, i } of this.blocks) {
      const box = el.getBoundingClientRect();
      this.tops[i] = Math.max(i ? this.tops[i - 1] : -Infinity, box.top - this.top);
      this.bottoms[i] = lowest = Math.max(lowest, box.bottom - this.top);
    }
    this.known = true;
    this.size = sizeOf(this.root);
    this.root.dispatchEvent(new CustomEvent("ic-placed"));
    if (this.begun && Math.abs(lowest - height) > 0.5) this.grown();
  }

  // The blocks [from, to) in the window and so much above and below.
  #within(margin) {
    const top = -margin - this.top;
    const bottom = innerHeight + margin - this.top;
    const from = firstOver(this.bottoms, top);
    return [from, Math.max(from, this.tops[0] <= bottom ? lastAtMost(this.tops, bottom) + 1 : 0)];
  }

  #look() {
    const before = { from: this.from, to: this.to };
    this.top = this.root.getBoundingClientRect().top;
    const read = !this.known;
    if (read) this.#read();
    if (this.begun && !read) {
      const [from, to] = this.#within(LEFT);
      if (from >= this.from && to <= this.to) return;
    }
    [this.from, this.to] = this.#within(MARGIN);
    if (this.begun && this.from === before.from && this.to === before.to) return;
    this.begun = true;
    this.moved(before);
  }
}

const sizeOf = (el) => `${el.offsetWidth} ${el.offsetHeight}`;

/** What scrolls an element: the nearest box around it that does, else the window. */
export function scrollerOf(el) {
  for (let box = el; box && box !== document.body && box !== document.documentElement; box = box.parentElement) {
    if (/^(auto|scroll|overlay)$/.test(getComputedStyle(box).overflowY)) return box;
  }
  return globalThis;
}
