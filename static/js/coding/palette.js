// The code palette: a filter box over a list (combobox with listbox), in a popover beside the selection.
// Enter applies, Ctrl+Enter asks for a new label of what was typed (naming.js), 1–9 in the empty box take a recent code. Composing with an
// input method never applies.
import { h } from "ic/lib/dom.js";
import { markOf } from "ic/lib/mark.js";
import { gettext, inline, ngettext } from "ic/lib/words.js";
import { fold, levelName } from "ic/coding/model.js";
import { place } from "ic/coding/popover.js";

const SHOWN = 80;
const NEW = "new";

export class Palette {
  constructor(surface) {
    this.surface = surface;
    this.open = false;
    this.recode = null;
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
    this.element = h("div", { class: "palette", popover: "manual", role: "dialog", "aria-label": gettext("Choose a code") },
      h("div", { class: "palette-filter" }, this.target, this.filter), this.list, this.definition, this.foot);
    document.body.append(this.element);
    this.filter.addEventListener("input", () => {
      this.at = 0;
      this.#render();
    });
    this.filter.addEventListener("keydown", (event) => this.#key(event));
    this.list.addEventListener("pointerdown", (event) => {
      const row = event.target.closest("[role=option]");
      if (!row) return;
      event.preventDefault();
      this.#choose(this.rows[[...this.list.children].indexOf(row)]);
    });
    document.addEventListener("pointerdown", (event) => {
      if (this.open && !this.element.contains(event.target) && !surface.root.contains(event.target)) this.hide();
    });
    document.addEventListener("scroll", () => this.open && !this.focused && this.hide(), { passive: true });
  }

  get focused() {
    return this.element.contains(document.activeElement);
  }

  show(rect, { focus = false, recode = null } = {}) {
    const { surface } = this;
    if (surface.readonly) return;
    this.recode = recode;
    this.at = 0;
    this.filter.value = "";
    this.filter.placeholder = ngettext("Type to filter {n} code", "Type to filter {n} codes", surface.model.codes.size);
    this.target.hidden = !recode;
    this.target.textContent = recode ? gettext("Another code instead of “{name}”", { name: surface.model.name(recode) }) : "";
    const span = recode ? [recode.start, recode.end] : surface.selection;
    if (span) surface.painter.mark("pending", ...span);
    const hints = [["Enter", inline(gettext("Apply"))]];
    if (!recode && surface.inVivoPolicy !== "no") hints.push([focus ? "Ctrl+Enter" : "i", gettext("in vivo")]);
    if (surface.recent.slots.length) hints.push(["1–9", gettext("recent")]);
    hints.push(["Esc", inline(gettext("Close"))]);
    this.foot.replaceChildren(...hints.map(([key, meaning]) => h("span", {}, h("kbd", {}, key), " ", meaning)));
    if (!this.open) {
      this.element.showPopover();
      this.open = true;
    }
    this.#render();
    place(this.element, rect);
    if (focus) this.filter.focus();
  }

  hide() {
    if (!this.open) return;
    this.open = false;
    this.recode = null;
    const had = this.focused;
    this.element.hidePopover();
    this.surface.painter.mark("pending");
    if (had) this.surface.root.focus({ preventScroll: true });
  }

  #words() {
    return fold(this.filter.value).split(/\s+/).filter(Boolean);
  }

