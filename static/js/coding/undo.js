// Undo and redo: a stack of changes, each of which knows its inverse.
const DEPTH = 500;

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
}
