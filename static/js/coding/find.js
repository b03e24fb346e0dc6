// Finding in the open document: a bar above the text with what was found, step by step, each ready to be coded; and all of it coded in one act.
// The matching is done by a worker (searching.js), which is ended when it takes too long: a pattern can run for years over one paragraph.
import { h } from "ic/lib/dom.js";
import { remember, remembered } from "ic/lib/local.js";
import { resource } from "ic/lib/page.js";
import { gettext } from "ic/lib/words.js";
import { CodeAll } from "ic/coding/code-all.js";
import { FindEverywhere, toBeFound } from "ic/coding/find-everywhere.js";
import { listen } from "ic/coding/keyboard.js";

const PATIENCE = 1500;
const PAUSE = 120;
const SETTLED = 80;
const MARGIN = 48;
// What is remembered of a person who does not find by pinyin.
const LITERALLY = "no-pinyin";

const LETTERS = /^[\p{Script=Latin}\p{M}\s'’]+$/u;

const option = (label) => {
  const box = h("input", { type: "checkbox" });
  return [box, h("label", { class: "find-option" }, box, label)];
};
const action = (label, onclick, more = {}) => h("button", { type: "button", class: "btn compact", onclick, ...more }, label);

export class Find {
  constructor(surface) {
    this.surface = surface;
    this.asked = 0;
    this.hits = [];
    this.at = -1;
    this.plan = null;
    this.highlight = typeof Highlight === "undefined" ? new Set() : new Highlight();
    if (globalThis.CSS?.highlights && this.highlight.constructor !== Set) {
      this.highlight.priority = 35;
      CSS.highlights.set("ic-hit", this.highlight);
    }
    document.addEventListener("scroll", () => this.#later(), { passive: true });
  }

  /** Whether the person is in the bar: what is selected in the text stays meanwhile. */
  get focused() {
    return Boolean(this.bar?.contains(document.activeElement));
  }

  #make() {
    const { surface } = this;
    this.box = h("input", { type: "search", class: "control", "aria-label": gettext("Find in this text"), autocomplete: "off", spellcheck: "false" });
    this.count = h("output", { class: "small", "aria-live": "polite" });
    const [whole, wholeLabel] = option(gettext("Whole words"));
    const [regular, regularLabel] = option(gettext("Regular expression"));
    const [pinyin, pinyinLabel] = option(gettext("Pinyin"));
    pinyinLabel.title = gettext("Chinese words by their pinyin or its initials: “fengxian” and “fx” find 风险");
    pinyinLabel.hidden = !/\p{Script=Han}/u.test(surface.root.textContent);
    const mine = `ic-find/${surface.me}`;
    pinyin.checked = !pinyinLabel.hidden && remembered(mine) !== LITERALLY;
    pinyin.addEventListener("change", () => remember(mine, pinyin.checked ? "" : LITERALLY));
    Object.assign(this, { whole, regular, pinyin });
    const [everywhere, everywhereLabel] = option(gettext("In all my documents"));
    this.scope = everywhere;
    everywhere.addEventListener("change", () => this.#search());
    this.everywhere = new FindEverywhere(surface.root.dataset.searching, (start) => this.goTo(start));
    const key = (act, ...values) => surface.keys.shown("find", act, ...values);
    this.together = new CodeAll(this, action);
    this.all = action(gettext("Code all matches…"), () => this.together.choose(), { disabled: true, hidden: surface.readonly });
    this.bar = h("div", { class: "find", role: "search", lang: document.documentElement.lang, hidden: true },
      // Two groups, each of which keeps together: what has no room goes below as a whole, and never as one button alone.
      h("div", { class: "find-rows" },
        h("div", { class: "row tight find-main" }, this.box, this.count,
          action("↑", () => this.#step(-1), { "aria-label": gettext("Previous match"), title: key("step", -1) }),
          action("↓", () => this.#step(1), { "aria-label": gettext("Next match"), title: key("step") }),
          this.all, action("✕", () => this.hide(), { "aria-label": gettext("Close"), title: key("back") })),
        h("div", { class: "row tight" }, pinyinLabel, wholeLabel, regularLabel, everywhereLabel)),
      this.together.el, this.everywhere.el);
    surface.root.prepend(this.bar);
    this.box.addEventListener("input", () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this.#search(), PAUSE);
    });
    for (const box of [pinyin, whole, regular]) {
      box.addEventListener("change", () => {
        pinyin.disabled = regular.checked;
        this.#search();
      });
    }
    listen(this.bar, surface.keys, "find", {
      step: (by, { target }) => target === this.box && this.#step(by),
      back: () => (this.together.plan ? this.together.settle() : this.hide()),
    });
    // What is done in the bar is no act on the text around it (nor is a key, see keyboard.js: a second Ctrl+F is the browser's).
    for (const kind of ["pointerdown", "click"]) this.bar.addEventListener(kind, (event) => event.stopPropagation());
  }

  show() {
    if (!this.bar) this.#make();
    const opened = this.bar.hidden;
    this.from = this.surface.selected()?.[0] ?? this.surface.caret.firstVisible();
    this.bar.hidden = false;
    this.box.focus({ preventScroll: true });
    this.box.select();
    if (opened && this.box.value) this.#search();
  }

  /** From a match in another document: the same is looked for here, from that match on, and the list of all of them is there again. */
  arrive() {
    const wanted = toBeFound(location.hash);
    if (!wanted?.query) return;
    if (!this.bar) this.#make();
    this.box.value = wanted.query;
    for (const mode of ["pinyin", "whole", "regular"]) this[mode].checked = wanted[mode];
    this.pinyin.disabled = wanted.regular;
    this.scope.checked = true;
    this.show();
    [this.from] = wanted.span;
  }

  /** Goes to the match that begins or lies at a code point. */
  goTo(start) {
    const at = this.hits.findIndex((hit) => hit[1] > start);
    if (at < 0) return;
    this.at = at;
    this.#show();
  }

  /** Back to the text; what was found last is selected there. */
  hide() {
    this.bar.hidden = true;
    this.together.settle();
    this.#end();
    this.everywhere.hide();
    this.highlight.clear();
    this.hits = [];
    this.surface.root.focus({ preventScroll: true });
  }

  // ---- searching ------------------------------------------------------------------------------------------------------------

  #end() {
    clearTimeout(this.patience);
    clearTimeout(this.typing);
    if (this.waiting) {
      this.worker?.terminate();
      this.worker = null;
    }
    this.waiting = false;
    this.typing = null;
  }

  // How the characters of the text are read, asked for when letters are first looked for; what else is found does not wait for the lack of it.
  async #learn() {
    this.read = await resource(`${location.pathname}/pinyin`).catch(() => null);
  }

  async #search() {
    const { index, root } = this.surface;
    this.#end();
    this.together.settle();
    const query = this.regular.checked ? this.box.value : this.box.value.trim();
    const pinyin = this.pinyin.checked && !this.regular.checked && LETTERS.test(query);
    if (query && this.scope.checked) this.everywhere.look({ query, pinyin, whole: this.whole.checked, regular: this.regular.checked });
    else this.everywhere.hide();
    if (!query) {
      this.asked += 1;
      this.#found([], "");
      return;
    }
    this.asked += 1;
    const n = this.asked;
    this.waiting = true;
    if (pinyin && !this.read) {
      this.learning ??= this.#learn();
      await this.learning;
      this.learning = null;
      if (n !== this.asked || !this.waiting) return;
    }
    if (!this.worker) {
      this.worker = new Worker(root.dataset.searching, { type: "module" });
      this.worker.addEventListener("message", ({ data }) => this.#heard(data));
      this.worker.addEventListener("error", () => this.#fail(gettext("This browser cannot search here. Use its own search (Ctrl+F once more).")));
      this.worker.postMessage({ texts: index.blocks.map(({ el }) => el.textContent) });
    }
    if (pinyin && this.read && !this.worker.learnt) {
      this.worker.postMessage({ readings: this.read });
      this.worker.learnt = true;
    }
    this.unread = pinyin && !this.read;
    this.patience = setTimeout(() => this.#fail(gettext("This pattern takes too long. Make it simpler.")), PATIENCE);
    this.worker.postMessage({ n, query, regular: this.regular.checked, whole: this.whole.checked, pinyin });
  }

  #fail(sentence) {
    this.#end();
    this.#found([], sentence);
  }

  #heard({ n, hits, more, problem }) {
    if (n !== this.asked || !this.waiting) return;
    this.waiting = false;
    clearTimeout(this.patience);
    if (problem) {
      this.#found([], gettext("This is not a regular expression: a bracket or a backslash may be wrong."));
      return;
    }
    const { index } = this.surface;
    const spans = new Map();
    for (const [i, start, end, spoken] of hits) {
      const { cp } = index.blocks[i];
      const span = index.tidy(cp + start, cp + end);
      if (span && !spans.has(span.join())) spans.set(span.join(), [...span, spoken]);
    }
    this.more = more;
    this.#found([...spans.values()], this.unread ? gettext("Not found as it is written; pinyin could not be loaded.") : gettext("Not found"));
  }

  #found(hits, otherwise) {
    this.hits = hits;
    this.at = hits.length ? Math.max(0, hits.findIndex(([, end]) => end > this.from)) : -1;
    this.all.disabled = !hits.length;
    this.box.setAttribute("aria-invalid", String(Boolean(otherwise) && !hits.length));
    if (hits.length) this.#show();
    else {
      this.count.textContent = otherwise;
      this.surface.select(null);
      this.#paint();
    }
  }

  #step(by) {
    if (this.typing || !this.hits.length) {
      if (this.box.value && !this.waiting) this.#search();
      return;
    }
    this.at = (this.at + by + this.hits.length) % this.hits.length;
    this.#show();
  }

  // Goes to a match and selects it: the recent codes beside the text take it from here, all keys once the text has the focus.
  #show() {
    const { surface, hits, at } = this;
    const [start, end] = hits[at];
    this.from = start;
    const spoken = hits.filter((hit) => hit[2]).length;
    const written = hits.length - spoken;
    const where = this.more
      ? gettext("{at} of the first {n}", { at: at + 1, n: hits.length })
      : gettext("{at} of {n}", { at: at + 1, n: hits.length });
    const how = !spoken ? "" : written ? gettext("{written} as written, {spoken} by pinyin", { written, spoken }) : gettext("by pinyin");
    this.count.textContent = [where, how].filter(Boolean).join(" · ");
    const seen = surface.index.range(start, end).getBoundingClientRect();
    const top = this.bar.getBoundingClientRect().bottom;
    if (seen.top < top || seen.bottom > this.together.floor - MARGIN) scrollBy(0, seen.top - top - (this.together.floor - top) / 3);
    surface.select([start, end]);
    if (surface.selection) surface.painter.mark("pending", ...surface.selection);
    this.#paint();
  }

  // Only where the text is seen, as painting.js does it: each registered range costs at every change of the page.
  #paint() {
    const { index, painter } = this.surface;
    this.highlight.clear();
    for (const [start, end] of this.hits) {
      if (!painter.near.has(index.at(start))) continue;
      for (const [, from, to] of index.pieces(start, end)) this.highlight.add(index.staticRange(from, to));
    }
  }

  #later() {
    if (!this.hits.length || this.painting) return;
    this.painting = setTimeout(() => {
      this.painting = null;
      this.#paint();
    }, SETTLED);
  }
}
