// What the coder did in this document before this tab was there: taken back after what was done here, as the server knows it.
import { ask } from "ic/controllers/confirm.js";
import { Change } from "ic/coding/change.js";
import { Group } from "ic/coding/undo.js";
import { resource } from "ic/lib/page.js";
import { gettext } from "ic/lib/words.js";

// What was done longer ago is no slip of the hand.
const LATELY = 12 * 3600 * 1000;
const FIELDS = ["code", "start", "end", "memo", "doubt", "typical"];
const fieldsOf = (content) => content && Object.fromEntries(FIELDS.map((name) => [name, content[name]]));

function changed(before, after) {
  const names = FIELDS.filter((name) => before[name] !== after[name]);
  return [before, after].map((fields) => Object.fromEntries(names.map((name) => [name, fields[name]])));
}

/** The change that an act of the history was. */
function changeOf({ at, id, start, before, after }) {
  let change;
  if (id === null) change = Change.unit(start, before, after);
  else if (before && after) change = new Change("edit", id, ...changed(fieldsOf(before), fieldsOf(after)));
  else change = new Change(after ? "create" : "delete", id, fieldsOf(before), fieldsOf(after));
  change.at = at;
  return change;
}

// Of splitting the rest is the part that is shorter now, of joining the coding that went into another one; coding all matches only makes codings.
const actOf = (changes) => (changes.some(({ kind }) => kind === "delete") ? "join" : changes.some(({ kind }) => kind === "edit") ? "split" : null);

/** The steps that acts of the history were: what was done in one act is one. */
function stepsOf(acts, usable) {
  const groups = new Map();
  const steps = [];
  for (const act of acts) {
    const change = changeOf(act);
    if (!act.together) steps.push([change]);
    else if (groups.has(act.together)) groups.get(act.together).push(change);
    else {
      groups.set(act.together, [change]);
      steps.push(groups.get(act.together));
    }
  }
  const together = new Set(groups.values());
  return steps.filter((changes) => changes.every(usable)).map((changes) => (together.has(changes) ? new Group(changes, actOf(changes)) : changes[0]));
}

export class Earlier {
  #agreed = false;

  /** `saved` resolves to whether the server has all that was done here. */
  constructor(surface, saved) {
    Object.assign(this, { surface, saved });
  }

  /** Puts what still stands under what can be undone in this tab, where nothing is left of that. Returns what is said where there is nothing. */
  async takeUp() {
    const { undoStack, model } = this.surface;
    const nothing = gettext("Nothing to undo");
    if (undoStack.made.length) return nothing;
    const known = (await this.saved()) ? await resource(`${location.pathname}/history`).catch(() => null) : null;
    if (!known) return gettext("Nothing to undo here; what was done before is known to the server alone");
    for (const coding of known.deleted) if (!model.codings.has(coding.id) && !model.removed.has(coding.id)) model.removed.set(coding.id, coding);
    const usable = (fields) => !fields?.code || model.codes.has(fields.code);
    undoStack.under(stepsOf(known.acts, ({ before, after }) => usable(before) && usable(after)));
    return nothing;
  }

  /** Whether the change that comes next is meant: what was done on another day is named, and asked for once. */
  async means(change) {
    if (this.#agreed || !change?.at || Date.now() - change.at < LATELY) return true;
    const { model } = this.surface;
    const coding = model.codings.get(change.id) ?? model.removed.get(change.id);
    const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }).format(change.at);
    this.#agreed = await ask({
      confirm: `${day} · ${change.named(coding ? model.name(coding) : change.done(""))}`,
      confirmTitle: gettext("Take back what you did another day?"),
      confirmYes: gettext("Take it back"),
    });
    return this.#agreed;
  }
}
