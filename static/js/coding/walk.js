// Unit by unit: the units of the document one after another, each with what became of it:
//   coded     a coding of one's own touches it, whatever else was said
//   no_code   its coder said that no code applies      skipped   left out: a missing value      unseen   nothing was done or said
// The unit at hand is the selection, so that keys, palette and codebook apply to it as to any selected words.
import { Change } from "ic/coding/change.js";
import { unitsOf } from "ic/coding/columns.js";
import { Edges } from "ic/coding/edges.js";
import { firstOver, lastAtMost } from "ic/coding/offsets.js";
import { UnitBar } from "ic/coding/unit-bar.js";
import { STATES, placeName } from "ic/coding/unit-words.js";
import { announce } from "ic/lib/dom.js";
import { resource } from "ic/lib/page.js";
import { gettext } from "ic/lib/words.js";

export class Walk {
  /** `within`: the element at whose end the bar is put. */
  constructor(surface, within) {
    this.surface = surface;
    this.within = within;
    this.#take(surface.model.units);
    this.on = false;
    this.at = 0;
    this.states = null;
    surface.addEventListener("change", () => {
      this.states = null;
      if (this.on) this.show();
    });
  }

  #take(units) {
    this.units = units;
    this.starts = units?.map(([start]) => start);
    this.ends = units?.map(([, end]) => end);
  }

  get unit() {
    return this.surface.model.unit;
  }

  get here() {
    return this.units[this.at];
  }

  async toggle() {
    if (this.on) {
      this.leave();
      return;
    }
    // Of free spans the sentences come when they are wanted.
    if (!this.units) this.#take(unitsOf(await resource(`${location.pathname}/units`)));
    this.begin();
  }

  begin(at = this.#nearest()) {
    const { surface } = this;
    if (!this.units?.length) {
      surface.say(gettext("This text has no units to go through."));
      return;
    }
    this.on = true;
    this.bar ??= new UnitBar(this);
    this.edges ??= new Edges(surface, this);
    this.within.append(this.bar.element);
    document.body.classList.add("walking");
    surface.palette.hide();
    this.go(at);
    surface.root.focus({ preventScroll: true });
  }

  leave() {
    this.on = false;
    this.edges.clear();
    this.bar.element.remove();
    document.body.classList.remove("walking");
    this.surface.clearSelection();
    this.surface.caret.set(this.here[0]);
    this.surface.say(gettext("No longer unit by unit"));
    this.surface.root.focus({ preventScroll: true });
  }

  /** What became of unit k. */
  state(k) {
    this.states ??= this.#look();
    return this.states[k];
  }

  #look() {
    const { model } = this.surface;
    const states = this.units.map(([start]) => model.said.get(start) ?? "unseen");
    for (const { start, end } of model.codings.values()) {
      for (let k = firstOver(this.ends, start + 1); k < states.length && this.units[k][0] < end; k += 1) states[k] = "coded";
    }
    return states;
  }

  /** The numbers of all units by state: {coded: [k, …], …}. */
  byState() {
    const found = Object.fromEntries(STATES.map((state) => [state, []]));
    for (let k = 0; k < this.units.length; k += 1) found[this.state(k)].push(k);
    return found;
  }

  /** Stands at unit k, and selects it. */
  go(k) {
    this.at = Math.max(0, Math.min(this.units.length - 1, k));
    const [start, end] = this.here;
    const { surface } = this;
    surface.caret.set(start);
    getSelection().setBaseAndExtent(...surface.index.position(start), ...surface.index.position(end));
    surface.select([start, end]);
    this.#reveal();
    this.show();
    announce(`${placeName(this.unit, this.at + 1, this.units.length)}: ${surface.index.text(start, end)}`);
  }

  /** The unit at a code point, or the one before it: a press in the text goes there. */
  goTo(cp) {
    this.go(lastAtMost(this.starts, cp));
  }

  /** The next unit of which nothing is known; from the first again after the last. */
  nextUnseen() {
    const all = this.units.length;
    for (let step = 1; step <= all; step += 1) {
      const k = (this.at + step) % all;
      if (this.state(k) === "unseen") {
        this.go(k);
        return;
      }
    }
    this.surface.say(gettext("Every unit was looked at: you can submit."));
  }

  /** Says of a unit that no code applies ("no_code"), that it is skipped ("skipped"), or takes that back (the same again). */
  say(kind, k = this.at) {
    const { surface } = this;
    const [start] = this.units[k];
    if (surface.readonly) return;
    if (this.state(k) === "coded") {
      surface.say(gettext("This unit has codings: delete them first."));
      return;
    }
    const before = surface.model.said.get(start) ?? null;
    surface.sayOfUnit(Change.unit(start, before, before === kind ? null : kind));
  }

  /** Shows how things stand, after anything has changed. */
  show() {
    this.bar.show();
    this.edges.show();
  }

  #nearest() {
    const { surface } = this;
    const cp = surface.selection?.[0] ?? surface.caret.place?.focus ?? surface.caret.firstVisible();
    return Math.max(0, lastAtMost(this.starts, cp));
  }

  // Keeps the unit between the head of the page and the bar.
  #reveal() {
    const rect = this.surface.index.range(...this.here).getBoundingClientRect();
    const low = innerHeight - this.bar.element.offsetHeight - 40;
    const high = 130;
    if (rect.top < high || rect.bottom > low) window.scrollBy({ top: rect.top - Math.max(high, Math.min(innerHeight * 0.35, low - rect.height)) });
  }
}
