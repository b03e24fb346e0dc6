// The code palette: a filter box over a list (combobox with listbox), in a popover beside the selection. The box has the focus: letters are text.
// Enter applies, Ctrl+Enter applies and stays, Shift+Enter asks for a new label of what was typed or selected (naming.js), 1–9 in the empty box
// take a recent code where no name begins with a digit. Composing with an input method never applies; nothing is made by Enter alone.
import { h } from "ic/lib/dom.js";
import { markOf } from "ic/lib/mark.js";
import { gettext, inline, ngettext } from "ic/lib/words.js";
import { find, wordsOf } from "ic/coding/finding.js";
import { listen } from "ic/coding/keyboard.js";
import { labelOf } from "ic/coding/label.js";
import { near } from "ic/coding/likeness.js";
import { levelName } from "ic/coding/model.js";
import { place, placeAtWords } from "ic/coding/popover.js";

const SHOWN = 80;
const LIKE = 3;

export class Palette {
  constructor(surface) {
    this.surface = surface;
    this.open = false;
    this.recode = null;
    this.pick = null;
    this.at = 0;
    this.rows = [];
    this.filter = h("input", {
      type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "ic-palette-list", "aria-autocomplete": "list",
      "aria-label": gettext("Filter codes"), autocomplete: "off", spellcheck: "false",
    });
    this.target = h("p", { class: "target", hidden: true });
    this.list = h("ul", { id: "ic-palette-list", role: "listbox", "aria-label": gettext("Codes") });
    this.definition = h("p", { class: "palette-definition" });
    this.foot = h("p", { class: "palette-keys" });
    this.make = h("button", { type: "button", class: "btn compact ghost palette-make", onclick: () => surface.inVivo(this.filter.value.trim()) });
    this.stay = h("button", { type: "button", class: "btn compact", "aria-pressed": "false", onclick: () => this.#more(this.stay.getAttribute("aria-pressed") !== "true") }, inline(gettext("one more")));
    const close = h("button", { type: "button", class: "btn compact", onclick: () => this.hide() }, gettext("Close"));
    this.element = h("div", { class: "palette", popover: "manual", role: "dialog", "aria-label": gettext("Choose a code") },
      h("div", { class: "palette-filter" }, this.target, this.filter), this.list, this.definition, this.make, this.foot,
      h("div", { class: "palette-touch" }, this.stay, close));
    document.body.append(this.element);
    // A press takes neither the focus from the box nor the words from the text.
    this.element.addEventListener("pointerdown", (event) => {
      if (event.target !== this.filter) event.preventDefault();
    });
    this.filter.addEventListener("input", () => {
      this.at = 0;
      this.#render();
    });
    listen(this.filter, surface.keys, "palette", {
      step: (by) => this.#step(by),
      choose: () => this.#choose(this.rows[this.at]),
      chooseMore: () => this.#choose(this.rows[this.at], { stay: true }),
      recent: (number) => this.#chooseRecent(number),
      label: () => (this.recode || this.pick ? this.#choose(this.rows[this.at]) : surface.inVivo(this.filter.value.trim())),
      goOn: () => {
        this.hide();
        return false;
      },
      close: () => this.hide(),
    });
    // A click, not a press: a finger that moves scrolls the list.
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) this.#choose(this.rows[[...this.list.children].indexOf(row)], { stay: this.stay.getAttribute("aria-pressed") === "true" });
    });
    document.addEventListener("pointerdown", (event) => {
      if (this.open && !this.element.contains(event.target) && !surface.root.contains(event.target)) this.hide();
    });
    document.addEventListener("scroll", () => this.#follow(), { passive: true });
    for (const viewport of [window, window.visualViewport]) viewport.addEventListener("resize", () => this.#follow());
    new ResizeObserver(() => this.#follow()).observe(this.element); // a shorter list stays at the words
  }

  get focused() {
    return this.element.contains(document.activeElement);
  }

  /** `pick(code)`: called with what is chosen, in place of coding the selection; `about` says for what. */
  show(rect, { focus = false, recode = null, pick = null, about = "" } = {}) {
    const { surface } = this;
    if (surface.readonly) return;
    this.recode = recode;
    this.pick = pick;
    this.at = 0;
    this.filter.value = "";
    this.filter.placeholder = ngettext("Type to filter {n} code", "Type to filter {n} codes", surface.model.codes.size);
    this.#about(about);
    const span = this.#span();
    if (span) surface.painter.mark("pending", ...span);
    this.near = span && !recode ? near(labelOf(surface.index.spoken(...span)), this.#labels()).slice(0, LIKE) : [];
    const key = (act) => surface.keys.shown("palette", act);
    const hints = [[key("choose"), inline(gettext("Apply"))]];
    if (!recode && !pick) hints.push([key("chooseMore"), gettext("one more")]);
    if (this.#digits()) hints.push(["1–9", gettext("recent")]);
    hints.push([key("close"), inline(gettext("Close"))]);
    this.stay.hidden = Boolean(recode || pick);
    this.#more(false);
    this.foot.replaceChildren(...hints.filter(([pressed]) => pressed).map(([pressed, meaning]) => h("span", {}, h("kbd", {}, pressed), " ", meaning)));
    if (!this.open) {
      this.element.showPopover();
      this.open = true;
    }
    this.#render();
    if (span) this.side = placeAtWords(this.element, surface, span);
    else place(this.element, rect);
    if (focus) this.filter.focus();
  }

  hide() {
    if (!this.open) return;
    this.open = false;
    this.recode = null;
    this.pick = null;
    const had = this.focused;
    this.element.hidePopover();
    this.surface.painter.mark("pending");
    if (had) this.surface.root.focus({ preventScroll: true });
  }

  // Under a finger: whether what is chosen next leaves the list open.
  #more(stay) {
    this.stay.setAttribute("aria-pressed", String(stay));
  }

  #span() {
    if (this.pick) return null;
    return this.recode ? [this.recode.start, this.recode.end] : this.surface.selection;
  }

  /** Says what the code is chosen for: another one, or one more where the words have some. */
  #about(words = "") {
    const { recode, surface } = this;
    const here = recode || !surface.selection ? [] : surface.model.on(...surface.selection).map((coding) => surface.model.name(coding));
    this.target.textContent = words || (recode
      ? gettext("Another code instead of “{name}”", { name: surface.model.name(recode) })
      : here.length ? gettext("Here already: {names}", { names: here.join(" · ") }) : "");
    this.target.hidden = !this.target.textContent;
  }

  /** Stays beside the words while the text is scrolled, and goes when they have left the window. */
  #follow() {
    if (!this.open || this.pick) return;
    const span = this.#span();
    const rect = span && this.surface.place(...span);
    if (!rect || rect.bottom < 0 || rect.top > innerHeight) this.hide();
    else this.side = placeAtWords(this.element, this.surface, span, { side: this.side, follows: true });
  }

  #labels() {
    return this.surface.model.items.map(({ code }) => code).filter((code) => code.level === "label" && this.surface.model.applicable(code));
  }

