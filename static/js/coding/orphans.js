// Memos whose coding went away while they were typed, in another tab or by another change: kept in this browser until the person decides.
import { h } from "ic/lib/dom.js";
import { gettext } from "ic/lib/words.js";

const KEY = "ic-memos/";

export class Orphans {
  /** `scope` names person, round and document. */
  constructor(scope) {
    this.key = KEY + scope;
  }

  /** What is kept: [{coding, memo, name, quote}]. */
  all() {
    return JSON.parse(localStorage.getItem(this.key) ?? "[]");
  }

  keep(orphan) {
    this.#write([...this.all().filter(({ coding }) => coding.id !== orphan.coding.id), orphan]);
  }

  drop(id) {
    this.#write(this.all().filter(({ coding }) => coding.id !== id));
  }

  #write(all) {
    if (all.length) localStorage.setItem(this.key, JSON.stringify(all));
    else localStorage.removeItem(this.key);
  }

  /** Adds them to the list of what needs attention; `acts` = {bringBack(orphan), discard(orphan)}. */
  show(list, { bringBack, discard }) {
    const all = this.all();
    list.append(...all.map((orphan) => h("li", { dataset: { id: orphan.coding.id } },
      h("strong", {}, gettext("Memo on “{name}”, whose coding was deleted meanwhile", { name: orphan.name })),
      h("q", {}, orphan.quote),
      h("p", { class: "keep-lines" }, orphan.memo),
      h("div", { class: "row" },
        h("button", { type: "button", class: "btn compact", onclick: () => bringBack(orphan) }, gettext("Bring the coding back with it")),
        h("button", { type: "button", class: "btn compact danger", onclick: () => discard(orphan) }, gettext("Discard"))))));
    if (!all.length) return;
    list.hidden = false;
    const box = list.closest("[data-attention]");
    if (box) box.hidden = false;
  }
}
