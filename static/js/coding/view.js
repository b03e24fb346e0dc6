// How a text is shown: kept for each person in this browser (decision 47), but for the codes shown alone, which are forgotten with the page.
//   <html data-reading="marks-underline number-line font-sans size-3 width-2 line-0">: set before the first paint by boot.js, read by reading.css.
import { h } from "ic/lib/dom.js";
import { remember, remembered } from "ic/lib/local.js";
import { gettext, inline } from "ic/lib/words.js";
import { listen } from "ic/coding/keyboard.js";
import { levelName } from "ic/coding/model.js";
import { Numbers } from "ic/coding/numbers.js";

const KEY = "ic-reading";
const FIRST = { marks: "highlight", number: [], font: "serif", size: "2", width: "1", line: "1" };
const LEVELS = ["construct", "theme", "concept", "label"];
const page = document.documentElement;

function stateOf(text) {
  const state = { ...FIRST, number: [] };
  for (const token of (text ?? "").split(" ").filter(Boolean)) {
    const [name, value] = token.split("-");
    if (name === "number") state.number.push(value);
    else if (name in FIRST) state[name] = value;
  }
  return state;
}

const textOf = (state) => Object.entries(state).flatMap(([name, value]) => {
  if (Array.isArray(value)) return value.map((one) => `${name}-${one}`);
  return value === FIRST[name] ? [] : [`${name}-${value}`];
}).join(" ");

