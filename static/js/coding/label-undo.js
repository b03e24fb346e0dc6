// A label that was made for words goes when undo takes its only coding back, and comes again before that does. Both need the server: where it is
// away the label stays, without a coding.
import { ApiError, api } from "ic/lib/page.js";
import { gettext } from "ic/lib/words.js";

const KEY = "ic-labels-taken/";

export class LabelsOfUndo {
  /** `saved()` sends what waits and tells whether all of it is stored; `renew()` reads codes and labels again. */
  constructor(surface, { scope, urls, saved, renew }) {
    Object.assign(this, { surface, urls, saved, renew, key: KEY + scope });
    // label → the act that took it away
    this.taken = new Map(JSON.parse(sessionStorage.getItem(this.key) ?? "[]"));
    // label → its revision after it came again; another one than that was changed by its coder, who wants it
    this.again = new Map();
    this.line = Promise.resolve();
    surface.labels = this;
    surface.addEventListener("replayed", ({ detail }) => this.#then(() => this.#follow(detail)));
  }

  #then(work) {
    this.line = this.line.then(work).catch((error) => {
      if (!(error instanceof ApiError)) throw error; // the server says why a label stays, and that is nobody's question here
    });
    return this.line;
  }

  #keep() {
    sessionStorage.setItem(this.key, JSON.stringify([...this.taken]));
  }

  // The label of a coding that was taken back, if nothing has it and it is as it was made.
  #left({ kind, before }) {
    const { model } = this.surface;
    const code = kind === "delete" ? model.codes.get(before.code) : null;
    if (code?.state !== "private" || code.level !== "label" || code.revision !== (this.again.get(code.id) ?? 1)) return null;
    return [...model.codings.values()].some((coding) => coding.code === code.id) ? null : code;
  }

  async #follow(change) {
    if (!this.#left(change) || !(await this.saved())) return;
    const code = this.#left(change);
    if (!code) return;
    // Where it was used in another document, or for other words before, the server refuses.
    const { act } = await api(this.urls.own + code.id, { method: "DELETE", headers: { "If-Match": `"${code.revision}"` } });
    this.taken.set(code.id, act);
    this.#keep();
    await this.renew();
    this.surface.say(gettext("“{name}” was made for these words and went with them.", { name: code.name }));
  }

  /** Brings the label back that went with the change `undone`, which is made again next. */
  async before(undone) {
    await this.line;
    const id = undone?.kind === "delete" ? undone.before.code : null;
    if (!this.taken.has(id)) return;
    await this.#then(async () => {
      const { label } = await api(`${this.urls.acts}${this.taken.get(id)}/undo`, { method: "POST" });
      this.taken.delete(id);
      this.again.set(id, label.revision);
      this.#keep();
      await this.renew();
    });
  }
}
