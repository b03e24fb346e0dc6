// The bar below the text while one goes unit by unit: the unit at hand, what can be done with it, and what became of all of them.
import { h } from "ic/lib/dom.js";
import { markOf, tone } from "ic/lib/mark.js";
import { gettext } from "ic/lib/words.js";
import { STATES, placeName, stateWords } from "ic/coding/unit-words.js";

const CELLS = 60;
const QUOTE = 120;

const cell = (state) => h("i", { class: `unit-cell is-${state}`, "aria-hidden": "true" });

export class UnitBar {
  constructor(walk) {
    this.walk = walk;
    const { surface } = walk;
    const button = (keys, words, act, more = {}) => h("button", { type: "button", class: "btn compact", onclick: () => {
      act();
      surface.root.focus({ preventScroll: true });
    }, ...more }, keys && h("kbd", {}, keys), words);
    this.name = h("strong", {});
    this.quote = h("q", { lang: surface.root.lang });
    this.codes = h("span", { class: "unit-codes" });
    this.noCode = button("0", gettext("No code here"), () => walk.say("no_code"), { disabled: surface.readonly });
    this.skip = button("K", gettext("Skip"), () => walk.say("skipped"), { disabled: surface.readonly });
    this.cells = h("div", { class: "unit-cells", "aria-hidden": "true" });
    this.counts = h("p", { class: "unit-counts tiny" });
    this.element = h("section", { class: "unit-bar", "aria-label": gettext("Unit by unit") },
      h("div", { class: "unit-now" }, h("p", { class: "one-line" }, this.name, " ", this.quote),
        button("Enter", gettext("Next not looked at"), () => walk.nextUnseen()),
        button(null, "‹", () => walk.go(walk.at - 1), { "aria-label": gettext("Previous unit") }),
        button(null, "›", () => walk.go(walk.at + 1), { "aria-label": gettext("Next unit") }),
        h("button", { type: "button", class: "btn compact", "aria-label": gettext("No longer unit by unit"), onclick: () => walk.leave() }, "×")),
      h("div", { class: "unit-acts" }, this.codes,
        !surface.readonly && h("button", { type: "button", class: "btn compact", onclick: () => surface.commands.choose() }, h("kbd", {}, "C"), gettext("More codes")),
        this.noCode, this.skip),
      this.cells, this.counts);
    // A press must not take the selection, which is the unit.
    this.element.addEventListener("pointerdown", (event) => event.preventDefault());
    this.cells.addEventListener("click", (event) => {
      const k = event.target.closest("[data-k]")?.dataset.k;
      if (k !== undefined) walk.go(Number(k));
    });
  }

  show() {
    const { walk } = this;
    const { surface } = walk;
    const all = walk.units.length;
    const words = surface.index.text(...walk.here);
    this.name.textContent = placeName(walk.unit, walk.at + 1, all);
    this.quote.textContent = words.length > QUOTE ? `${words.slice(0, QUOTE)}…` : words;
    const kind = walk.state(walk.at);
    this.noCode.setAttribute("aria-pressed", String(kind === "no_code"));
    this.skip.setAttribute("aria-pressed", String(kind === "skipped"));
    this.codes.replaceChildren(...surface.recent.slots.map((id, k) => {
      const code = surface.model.live(id);
      return code && h("button", { type: "button", class: `chip ${tone(code.mark)}`, disabled: surface.readonly, title: code.name,
        onclick: () => surface.commands.recent(k + 1) }, h("kbd", {}, k + 1), markOf(code.mark), h("span", { class: "one-line" }, code.name));
    }).filter(Boolean));
    const found = walk.byState();
    this.counts.replaceChildren(
      h("b", {}, gettext("{n} of {all} done", { n: all - found.unseen.length, all })),
      ...STATES.map((state) => h("span", {}, cell(state), stateWords(state, found[state].length))));
    // As many as can be told apart, those around the one at hand.
    const first = Math.max(0, Math.min(all - CELLS, walk.at - CELLS / 2));
    this.cells.replaceChildren(...Array.from({ length: Math.min(CELLS, all) }, (_, k) => {
      const one = cell(walk.state(first + k));
      one.dataset.k = first + k;
      one.classList.toggle("now", first + k === walk.at);
      return one;
    }));
  }
}
