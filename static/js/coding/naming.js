// Naming a new label: the words in a box, one's own labels that are near to them below ("use this one?"). Enter makes what the box says,
// or takes the own label that is marked or has that very name. Nothing is made by typing alone.
import { h } from "ic/lib/dom.js";
import { markOf } from "ic/lib/mark.js";
import { gettext, inline } from "ic/lib/words.js";
import { listen } from "ic/coding/keyboard.js";
import { near } from "ic/coding/likeness.js";
import { placeAtWords } from "ic/coding/popover.js";

const OWN = new Set(["private", "proposed"]);

export class Naming {
  constructor(surface) {
    this.surface = surface;
    this.open = false;
    this.at = -1;
    this.rows = [];
    this.box = h("input", {
      type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "ic-naming-list", "aria-autocomplete": "list",
      "aria-label": gettext("Name of the label"), autocomplete: "off", spellcheck: "false", maxlength: "200",
    });
    this.reason = h("input", {
      type: "text", "aria-label": gettext("Reason for the proposal"), placeholder: gettext("Why it is needed (may be left empty)"), autocomplete: "off", maxlength: "2000",
      hidden: surface.inVivoPolicy !== "propose",
    });
    this.question = h("p", { class: "palette-question", id: "ic-naming-question" }, gettext("You have a label like this. Use this one?"));
    this.list = h("ul", { id: "ic-naming-list", role: "listbox", "aria-labelledby": "ic-naming-question", class: "flat" });
    this.foot = h("p", { class: "palette-keys" });
    this.element = h("div", { class: "palette naming", popover: "manual", role: "dialog", "aria-label": gettext("New label") },
      h("div", { class: "palette-filter" }, this.box, this.reason), this.question, this.list, this.foot,
      h("div", { class: "row tight palette-acts" },
        h("button", { type: "button", class: "btn compact primary", onclick: () => this.#enter() }, gettext("Apply")),
        h("button", { type: "button", class: "btn compact", onclick: () => this.hide() }, gettext("Close"))));
    document.body.append(this.element);
    this.box.addEventListener("input", () => this.#render());
    const acts = { step: (by) => this.#step(by), enter: () => this.#enter(), other: ({ target }) => this.#other(target), close: () => this.hide() };
    for (const box of [this.box, this.reason]) listen(box, surface.keys, "naming", acts);
    this.list.addEventListener("pointerdown", (event) => {
      const row = event.target.closest("[role=option]");
      if (!row) return;
      event.preventDefault();
      this.#take(this.rows[[...this.list.children].indexOf(row)]);
    });
    document.addEventListener("pointerdown", (event) => {
      if (this.open && !this.element.contains(event.target)) this.hide();
    });
  }

  /** Asks for the name of a label of the selected words, with a first proposal. */
  show(name) {
    const { surface } = this;
    const span = surface.selection;
    surface.palette.hide();
    surface.painter.mark("pending", ...span);
    this.span = span;
    this.box.value = name;
    this.reason.value = "";
    const verb = surface.inVivoPolicy === "create" ? gettext("make the label and apply it") : gettext("propose the label and apply it");
    this.foot.replaceChildren(...[[["enter"], verb], [["step", 1], gettext("one of yours")], [["close"], inline(gettext("Close"))]]
      .map(([act, meaning]) => h("span", {}, h("kbd", {}, surface.keys.shown("naming", ...act)), " ", meaning)));
    if (!this.open) this.element.showPopover();
    this.open = true;
    this.#render();
    placeAtWords(this.element, surface, span);
    this.box.focus();
    this.box.select();
  }

  hide() {
    if (!this.open) return;
    this.open = false;
    this.element.hidePopover();
    this.surface.painter.mark("pending");
    this.surface.root.focus({ preventScroll: true });
  }

  #render() {
    const { model } = this.surface;
    const same = model.codeNamed(this.box.value.trim());
    const others = near(this.box.value, [...model.codes.values()].filter((code) => OWN.has(code.state) && code.level === "label" && code !== same));
    this.rows = same ? [same, ...others] : others;
    this.question.hidden = !this.rows.length;
    this.list.hidden = !this.rows.length;
    this.list.replaceChildren(...this.rows.map((code, k) => h("li", { id: `ic-naming-${k}`, role: "option", "aria-selected": "false" },
      markOf(code.mark), h("b", { title: code.name }, code.name))));
    this.#mark(same ? 0 : -1);
  }

  #mark(k) {
    this.at = k;
    for (const [i, row] of [...this.list.children].entries()) row.setAttribute("aria-selected", String(i === k));
    this.box.setAttribute("aria-activedescendant", k < 0 ? "" : `ic-naming-${k}`);
  }

  // Round and round, with none of them between the last and the first.
  #step(by) {
    const n = this.rows.length + 1;
    this.#mark(((this.at + 1 + by + n) % n) - 1);
  }

  #other(target) {
    if (this.reason.hidden) this.hide();
    else (target === this.box ? this.reason : this.box).focus();
  }

  #enter() {
    const { surface } = this;
    const name = this.box.value.replace(/\s+/gu, " ").trim();
    if (this.at >= 0) this.#take(this.rows[this.at]);
    else if (name) this.#close(() => surface.makeLabel(name, this.reason.value.trim()));
    else surface.say(gettext("A label needs a name."));
  }

  #take(code) {
    if (code) this.#close(() => this.surface.apply(code.id));
  }

  // The words are still meant, although the box had the focus.
  #close(work) {
    const { span, surface } = this;
    this.hide();
    surface.selection = span;
    work();
  }
}
