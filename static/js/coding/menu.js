// Details of one coding (memo, doubt, boundaries, another code, delete) and the list of codings at one place, in one popover.
import { h } from "ic/lib/dom.js";
import { markOf, nameOf, tone } from "ic/lib/mark.js";
import { gettext } from "ic/lib/words.js";
import { Cutting } from "ic/coding/cutting.js";
import { degrees, signOf } from "ic/coding/doubt.js";
import { listen } from "ic/coding/keyboard.js";
import { isSheet, place } from "ic/coding/popover.js";

export class Menu {
  constructor(surface) {
    this.surface = surface;
    this.cutting = new Cutting(surface);
    this.coding = null;
    this.element = h("div", { class: "palette menu", popover: "auto", role: "dialog", tabindex: "-1", "aria-label": gettext("Coding") });
    document.body.append(this.element);
    this.element.addEventListener("beforetoggle", (event) => {
      if (event.newState === "closed") this.#saveMemo();
    });
    this.element.addEventListener("toggle", (event) => {
      if (event.newState !== "closed" || this.open) return;
      const closed = this.coding;
      this.coding = null;
      surface.painter.mark("active");
      const active = document.activeElement;
      if (active && active !== document.body && !this.element.contains(active)) return;
      const stripe = closed && surface.model.codings.has(closed.id) && this.fromStripe ? surface.painter.stripe(closed) : null;
      (stripe ?? surface.root).focus({ preventScroll: true });
    });
    listen(this.element, surface.keys, "details", { close: () => this.close() });
  }

  get open() { return this.element.matches(":popover-open"); }

  close() {
    if (this.open) this.element.hidePopover();
  }

