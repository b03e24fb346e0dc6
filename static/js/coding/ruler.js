// The whole document in a strip at the right edge of the text: where codings are, in their tones, and which part the window shows. A press or a
// drag goes there. It is for the eye and the pointer: keys have PageDown, n and p and the page's own find, so that it is hidden from readers of screens.
import { h } from "ic/lib/dom.js";
import { tone } from "ic/lib/mark.js";
import { whenIdle } from "ic/coding/nearby.js";

const LANES = 3;
const LEAST = 10;
const SOON = 120;
const PART_CLASS = "ruler-part";
const EDGE = "ruler-edge";
const sizeOf = ({ offsetWidth, offsetHeight }) => `${offsetWidth} ${offsetHeight}`;

export class Ruler {
  constructor(surface, within) {
    this.surface = surface;
    this.canvas = h("canvas", {});
    this.window = h("canvas", { class: "ruler-window" });
    this.probes = h("div", { hidden: true });
    this.element = h("div", { class: "ruler" }, this.canvas, this.window, this.probes);
    within.append(h("div", { class: "ruler-rail", "aria-hidden": "true" }, this.element));
    this.colours = new Map();
    for (const name of ["change", "codes", "shown"]) surface.addEventListener(name, () => this.draw());
    surface.root.addEventListener("ic-placed", () => this.draw());
    new ResizeObserver(() => this.size !== sizeOf(this.element) && this.draw()).observe(this.element);
    const recoloured = () => {
      this.colours.clear();
      this.draw();
    };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recoloured);
    new MutationObserver(recoloured).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    addEventListener("scroll", () => this.#soon(), { passive: true });
    this.element.addEventListener("pointerdown", (event) => this.#press(event));
    this.element.addEventListener("pointermove", (event) => this.element.hasPointerCapture(event.pointerId) && this.#go(event));
    this.#draw();
  }

  // However much changes at once, it is drawn once, a moment later: what was just done is seen at the words first.
  draw() {
    clearTimeout(this.drawing);
    this.drawing = setTimeout(() => whenIdle(() => this.#draw()), SOON);
  }

  #soon() {
    this.moving ??= requestAnimationFrame(() => {
      this.moving = null;
      this.#move();
    });
  }

  // The colours that are not known yet, all asked for at once: each question makes the browser work out its styles.
  #learn(names) {
    const unknown = [...names].filter((name) => !this.colours.has(name));
    if (!unknown.length) return;
    const probes = unknown.map((name) => h("b", { class: name }));
    this.probes.append(...probes);
    probes.forEach((probe, k) => this.colours.set(unknown[k], getComputedStyle(probe).color));
    this.probes.replaceChildren();
  }

  // Where a code point is in the text, in px, by the table of the paragraphs' places.
  #place(cp, i = this.surface.index.at(cp)) {
    const { index, painter } = this.surface;
    const block = index.blocks[i];
    const { tops, bottoms } = painter.near;
    return tops[i] + (bottoms[i] - tops[i]) * Math.min(1, (cp - block.cp) / Math.max(1, block.n));
  }

  #draw() {
    const { surface, canvas, element } = this;
    const { index, painter, model, root } = surface;
    const { offsetWidth: width, offsetHeight: height } = element;
    if (!width || !painter.near.known) return;
    this.size = sizeOf(element);
    const scale = devicePixelRatio;
    const pen = canvas.getContext("2d");
    for (const one of [canvas, this.window]) {
      // To give a canvas its own size again is a change of the page, too.
      if (one.width !== Math.round(width * scale)) one.width = Math.round(width * scale);
      if (one.height !== Math.round(height * scale)) one.height = Math.round(height * scale);
    }
    pen.resetTransform();
    pen.scale(scale, scale);
    pen.clearRect(0, 0, width, height);
    this.per = height / Math.max(1, root.offsetHeight);
    // A mark for each tone and lane of a pixel: what lies under another one there is not drawn.
    const names = [null];
    const taken = Array.from({ length: LANES }, () => new Uint16Array(height + 1));
    const numberOf = (name) => (names.includes(name) ? names.indexOf(name) : names.push(name) - 1);
    const toneOf = new Map(); // code → the number of its tone: most codings share it with others
    model.byBlock.forEach((codings, i) => {
      const { cp, end } = index.blocks[i];
      for (const coding of codings) {
        if (coding.start < cp) continue; // it began in a paragraph before
        const weight = painter.weight(coding);
        if (!weight) continue;
        if (weight === 2 && !toneOf.has(coding.code)) toneOf.set(coding.code, numberOf(tone(model.mark(coding))));
        const known = weight < 2 ? numberOf("quiet") : toneOf.get(coding.code);
        const from = Math.floor(this.#place(coding.start, i) * this.per);
        const to = Math.max(from, Math.floor(this.#place(coding.end, coding.end <= end ? i : undefined) * this.per) - 1);
        let lane = taken.findIndex((rows) => !rows[from] || rows[from] === known);
        if (lane < 0) lane = LANES - 1;
        taken[lane].fill(known, from, to + 1);
      }
    });
    this.#learn(new Set([PART_CLASS, EDGE, ...names.slice(1)]));
    const wide = (width - 4) / LANES;
    taken.forEach((rows, lane) => rows.forEach((known, y) => {
      if (!known) return;
      pen.fillStyle = this.colours.get(names[known]);
      pen.fillRect(2 + lane * wide, y, wide - 1, 1.5);
    }));
    this.shown = Math.min(height, Math.max(LEAST, (innerHeight - element.getBoundingClientRect().top) * this.per));
    this.at = null;
    this.#move();
  }

  // Drawn, not moved: any change of the DOM or of a style at a scroll makes the browser check every highlight, and paint all words again.
  #move() {
    const { element, shown } = this;
    if (!this.per) return;
    const top = (element.getBoundingClientRect().top - this.surface.root.getBoundingClientRect().top) * this.per;
    const at = Math.max(0, Math.min(element.offsetHeight - shown, top));
    if (this.at !== null && Math.abs(at - this.at) * devicePixelRatio < 0.5) return;
    this.at = at;
    const { width, height } = this.window;
    const pen = this.window.getContext("2d");
    const [from, high] = [Math.round(at * devicePixelRatio), Math.round(shown * devicePixelRatio)];
    pen.clearRect(0, 0, width, height);
    pen.fillStyle = this.colours.get(PART_CLASS);
    pen.fillRect(0, from, width, high);
    pen.fillStyle = this.colours.get(EDGE);
    pen.fillRect(0, from, width, 1);
    pen.fillRect(0, from + high - 1, width, 1);
  }

  #press(event) {
    if (event.button) return;
    event.preventDefault(); // the selected words stay, and the focus
    this.element.setPointerCapture(event.pointerId);
    this.#go(event);
  }

  // What was pressed comes to the middle of the window.
  #go({ clientY }) {
    const y = clientY - this.element.getBoundingClientRect().top;
    const { root } = this.surface;
    const top = root.getBoundingClientRect().top + scrollY;
    scrollTo({ top: top + y / this.per - innerHeight / 2, behavior: "instant" });
  }
}
