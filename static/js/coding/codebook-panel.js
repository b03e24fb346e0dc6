// The codebook beside the text: a tree of all codes with how often each stands in this document, found by name, pinyin, initials, number or another
// name; below it the card of the code at hand. The server renders templates/coder/_codebook.html. A press, or Enter, applies the code to the
// selected words, which a press does not take away; with Ctrl the panel stays for one more.
// Where the window is narrow the panel is a drawer, which the buttons [data-codebook] and the filter's key open.
import { h } from "ic/lib/dom.js";
import { markOf, nameOf, tone } from "ic/lib/mark.js";
import { gettext, ngettext } from "ic/lib/words.js";
import { find, wordsOf } from "ic/coding/finding.js";
import { listen } from "ic/coding/keyboard.js";
import { levelName } from "ic/coding/model.js";
import { whenShown } from "ic/coding/nearby.js";

// Rows that are made, and laid out, together: the first of them with the page, the others once it is there, or as soon as they are asked for.
// Of 400 boxes with content-visibility each frame of scrolling the text asked after each (1 ms).
const GROUP = 40;

// A row without its name, to be copied: made anew, 400 rows of five elements each were a tenth of what opening a text cost.
function blank({ mark, state }, depth) {
  const badge = { proposed: gettext("proposed"), private: gettext("own"), declined: gettext("declined") }[state];
  return h("div", { role: "treeitem", class: `depth-${Math.min(depth, 4)} ${tone(mark)}`, "aria-level": depth + 1, "aria-selected": "false" },
    h("i", { class: "fold", "aria-hidden": "true" }), markOf(mark), h("b", {}), badge && h("span", { class: "badge" }, badge), h("span", { class: "number" }));
}

