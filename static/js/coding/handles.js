// Handles at both ends of the coding at hand, for mouse, pen and finger. The coding is drawn while an end is dragged; what is left at the end
// is one change. A knob between the lines is taken hold of, never a place on the words: these are selected again for one more code. Escape puts it back. For the eye and the pointer only: keys move the ends as well (boundaries.js).
import { h } from "ic/lib/dom.js";
import { listen } from "ic/coding/keyboard.js";

const EDGE = 70;
const PACE = 12;
const EDGES = ["start", "end"];

export class Handles {
  constructor(surface) {
    this.surface = surface;
    this.drag = null;
    if (surface.readonly) return;
    this.elements = Object.fromEntries(EDGES.map((edge) => [edge, h("span", { class: `coding-handle at-${edge}`, "aria-hidden": "true", hidden: true }, h("i"))]));
    for (const edge of EDGES) this.elements[edge].addEventListener("pointerdown", (event) => this.#take(event, edge));
    surface.root.append(...Object.values(this.elements));
    surface.addEventListener("change", () => this.place());
    // Lines break elsewhere when the text becomes narrower or its letters larger.
    new ResizeObserver(() => this.place()).observe(surface.root);
    listen(document, surface.keys, () => (this.drag ? "dragging" : []), { giveUp: () => this.#drop(false) }, { capture: true });
    this.place();
  }

  /** Stands at the ends of the coding at hand; nowhere while other words are selected. */
  place() {
    if (!this.elements || this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = null;
      this.#place();
    });
  }

  #place() {
    const { surface } = this;
    const coding = this.drag?.coding ?? (this.#besides() ? null : surface.current);
    const shown = Boolean(coding) && surface.model.codings.has(coding.id) && !(surface.model.units?.length < 2);
    for (const edge of EDGES) this.elements[edge].hidden = !shown;
    if (!shown) return;
    const origin = surface.root.getBoundingClientRect();
    for (const edge of EDGES) {
      const { x, top, bottom } = this.#at(coding, edge);
      const { style } = this.elements[edge];
      style.left = `${x - origin.left + surface.root.scrollLeft}px`;
      style.top = `${top - origin.top + surface.root.scrollTop}px`;
      style.height = `${bottom - top}px`;
    }
  }

  #besides() {
    const { selection, current } = this.surface;
    return Boolean(selection) && !(selection[0] === current?.start && selection[1] === current.end);
  }

  // Where an end is in the window: beside its outermost character, on the side from which the script is read.
  #at({ start, end }, edge) {
    const { index } = this.surface;
    const from = edge === "start" ? start : index.snap(end - 1, -1);
    const boxes = index.range(from, edge === "start" ? index.snap(start + 1, 1) : end).getClientRects();
    const box = (edge === "start" ? boxes[0] : boxes[boxes.length - 1]) ?? this.surface.root.getBoundingClientRect();
    const block = index.blocks[index.at(from)].el;
    const leftwards = getComputedStyle(block).direction === "rtl";
    this.elements[edge].classList.toggle("leftwards", leftwards);
    return { x: (edge === "start") === leftwards ? box.right : box.left, top: box.top, bottom: box.bottom };
  }

  #take(event, edge) {
    const { surface } = this;
    const coding = surface.model.codings.get(surface.current?.id);
    if (event.button || !coding) return;
    event.preventDefault();
    event.stopPropagation();
    surface.palette.hide();
    surface.menu.close();
    surface.clearSelection();
    const { x, top, bottom } = this.#at(coding, edge);
    const element = this.elements[edge];
    // The end follows the pointer at the distance at which it was taken: a finger lies below its words.
    this.drag = { edge, element, coding, id: event.pointerId, before: [coding.start, coding.end], version: coding.version, off: [x - event.clientX, (top + bottom) / 2 - event.clientY], to: [event.clientX, event.clientY] };
    element.setPointerCapture(event.pointerId);
    element.classList.add("held");
    surface.root.classList.add("dragging"); // the words below the handles are meant, not the handles
    surface.painter.mark("active", coding.start, coding.end);
    this.ended = new AbortController();
    const { signal } = this.ended;
    element.addEventListener("pointermove", (moved) => { this.drag.to = [moved.clientX, moved.clientY]; }, { signal });
    element.addEventListener("pointerup", (last) => {
      this.drag.to = [last.clientX, last.clientY];
      this.#follow();
      this.#drop(true);
    }, { signal });
    element.addEventListener("pointercancel", () => this.#drop(false), { signal });
    this.#frame();
  }

  #frame() {
    requestAnimationFrame(() => {
      if (!this.drag) return;
      const [, y] = this.drag.to;
      if (y < EDGE) scrollBy(0, -PACE);
      else if (y > innerHeight - EDGE) scrollBy(0, PACE);
      this.#follow();
      if (this.drag) this.#frame();
    });
  }

  // Draws the coding as it would be.
  #follow() {
    const { surface, drag: { edge, coding, version, to, off } } = this;
    if (surface.model.codings.get(coding.id) !== coding || coding.version !== version) {
      this.#end(); // another tab has changed it meanwhile
      return;
    }
    const cp = surface.index.nearest(to[0] + off[0], to[1] + off[1]);
    const span = cp === null ? null : surface.boundaries.near(coding, edge, cp);
    if (span) this.#draw(span);
  }

  #draw([start, end]) {
    const { surface, drag: { coding } } = this;
    if (coding.start === start && coding.end === end) return;
    surface.painter.repaint(surface.model.change(coding, { start, end }));
    surface.painter.mark("active", start, end);
    this.#place();
  }

  #drop(keep) {
    const { surface, drag } = this;
    if (!drag) return;
    const { coding, before } = drag;
    const span = [coding.start, coding.end];
    this.#draw(before);
    this.#end();
    if (keep && span.join() !== before.join()) surface.boundaries.set(coding, span);
    surface.root.focus({ preventScroll: true });
  }

  #end() {
    this.drag.element.classList.remove("held");
    this.surface.root.classList.remove("dragging");
    this.ended.abort();
    this.drag = null;
    this.#place();
  }
}
