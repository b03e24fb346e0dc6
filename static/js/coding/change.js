// A change of the coder's layer in one object: put into the model, turned round for undo, written down for the outbox, sent, found again.
//   create  a new coding     edit  other fields of one     delete, restore  away, and back again     code  a new label of the codebook
//   unit    what is said of a unit without codings     memo  the memo on the document: of those that wait the last is sent
// The version of a coding grows by one with every change; a request names the version that it starts from (If-Match).
import { newKey } from "ic/lib/keys.js";
import { gettext } from "ic/lib/words.js";

const FIELDS = ["code", "start", "end", "memo", "doubt", "typical"];
const NONE = { memo: "", doubt: 0, typical: false };
// Before doubts had degrees, whether there was one was said; an outbox may still hold that.
const inDegrees = (fields) => (typeof fields?.doubt === "boolean" ? { ...fields, doubt: Number(fields.doubt) } : fields);
const fieldsOf = (coding) => Object.fromEntries(FIELDS.map((name) => [name, coding[name]]));
const differing = (coding, fields) => Object.entries(fields).filter(([name, value]) => coding[name] !== value);

// `apply(model, change, next)` returns the coding and the blocks to paint, or null where the change cannot be made; `next` is the version
// that the coding gets. `stored(coding, record)`: does what the server has show that the change arrived?
const KINDS = {
  create: {
    method: "PUT",
    opposite: "delete",
    apply(model, { id, after }) {
      if (model.codings.has(id)) return null;
      const coding = model.add({ id, ...NONE, ...after, version: 1 });
      return { coding, blocks: model.blocksOf(coding) };
    },
    body: ({ after }) => after,
    named: (name) => gettext("Coding “{name}”", { name }),
  },
  edit: {
    method: "PATCH",
    opposite: "edit",
    apply(model, { id, after }, next) {
      const coding = model.codings.get(id);
      return coding ? { coding, blocks: model.change(coding, { ...after, version: next }) } : null;
    },
    body: ({ after }) => after,
    stored: (coding, { ifMatch, body }) => coding?.version === ifMatch + 1 && !differing(coding, inDegrees(body)).length,
    named: (name) => gettext("Change of “{name}”", { name }),
    done: (name) => gettext("Changed: {name}", { name }),
  },
  delete: {
    method: "DELETE",
    opposite: "restore",
    apply(model, { id }, next) {
      const coding = model.codings.get(id);
      if (!coding) return null;
      const blocks = model.blocksOf(coding);
      model.remove(coding);
      coding.version = next;
      return { coding, blocks };
    },
    body: () => undefined,
    stored: (coding) => !coding,
    named: (name) => gettext("Deletion of “{name}”", { name }),
    done: (name) => gettext("Deleted: {name}. Ctrl+Z brings it back.", { name }),
  },
  restore: {
    method: "PATCH",
    opposite: "delete",
    apply(model, { id, after }, next) {
      if (model.codings.has(id) || !model.codes.has(model.removed.get(id)?.code ?? after.code)) return null; // with its label gone it cannot
      // As it is remembered here: another tab may have changed it since this change was noted.
      const coding = model.add(Object.assign(model.removed.get(id) ?? { id, ...NONE, ...after }, { version: next }));
      return { coding, blocks: model.blocksOf(coding) };
    },
    body: () => ({ deleted: false }),
    stored: (coding, { ifMatch }) => coding?.version === ifMatch + 1,
    named: (name) => gettext("Return of “{name}”", { name }),
    done: (name) => gettext("Back again: {name}", { name }),
  },
  unit: {
    method: "PUT",
    opposite: "unit",
    apply(model, { after: { start, kind } }) {
      if ((model.said.get(start) ?? null) === kind) return null;
      if (kind) model.said.set(start, kind);
      else model.said.delete(start);
      return { coding: null, blocks: [], start };
    },
    body: ({ after }) => after,
    named: (name) => gettext("Unit without codings: {name}", { name }),
    done: (_, { kind }) => ({ no_code: gettext("No code here"), skipped: gettext("Skipped: a missing value") }[kind] ?? gettext("Taken back: not looked at")),
  },
  memo: {
    method: "PUT",
    apply(model, { after: { memo } }) {
      if (model.memo === memo) return null;
      model.memo = memo;
      return { coding: null, blocks: [] };
    },
    body: ({ after }) => after,
    named: () => gettext("Memo on this document"),
  },
  code: {
    method: "PUT",
    apply(model, { id, after }) {
      if (!model.codes.has(id)) model.addCode(after);
      return { coding: null, blocks: [] };
    },
    body: ({ after: { name, level, parent, passage, reason } }) => ({ name, level, parent, ...(passage && { passage, reason }) }),
    named: (name) => gettext("New label “{name}”", { name }),
  },
};