export class CodebookPanel {
  constructor(aside, surface) {
    Object.assign(this, { aside, surface });
    this.filter = aside.querySelector("input");
    this.tree = aside.querySelector("[role=tree]");
    this.card = aside.querySelector("[data-card]");
    this.found = aside.querySelector("[data-found]");
    this.size = aside.querySelector("[data-size]");
    this.levels = aside.querySelector("[data-levels]");
    this.buttons = [...document.querySelectorAll("[data-codebook]")];
    this.current = null;
    this.folded = new Set();
    this.render();
    surface.root.addEventListener("ic-ready", () => whenShown(() => this.#make()), { once: true });
    aside.addEventListener("focusin", () => this.#make());
    aside.addEventListener("pointerover", () => this.#make(), { once: true });
    this.filter.addEventListener("input", () => this.#find());
    const acts = {
      step: (by) => this.#step(by),
      fold: (open, { target }) => !(target === this.filter && this.filter.value) && this.#fold(open),
      apply: (stay) => this.#apply(this.current, { stay }),
      focus: () => this.focus(),
      back: () => this.#back(),
    };
    listen(this.filter, surface.keys, "codebook", acts);
    listen(this.tree, surface.keys, ["tree", "codebook"], acts);
    this.tree.addEventListener("click", (event) => this.#click(event));
    // A press must not take the selected words away; one on the bar that scrolls the tree has the tree itself as its target.
    aside.addEventListener("pointerdown", (event) => {
      if (!event.target.closest("input, a, [role=tree]") || event.target.closest("[role=treeitem]")) event.preventDefault();
    });
    for (const button of this.buttons) {
      button.addEventListener("pointerdown", (event) => event.preventDefault());
      button.addEventListener("click", () => (this.drawn ? this.close() : this.focus()));
    }
    document.addEventListener("pointerdown", ({ target }) => {
      if (this.drawn && !aside.contains(target) && !target.closest("[data-codebook]")) this.#draw(false);
    });
    surface.addEventListener("change", () => (this.items === surface.model.items ? this.#count() : this.render()));
    surface.addEventListener("codes", () => this.render());
  }

  /** Whether somebody works in it: the words selected before are meant still. */
  get focused() {
    return this.aside.contains(document.activeElement);
  }

  get drawn() {
    return this.aside.hasAttribute("data-drawn");
  }

  /** Goes to the filter, and opens the drawer where there is one. */
  focus() {
    this.surface.palette.hide();
    this.#draw(true);
    this.filter.focus({ preventScroll: true });
    this.filter.select();
    return true;
  }

  /** Goes back to the text and to the words that were selected in it. */
  close() {
    this.#draw(false);
    this.surface.root.focus({ preventScroll: true });
  }

  #draw(open) {
    this.aside.toggleAttribute("data-drawn", open);
    for (const button of this.buttons) button.setAttribute("aria-expanded", String(open));
  }

  // ---- showing --------------------------------------------------------------------------------------------------------------

  /** Writes the tree: only when codes have changed. */
  render() {
    const { model } = this.surface;
    this.items = model.items;
    this.rows = new Map();
    this.blanks = new Map();
    const below = Map.groupBy(this.items, ({ code }) => (model.codes.has(code.parent) ? code.parent : null));
    const places = new Map();
    for (const { code } of this.items) {
      const above = this.rows.get(code.parent);
      const siblings = above ? code.parent : null;
      const place = (places.get(siblings) ?? 0) + 1;
      places.set(siblings, place);
      const row = { code, above, depth: above ? above.depth + 1 : 0, of: below.get(siblings).length, place, element: null, parent: below.has(code.id), own: 0, total: 0 };
      this.rows.set(code.id, row);
    }
    const all = [...this.rows.values()];
    const levels = Map.groupBy(all, ({ code }) => code.level);
    this.size.textContent = ngettext("{n} code", "{n} codes", all.length);
    this.levels.textContent = levels.size < 2 ? "" : [...levels].map(([level, { length }]) => `${levelName(level)}\u00a0${length}`).join(" · ");
    this.groups = Array.from({ length: Math.ceil(all.length / GROUP) }, (_, k) => {
      const rows = all.slice(k * GROUP, (k + 1) * GROUP);
      return { rows, element: h("div", { role: "none", class: "rows" }) };
    });
    this.tree.replaceChildren(...this.groups.map(({ element }) => element));
    if (!this.rows.has(this.current)) this.current = null;
    this.#make(this.made ? this.groups : this.groups.slice(0, 1));
    this.#find({ stay: true });
    this.#count();
  }

  // Makes the rows of groups that have none yet.
  #make(groups = this.groups) {
    if (groups === this.groups) this.made = true;
    for (const { rows, element } of groups) {
      if (element.hasChildNodes()) continue;
      for (const row of rows) this.#element(row);
      element.append(...rows.map((row) => row.element));
    }
  }

  #element(row) {
    const { code, depth } = row;
    const look = `${Math.min(depth, 4)} ${code.mark} ${code.state}`;
    if (!this.blanks.has(look)) this.blanks.set(look, blank(code, depth));
    const element = this.blanks.get(look).cloneNode(true);
    element.id = `ic-code-${code.id}`;
    element.dataset.id = code.id;
    element.setAttribute("aria-setsize", row.of);
    element.setAttribute("aria-posinset", row.place);
    const name = element.querySelector("b");
    name.title = name.textContent = code.name;
    element.lastChild.textContent = row.total || "";
    row.element = element;
    this.#dress(row);
  }

  // What is shown of a row, and how.
  #dress({ code, element, hidden, parent }) {
    if (!element) return;
    element.hidden = Boolean(hidden);
    element.classList.toggle("aside", Boolean(this.hits) && !this.hits.has(code.id));
    if (parent) element.setAttribute("aria-expanded", String(Boolean(this.hits) || !this.folded.has(code.id)));
  }

  /** Patches the numbers that are others now; what lies below a code is counted with it. */
  #count() {
    const own = this.surface.model.counts();
    const total = new Map();
    for (const [id, n] of own) for (let row = this.rows.get(id); row; row = row.above) total.set(row, (total.get(row) ?? 0) + n);
    for (const row of this.rows.values()) {
      row.own = own.get(row.code.id) ?? 0;
      const n = total.get(row) ?? 0;
      if (n === row.total) continue;
      row.total = n;
      if (row.element) row.element.lastChild.textContent = n || "";
    }
    this.#show();
  }

  #find({ stay = false } = {}) {
    const words = wordsOf(this.filter.value);
    const hits = words.length ? find(this.items, words) : null;
    this.hits = hits && new Set(hits.map(({ code }) => code.id));
    this.found.textContent = !hits ? "" : hits.length ? ngettext("{n} code found", "{n} codes found", hits.length) : gettext("No code has this name.");
    this.#lay();
    const kept = stay && this.rows.get(this.current)?.hidden === false;
    this.#mark(kept ? this.current : hits?.[0]?.code.id ?? null);
  }

  // What is shown: the hits with all that stands above them, or what no closed code hides.
  #lay() {
    const kept = new Set();
    for (const id of this.hits ?? []) for (let row = this.rows.get(id); row; row = row.above) kept.add(row);
    const closed = ({ above }) => Boolean(above) && (this.folded.has(above.code.id) || closed(above));
    for (const row of this.rows.values()) {
      row.hidden = this.hits ? !kept.has(row) : closed(row);
      this.#dress(row);
    }
    for (const { rows, element } of this.groups) {
      const shown = rows.filter(({ hidden }) => !hidden).length;
      element.hidden = !shown;
      element.style.setProperty("--rows", shown);
    }
  }

  #mark(id) {
    this.rows.get(this.current)?.element?.setAttribute("aria-selected", "false");
    this.current = id;
    const row = this.rows.get(id);
    if (row && !row.element) this.#make();
    for (const box of [this.filter, this.tree]) {
      if (row) box.setAttribute("aria-activedescendant", row.element.id);
      else box.removeAttribute("aria-activedescendant");
    }
    row?.element.setAttribute("aria-selected", "true");
    this.#show();
    row?.element.scrollIntoView({ block: "nearest" });
  }

