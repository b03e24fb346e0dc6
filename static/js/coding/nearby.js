// Which paragraphs are near the window, without asking the browser about each: their places are read once, and at a scroll
// found by binary search. One IntersectionObserver over 1,875 paragraphs was measured at 5 ms of every frame.
import { firstOver, lastAtMost } from "ic/coding/offsets.js";

const MARGIN = 900;
// As much of it is used up before more is near: the browser checks all highlights after any change of the DOM, so few changes are better.
const LEFT = 300;
// A paragraph higher than this is near in part only: one of 20,000 characters holds more codings than a whole chapter.
const TALL = 3000;

export class Nearby {
  /** Calls `moved(before)` once at first and then whenever other blocks than [before.from, before.to) are near, or another part of a tall one;
   *  `grown()` when the text is higher or lower. */
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

  /** Whether a block is near in part only. */
  tall(i) {
    return this.bottoms[i] - this.tops[i] > TALL;
  }

  /** The part of the window's surroundings, at the last look, that was near: [top, bottom] in px of the window now. */
  part() {
    const { top } = this.root.getBoundingClientRect();
    return this.reach.map((y) => y + top);
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

  // The window and so much above and below, in px from the top of the text.
  #around(margin) {
    return [-margin - this.top, innerHeight + margin - this.top];
  }

  // Whether all that is around the window lies within what was near at the last look: of a tall block the part of it, too.
  #holds(margin) {
    const [from, to] = this.#within(margin);
    if (from < this.from || to > this.to) return false;
    const [top, bottom] = this.#around(margin);
    const ends = (i, end) => i >= from && i < to && this.tall(i) && end;
    return !ends(this.from, top < this.reach[0] && this.tops[this.from] < this.reach[0])
      && !ends(this.to - 1, bottom > this.reach[1] && this.bottoms[this.to - 1] > this.reach[1]);
  }

  // The blocks [from, to) in the window and so much above and below.
  #within(margin) {
    const [top, bottom] = this.#around(margin);
    const from = firstOver(this.bottoms, top);
    return [from, Math.max(from, this.tops[0] <= bottom ? lastAtMost(this.tops, bottom) + 1 : 0)];
  }

  #look() {
    const before = { from: this.from, to: this.to };
    this.top = this.root.getBoundingClientRect().top;
    const read = !this.known;
    if (read) this.#read();
    if (this.begun && !read && this.#holds(LEFT)) return;
    // At first what is in the window, so that it is seen soon; what surrounds it a moment later.
    const margin = this.begun ? MARGIN : 0;
    [this.from, this.to] = this.#within(margin);
    this.reach = this.#around(margin);
    if (!this.begun) whenShown(() => this.#look());
    const tall = this.to > this.from && (this.tall(this.from) || this.tall(this.to - 1));
    if (this.begun && !tall && this.from === before.from && this.to === before.to) return;
    this.begun = true;
    this.moved(before);
  }
}

// A page that is busy all the time would never come to it.
const AT_LATEST = { timeout: 1000 };

/** Runs work once the browser has nothing more urgent to do, or a second has passed. */
export const whenIdle = (work) => (globalThis.requestIdleCallback ? requestIdleCallback(work, AT_LATEST) : setTimeout(work, 50));

/** Runs work once what was written so far is on the screen, and nothing is more urgent. */
export const whenShown = (work) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => whenIdle(work))));

const sizeOf = (el) => `${el.offsetWidth} ${el.offsetHeight}`;

/** What scrolls an element: the nearest box around it that does, else the window. */
export function scrollerOf(el) {
  for (let box = el; box && box !== document.body && box !== document.documentElement; box = box.parentElement) {
    if (/^(auto|scroll|overlay)$/.test(getComputedStyle(box).overflowY)) return box;
  }
  return globalThis;
}
