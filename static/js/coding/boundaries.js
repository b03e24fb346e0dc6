// Moving the ends of a coding: to the next stop by character, word or sentence (by whole units where units are coded), or to any place.
import { announce } from "ic/lib/dom.js";
import { gettext } from "ic/lib/words.js";

export class Boundaries {
  constructor(surface) {
    this.surface = surface;
  }

  /** Moves the "start" or "end" of a coding "out" or "in" by one "character", "word" or "sentence"; never empties it. */
  move(coding, edge, way, size = "word") {
    const { surface } = this;
    const step = (edge === "end") === (way === "out") ? 1 : -1;
    let at = coding[edge];
    let span;
    // On over a place where the coding would be another one of the same code once more.
    do {
      const to = this.#stop(at, step, edge, size);
      span = to === at ? null : this.#allowed({ ...coding, [edge]: to });
      at = to;
    } while (span && surface.model.duplicate(coding.code, ...span));
    if (!span) surface.say(way === "out" ? gettext("It reaches as far as it can") : gettext("It cannot become shorter"));
    else this.set(coding, span);
  }

  /** Gives a coding another span, as one change; refused with a sentence where the same code has these words already. */
  set(coding, [start, end]) {
    const { surface } = this;
    surface.clearSelection();
    if (surface.model.duplicate(coding.code, start, end)) {
      surface.say(gettext("This passage already has “{name}”.", { name: surface.model.name(coding) }));
      return;
    }
    surface.edit(coding, { start, end });
    surface.painter.mark("active", coding.start, coding.end);
    surface.handles?.place();
    announce(surface.index.text(coding.start, coding.end));
  }

  /** The span of a coding with an end near cp: whole graphemes or units, no blank at its ends, never empty. */
  near({ start, end }, edge, cp) {
    const { index } = this.surface;
    if (edge === "start") start = Math.min(index.snap(cp, -1), index.snap(end - 1, -1));
    else end = Math.max(index.snap(cp, 1), index.snap(start + 1, 1));
    return this.#allowed({ start, end }) ?? null;
  }

  #allowed({ start, end }) {
    if (start >= end) return null;
    const { index, model } = this.surface;
    const tidy = index.tidy(start, end);
    return tidy && model.toUnits(...tidy);
  }

  // An end never lies at a blank: the server would take that off again.
  #stop(cp, step, edge, size) {
    const { index, model } = this.surface;
    const next = model.units || size === "word" ? (at) => model.stop(at, step, edge) : (at) => this[size](at, step, edge);
    let at = cp;
    for (;;) {
      const before = at;
      at = next(at);
      if (at === before) return cp;
      const beside = edge === "end" ? index.text(at - 1, at) : index.text(at, at + 1);
      if (beside.trim()) return at;
    }
  }

  character(cp, step) {
    const { index } = this.surface;
    const block = index.blocks[index.at(step > 0 ? cp : Math.max(0, cp - 1))];
    if (step > 0) return cp < block.end ? index.snap(cp + 1, 1) : index.blocks[block.i + 1]?.cp ?? cp;
    return cp > block.end ? block.end : Math.max(block.cp, index.snap(cp - 1, -1));
  }

  sentence(cp, step, edge) {
    const { index } = this.surface;
    for (let i = index.at(step > 0 ? cp : Math.max(0, cp - 1)); index.blocks[i]; i += step) {
      const points = index.sentences(i).map(([start, end]) => (edge === "end" ? end : start));
      const found = step > 0 ? points.find((point) => point > cp) : points.findLast((point) => point < cp);
      if (found !== undefined) return found;
    }
    return cp;
  }
}
