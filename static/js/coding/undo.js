// Undo and redo. An entry is {type: "create" | "delete" | "edit", id, before, after}: enough to go both ways.
const DEPTH = 500;

export class UndoStack {
  constructor() {
    this.clear();
  }

  clear() {
    this.done = [];
    this.undone = [];
  }

  /** Remembers what was just done; what had been undone before cannot be redone any more. */
  push(entry) {
    this.done.push(entry);
    if (this.done.length > DEPTH) this.done.shift();
    this.undone = [];
  }

  /** The entry to apply in order to undo (its inverse), or null. */
  undo() {
    const entry = this.done.pop();
    if (!entry) return null;
    this.undone.push(entry);
    return inverse(entry);
  }

  /** The entry to apply in order to redo, or null. */
  redo() {
    const entry = this.undone.pop();
    if (!entry) return null;
    this.done.push(entry);
    return entry;
  }
}

function inverse({ type, id, before, after }) {
  const opposite = { create: "delete", delete: "create", edit: "edit" }[type];
  return { type: opposite, id, before: after, after: before };
}
