// Steps back and on again: what the coder did here, in this tab before, and, as the server knows it, before this tab was there.
import { gettext } from "ic/lib/words.js";
import { Group } from "ic/coding/undo.js";

export class Steps {
  /** `make(change)` makes a change without remembering it, says it, and returns its coding, or nothing where it cannot be made. */
  constructor(surface, make) {
    Object.assign(this, { surface, make });
    // Set by the page once they are there: labels that go and come with their words; what was done before; when the outbox was read.
    this.labels = null;
    this.earlier = null;
    this.takenUp = null;
  }

  // What was done before the page was loaded again is taken up once the outbox is open: a key pressed before that means it, too.
  // One after the other, since undo may ask the server: what is pressed meanwhile is about what it leaves.
  undo() { return this.#inTurn(() => this.#undo()); }

  redo() {
    return this.#inTurn(async () => {
      const { undoStack } = this.surface;
      await this.labels?.before(undoStack.unmade.at(-1));
      this.#replay(() => undoStack.redo(), gettext("Nothing to redo"));
    });
  }

  #inTurn(step) {
    this.last = Promise.allSettled([this.last, this.takenUp]).then(step);
    return this.last;
  }

  async #undo() {
    const { undoStack } = this.surface;
    const nothing = await this.earlier?.takeUp();
    if (await this.earlier?.means(undoStack.next)) this.#replay(() => undoStack.undo(), nothing);
  }

  // Another tab may have made a change impossible (the coding is gone): the one before it is meant then.
  #replay(next, otherwise) {
    const { surface } = this;
    for (let change = next(); change; change = next()) {
      if (change instanceof Group) {
        if (!surface.together(change, { remember: false })) continue;
        const { codings, removed } = surface.model;
        const [first] = change.changes.map(({ id }) => codings.get(id) ?? removed.get(id)).filter(Boolean);
        if (first) surface.reveal(first);
        surface.say(change.done());
        return;
      }
      const coding = this.make(change);
      if (coding) {
        surface.reveal(coding);
        surface.dispatchEvent(new CustomEvent("replayed", { detail: change }));
        return;
      }
    }
    surface.say(otherwise);
  }
}
