// Paints codings: CSS custom highlights in the text, stripes and labels in the margin.
// Learnt by measuring: the browser checks every registered highlight range after any change of the DOM, so only paragraphs within
// about a screen of the window have their ranges registered and their stripes built; ranges far away are dropped in idle time,
// stripes stay. Work is "read all, then write all" inside a budget of 5 ms per frame.
import { h } from "ic/lib/dom.js";
import { markOf, tone } from "ic/lib/mark.js";
import { ngettext } from "ic/lib/words.js";
import { Nearby } from "ic/coding/nearby.js";

const COLOURS = 8;
const LANES = 7;
const FEW_LANES = 3;
const LANE = 10;
const LABEL = 26;
const LABEL_DRIFT = 90;
const DEEP = 3;
const BUDGET = 5;
const IDLE_AFTER = 60;
const supported = typeof Highlight !== "undefined" && Boolean(globalThis.CSS?.highlights);
const whenIdle = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 50));

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
    this.colours = Array.from({ length: COLOURS }, (_, k) => this.#register(`ic-${k}`, k));
    this.deep = this.#register("ic-deep", 20);
    this.active = this.#register("ic-active", 30);
    this.pending = this.#register("ic-pending", 40);
    this.near = new Nearby(root, index.blocks, { moved: (before) => this.#moved(before), grown: () => this.#rebuild() });
    this.width = root.clientWidth;
    new ResizeObserver(() => this.#resized()).observe(root);
    if (document.fonts?.status === "loading") document.fonts.ready.then(() => this.repaintAll());
  }

  #register(name, priority) {
    if (!supported) return { add() {}, delete() {}, clear() {} };
    const highlight = new Highlight();
    highlight.priority = priority;
    CSS.highlights.set(name, highlight);
    return highlight;
  }

  #moved({ from, to }) {
    const { near } = this;
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
    this.#work(this.ready ? BUDGET : Infinity);
    if (this.ready) return;
    this.ready = true;
    this.root.dispatchEvent(new CustomEvent("ic-ready", { bubbles: true }));
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
    this.repaint(this.index.blocks.map((block) => block.i));
  }

  #resized() {
    if (this.width === this.root.clientWidth) return;
    this.width = this.root.clientWidth;
    this.#rebuild();
  }

  // Lines broke elsewhere: stripes stand at the wrong places.
  #rebuild() {
    clearTimeout(this.resizeTimer);
    this.resizeTimer = setTimeout(() => {
      this.built.clear();
      for (let i = this.near.from; i < this.near.to; i += 1) this.#need(i);
    }, 60);
  }

  /** Marks a span with the highlight "active" or "pending"; without a span only clears it. */
  mark(which, start, end) {
    const highlight = this[which];
    highlight.clear();
    if (start === undefined) return;
    for (const [, from, to] of this.index.pieces(start, end)) highlight.add(this.index.staticRange(from, to));
  }

  #clear(i) {
    for (const [highlight, range] of this.ranges.get(i) ?? []) highlight.delete(range);
    this.ranges.delete(i);
  }

  // Per colour the union of its codings (ranges inside one highlight do not add up), and an underline where many overlap.
  #paint(i) {
    this.#clear(i);
    const made = [];
    this.ranges.set(i, made);
    if (!supported) return;
    const block = this.index.blocks[i];
    const edges = [];
    for (const coding of this.model.byBlock[i]) {
      const start = Math.max(coding.start, block.cp);
      const end = Math.min(coding.end, block.end);
      const [colour] = this.model.mark(coding);
      if (end > start) edges.push([start, 1, colour], [end, -1, colour]);
    }
    edges.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const add = (highlight, start, end) => {
      const range = this.index.staticRange(start, end);
      highlight.add(range);
      made.push([highlight, range]);
    };
    const open = new Uint16Array(COLOURS);
    const since = new Float64Array(COLOURS);
    let depth = 0;
    let deepSince = 0;
    for (const [cp, direction, colour] of edges) {
      if (direction > 0) {
        if (open[colour] === 0) since[colour] = cp;
        open[colour] += 1;
        depth += 1;
        if (depth === DEEP) deepSince = cp;
      } else {
        open[colour] -= 1;
        if (open[colour] === 0 && cp > since[colour]) add(this.colours[colour], since[colour], cp);
        depth -= 1;
        if (depth === DEEP - 1 && cp > deepSince) add(this.deep, deepSince, cp);
      }
    }
  }

  // Reads only: the height of the paragraph, and top and bottom of every coding in it.
  #measure(i) {
    const block = this.index.blocks[i];
    const top = this.strips[i].getBoundingClientRect().top;
    const cache = new Map();
    const box = (cp) => {
      if (!cache.has(cp)) {
        const rect = this.index.characterRange(block, cp).getBoundingClientRect();
        cache.set(cp, [rect.top - top, rect.bottom - top]);
      }
      return cache.get(cp);
    };
    const items = [];
    for (const coding of this.model.byBlock[i].toSorted((a, b) => a.start - b.start || b.end - a.end)) {
      const start = Math.max(coding.start, block.cp);
      const end = Math.min(coding.end, block.end);
      if (end > start) items.push([coding, box(start)[0], box(end - 1)[1]]);
    }
    return { height: Math.max(block.el.offsetHeight, LABEL), items };
  }

  // Writes only.
  #draw(i, { height, items }) {
    const strip = this.strips[i];
    const focused = strip.contains(document.activeElement) ? document.activeElement.dataset.id : null;
    const fragment = document.createDocumentFragment();
    const lanes = [];
    const labels = [];
    let labelled = -LABEL;
    let unlabelled = 0;
    for (const [coding, from, to] of items) {
      let lane = lanes.findIndex((bottom) => bottom <= from + 1);
      if (lane < 0) lane = lanes.length;
      const codingMark = this.model.mark(coding);
      const codingClass = `${tone(codingMark)}${coding.doubt ? " doubt" : ""}${coding.held ? " held" : ""}`;
      if (lane < LANES) {
        lanes[lane] = to;
        const stripe = h("button", { type: "button", class: `stripe lane-${lane} ${codingClass}`, tabindex: "-1", dataset: { id: coding.id }, "aria-label": this.model.name(coding) });
        stripe.style.top = `${from}px`;
        stripe.style.height = `${Math.max(8, to - from - 2)}px`;
        fragment.append(stripe);
      }
      const at = Math.max(from, labelled + LABEL);
      if (at - from < LABEL_DRIFT && at + LABEL <= height + 4) {
        const label = h("span", { class: `stripe-label ${codingClass}${coding.memo ? " memo" : ""}`, dataset: { id: coding.id }, "aria-hidden": "true", title: this.model.name(coding) }, markOf(codingMark), this.model.name(coding));
        label.style.top = `${at}px`;
        fragment.append(label);
        labels.push([label, at]);
        labelled = at;
      } else unlabelled += 1;
    }
    const left = Math.max(FEW_LANES, lanes.length) * LANE + 6;
    for (const [label, at] of labels) {
      label.style.insetInlineStart = `${left}px`;
      if (unlabelled && at + LABEL > height - LABEL) label.classList.add("short");
    }
    if (unlabelled) {
      fragment.append(h("button", { type: "button", class: "more", tabindex: "-1", dataset: { block: i },
        "aria-label": ngettext("{n} more coding in this paragraph", "{n} more codings in this paragraph", unlabelled) }, `+${unlabelled}`));
    }
    const first = fragment.querySelector("button");
    if (first) first.tabIndex = 0;
    strip.replaceChildren(fragment);
    if (focused) strip.querySelector(`.stripe[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    this.built.add(i);
  }

  /** The stripe button of a coding, built now if need be. */
  stripe(coding) {
    for (const i of this.model.blocksOf(coding)) {
      if (!this.built.has(i)) this.#draw(i, this.#measure(i));
      const found = this.strips[i].querySelector(`.stripe[data-id="${CSS.escape(coding.id)}"]`);
      if (found) return found;
    }
    return null;
  }
}