  /** Whether a digit takes a recent code: not where it may be the beginning of a name. */
  #digits() {
    return this.surface.recent.slots.length > 0 && !this.surface.model.items.some(({ code }) => /^[1-9]/.test(code.name));
  }

  // A row is {code, path, slot}. With nothing typed: the code used last, the other recent ones, labels like the words, the tree. Otherwise
  // what the words find, best first.
  #find() {
    const { model, recent: { slots } } = this.surface;
    const words = wordsOf(this.filter.value);
    if (!words.length) {
      const row = (code, more) => ({ ...model.items.find((item) => item.code === code), ...more });
      const latest = slots.filter(Boolean).sort((a, b) => this.surface.recent.used.get(b) - this.surface.recent.used.get(a));
      const recent = latest.map((id) => row(model.live(id), { slot: slots.indexOf(id) + 1 })).filter(({ code }) => code);
      const like = this.near.filter((code) => !recent.some((other) => other.code === code)).map((code) => row(code, { like: true }));
      return { rows: [...recent, ...like, ...model.items], flat: false };
    }
    return { rows: find(model.items, words), flat: true };
  }

  #render() {
    const { rows, flat } = this.#find();
    this.rows = flat ? rows.slice(0, SHOWN) : rows;
    this.counts = this.surface.model.counts();
    this.list.classList.toggle("flat", flat);
    this.list.replaceChildren(...this.rows.map((row, k) => this.#row(row, k, flat)));
    if (!this.rows.length) {
      this.list.replaceChildren(h("li", { class: "palette-definition", role: "presentation" }, gettext("No code has this name.")));
    }
    this.#offerLabel();
    // What Enter would apply is never a code that stands above others only because the tree begins with it.
    this.#mark(this.at || flat ? this.at : Math.max(0, this.rows.findIndex((row) => row.slot || row.like || row.rank >= 2)));
  }

  #offerLabel() {
    const { inVivoPolicy, model, index, selection } = this.surface;
    const typed = this.filter.value.trim();
    const name = typed || (selection ? labelOf(index.spoken(...selection)) : "");
    this.make.hidden = Boolean(this.recode || this.pick) || inVivoPolicy === "no" || !name || Boolean(typed && model.codeNamed(typed));
    const verb = inVivoPolicy === "create" ? gettext("New label “{name}”", { name }) : gettext("Propose the label “{name}”", { name });
    this.make.replaceChildren(h("kbd", {}, this.surface.keys.shown("palette", "label")), h("span", { class: "one-line" }, verb));
  }

  #row(row, k, flat) {
    const { code, path, rank, slot, like } = row;
    const usable = this.surface.model.applicable(code);
    const n = this.counts.get(code.id);
    return h("li", { id: `ic-pal-${k}`, role: "option", class: `depth-${rank}${slot || like ? " slot" : ""}`, dataset: { code: code.id }, "aria-disabled": usable ? null : "true" },
      markOf(code.mark), h("b", { title: code.name }, code.name), h("small", {}, flat || slot || like ? path : ""),
      code.state === "proposed" && h("span", { class: "badge" }, gettext("proposed")), !usable && h("span", { class: "badge warn" }, gettext("declined")), 
      n && h("span", { class: "number", title: ngettext("{n} coding here", "{n} codings here", n) }, n), slot && this.#digits() && h("kbd", {}, slot));
  }

  #mark(k) {
    this.at = k;
    [...this.list.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === k && i < this.rows.length)));
    const row = this.rows[k];
    const element = row && this.list.children[k];
    this.filter.setAttribute("aria-activedescendant", element ? element.id : "");
    if (this.at) element?.scrollIntoView({ block: "nearest" });
    else this.list.scrollTop = 0;
    const text = row?.code ? [levelName(row.code.level), row.code.definition].filter(Boolean).join(" · ") : "";
    this.definition.textContent = text.length > 220 ? `${text.slice(0, 220)}…` : text;
  }

  // By one round and round, by several not beyond the ends.
  #step(by) {
    const n = this.rows.length;
    if (n) this.#mark(Math.abs(by) > 1 ? Math.max(0, Math.min(n - 1, this.at + by)) : (this.at + by + n) % n);
  }

  #chooseRecent(number) {
    const code = this.surface.model.codes.get(this.surface.recent.slots[number - 1]);
    if (!code || this.filter.value || !this.#digits()) return false;
    return this.#choose({ code });
  }

  #choose(row, { stay = false } = {}) {
    if (!row) return;
    const { surface } = this;
    const { code } = row;
    if (this.pick) {
      const { pick } = this;
      if (!surface.model.applicable(code)) return;
      this.hide();
      pick(code);
      return;
    }
    if (this.recode) surface.recode(this.recode, code.id);
    else surface.apply(code.id);
    if (stay && !this.recode) {
      this.at = 0;
      this.filter.value = "";
      this.#about();
      this.#render();
    } else if (surface.model.applicable(code)) {
      this.hide();
      surface.root.focus({ preventScroll: true });
    }
  }
}
