// The coder's own labels of open coding: a tree with groups, how often each is used, and what can be done to them. The server renders:
//   <section data-own hidden> <h2 id="own-title">…</h2> <ul id="own-labels" role="tree" aria-labelledby="own-title"></ul> <div data-own-acts></div> </section>
// Beside the page lies …/code/own: {"elsewhere": {label: codings in other documents}, "placed": [labels], "act": uuid or null}.
// To rename, group, merge and take away needs the server; a label is made and applied without it (outbox.js).
import { announce, h } from "ic/lib/dom.js";
import { ApiError, api, resource } from "ic/lib/page.js";
import { markOf } from "ic/lib/mark.js";
import { gettext, ngettext } from "ic/lib/words.js";
import { listen } from "ic/coding/keyboard.js";
import { near } from "ic/coding/likeness.js";

export class OwnLabels {
  /** `saved()` sends what waits and tells whether all of it is stored; `renew()` reads the codes again; `say(sentence)`. */
  constructor(section, surface, { urls, saved, renew, say }) {
    Object.assign(this, { section, surface, urls, saved, renew, say });
    this.tree = section.querySelector("[role=tree]");
    this.title = section.querySelector("h2");
    this.chosen = new Set();
    this.current = null;
    this.elsewhere = {};
    this.placed = new Set();
    this.undone = [];
    listen(this.tree, surface.keys, ({ target }) => (target === this.tree ? "own" : []), {
      step: (by) => this.#step(by),
      toggle: () => this.#toggle(this.current),
      apply: () => this.#apply(),
      rename: () => this.rename(),
      group: () => this.group(),
      merge: () => this.merge(),
      remove: () => this.remove(),
      undo: () => this.undo(),
      redo: () => this.redo(),
      back: () => surface.root.focus({ preventScroll: true }),
    });
    this.tree.addEventListener("click", (event) => this.#click(event));
    this.tree.addEventListener("dblclick", () => this.rename());
    // A press must not take the selected words away.
    this.tree.addEventListener("pointerdown", (event) => event.target.matches("input") || event.preventDefault());
    const button = (act, name) => h("button", { type: "button", class: "btn compact", onclick: () => this[act]() }, h("kbd", {}, surface.keys.shown("own", act)), name);
    section.querySelector("[data-own-acts]").replaceChildren(
      button("rename", gettext("Rename")), button("group", gettext("Group…")), button("merge", gettext("Merge…")), button("undo", gettext("Undo")));
    surface.addEventListener("change", () => this.#count());
    surface.addEventListener("codes", () => this.render());
    surface.addEventListener("own", () => this.focus());
  }

  /** Reads what the server knows of them beside the page. */
  async read() {
    const known = await resource(`${location.pathname}/own`).catch(() => null);
    if (known) Object.assign(this, { elsewhere: known.elsewhere, placed: new Set(known.placed), act: known.act });
    this.render();
  }

  focus() {
    this.tree.focus();
  }

  // ---- showing --------------------------------------------------------------------------------------------------------------

  #rows() {
    const { model } = this.surface;
    const own = model.own();
    const byName = (a, b) => a.name.localeCompare(b.name, document.documentElement.lang);
    const groups = own.filter((code) => code.level === "concept").sort(byName);
    const labels = own.filter((code) => code.level === "label").sort(byName);
    const ids = new Set(groups.map((code) => code.id));
    const rows = groups.flatMap((group) => [{ code: group, level: 1 }, ...labels.filter((code) => code.parent === group.id).map((code) => ({ code, level: 2 }))]);
    return [...rows, ...labels.filter((code) => !ids.has(code.parent)).map((code) => ({ code, level: 1 }))];
  }

  render() {
    if (this.typing) return; // a name that is being typed outlives what the server says meanwhile
    const { model } = this.surface;
    const rows = this.#rows();
    const there = new Set(rows.map(({ code }) => code.id));
    for (const id of this.chosen) if (!there.has(id)) this.chosen.delete(id);
    if (!there.has(this.current)) this.current = rows[0]?.code.id ?? null;
    this.section.hidden = !rows.length;
    this.numbers = new Map();
    this.tree.replaceChildren(...rows.map(({ code, level }) => {
      const number = h("span", { class: "number" });
      this.numbers.set(code.id, number);
      return h("li", {
        id: `ic-own-${code.id}`, role: "treeitem", class: code.level === "concept" ? "label-group" : "", "aria-level": String(level), dataset: { id: code.id },
      }, markOf(code.mark), h("b", { title: code.name }, code.name), number);
    }));
    const labels = rows.filter(({ code }) => code.level === "label").length;
    this.title.textContent = ngettext("My labels: {n}", "My labels: {n}", labels);
    this.#mark();
    this.#count();
  }

  #mark() {
    for (const row of this.tree.children) {
      row.setAttribute("aria-selected", String(this.chosen.has(row.dataset.id)));
      row.classList.toggle("current", row.dataset.id === this.current);
    }
    this.tree.setAttribute("aria-activedescendant", this.current ? `ic-own-${this.current}` : "");
  }

