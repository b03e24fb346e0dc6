// What was done on this page to what codes count as, to be taken back and done again: z and Z.
// An entry is the identifier of an act of the mapping, or {back, again}: functions that give the entry which is next.
import { api } from "ic/lib/page.js";

/** The acts of one page in a project. `changed` is called when an act of the mapping was reversed. */
export class Acts {
  constructor(project, changed = () => {}) {
    this.address = `/api/v1/projects/${encodeURIComponent(project)}/mapping`;
    this.changed = changed;
    this.done = [];
    this.undone = [];
  }

  /** Something was done: what was taken back before is not done again any more. */
  did(entry) {
    this.done.push(entry);
    this.undone = [];
  }

  async #reverse(entry) {
    if (typeof entry !== "string") return { back: entry.again, again: entry.back, ...(await entry.back()) };
    const { id } = await api(`${this.address}/${entry}/undo`, { method: "POST" });
    await this.changed();
    return id;
  }

  /** The latest act that stands, of those that the project keeps: what was done before this page was opened. */
  async #latest() {
    const acts = await api(`${this.address}?limit=50`);
    return acts.find((act) => !act.undone_by_id && !act.undoes_id)?.id;
  }

  /** Takes the last one back; false when there is none. */
  async undo() {
    const entry = this.done.at(-1) ?? await this.#latest();
    if (!entry) return false;
    const next = await this.#reverse(entry);
    this.done.pop();
    this.undone.push(next);
    return true;
  }

  /** Does again what was taken back last; false when there is none. */
  async redo() {
    const entry = this.undone.at(-1);
    if (!entry) return false;
    const next = await this.#reverse(entry);
    this.undone.pop();
    this.done.push(next);
    return true;
  }
}
