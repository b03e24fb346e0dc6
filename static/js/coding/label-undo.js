// A label that was made for words goes when undo takes its only coding back, and comes again before that does. Where the server is away it goes
// from the page at once, is noted in this browser, and goes there once the outbox has sent all that was done before; until then redo needs no server.
import { ApiError, api } from "ic/lib/page.js";
import { gettext } from "ic/lib/words.js";

const KEY = "ic-labels-taken/";
const LEAVING = "ic-labels-leaving/";

// No answer that stays: the outbox asks again after these, too.
const away = (error) => !error.status || error.status >= 500 || [401, 408, 425, 429].includes(error.status);

export class LabelsOfUndo {
  /** `saved()` sends what waits and tells whether all of it is stored; `renew()` reads codes and labels again. */
  constructor(surface, { scope, urls, saved, renew }) {
    Object.assign(this, { surface, urls, saved, renew, key: KEY + scope, leavingKey: LEAVING + scope });
    // label → the act that took it away
    this.taken = new Map(JSON.parse(sessionStorage.getItem(this.key) ?? "[]"));
    // label → its revision after it came again; another one than that was changed by its coder, who wants it
    this.again = new Map();
    this.line = Promise.resolve();
    surface.steps.labels = this;
    for (const [id] of this.#noted()) surface.model.away.add(id);
    this.#stayUsed();
    if (this.leaving.size) this.#show();
    surface.addEventListener("replayed", ({ detail }) => this.#then(() => this.#follow(detail)));
    // Once all of what changed has been put in: of what waits a coding may be made and taken away again.
    surface.addEventListener("change", () => this.leaving.size && this.#then(() => this.#stayUsed()));
    surface.root.addEventListener("ic-saved", () => this.#then(() => this.#send()));
    this.#then(() => this.#send());
  }

  /** Labels that go once the server is there: identifier → label. */
  get leaving() {
    return new Map(this.#noted());
  }

  #noted() {
    return JSON.parse(localStorage.getItem(this.leavingKey) ?? "[]");
  }

  #note(notes) {
    if (notes.size) localStorage.setItem(this.leavingKey, JSON.stringify([...notes]));
    else localStorage.removeItem(this.leavingKey);
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

  #used(id) {
    return [...this.surface.model.codings.values()].some((coding) => coding.code === id);
  }

  // The label of a coding that was taken back, if nothing has it and it is as it was made.
  #left({ kind, before }) {
    const { model } = this.surface;
    const code = kind === "delete" ? model.codes.get(before.code) : null;
    if (code?.state !== "private" || code.level !== "label" || code.revision !== (this.again.get(code.id) ?? 1)) return null;
    return this.#used(code.id) ? null : code;
  }

  #show() {
    this.surface.model.setCodes([...this.surface.model.codes.values()]);
    for (const type of ["codes", "change", "recent"]) this.surface.dispatchEvent(new CustomEvent(type));
  }

  async #follow(change) {
    if (!this.#left(change)) return;
    const sent = await this.saved();
    const code = this.#left(change);
    if (!code) return;
    try {
      if (sent) await this.#take(code);
    } catch (error) {
      if (!(error instanceof ApiError && away(error))) throw error;
    }
    if (!this.taken.has(code.id)) {
      this.#note(this.leaving.set(code.id, code));
      this.surface.model.away.add(code.id);
      this.#show();
    }
    this.surface.say(gettext("“{name}” was made for these words and went with them.", { name: code.name }));
  }

  // Where it was used in another document, or for other words before, the server refuses.
  async #take(code) {
    const { act } = await api(this.urls.own + code.id, { method: "DELETE", headers: { "If-Match": `"${code.revision}"` } });
    this.taken.set(code.id, act);
    this.#keep();
    await this.renew();
  }

  // After all that waited: a label that some other tab or another document uses stays, by the server's word.
  async #send() {
    for (const code of this.leaving.values()) {
      if (!(await this.saved())) return;
      try {
        if (this.leaving.has(code.id)) await this.#take(code);
        this.#stay(code.id);
      } catch (error) {
        if (!(error instanceof ApiError) || away(error)) throw error;
        this.#stay(code.id);
        await this.renew();
      }
    }
  }

  // It goes no more, or has gone.
  #stay(id) {
    const { leaving } = this;
    leaving.delete(id);
    this.#note(leaving);
    this.surface.model.away.delete(id);
  }

  // What another tab coded with it meanwhile.
  #stayUsed() {
    for (const code of this.leaving.values()) if (this.#used(code.id)) this.#back(code);
  }

  #back(code) {
    this.#stay(code.id);
    this.surface.model.addCode(code);
    this.#show();
  }

  /** Brings the label back that went with the change `undone`, which is made again next. */
  async before(undone) {
    await this.line;
    const id = undone?.kind === "delete" ? undone.before.code : null;
    const code = this.leaving.get(id);
    if (code) this.#back(code);
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
