// What was done to what codes count as, to be taken back and done again: z and Z. The server knows what a person did last, also before
// this page was opened, and does one step; what has to be shown on the page at once is an entry of the page: {back, again}, functions
// that give the entry which is next.
import { api } from "ic/lib/page.js";

const NOTHING = ["nothing_done", "nothing_undone"];
const KEPT = {}; // stands for a step that the server did

/** The acts of one page in a project. `changed` is called when the server took a step. */
export class Acts {
  constructor(project, changed) {
    this.address = `/api/v1/projects/${encodeURIComponent(project)}/mapping`;
    this.changed = changed;
    this.done = [];
    this.undone = [];
  }

  /** Something was done that the page shows by itself: what was taken back before is not done again any more. */
  did(entry) {
    this.done.push(entry);
    this.undone = [];
  }

  async #step(from, to, verb) {
    const entry = from.at(-1) ?? KEPT;
    let next = KEPT;
    if (entry === KEPT) {
      try {
        await api(`${this.address}/${verb}`, { method: "POST" });
      } catch (error) {
        if (NOTHING.includes(error.problem?.code)) return false;
        throw error;
      }
      await this.changed();
    } else {
      next = { back: entry.again, again: entry.back, ...(await entry.back()) };
    }
    from.pop();
    to.push(next);
    return true;
  }

  /** Takes the last one back; false when there is none. */
  undo() {
    return this.#step(this.done, this.undone, "undo");
  }

  /** Does again what was taken back last; false when there is none. */
  redo() {
    return this.#step(this.undone, this.done, "redo");
  }
}
