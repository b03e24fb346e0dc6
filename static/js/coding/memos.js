// The person's own memos of the document: on the document itself and on codings, in the order of the text, found by words. The server renders
//   <section class="own-memos" data-memos data-of-document="memo"> <h2 id="memos-title"></h2> <input type="search" role="combobox" aria-controls="memo-list" …>
//     <ul role="listbox" id="memo-list"></ul> <p data-none>what to do where there is none</p> </section>
import { h } from "ic/lib/dom.js";
import { markOf } from "ic/lib/mark.js";
import { gettext, ngettext } from "ic/lib/words.js";
import { listen } from "ic/coding/keyboard.js";
import { fold } from "ic/coding/model.js";

const QUOTE = 60;

export class MemoList {
  constructor(section, surface) {
    Object.assign(this, { section, surface });
    this.title = section.querySelector("h2");
    this.box = section.querySelector("input");
    this.list = section.querySelector("[role=listbox]");
    this.none = section.querySelector("[data-none]");
    this.document = document.getElementById("document-memo");
    this.current = null;
    this.box.addEventListener("input", () => this.#show());
    listen(this.box, surface.keys, "memos", { step: (by) => this.#step(by), go: () => this.#go(this.current ?? undefined), back: () => this.#back() });
    this.list.addEventListener("click", (event) => this.#go(event.target.closest("[role=option]")?.dataset.id));
    this.document?.addEventListener("input", () => this.#later());
    surface.addEventListener("change", () => this.#later());
    surface.addEventListener("codes", () => this.#later());
    surface.addEventListener("memos", () => this.focus());
    this.render();
  }

  focus() {
    if (this.box.hidden) {
      this.surface.say(this.none.textContent.trim());
      return;
    }
    this.box.focus();
    this.box.select();
  }

  #later() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.render();
    });
  }

  /** Reads the memos anew; the list is built again where one of them is another. */
  render() {
    const { model, index } = this.surface;
    const own = (this.document?.value ?? this.section.dataset.ofDocument).trim();
    const rows = own ? [{ id: "", memo: own, name: gettext("On the whole document"), quote: "" }] : [];
    const codings = [...model.codings.values()].filter((coding) => coding.memo).sort((a, b) => a.start - b.start || b.end - a.end);
    for (const coding of codings) {
      const quote = index.text(coding.start, Math.min(coding.end, coding.start + QUOTE));
      rows.push({ id: coding.id, memo: coding.memo, name: model.name(coding), mark: model.mark(coding), quote: coding.end > coding.start + QUOTE ? `${quote}…` : quote });
    }
    const said = JSON.stringify(rows);
    if (said === this.said) return;
    this.said = said;
    this.rows = rows.map((row) => ({ ...row, hay: fold(`${row.memo} ${row.name} ${row.quote}`) }));
    this.box.hidden = !rows.length;
    this.none.hidden = Boolean(rows.length);
    this.#show();
  }

  #show() {
    const words = fold(this.box.value).split(/\s+/).filter(Boolean);
    const found = this.rows.filter(({ hay }) => words.every((word) => hay.includes(word)));
    this.title.textContent = words.length
      ? ngettext("My memos: {found} of {n}", "My memos: {found} of {n}", this.rows.length, { found: found.length })
      : ngettext("My memos: {n}", "My memos: {n}", this.rows.length);
    this.list.replaceChildren(...found.map(({ id, memo, name, mark, quote }) => h("li", { id: `ic-memo-${id || "document"}`, role: "option", dataset: { id } },
      h("span", { class: "memo-about" }, mark && markOf(mark), h("b", {}, name), quote && h("q", { lang: this.surface.root.lang || null }, quote)),
      h("span", { class: "memo-words" }, memo))));
    if (!found.length && this.rows.length) this.list.append(h("li", { class: "tiny faint", role: "option", "aria-disabled": "true" }, gettext("No memo has these words.")));
    if (!found.some(({ id }) => id === this.current)) this.current = found[0]?.id ?? null;
    this.#mark();
  }

  #options() {
    return [...this.list.querySelectorAll("[role=option]:not([aria-disabled])")];
  }

  #mark() {
    let active = "";
    for (const option of this.#options()) {
      const chosen = option.dataset.id === this.current;
      option.setAttribute("aria-selected", String(chosen));
      if (chosen) active = option.id;
    }
    this.box.setAttribute("aria-activedescendant", active);
  }

  #step(by) {
    const options = this.#options();
    const at = options.findIndex(({ dataset }) => dataset.id === this.current);
    const option = options[Math.max(0, Math.min(options.length - 1, at + by))];
    this.current = option?.dataset.id ?? null;
    this.#mark();
    option?.scrollIntoView({ block: "nearest" });
  }

  #back() {
    if (!this.box.value) {
      this.surface.root.focus({ preventScroll: true });
      return;
    }
    this.box.value = "";
    this.#show();
  }

  #go(id) {
    if (id === undefined) return;
    this.current = id;
    this.#mark();
    if (!id) {
      this.document.scrollIntoView({ block: "nearest" });
      this.document.focus();
      return;
    }
    const coding = this.surface.model.codings.get(id);
    if (!coding) return;
    this.surface.root.focus({ preventScroll: true });
    this.surface.goTo(coding);
  }
}