  // A row is {code, path, slot} or {make: name}. Best first: the name begins with the word, then a word of the name does, then level.
  #find() {
    const { model, recent: { slots } } = this.surface;
    const words = this.#words();
    if (!words.length) {
      const recent = slots.map((id, k) => ({ ...model.items.find((item) => item.code.id === id), slot: k + 1 })).filter((row) => row.code);
      return { rows: [...recent, ...model.items], flat: false };
    }
    const score = ({ code, hay }) => {
      const name = fold(code.name);
      if (name === words.join(" ")) return 0;
      if (name.startsWith(words[0])) return 1;
      return hay.split(/[\s“”"]+/).some((part) => part.startsWith(words[0])) ? 2 : 3;
    };
    const rows = model.items.filter(({ hay }) => words.every((word) => hay.includes(word)))
      .map((item) => ({ ...item, score: score(item) }))
      .sort((a, b) => a.score - b.score || a.rank - b.rank);
    const typed = this.filter.value.trim();
    if (!this.recode && this.surface.inVivoPolicy !== "no" && !model.codeNamed(typed)) rows.push({ make: typed });
    return { rows, flat: true };
  }

  #render() {
    const { rows, flat } = this.#find();
    const make = rows.at(-1)?.make ? rows.at(-1) : null;
    const limit = flat ? SHOWN : rows.length;
    this.rows = rows.length > limit ? [...rows.slice(0, limit), ...(make ? [make] : [])] : rows;
    this.list.classList.toggle("flat", flat);
    this.list.replaceChildren(...this.rows.map((row, k) => this.#row(row, k, flat)));
    if (!this.rows.length) {
      this.list.replaceChildren(h("li", { class: "palette-definition", role: "presentation" }, gettext("No code has this name.")));
    }
    this.#mark(this.at);
  }

  #row(row, k, flat) {
    if (row.make) {
      const name = this.surface.inVivoPolicy === "create" ? gettext("New label “{name}”", { name: row.make }) : gettext("Propose the label “{name}”", { name: row.make });
      return h("li", { id: `ic-pal-${k}`, role: "option", class: "new", dataset: { code: NEW } }, h("b", {}, `＋ ${name}`));
    }
    const { code, path, rank, slot } = row;
    const usable = this.surface.model.applicable(code);
    return h("li", { id: `ic-pal-${k}`, role: "option", class: `depth-${rank}${slot ? " slot" : ""}`, dataset: { code: code.id }, "aria-disabled": usable ? null : "true" },
      markOf(code.mark), h("b", { title: code.name }, code.name), h("small", {}, flat || slot ? path : ""),
      code.state === "proposed" && h("span", { class: "badge" }, gettext("proposed")), !usable && h("span", { class: "badge warn" }, gettext("declined")), slot && h("kbd", {}, slot));
  }

  #mark(k) {
    this.at = k;
    [...this.list.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === k)));
    const row = this.rows[k];
    const element = row && this.list.children[k];
    this.filter.setAttribute("aria-activedescendant", element ? element.id : "");
    if (this.at) element?.scrollIntoView({ block: "nearest" });
    else this.list.scrollTop = 0;
    const text = row?.code ? [levelName(row.code.level), row.code.definition].filter(Boolean).join(" · ") : "";
    this.definition.textContent = text.length > 220 ? `${text.slice(0, 220)}…` : text;
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const last = this.rows.length - 1;
    const to = { ArrowDown: this.at >= last ? 0 : this.at + 1, ArrowUp: this.at <= 0 ? last : this.at - 1, PageDown: Math.min(last, this.at + 8), PageUp: Math.max(0, this.at - 8) }[event.key];
    if (to !== undefined) {
      if (last >= 0) this.#mark(to);
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !this.recode) {
      this.surface.inVivo(this.filter.value.trim());
    } else if (event.key === "Enter") this.#choose(this.rows[this.at]);
    else if (event.key === "Escape") this.hide();
    else if (event.key === "Tab") {
      this.hide();
      return;
    } else if (/^[1-9]$/.test(event.key) && !this.filter.value && this.surface.recent.slots[event.key - 1]) {
      this.#choose({ code: this.surface.model.codes.get(this.surface.recent.slots[event.key - 1]) });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #choose(row) {
    if (!row) return;
    const { surface } = this;
    const { code } = row;
    if (row.make) surface.inVivo(row.make);
    if (!code) return;
    if (this.recode) surface.recode(this.recode, code.id);
    else surface.apply(code.id);
    if (surface.model.applicable(code)) {
      this.hide();
      surface.root.focus({ preventScroll: true });
    }
  }
}
