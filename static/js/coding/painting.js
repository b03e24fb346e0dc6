// Paints codings: CSS custom highlights in the text, stripes and labels in the margin.
// Learnt by measuring: the browser checks every registered highlight range after any change of the DOM, so only paragraphs within
// about a screen of the window have their ranges registered and their stripes built; ranges far away are dropped in idle time,
// stripes stay. Work is "read all, then write all" inside a budget of 5 ms per frame.
import { lanesOf, partsOf, UNDER } from "ic/coding/lanes.js";
import { draw, measure } from "ic/coding/margin.js";
import { Nearby, whenIdle } from "ic/coding/nearby.js";

const MIDDLE = 2;
const BUDGET = 5;
const IDLE_AFTER = 60;
const EDGE = 120;
const TONE = /^ic-.*-\d$/;
const supported = typeof Highlight !== "undefined" && Boolean(globalThis.CSS?.highlights);

export class Painter {
  constructor(root, index, model) {
    this.root = root;
    this.index = index;
    this.model = model;
    this.ranges = new Map();
    this.built = new Set();
    this.strips = index.blocks.map((block) => block.el.closest(".turn").querySelector(".strip"));
    this.queue = new Set();
    this.stale = new Set();
    this.tones = new Map();
    this.marked = new Map();
    // How a coding is shown: 2 as it is, 1 dimmed, 0 not at all; whether words are painted; who stands beside paragraphs, too.
    this.weight = () => 2;
    this.words = true;
    this.beside = null;
    this.whole = false;
    this.reach = new Map();
    // Where characters stand beside their paragraphs, by block, until lines break elsewhere.
    this.places = new Map();
    this.moves = 0;
    this.active = this.register("ic-active", 30);
    this.pending = this.register("ic-pending", 40);
    this.near = new Nearby(root, index.blocks, { moved: (before) => this.#moved(before), grown: () => this.#rebuild() });
    this.width = root.clientWidth;
    new ResizeObserver(() => this.#resized()).observe(root);
    if (document.fonts?.status === "loading") document.fonts.ready.then(() => this.repaintAll());
  }

  /** A highlight of the browser under a name; without highlights one that shows nothing. */
  register(name, priority) {
    if (!supported) return { add() {}, delete() {}, clear() {} };
    const highlight = new Highlight();
    highlight.priority = priority;
    CSS.highlights.set(name, highlight);
    return highlight;
  }

  #moved({ from, to }) {
    const { near } = this;
    this.reach.clear();
    for (let i = near.from; i < near.to; i += 1) if (near.tall(i)) this.#reachIn(i, near.part());
    for (let i = near.from; i < near.to; i += 1) if (!this.built.has(i) || !this.ranges.has(i)) this.queue.add(i);
    for (let i = from; i < to; i += 1) if (!near.has(i) && this.ranges.has(i)) this.stale.add(i);
    if (this.stale.size > IDLE_AFTER && !this.idle) {
      this.idle = true;
      whenIdle(() => {
        this.idle = false;
        for (const i of this.stale) if (!this.near.has(i)) this.#clear(i);
        this.stale.clear();
      });
    }
    // What the page opens with at once, and what surrounds it: in parts it would be painted again with each.
    this.moves += 1;
    this.#work(this.moves > 2 ? BUDGET : Infinity);
    this.root.dispatchEvent(new CustomEvent("ic-near"));
    if (this.moves === 1) this.root.dispatchEvent(new CustomEvent("ic-ready", { bubbles: true }));
  }

  // Of a tall paragraph only the codings of this part of it are built, from now on: [top, bottom] in px of the window.
  #reachIn(i, part) {
    const block = this.index.blocks[i];
    this.reach.set(i, part.map((y) => this.index.atHeight(block, y)));
    this.built.delete(i);
    this.#clear(i);
  }

  #need(i) {
    this.queue.add(i);
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.#work(BUDGET);
    });
  }

  #work(budget) {
    if (!this.queue.size) return;
    const began = performance.now();
    const middle = innerHeight / 2;
    for (const i of this.queue) if (!this.near.has(i)) this.queue.delete(i);
    const nearest = [...this.queue]
      .map((i) => [i, this.near.distance(i, middle)])
      .sort((a, b) => a[1] - b[1]);
    const todo = [];
    for (const [i] of nearest) {
      this.queue.delete(i);
      todo.push([i, this.built.has(i) ? null : this.#measure(i)]);
      if (performance.now() - began > budget / 2) break;
    }
    for (const [i, geometry] of todo) {
      if (!this.ranges.has(i)) this.#paint(i);
      if (geometry) this.#draw(i, geometry);
    }
    if (this.queue.size) this.#need(this.queue.values().next().value);
  }

  /** Paints these blocks again: at once where they are near the window, later where they are not. */
  repaint(blocks) {
    const now = [];
    for (const i of blocks) {
      this.built.delete(i);
      if (this.near.has(i)) now.push([i, this.#measure(i)]);
      else this.#clear(i);
    }
    for (const [i, geometry] of now) {
      this.#paint(i);
      this.#draw(i, geometry);
    }
  }

  repaintAll() {
    this.places.clear();
    this.repaint(this.index.blocks.map((block) => block.i));
  }

  #resized() {
    if (this.width === this.root.clientWidth) return;
    this.width = this.root.clientWidth;
    this.#rebuild();
  }

  /** Builds and paints everything at once, however far from the window: for paper, and no longer (false). */
  all(whole) {
    this.whole = whole;
    this.places.clear();
    this.near.forget();
    if (!whole) {
      for (const { i } of this.index.blocks) if (!this.near.has(i)) this.#clear(i);
      this.#rebuild();
      return;
    }
    const { blocks } = this.index;
    const geometry = blocks.map(({ i }) => this.#measure(i));
    for (const { i } of blocks) {
      this.#paint(i);
      this.#draw(i, geometry[i]);
    }
  }

  // Lines broke elsewhere: stripes stand at the wrong places.
  #rebuild() {
    clearTimeout(this.resizeTimer);
    this.places.clear();
    this.beside?.forget();
    this.resizeTimer = setTimeout(() => {
      this.built.clear();
      for (let i = this.near.from; i < this.near.to; i += 1) this.#need(i);
    }, 60);
  }

  /** Marks a span with the highlight "active" or "pending"; without a span only clears it. */
  mark(which, start, end) {
    const highlight = this[which];
    const before = this.marked.get(which) ?? [];
    highlight.clear();
    const pieces = start === undefined ? [] : [...this.index.pieces(start, end)];
    for (const [, from, to] of pieces) highlight.add(this.index.staticRange(from, to));
    const now = pieces.map(([{ el }]) => el);
    for (const el of before) if (!now.includes(el)) el.classList.remove(`ic-${which}`);
    for (const el of now) el.classList.add(`ic-${which}`);
    this.marked.set(which, now);
  }

  #clear(i) {
    for (const [highlight, range] of this.ranges.get(i) ?? []) highlight.delete(range);
    this.ranges.delete(i);
  }

  // The highlight of a tone in a lane, made when it is first wanted: most codebooks use a few of the 160.
  #tone(name, priority) {
    if (!this.tones.has(name)) this.tones.set(name, this.register(`ic-${name}`, priority));
    return this.tones.get(name);
  }

  // The codings of a block in the order of their starts, the longest first.
  #inOrder(i) {
    const [from, to] = (!this.whole && this.reach.get(i)) || [0, Infinity];
    return this.model.byBlock[i].filter((coding) => coding.end > from && coding.start < to && this.weight(coding)).toSorted((a, b) => a.start - b.start || b.end - a.end);
  }

  // Each coding with a line of its own below its words, so that every start and end is seen where up to four overlap; more only say so:
  // fills that add up without end would leave the words unreadable.
  #paint(i) {
    this.#clear(i);
    const made = [];
    this.ranges.set(i, made);
    if (!supported || !this.words) return;
    const used = new Set();
    const block = this.index.blocks[i];
    const codings = this.#inOrder(i);
    const look = (coding) => {
      const [hue, step] = this.model.mark(coding);
      return `${hue}-${step < 0 ? MIDDLE : step}`;
    };
    const lanes = lanesOf(codings, ({ start, end }) => [start, end], (a, b) => look(a) === look(b));
    const spans = codings.map(({ start, end }) => [Math.max(start, block.cp), Math.min(end, block.end)]);
    const put = (range, name, priority) => {
      const highlight = this.#tone(name, priority);
      used.add(name);
      highlight.add(range);
      made.push([highlight, range]);
    };
    const { parts, deep } = partsOf(spans, lanes);
    for (const [k, start, end, lane] of parts) {
      const range = this.index.staticRange(start, end);
      const quiet = this.weight(codings[k]) < 2;
      put(range, `${quiet ? "quiet" : look(codings[k])}-${lane}`, UNDER - lane);
      if (codings[k].doubt && !quiet) put(range, `doubt-${lane}`, 10);
    }
    for (const [start, end] of deep) put(this.index.staticRange(start, end), `deep-${UNDER}`, 0);
    this.#dress(block.el, used);
  }

  // The browser works out a style for each highlight that a rule gives to an element, 160 for every element were they given to all:
  // each paragraph has a class for those that it needs.
  #dress(el, used) {
    const others = el.className.split(" ").filter((name) => !TONE.test(name));
    const names = [...others, ...Array.from(used, (name) => `ic-${name}`)].join(" ");
    if (el.className !== names) el.className = names;
  }

  #measure(i) {
    this.beside?.measure(i);
    if (!this.places.has(i)) this.places.set(i, new Map());
    return measure(this.strips[i], this.index.blocks[i], this.index, this.#inOrder(i), this.places.get(i));
  }

  #draw(i, geometry) {
    draw(this.strips[i], geometry, this.model, { quiet: (coding) => this.weight(coding) < 2, whole: this.whole });
    this.beside?.draw(i);
    this.built.add(i);
  }

  /** Scrolls to where a coding is, or was. */
  reveal({ start }) {
    const i = this.index.at(start);
    const block = this.index.blocks[i];
    if (!this.near.tall(i)) {
      block.el.scrollIntoView({ block: "nearest" });
      return;
    }
    const { top, bottom } = this.index.characterRange(block, start).getBoundingClientRect();
    if (top < EDGE || bottom > innerHeight - EDGE) scrollBy({ top: top - innerHeight / 2, behavior: "instant" });
  }

  /** The stripe button of a coding, built now if need be. */
  stripe(coding) {
    for (const i of this.model.blocksOf(coding)) {
      if (this.reach.has(i)) this.#reachIn(i, [-EDGE, innerHeight + EDGE]);
      if (!this.built.has(i)) this.#draw(i, this.#measure(i));
      const found = this.strips[i].querySelector(`.stripe[data-id="${CSS.escape(coding.id)}"]`);
      if (found) return found;
    }
    return null;
  }
}