export class View {
  constructor(box, surface, me) {
    this.box = box;
    this.surface = surface;
    this.mine = `${KEY}/${me}`;
    this.only = null;
    this.numbers = new Numbers(surface, () => surface.painter.repaintAll());
    this.select = box.querySelector("#view-only");
    this.others = box.querySelector("#view-others");
    this.off = document.querySelector("[data-only-off]");
    this.#set(stateOf(remembered(this.mine)), { first: true });
    box.addEventListener("toggle", ({ newState }) => this.#toggled(newState === "open"));
    box.addEventListener("input", ({ target }) => (target === this.select || target === this.others ? this.#choose() : this.#read()));
    listen(box, surface.keys, "view", {
      marks: (k, { target }) => target.matches("[type=radio]") && this.#mark(box.querySelectorAll("[name=marks]")[k]),
      close: ({ target }) => !target.matches("select") && box.hidePopover(), // a list that is open closes first
    });
    box.querySelector("[data-view-reset]").addEventListener("click", () => {
      this.#set(stateOf(""));
      this.show1(null);
    });
    this.off.addEventListener("click", () => {
      this.show1(null);
      surface.root.focus({ preventScroll: true });
    });
    surface.addEventListener("codes", () => this.#sayOnly());
    addEventListener("storage", ({ key, newValue }) => key === this.mine && this.#set(stateOf(newValue), { store: false }));
    addEventListener("beforeprint", () => this.#paper(true));
    addEventListener("afterprint", () => this.#paper(false));
  }

  get open() { return this.box.matches(":popover-open"); }

  /** Opens the options; the focus goes to how codings are marked. */
  show() {
    this.surface.palette.hide();
    this.box.showPopover();
    this.box.querySelector("[name=marks]:checked").focus();
    return true;
  }

  /** Shows only the codings of the code at hand, or all of them again. */
  onlyCurrent() {
    const { current, model } = this.surface;
    if (this.only) this.show1(null);
    else if (current && model.codings.has(current.id)) this.show1(model.live(current.code)?.id);
    else return false;
    this.surface.say(this.off.hidden ? gettext("All codings are shown.") : this.said);
    return true;
  }

  // ---- what is kept ---------------------------------------------------------------------------------------------------------

  #read() {
    const state = stateOf("");
    for (const part of this.box.querySelectorAll("[data-choice]")) {
      const { choice } = part.dataset;
      if (choice === "number") state.number = [...part.querySelectorAll(":checked")].map(({ value }) => value);
      else state[choice] = (part.matches("fieldset") ? part.querySelector(":checked") : part).value;
    }
    this.#set(state);
  }

  #set(state, { first = false, store = true } = {}) {
    const text = textOf(state);
    if (text) page.dataset.reading = text;
    else delete page.dataset.reading;
    if (store && !first) remember(this.mine, text);
    if (store) remember(KEY, text); // for the next page, before anything of it runs
    for (const part of this.box.querySelectorAll("[data-choice]")) {
      const value = state[part.dataset.choice];
      if (part.matches("fieldset")) for (const input of part.querySelectorAll("input")) input.checked = [value].flat().includes(input.value);
      else part.value = value;
    }
    const { painter } = this.surface;
    const words = state.marks !== "stripes";
    const numbered = this.numbers.want(state.number);
    if (painter.words !== words || numbered) {
      painter.words = words;
      painter.beside = this.numbers.wanted ? this.numbers : null;
      if (!first || !words || this.numbers.wanted) painter.repaintAll();
    }
  }

  // ---- one code or level alone ----------------------------------------------------------------------------------------------

  #choose() {
    const [, kind, value] = this.select.value.match(/^(level|code):(.*)$/) ?? [];
    this.show1(value ?? null, kind === "level");
  }

  /** Shows the codings of a code and of what stands below it, or those of a level, alone; null: all. */
  show1(id, level = false) {
    const { model, painter } = this.surface;
    this.only = id && { id, level };
    const within = (code) => {
      for (let at = code, steps = 0; at && steps < LEVELS.length; at = model.codes.get(at.parent), steps += 1) if (at.id === id) return true;
      return false;
    };
    const others = this.others.checked ? 1 : 0;
    painter.weight = !id ? () => 2 : (coding) => {
      const code = model.live(coding.code);
      return (level ? code?.level === id : within(code)) ? 2 : others;
    };
    painter.repaintAll();
    this.#sayOnly();
    this.surface.dispatchEvent(new CustomEvent("shown"));
  }

  #sayOnly() {
    this.off.hidden = !this.only;
    if (!this.only) return;
    const { id, level } = this.only;
    const name = level ? levelName(id) : this.surface.model.live(id)?.name ?? "";
    this.said = gettext("Only “{name}” is shown.", { name });
    this.off.replaceChildren(this.said, h("span", { "aria-hidden": "true" }, " ×"));
    this.off.title = gettext("Show all codings again");
  }

  #toggled(open) {
    if (!open) return;
    const { model } = this.surface;
    const used = new Set([...model.codings.values()].map(({ code }) => model.live(code)));
    const above = new Set();
    for (const code of used) for (let at = code, steps = 0; at && steps < LEVELS.length; at = model.codes.get(at.parent), steps += 1) above.add(at);
    const levels = LEVELS.filter((level) => [...used].some((code) => code?.level === level));
    const option = (value, name) => h("option", { value }, name);
    this.select.replaceChildren(option("", gettext("All codings")),
      h("optgroup", { label: gettext("One level") }, ...levels.map((level) => option(`level:${level}`, levelName(level)))),
      h("optgroup", { label: gettext("One code and what stands below it") },
        ...model.items.filter(({ code }) => above.has(code)).map(({ code, path }) => option(`code:${code.id}`, path ? `${code.name} · ${path}` : code.name))));
    this.select.value = this.only ? `${this.only.level ? "level" : "code"}:${this.only.id}` : "";
    this.surface.palette.hide();
  }

  #mark(radio) {
    radio.checked = true;
    radio.focus();
    this.#read();
  }

  // ---- paper ----------------------------------------------------------------------------------------------------------------

  // Lines must break on paper as they were measured: the text gets the width of a page first.
  #paper(on) {
    this.surface.root.classList.toggle("on-paper", on);
    if (on) this.surface.painter.mark("active");
    this.surface.painter.all(on);
  }
}
