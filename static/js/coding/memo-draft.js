// The memo on a coding while it is typed: it becomes a change when its box is left. A tab that is closed or torn down before leaves the words here,
// and the next page of the document takes them up; where their coding is gone they are offered (orphans.js).
import { remember, remembered } from "ic/lib/local.js";

const DRAFT = "ic-draft/";

export class MemoDraft {
  /** `scope` names person, round and document. */
  constructor(surface, scope) {
    Object.assign(this, { surface, key: DRAFT + scope });
    surface.addEventListener("typed", ({ detail: { coding, memo } }) => {
      remember(this.key, memo === coding.memo ? "" : JSON.stringify({ coding, memo }));
    });
  }

  /** Takes up what an earlier page left, and from now on lets go of what the outbox has. */
  follow(box) {
    box.addEventListener("added", ({ detail: { record } }) => this.#let(record.id, record.body?.memo));
    const { surface } = this;
    const left = JSON.parse(remembered(this.key));
    if (!left) return;
    const coding = surface.model.codings.get(left.coding.id);
    const kept = coding?.memo === left.memo;
    // Without its coding it goes to what needs attention, which keeps it from now on.
    surface.edit(coding ?? left.coding, { memo: left.memo });
    if (kept || !coding) this.#let(left.coding.id, left.memo);
  }

  #let(id, memo) {
    const left = JSON.parse(remembered(this.key));
    if (left?.coding.id === id && left.memo === memo) remember(this.key, "");
  }
}
