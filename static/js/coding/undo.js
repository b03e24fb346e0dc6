// Undo and redo: a stack of changes, each of which knows its inverse. It outlives a reload of the page, in this tab.
import { Change } from "ic/coding/change.js";

const DEPTH = 500;
const KEY = "ic-undo/";

export class UndoStack {
  constructor() {
    this.clear();
  }

  clear() {
    this.made = [];
    this.unmade = [];
  }

  /** Remembers what was just done; what had been undone before cannot be redone any more. */
  push(change) {
    this.made.push(change);
    if (this.made.length > DEPTH) this.made.shift();
    this.unmade = [];
  }

  /** The change to make in order to undo, or null. */
  undo() {
    return UndoStack.#turn(this.made, this.unmade);
  }

  /** The change to make in order to redo, or null. */
  redo() {
    return UndoStack.#turn(this.unmade, this.made);
  }

  static #turn(from, to) {
    const inverse = from.pop()?.inverse() ?? null;
    if (inverse) to.push(inverse);
    return inverse;
  }

  /** Writes down what can be undone and redone in `scope`, with the codings that are away and may come back. */
  keep(scope, model) {
    const ids = new Set([...this.made, ...this.unmade].map((change) => change.id));
    const removed = [...model.removed.values()].filter((coding) => ids.has(coding.id));
    const written = (changes) => changes.map(({ kind, id, before, after }) => ({ kind, id, before, after }));
    sessionStorage.setItem(KEY + scope, JSON.stringify({ made: written(this.made), unmade: written(this.unmade), removed }));
  }

  /** Takes up what was written down, before what was done since; what cannot be made any more is passed over when its turn comes. */
  takeUp(scope, model) {
    const kept = sessionStorage.getItem(KEY + scope);
    if (!kept) return;
    sessionStorage.removeItem(KEY + scope);
    const { made, unmade, removed } = JSON.parse(kept);
    const again = ({ kind, id, before, after }) => new Change(kind, id, before, after);
    this.made = [...made.map(again), ...this.made].slice(-DEPTH);
    this.unmade = this.made.length > made.length ? [] : unmade.map(again);
    for (const coding of removed) if (!model.codings.has(coding.id) && !model.removed.has(coding.id)) model.removed.set(coding.id, coding);
  }
}
