// The memo on the document: <textarea id="document-memo" aria-describedby="ID">, kept by itself a moment after the last key, and when one leaves the
// field or the page, as a change like any other (change.js, outbox.js). What the disk does not have yet is remembered at each key, for a page that is
// torn down before. #ID says how it stands.
import { remember, remembered } from "ic/lib/local.js";
import { gettext } from "ic/lib/words.js";
import { Change } from "ic/coding/change.js";

const PAUSE = 1000;
const KEY = "ic-memo/";
const SIGN = "="; // an empty memo is one too

export class DocumentMemo {
  constructor(field, surface, scope) {
    Object.assign(this, { field, surface, key: KEY + scope, state: document.getElementById(field.getAttribute("aria-describedby")) });
    this.noted = field.value;
    this.#show();
    field.addEventListener("input", () => this.#later());
    field.addEventListener("blur", () => {
      this.#write();
      this.#show();
    });
    addEventListener("pagehide", () => this.#write());
    surface.addEventListener("change", () => this.#show());
  }

  /** Takes up what an earlier page could not hand to the outbox, and follows what becomes of it there. */
  follow(box) {
    const left = remembered(this.key);
    if (left !== null) {
      this.field.value = left.slice(SIGN.length);
      this.#write();
    }
    const { id } = Change.memo(this.surface.document, "", "");
    const says = { added: gettext("Memo kept in this browser, not sent yet"), done: gettext("Memo saved"), refused: gettext("Memo not saved: see “Needs attention”") };
    for (const [type, words] of Object.entries(says)) {
      box.addEventListener(type, ({ detail: { record } }) => {
        const mine = [record].flat().find((each) => each.id === id);
        if (!mine) return;
        if (mine.body.memo === this.field.value) remember(this.key, "");
        this.state.textContent = words;
        this.state.classList.toggle("error", type === "refused");
      });
    }
  }

  #later() {
    remember(this.key, SIGN + this.field.value);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#write(), PAUSE);
  }

  #write() {
    clearTimeout(this.timer);
    if (this.field.value === this.noted) return;
    this.noted = this.field.value;
    this.surface.writeMemo(this.noted);
  }

  // Another tab, or an earlier page whose memo still waits, has other words than the field: they are shown where nobody types.
  #show() {
    const { memo } = this.surface.model;
    if (memo === this.field.value || this.field.value !== this.noted || document.activeElement === this.field) return;
    this.field.value = memo;
    this.noted = memo;
  }
}
