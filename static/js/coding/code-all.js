// All that was found coded in one act: a panel beside the text with each passage, so that one can look through them in their places and leave some out.
import { h } from "ic/lib/dom.js";
import { gettext, ngettext } from "ic/lib/words.js";
import { Change } from "ic/coding/change.js";
import { Group } from "ic/coding/undo.js";

export class CodeAll {
  constructor(find, action) {
    Object.assign(this, { find, action, plan: null, around: "sentence" });
    this.el = h("div", { class: "code-all", hidden: true, role: "group", "aria-label": gettext("Code all matches…") });
  }

  /** Where the free part of the window ends: the panel lies below it in a narrow one. */
  get floor() {
    const { left, top } = this.el.getBoundingClientRect();
    return this.plan && left <= 0 ? top : innerHeight;
  }

  choose() {
    const { all, hits, surface } = this.find;
    const about = ngettext("One code for {n} match", "One code for all {n} matches", hits.length);
    surface.palette.show(all.getBoundingClientRect(), { focus: true, about, pick: (code) => this.#offer(code) });
  }

  // The words themselves, or the sentence or paragraph around each; in a round with units always whole units; each passage once, with its matches.
  #passages() {
    const { index, model } = this.find.surface;
    const passages = new Map();
    for (const hit of this.find.hits) {
      const block = index.blocks[index.at(hit[0])];
      const words = Math.min(hit[0], block.cp + Number(block.el.parentElement.dataset.mark ?? 0));
      const wide = { words: () => hit, sentence: () => [index.sentence(hit[0])[0], index.sentence(hit[1] - 1)[1]], paragraph: () => [block.cp, block.end] }[this.around]();
      const tidy = index.tidy(Math.max(wide[0], words), Math.max(wide[1], hit[1]));
      const span = tidy && model.toUnits(...tidy);
      if (!span) continue;
      if (!passages.has(span.join())) passages.set(span.join(), { span, hits: [] });
      passages.get(span.join()).hits.push(hit);
    }
    return [...passages.values()];
  }

  #offer(code) {
    const { model } = this.find.surface;
    const carries = ([start, end]) => model.at(start, end)
      .some((coding) => model.live(coding.code) === model.live(code.id) && coding.start <= start && coding.end >= end);
    const passages = this.#passages().map((passage) => ({ ...passage, had: carries(passage.span) }));
    this.plan = { code, passages, wanted: new Set(passages.filter(({ had }) => !had)) };
    const which = { words: gettext("The words found"), sentence: gettext("The sentences with them"), paragraph: gettext("The paragraphs with them") };
    const choice = h("select", { class: "control", "aria-label": gettext("What is coded"), onchange: () => {
      this.around = choice.value;
      this.#offer(code);
    } }, ...Object.entries(which).map(([value, words]) => h("option", { value, selected: value === this.around }, words)));
    this.said = h("p", { role: "status" });
    this.go = this.action(gettext("Code them"), () => this.#code(), { class: "btn compact primary" });
    const had = this.el.contains(document.activeElement);
    this.el.replaceChildren(
      h("h2", {}, gettext("“{name}” for all matches", { name: code.name })), ...(model.units ? [] : [choice]),
      h("ul", { lang: this.find.surface.root.lang }, ...passages.map((passage, k) => this.#row(passage, k))),
      h("footer", {}, this.said, h("div", { class: "row" }, this.go, this.action(gettext("Cancel"), () => this.settle()))));
    this.el.hidden = false;
    this.#say();
    (had && !model.units ? choice : this.go.disabled ? this.el.querySelector("footer button:not(:disabled)") : this.go).focus({ preventScroll: true });
  }

  #row(passage, k) {
    const { index } = this.find.surface;
    const { span: [start, end], hits, had } = passage;
    const words = [];
    let at = start;
    for (const hit of hits) {
      const from = Math.max(at, hit[0]);
      const to = Math.min(end, hit[1]);
      if (from >= to) continue;
      words.push(index.text(at, from), h("mark", {}, index.text(from, to)));
      at = to;
    }
    words.push(index.text(at, end));
    const box = h("input", { type: "checkbox", checked: !had, disabled: had, "aria-labelledby": `ic-all-${k}`, onchange: () => {
      if (box.checked) this.plan.wanted.add(passage);
      else this.plan.wanted.delete(passage);
      this.#say();
    } });
    const show = h("button", { type: "button", id: `ic-all-${k}`, dir: "auto", onclick: () => this.find.goTo(hits[0][0]) }, ...words);
    return h("li", {}, box, h("div", {}, show, had && h("small", { lang: document.documentElement.lang }, gettext("has the code already"))));
  }

  #say() {
    const { code, passages, wanted } = this.plan;
    const n = wanted.size;
    const left = passages.filter(({ had }) => had).length;
    const out = passages.length - left - n;
    this.said.textContent = [ngettext("“{name}” is put at {n} passage.", "“{name}” is put at {n} passages.", n, { name: code.name }),
      left && ngettext("{n} is left out: it has the code already.", "{n} are left out: they have the code already.", left),
      out && ngettext("{n} is left out by you.", "{n} are left out by you.", out)].filter(Boolean).join(" ");
    this.go.disabled = !n;
  }

  #code() {
    const { find, plan: { code, wanted, passages } } = this;
    const { surface } = find;
    const spans = passages.filter((passage) => wanted.has(passage)).map(({ span }) => span);
    const n = surface.together(new Group(spans.map(([start, end]) => Change.create({ code: code.id, start, end }))));
    surface.use(code.id);
    find.hide();
    surface.clearSelection();
    surface.say(ngettext("Coded: {name}, {n} passage. Ctrl+Z takes it back.", "Coded: {name}, {n} passages. Ctrl+Z takes all of them back.", n, { name: code.name }));
  }

  /** Puts the panel away; whoever was in it goes back to the words that are looked for. */
  settle() {
    if (!this.plan) return;
    const had = this.el.contains(document.activeElement);
    this.plan = null;
    this.el.hidden = true;
    if (had) this.find.box.focus({ preventScroll: true });
  }
}