  #saveMemo() {
    const memo = this.memo?.value;
    if (this.coding && memo !== undefined) this.surface.edit(this.coding, { memo });
    this.memo = null;
  }

  #open(rect) {
    this.surface.palette.hide();
    if (!this.open) this.element.showPopover();
    place(this.element, rect);
  }

  /** Shows the details of one coding at `rect`. */
  show(coding, rect) {
    this.#saveMemo();
    const { surface } = this;
    this.coding = coding;
    this.fromStripe = Boolean(document.activeElement?.closest(".strip"));
    surface.focusCoding(coding);
    const code = surface.model.live(coding.code);
    const path = surface.model.items.find((item) => item.code === code)?.path;
    this.quote = h("blockquote", { class: tone(surface.model.mark(coding)) }, surface.index.text(coding.start, coding.end));
    this.element.className = "palette menu";
    this.element.replaceChildren(
      h("h2", {}, markOf(surface.model.mark(coding)), code ? nameOf(code) : surface.model.name(coding)),
      ...[path && h("p", { class: "tiny faint" }, path), code?.definition && h("p", { class: "definition" }, code.definition)].filter(Boolean),
      this.quote,
      ...(surface.readonly ? this.#reading(coding) : this.#editing(coding)));
    this.#open(rect);
    // Under a finger the focus of a box would call the keyboard over the text.
    (isSheet() ? this.element : this.element.querySelector("textarea, button") ?? this.element).focus();
  }

  #reading(coding) {
    const rows = [];
    const badges = [coding.typical && h("span", { class: "badge" }, "★ ", gettext("Typical")),
      coding.doubt && h("span", { class: "badge warn" }, `${signOf(coding.doubt)} ${degrees()[coding.doubt]}`)].filter(Boolean);
    if (badges.length) rows.push(h("p", { class: "row tight" }, ...badges));
    if (coding.memo) rows.push(h("p", { class: "muted" }, coding.memo));
    rows.push(h("div", { class: "row" }, h("button", { type: "button", class: "btn compact", onclick: () => this.close() }, gettext("Close"))));
    return rows;
  }

  #editing(coding) {
    const { surface } = this;
    this.memo = h("textarea", { class: "control", "aria-label": gettext("Memo"), placeholder: gettext("Memo on this coding…"), value: coding.memo ?? "" });
    this.memo.addEventListener("input", ({ target }) => surface.dispatchEvent(new CustomEvent("typed", { detail: { coding, memo: target.value } })));
    this.memo.addEventListener("change", () => surface.edit(coding, { memo: this.memo?.value ?? coding.memo }));
    const typical = h("input", { type: "checkbox" });
    typical.checked = coding.typical;
    typical.addEventListener("change", () => surface.toggleTypical(coding));
    const doubts = degrees().map((name, degree) => {
      const choice = h("input", { type: "radio", name: "ic-doubt", value: String(degree) });
      choice.checked = coding.doubt === degree;
      choice.addEventListener("change", () => surface.setDoubt(coding, degree));
      return h("label", { class: "check" }, choice, h("span", {}, degree ? `${signOf(degree)} ${name}` : name));
    });
    const edge = (name, way, label, sign) => h("button", {
      type: "button", class: "btn compact", "aria-label": label, title: label,
      onclick: () => {
        surface.boundaries.move(coding, name, way);
        this.quote.textContent = surface.index.text(coding.start, coding.end);
      },
    }, sign);
    return [
      this.memo,
      h("div", { class: "row doubts", role: "radiogroup", "aria-label": gettext("In doubt") }, ...doubts),
      h("div", { class: "row" }, h("label", { class: "check" }, typical, h("span", {}, "★ ", gettext("Typical of its code")))),
      h("div", { class: "edges" },
        h("span", { class: "muted" }, gettext("Start")),
        edge("start", "out", gettext("Move the start back"), "← ⟦"), edge("start", "in", gettext("Move the start on"), "⟦ →"),
        h("span", { class: "muted" }, gettext("End")),
        edge("end", "in", gettext("Move the end back"), "← ⟧"), edge("end", "out", gettext("Move the end on"), "⟧ →")),
      h("div", { class: "row" },
        this.#act(gettext("Split here"), () => this.cutting.split(coding)),
        this.cutting.partner(coding) && this.#act(gettext("Join with the adjoining one"), () => this.cutting.join(coding))),
      h("div", { class: "row" },
        h("button", { type: "button", class: "btn compact", onclick: () => {
          this.close();
          surface.palette.show(surface.place(coding.start, coding.end), { focus: true, recode: coding });
        } }, gettext("Another code…")),
        h("button", { type: "button", class: "btn compact danger", onclick: () => {
          this.#saveMemo();
          this.close();
          surface.remove(coding);
        } }, gettext("Delete")),
        h("button", { type: "button", class: "btn compact primary end", onclick: () => this.close() }, gettext("Done"))),
    ];
  }

  #act(name, work) {
    return h("button", { type: "button", class: "btn compact", onclick: () => {
      this.#saveMemo();
      this.close();
      work();
    } }, name);
  }

  /** Lists several codings at `rect`; choosing one shows its details. */
  list(codings, rect) {
    this.#saveMemo();
    const { surface } = this;
    this.coding = null;
    this.fromStripe = false;
    const rows = codings.toSorted((a, b) => a.start - b.start || b.end - a.end).map((coding) => h("li", {}, h("button", {
      type: "button",
      onclick: () => this.show(coding, rect),
      onfocus: () => surface.painter.mark("active", coding.start, coding.end),
      onpointerenter: () => surface.painter.mark("active", coding.start, coding.end),
    }, markOf(surface.model.mark(coding)), h("span", {}, surface.model.name(coding)),
    h("span", { class: "excerpt" }, surface.index.text(coding.start, Math.min(coding.end, coding.start + 24))))));
    this.element.replaceChildren(h("h2", {}, gettext("Codings here: {n}", { n: rows.length })), h("ul", { class: "codings-here" }, ...rows));
    this.#open(rect);
    this.element.querySelector("button").focus();
  }
}
