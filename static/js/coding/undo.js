// Undo and redo: a stack of changes, each of which knows its inverse. A group of changes is one step.
// It outlives a reload of the page, in this tab.
import { gettext, ngettext } from "ic/lib/words.js";
import { Change } from "ic/coding/change.js";

const DEPTH = 500;
const KEY = "ic-undo/";

/** Changes that were made in one act, and are taken back in one. */
export class Group {
  /** `act`: "split" or "join" for what is made whole or not at all; `back`: it takes one back. */
  constructor(changes, act = null, back = false) {
    Object.assign(this, { changes, act, back });
  }

  get size() {
    return this.changes.length;
  }

  /** When it was done, where that was before this page. */
  get at() {
    return this.changes.at(-1)?.at;
  }

  get id() {
    return this.changes[0]?.id;
  }

  /** What it is called, given the name of the code of its first coding. */
  named(name) {
    if (this.act === "split") return gettext("Splitting of “{name}”", { name });
    if (this.act === "join") return gettext("Joining of “{name}”", { name });
    return ngettext("{n} coding made in one act: {name}", "{n} codings made in one act: {name}", this.size, { name });
  }

  inverse() {
    return new Group(this.changes.toReversed().map((change) => change.inverse()), this.act, !this.back);
  }

  /** Whether it can be made in a model now: one act only with all its parts as they were. */
  possibleIn(model) {
    return !this.act || this.changes.every((change) => change.possibleIn(model));
  }

  /** Makes each; one that could not be made (`make` returns nothing) belongs to the group no more: taking it back would change something else. */
  make(make) {
    // So the server knows them for one act on another day, too. What takes an act back is none: both are forgotten there.
    const mark = !this.back && (this.act || this.size > 1) ? crypto.randomUUID() : null;
    for (const change of this.changes) change.together = mark;
    this.changes = this.changes.filter((change) => make(change));
    return this.size;
  }

  /** What is said after it was taken back or made again. */
  done() {
    if (this.act === "split") return this.back ? gettext("The split is taken back") : gettext("Split again");
    if (this.act === "join") return this.back ? gettext("The joining is taken back") : gettext("Joined again");
    return this.changes[0]?.kind === "delete"
      ? ngettext("{n} coding taken back. Ctrl+Y makes it again.", "{n} codings taken back. Ctrl+Y makes them again.", this.size)
      : ngettext("{n} coding is there again", "{n} codings are there again", this.size);
  }
}

const written = (change) => (change instanceof Group
  ? { group: change.changes.map(written), act: change.act, back: change.back }
  : { kind: change.kind, id: change.id, before: change.before, after: change.after, at: change.at });
const again = ({ group, act, back, kind, id, before, after, at }) => (group ? new Group(group.map(again), act, back) : Object.assign(new Change(kind, id, before, after), { at }));
const idsOf = (change) => (change instanceof Group ? change.changes.map(({ id }) => id) : [change.id]);

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

  /** Puts what was done before under what was done here. */
  under(changes) {
    this.made = [...changes, ...this.made].slice(-DEPTH);
  }

  /** What would be undone next. */
  get next() {
    return this.made.at(-1);
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
    const ids = new Set([...this.made, ...this.unmade].flatMap(idsOf));
    const removed = [...model.removed.values()].filter((coding) => ids.has(coding.id));
    sessionStorage.setItem(KEY + scope, JSON.stringify({ made: this.made.map(written), unmade: this.unmade.map(written), removed }));
  }

  /** Takes up what was written down, before what was done since; what cannot be made any more is passed over when its turn comes. */
  takeUp(scope, model) {
    const kept = sessionStorage.getItem(KEY + scope);
    if (!kept) return;
    sessionStorage.removeItem(KEY + scope);
    const { made, unmade, removed } = JSON.parse(kept);
    this.under(made.map(again));
    this.unmade = this.made.length > made.length ? [] : unmade.map(again);
    for (const coding of removed) if (!model.codings.has(coding.id) && !model.removed.has(coding.id)) model.removed.set(coding.id, coding);
  }
}