  // The card of the code at hand.
  #show() {
    const row = this.rows.get(this.current);
    this.card.hidden = !row;
    if (!row) return;
    const { code, own, total } = row;
    const part = (name, text) => (text ? [h("dt", {}, name), h("dd", {}, text)] : []);
    const counts = [ngettext("{n} coding here", "{n} codings here", own), total > own && ngettext("{n} with what lies below", "{n} with what lies below", total)];
    this.card.replaceChildren(
      h("h2", { class: tone(code.mark) }, markOf(code.mark), nameOf(code)),
      h("p", { class: "tiny faint" }, [levelName(code.level), ...counts].filter(Boolean).join(" · ")),
      h("p", { class: "keep-lines" }, code.definition || gettext("No definition.")),
      h("dl", {}, ...part(gettext("Include when"), code.include), ...part(gettext("Exclude when"), code.exclude), ...part(gettext("Example"), code.example),
        ...part(gettext("Near miss"), code.nearMiss)));
  }

  // ---- choosing -------------------------------------------------------------------------------------------------------------

  #step(step) {
    const shown = [...this.rows.values()].filter(({ hidden }) => !hidden);
    const at = shown.findIndex(({ code }) => code.id === this.current);
    const next = shown[Math.max(0, Math.min(shown.length - 1, at < 0 && step < 0 ? 0 : at + step))];
    if (next) this.#mark(next.code.id);
  }

  // Opens (true) or closes a code; where there is nothing to open or close, goes below it or to what stands above it.
  #fold(open) {
    const row = this.rows.get(this.current);
    if (!row || this.hits) return;
    if (row.parent && this.folded.has(row.code.id) === open) this.#toggle(row.code.id);
    else if (open && row.parent) this.#step(1);
    else if (!open && row.above) this.#mark(row.above.code.id);
  }

  #toggle(id) {
    if (!this.folded.delete(id)) this.folded.add(id);
    this.#lay();
    if (this.rows.get(this.current)?.hidden) this.#mark(id);
  }

  #apply(id, { stay, quiet = false }) {
    const { surface } = this;
    if (!id || surface.readonly) return;
    if (!surface.selected()) {
      if (!quiet) surface.say(gettext("Select a passage first."));
      return;
    }
    if (surface.apply(id) && !stay) this.close();
  }

  #click(event) {
    const id = event.target.closest("[role=treeitem]")?.dataset.id;
    if (!id) return;
    if (event.target.matches(".fold") && this.rows.get(id).parent) {
      this.#toggle(id);
      return;
    }
    this.#mark(id);
    this.#apply(id, { stay: event.ctrlKey || event.metaKey, quiet: true });
  }

  #back() {
    if (!this.filter.value) {
      this.close();
      return;
    }
    this.filter.value = "";
    this.#find({ stay: true });
  }
}
