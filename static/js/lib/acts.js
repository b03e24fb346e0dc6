// What was done to what codes count as, to be taken back and done again: z and Z. The server knows what a person did last, also before
// this page was opened, and does one step; what has to be shown on the page at once is an entry of the page: {back, again}, functions
// that give the entry which is next.
import { ask } from "ic/controllers/confirm.js";
import { api } from "ic/lib/page.js";
import { gettext } from "ic/lib/words.js";

const NOTHING = ["nothing_done", "nothing_undone"];
const OLDER = "older";
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
        if (!(await this.#send(verb))) return true; // not wanted, after all
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

  /** Has the server take a step; what was done days ago only after a yes. Returns whether it did. */
  async #send(verb) {
    const step = (body) => api(`${this.address}/${verb}`, { method: "POST", body, keepalive: true });
    if (verb !== "undo") return Boolean(await step());
    try {
      return Boolean(await step({ older: false }));
    } catch (error) {
      if (error.problem?.code !== OLDER) throw error;
      const asked = { confirm: error.message, confirmTitle: gettext("Take back what you did another day?"), confirmYes: gettext("Take it back") };
      return (await ask(asked)) && Boolean(await step({ older: true }));
    }
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