  #uses() {
    const { model } = this.surface;
    const uses = new Map(Object.entries(this.elsewhere));
    for (const coding of model.codings.values()) {
      const code = model.live(coding.code)?.id;
      uses.set(code, (uses.get(code) ?? 0) + 1);
    }
    return uses;
  }

  #count() {
    const uses = this.#uses();
    for (const [id, number] of this.numbers ?? []) {
      if (this.surface.model.codes.get(id)?.level === "label") number.textContent = uses.get(id) ?? 0;
    }
  }

  // ---- choosing -------------------------------------------------------------------------------------------------------------

  #step(by) {
    const rows = [...this.tree.children];
    const at = rows.findIndex(({ dataset }) => dataset.id === this.current);
    const row = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
    if (!row) return;
    this.current = row.dataset.id;
    this.#mark();
    row.scrollIntoView({ block: "nearest" });
  }

  #toggle(id) {
    if (!this.chosen.delete(id)) this.chosen.add(id);
    this.#mark();
  }

  /** The labels that are meant: those chosen, or the one at hand. */
  get meant() {
    const { codes } = this.surface.model;
    const ids = this.chosen.size ? [...this.chosen] : [this.current];
    return ids.map((id) => codes.get(id)).filter(Boolean);
  }

  #click(event) {
    const id = event.target.closest("[role=treeitem]")?.dataset.id;
    if (!id || event.target.matches("input")) return;
    this.current = id;
    if (event.ctrlKey || event.metaKey || event.shiftKey) this.#toggle(id);
    else this.chosen.clear();
    this.#mark();
    this.tree.focus({ preventScroll: true });
  }

  #apply() {
    const code = this.surface.model.codes.get(this.current);
    if (code?.level !== "label") return;
    if (!this.surface.selection) this.say(gettext("Select a passage first."));
    else if (this.surface.apply(code.id)) this.surface.root.focus({ preventScroll: true });
  }

  // ---- what is done to them -------------------------------------------------------------------------------------------------

  /** Does something at the server, one after the other, and shows the labels as they are then; a refusal is said. */
  #do(work) {
    this.line = (this.line ?? Promise.resolve()).then(() => this.#work(work));
    return this.line;
  }

  async #work(work) {
    try {
      if (!(await this.saved())) {
        this.say(gettext("This needs the server, and not everything is saved yet. Try again in a moment."));
        return;
      }
      const acts = await work();
      this.act = acts.at(-1) ?? this.act;
      if (acts.length) this.undone = [];
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.say(error.problem.detail ?? gettext("The server does not answer. Try again."));
    }
    await this.renew();
    await this.read();
    // Who has gone on meanwhile stays there.
    if (document.activeElement === document.body || this.section.contains(document.activeElement)) this.focus();
  }

  #send(code, method, end, body) {
    return api(this.urls.own + code.id + end, { method, body, headers: { "If-Match": `"${code.revision}"` } });
  }

  #editable(codes) {
    const placed = codes.find((code) => this.placed.has(code.id));
    if (placed) this.say(gettext("The lead has given “{name}” its place in the codebook: it can no longer be changed here.", { name: placed.name }));
    return codes.length > 0 && !placed;
  }

  rename() {
    const code = this.surface.model.codes.get(this.current);
    if (!code || !this.#editable([code])) return;
    const row = document.getElementById(`ic-own-${code.id}`);
    const box = h("input", { type: "text", class: "control", value: code.name, maxlength: "200", "aria-label": gettext("New name of “{name}”", { name: code.name }) });
    row.querySelector("b").replaceWith(box);
    this.typing = true;
    const close = (name) => {
      if (!this.typing) return;
      this.typing = false;
      if (name && name !== code.name) this.#do(async () => [(await this.#send(code, "PATCH", "", { name })).act].filter(Boolean));
      else {
        this.render();
        this.focus();
      }
    };
    listen(box, this.surface.keys, "renaming", { take: () => close(box.value.replace(/\s+/gu, " ").trim()), keep: () => close("") });
    box.addEventListener("blur", () => close(""));
    box.focus();
    box.select();
  }

  group() {
    const labels = this.meant.filter((code) => code.level === "label");
    if (!this.#editable(labels)) return;
    const { model } = this.surface;
    const groups = model.own().filter((code) => code.level === "concept");
    const box = h("input", { type: "text", class: "control", id: "ic-own-group", list: "ic-own-groups", maxlength: "200", autocomplete: "off", value: model.codes.get(labels[0].parent)?.name ?? "" });
    this.#ask(ngettext("Group {n} label", "Group {n} labels", labels.length), [
      h("p", {}, labels.map((code) => code.name).join(gettext(", "))),
      h("div", { class: "field" }, h("label", { for: "ic-own-group" }, gettext("Name of the group")), box,
        h("datalist", { id: "ic-own-groups" }, ...groups.map((code) => h("option", { value: code.name }))),
        h("p", { class: "hint" }, gettext("One of your groups, or a new one; empty takes the labels out of their group."))),
    ], async () => {
      const name = box.value.replace(/\s+/gu, " ").trim();
      const group = groups.find((code) => code.name === name) ?? (name ? await this.surface.newCode(name, { level: "concept" }) : null);
      await this.#do(async () => {
        const acts = [];
        for (const code of labels) acts.push((await this.#send(code, "PATCH", "", { parent: group?.id ?? null })).act);
        this.chosen.clear();
        return acts.filter(Boolean);
      });
    });
  }

  merge() {
    const codes = this.meant;
    if (!this.#editable(codes)) return;
    const { level } = codes[0];
    const uses = this.#uses();
    const others = this.surface.model.own().filter((code) => code.level === level && code !== codes[0]);
    const alike = near(codes[0].name, others);
    const offered = codes.length > 1
      ? codes.toSorted((a, b) => (uses.get(b.id) ?? 0) - (uses.get(a.id) ?? 0))
      : [...alike, ...others.filter((code) => !alike.includes(code)).sort((a, b) => a.name.localeCompare(b.name, document.documentElement.lang))];
    if (!offered.length || codes.some((code) => code.level !== level)) {
      this.say(gettext("Choose labels that can be merged: labels with labels, groups with groups."));
      return;
    }
    const select = h("select", { class: "control", id: "ic-own-into" }, ...offered.map((code) => h("option", { value: code.id }, `${code.name} (${uses.get(code.id) ?? 0})`)));
    this.#ask(ngettext("Merge {n} label", "Merge {n} labels", codes.length), [
      h("p", {}, codes.map((code) => code.name).join(gettext(", "))),
      h("div", { class: "field" }, h("label", { for: "ic-own-into" }, gettext("All of them count as")), select,
        h("p", { class: "hint" }, gettext("What you coded stays as it is; undo takes the merge back."))),
    ], () => this.#do(async () => {
      const acts = [];
      for (const code of codes) if (code.id !== select.value) acts.push((await this.#send(code, "POST", "/merge", { into: select.value })).act);
      this.current = select.value;
      this.chosen.clear();
      return acts.filter(Boolean);
    }));
  }

  remove() {
    const codes = this.meant;
    if (!this.#editable(codes)) return;
    this.#do(async () => {
      const acts = [];
      for (const code of codes) acts.push((await this.#send(code, "DELETE", "")).act);
      return acts.filter(Boolean);
    });
  }

  undo() {
    this.#take(() => this.act, true, gettext("Nothing to undo"));
  }

  redo() {
    this.#take(() => this.undone.at(-1), false, gettext("Nothing to redo"));
  }

  #take(which, back, otherwise) {
    this.#do(async () => {
      const act = which();
      if (!act) {
        this.say(otherwise);
        return [];
      }
      const before = back ? this.undone : this.undone.slice(0, -1);
      const { act: made, label } = await api(`${this.urls.acts}${act}/undo`, { method: "POST" });
      this.undone = back ? [...before, made] : before;
      announce(back ? gettext("Taken back: {name}", { name: label.name }) : gettext("Done again: {name}", { name: label.name }));
      return [];
    });
  }

  #ask(title, content, work) {
    const accept = h("button", { class: "btn primary" }, title);
    const form = h("form", { method: "dialog" }, h("header", {}, h("h2", { id: "ic-own-ask" }, title)), h("div", { class: "body stack" }, ...content),
      h("footer", {}, h("button", { type: "button", class: "btn", onclick: () => box.close() }, gettext("Cancel")), accept));
    const box = h("dialog", { class: "dialog", "aria-labelledby": "ic-own-ask" }, form);
    form.addEventListener("submit", () => work());
    // A select leaves Enter to nobody.
    listen(form, this.surface.keys, ({ target }) => (target.matches("select") ? "merging" : []), { accept: () => form.requestSubmit() });
    box.addEventListener("close", () => {
      box.remove();
      if (document.activeElement === document.body || this.section.contains(document.activeElement)) this.focus();
    });
    document.body.append(box);
    box.showModal();
    form.querySelector("input, select")?.focus();
  }
}