export class Change {
  /** `before` and `after` are fields of the coding: all of them, or for an edit those that change; null where there is none. */
  constructor(kind, id, before, after) {
    Object.assign(this, { kind, id, before: inDegrees(before), after: inDegrees(after) });
    this.rules = KINDS[kind];
  }

  static create(fields) {
    return new Change("create", newKey(), null, { ...NONE, ...fields });
  }

  /** Null when the coding has these fields already. */
  static edit(coding, fields) {
    const changed = differing(coding, fields);
    if (!changed.length) return null;
    return new Change("edit", coding.id, Object.fromEntries(changed.map(([name]) => [name, coding[name]])), Object.fromEntries(changed));
  }

  static delete(coding) {
    return new Change("delete", coding.id, fieldsOf(coding), null);
  }

  /** What is said of the unit that begins at `start`: "no_code", "skipped" or null. */
  static unit(start, before, kind) {
    return new Change("unit", `unit-${start}`, { start, kind: before }, { start, kind });
  }

  static memo(document, before, memo) {
    return new Change("memo", `memo-${document}`, { memo: before }, { memo });
  }

  static code(code) {
    return new Change("code", code.id, null, code);
  }

  /** The change that a record of the outbox stands for. */
  static of({ kind, id, body, whole, code }) {
    return new Change(kind, id, null, { create: body, edit: body, restore: whole, unit: body, memo: body, code }[kind] ?? null);
  }

  /** Whether it adds to the codebook and not to the codings. */
  get ofCodebook() {
    return this.kind === "code";
  }

  /** Whether it says something of a unit. */
  get ofUnit() {
    return this.kind === "unit";
  }

  /** Whether it is the memo on the document. */
  get ofMemo() {
    return this.kind === "memo";
  }

  /** The change that takes this one back. */
  inverse() {
    return new Change(this.rules.opposite, this.id, this.after, this.before);
  }

  /** Whether the coding is as this change found it: what belongs to one act with others is made only then. */
  possibleIn(model) {
    const coding = model.codings.get(this.id);
    if (this.kind === "create" || this.kind === "restore") return !coding;
    const plain = (value) => (typeof value === "string" ? value.trim() : value);
    return Boolean(coding) && Object.entries(this.before).every(([name, value]) => plain(coding[name]) === plain(value));
  }

  /** Makes it in the model: {coding, blocks, ifMatch}, or null where it cannot be made now or would change nothing. */
  applyTo(model) {
    const coding = model.codings.get(this.id) ?? model.removed.get(this.id);
    if (this.kind === "edit" && coding && !differing(coding, this.after).length) return null;
    return this.repeatIn(model, coding?.version);
  }

  /** Puts it into a model although it was made elsewhere (by an earlier page or another tab), from the version named there. */
  repeatIn(model, ifMatch) {
    const made = this.rules?.apply(model, this, (ifMatch ?? 0) + 1);
    return made && { ...made, ifMatch };
  }

  /** The request, and what else the outbox keeps of it, given what applyTo() returned. */
  request({ coding, ifMatch }, urls) {
    const { kind, id } = this;
    const { method } = this.rules;
    const body = this.rules.body(this);
    if (this.ofUnit) return { kind, id, method, url: urls.empty_units, body, needs: [] };
    if (this.ofMemo) return { kind, id, method, url: urls.memo, body, needs: [], instead: true };
    if (this.ofCodebook) return { kind, id, method, url: urls.codes + this.after.key, body, needs: [], code: this.after };
    const more = this.together ? { together: this.together } : {};
    return { kind, id, method, url: urls.codings + id, body, ifMatch, needs: [coding.code], whole: fieldsOf(coding), ...more };
  }

  /** Whether the coding that the server has (undefined for none) shows that the record's request took effect. */
  isStored(coding, record) {
    return Boolean(this.rules.stored?.(coding, record));
  }

  /** What it is called while it waits. */
  named(name) {
    return this.rules?.named(name) ?? name;
  }

  /** What is said after it was made. */
  done(name) {
    return this.rules.done?.(name, this.after) ?? "";
  }
}
