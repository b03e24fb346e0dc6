// <div class="board" data-controller="board">: the codes of #page-data's `codes` in a column for each level, and what a person does with them:
//   arrows: along a column, ← → down and up the tree · x chooses, Shift+↑ ↓ chooses along · m moves, g merges, F2 renames, n types new ones,
//   Enter opens the passages, z takes back, Z does again, / looks for a name, Esc lets go. What a drag does, m does.
import { Column } from "ic/board/column.js";
import { LEVELS, Model } from "ic/board/model.js";
import { askMerge, pick } from "ic/board/picker.js";
import { askCodes } from "ic/board/typing.js";
import { Acts } from "ic/lib/acts.js";
import { announce, h, inTextField } from "ic/lib/dom.js";
import { ApiError, api, pageData, resource } from "ic/lib/page.js";
import { released } from "ic/lib/pressing.js";
import { turns } from "ic/lib/turns.js";
import { gettext, ngettext } from "ic/lib/words.js";

const NOWHERE = "nowhere";
// What is on its way arrives although the page is left.
const ON_ITS_WAY = { keepalive: true };

export default async function board(root) {
  const data = pageData();
  const project = `/api/v1/projects/${data.project}`;
  const model = new Model();
  const shared = { model, edit: data.edit, at: null, chain: new Set() };
  const columns = [...root.querySelectorAll(".board-column")].map((node) => new Column(node, Number(node.dataset.level), shared));
  const column = (level) => columns.find((one) => one.level === level);
  const acts = new Acts(data.project, refresh);
  const problem = document.getElementById("board-problem");
  const detail = document.getElementById("board-detail");
  const bar = document.getElementById("board-chosen");
  let shownDetail;

  function paint() {
    for (const one of columns) one.show(model.lines(one.level));
    chosen();
  }

  async function refresh() {
    const fresh = await resource(data.codes);
    if (fresh) show(fresh);
    else location.reload();
  }

  function show(fresh) {
    model.read(fresh);
    if (shared.at) shared.at = model.get(shared.at.id) ?? null;
    shared.chain = model.chain(shared.at);
    root.removeAttribute("aria-busy");
    document.getElementById("board-empty").hidden = model.codes.size > 0;
    for (const button of document.querySelectorAll("[data-only]")) button.querySelector(".n").textContent = model.count(button.dataset.only).toLocaleString();
    paint();
    shownDetail = undefined;
    describe();
    document.dispatchEvent(new CustomEvent("ic:board"));
  }

  function chosen() {
    const n = model.chosen.size;
    bar.hidden = n === 0;
    bar.querySelector(".n").textContent = ngettext("{n} code is chosen", "{n} codes are chosen", n);
  }

  // How often the person, or what was done, went to a code: the same one again is meant too.
  let went = 0;
  function go(code, { focus = true } = {}) {
    if (!code) return;
    went += 1;
    shared.at = code;
    shared.chain = model.chain(code);
    if (focus) column(code.level).view.focus({ preventScroll: true });
    column(code.level).reach(code);
    for (const one of columns) one.paint();
    describe();
  }

  let waiting;
  function describe() {
    clearTimeout(waiting);
    const code = shared.at;
    if (!code || shownDetail === code.id) return;
    waiting = setTimeout(async () => {
      shownDetail = code.id;
      const squares = h("span", { class: "case-squares", "aria-hidden": "true" },
        ...(model.cases.length <= 24 ? model.cases.map((name, n) => h("i", { class: (BigInt(`0x${code.seenIn}`) >> BigInt(n)) & 1n ? "on" : "", title: name })) : []));
      const seen = code.cases ? h("div", { class: "row tight small muted" }, squares,
        ngettext("seen in {n} of {all} cases", "seen in {n} of {all} cases", code.cases, { all: model.cases.length })) : null;
      const thin = model.thin(code);
      const rests = code.documents ? h("p", { class: "small muted" }, gettext("{primary} primary and {secondary} secondary documents", { primary: code.primary, secondary: code.documents - code.primary }),
        ...thin.map((words) => h("span", { class: "badge warn" }, words))) : null;
      const link = h("p", {}, h("a", { href: passagesOf(code) }, ngettext("{n} passage in its context", "{n} passages in their context", code.passages)));
      try {
        const answer = await fetch(`${data.detail}&code=${code.id}`, { headers: { Accept: "text/html" }, credentials: "same-origin" });
        if (shared.at?.id !== code.id || !answer.ok) return;
        const part = new DOMParser().parseFromString(await answer.text(), "text/html");
        detail.replaceChildren(...[part.querySelector("header"), part.querySelector("dl"), seen, rests, link].filter(Boolean));
      } catch {
        detail.textContent = gettext("The server did not answer.");
      }
    }, 150);
  }

  const passagesOf = (code) => data.passages.replace("%7Bcode%7D", code.id).replace("{code}", code.id);

  let spelling;
  let spelt = Promise.resolve();
  /** How the names are spelt is asked for when somebody looks for one; again where there are new ones. */
  function spell() {
    if (spelling === model.codes) return spelt;
    spelling = model.codes;
    spelt = resource(`${data.codes}?part=pinyin`)
      .then((said) => { if (said) model.spell(said); })
      .catch(() => { spelling = undefined; });
    return spelt;
  }

  /** Does something to the codes that a person asked for; one thing after the other. */
  const inTurn = turns(async (error) => {
    if (!(error instanceof ApiError)) throw error;
    problem.textContent = error.message;
    problem.hidden = false;
    announce(error.message);
    await refresh().catch(() => {});
  });
  const doing = (work) => inTurn(() => { problem.hidden = true; return work(); });

  /** Goes to a code after what was done to it, unless the person has gone somewhere since then. */
  function backTo(code, since) {
    go((went !== since && shared.at) || code);
  }

  const subjects = () => (model.chosen.size ? [...model.chosen].map((id) => model.get(id)) : [shared.at].filter(Boolean));

  const move = (codes, parent, since = went) => doing(async () => {
    const ids = codes.map((code) => code.id);
    await api(`${project}/codes/move`, { method: "POST", body: { codes: ids, parent }, ...ON_ITS_WAY });
    for (const id of ids) model.chosen.delete(id);
    await refresh();
    const name = parent ? model.get(parent).name : gettext("nothing");
    announce(ngettext("{n} code stands below {name}", "{n} codes stand below {name}", ids.length, { name }));
    backTo(model.get(ids[0]), since);
  });

  async function askMove() {
    const codes = subjects();
    if (!codes.length) return;
    const { level } = codes[0];
    if (level === LEVELS - 1) return announce(gettext("Nothing stands above a construct."));
    if (codes.some((code) => code.level !== level)) return announce(gettext("Choose codes of one level."));
    const nothing = { id: NOWHERE, name: gettext("Below nothing") };
    const target = await pick(ngettext("Move {n} code below …", "Move {n} codes below …", codes.length), (words) => [...model.candidates(level + 1, words), ...(words ? [] : [nothing])], spell());
    if (target) await move(codes, target === NOWHERE ? null : target);
  }

  async function merge() {
    let codes = subjects();
    if (!codes.length) return;
    if (codes.some((code) => code.level !== codes[0].level)) return announce(gettext("Choose codes of one level."));
    if (codes.length === 1) {
      const target = await pick(gettext("Merge “{name}” with …", { name: codes[0].name }), (words) => model.candidates(codes[0].level, words, new Set([codes[0].id])), spell());
      if (!target) return;
      codes = [...codes, model.get(target)];
    }
    const body = await askMerge(`${project}/codes/merge`, codes);
    if (!body) return;
    const since = went;
    await doing(async () => {
      await api(`${project}/codes/merge`, { method: "POST", body, ...ON_ITS_WAY });
      for (const id of [...body.codes, body.into]) model.chosen.delete(id);
      await refresh();
      backTo(model.get(body.into), since);
    });
  }

  function rename() {
    const code = shared.at;
    const row = code && root.querySelector(`[id="row-${code.id}"] .board-name`);
    if (!row) return;
    const input = h("input", { class: "control board-rename", value: code.name, maxlength: "400", "aria-label": gettext("Name of the code") });
    row.replaceWith(input);
    input.select();
    let left = false;
    const leave = () => {
      if (left) return;
      left = true;
      column(code.level).paint();
      column(code.level).view.focus({ preventScroll: true });
    };
    input.addEventListener("blur", leave);
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Escape") leave();
      else if (event.key === "Enter") {
        const name = input.value.trim();
        const since = went;
        leave();
        if (name && name !== code.name) doing(() => change(code, name, since));
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  async function change(code, name, since) {
    await api(`/api/v1/codes/${code.id}`, { method: "PATCH", body: { name }, ...ON_ITS_WAY });
    await refresh();
    backTo(model.get(code.id), since);
  }

  async function type() {
    const here = shared.at;
    const since = went;
    const above = [];
    for (let up = here?.above; up; up = up.above) above[up.level] = up.id;
    const level = here?.level ?? LEVELS - 1;
    const made = await askCodes(level, above, data.levels)((body) => api(`${project}/codes`, { method: "POST", body, ...ON_ITS_WAY }));
    if (!made) return;
    await refresh();
    announce(ngettext("{n} code was added", "{n} codes were added", made.length));
    if (!document.querySelector("dialog[open]")) backTo(model.get(made[0].id), since);
  }

  const undo = () => doing(async () => { if (!(await acts.undo())) announce(gettext("Nothing to undo")); });
  const redo = () => doing(async () => { if (!(await acts.redo())) announce(gettext("Nothing to redo")); });

  function toggle(code, yes = !model.chosen.has(code.id)) {
    if (yes) model.chosen.add(code.id);
    else model.chosen.delete(code.id);
    chosen();
    column(code.level).paint();
  }

  function along(by, choosing) {
    const code = shared.at ?? columns.flatMap((one) => one.codes())[0];
    if (!code) return;
    const next = column(code.level).next(code, by);
    if (choosing && next) {
      toggle(code, true);
      toggle(next, true);
    }
    go(next);
  }

  function across(up) {
    const code = shared.at;
    if (!code) return along(1, false);
    const level = code.level + (up ? 1 : -1);
    if (level < 0 || level >= LEVELS) return;
    const near = up ? code.above : code.below.find((below) => column(level).at.has(below.id));
    go(near && column(level).at.has(near.id) ? near : column(level).codes()[0]);
  }

  const VERBS = { m: askMove, g: merge, F2: rename, n: type, z: undo, Z: redo };
  const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -Infinity, End: Infinity };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && event.target === search) { search.blur(); go(shared.at ?? columns.flatMap((one) => one.codes())[0]); return; }
    if (inTextField(event)) return;
    const inside = root.contains(event.target) || event.target === document.body;
    if (event.key === "/") search.focus();
    else if (data.edit && VERBS[event.key]) VERBS[event.key]();
    else if (!inside) return;
    else if (event.key in STEPS) along(STEPS[event.key], event.shiftKey);
    else if (event.key === "ArrowRight" || event.key === "ArrowLeft") across(event.key === "ArrowRight");
    else if (event.key === "x" || event.key === " ") { if (shared.at) toggle(shared.at); }
    else if (event.key === "Escape") { model.chosen.clear(); paint(); }
    else if (event.key === "Enter" && shared.at && !event.target.closest("a, button")) location.assign(passagesOf(shared.at));
    else return;
    event.preventDefault();
  });

  root.addEventListener("click", (event) => {
    const line = event.target.closest(".board-row, .board-head");
    const code = line && model.get(line.dataset.id ?? line.dataset.parent);
    if (!code) return;
    // Not by "dblclick": the line that was pressed first may have been made anew.
    if (event.detail === 2) return location.assign(passagesOf(code));
    if (line.matches(".board-head")) return go(code);
    if (event.ctrlKey || event.metaKey) toggle(code);
    else if (event.shiftKey && shared.at?.level === code.level) {
      const codes = column(code.level).codes();
      const [from, to] = [codes.indexOf(shared.at), codes.indexOf(code)].sort((a, b) => a - b);
      for (const one of codes.slice(Math.max(0, from), to + 1)) model.chosen.add(one.id);
      paint();
    }
    go(code);
  });

  // --- dragging ----------------------------------------------------------------------------------
  let dragged = [];
  /** Where what is dragged would stand: {parent}, or null where it cannot be let go. */
  function target(event) {
    if (!dragged.length) return null;
    const level = dragged[0].level;
    const head = event.target.closest(".board-head");
    if (head) return Number(head.closest(".board-column").dataset.level) === level ? { node: head, parent: head.dataset.parent || null } : null;
    const row = event.target.closest(".board-row");
    const code = row && model.get(row.dataset.id);
    if (!code) return null;
    if (code.level === level + 1) return { node: row, parent: code.id };
    return code.level === level && !dragged.includes(code) && level < LEVELS - 1 ? { node: row, parent: code.above?.id ?? null } : null;
  }
  const unmark = () => { for (const over of root.querySelectorAll(".over")) over.classList.remove("over"); };
  root.addEventListener("dragstart", (event) => {
    const code = model.get(event.target.closest?.(".board-row")?.dataset.id);
    if (!code) return;
    dragged = model.chosen.has(code.id) ? subjects().filter((other) => other.level === code.level) : [code];
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.map((other) => other.name).join("\n"));
  });
  root.addEventListener("dragover", (event) => {
    unmark();
    const here = target(event);
    if (!here) return;
    event.preventDefault();
    here.node.classList.add("over");
  });
  root.addEventListener("drop", (event) => {
    const here = target(event);
    unmark();
    if (!here) return;
    event.preventDefault();
    const codes = dragged;
    dragged = [];
    move(codes, here.parent);
  });
  root.addEventListener("dragend", () => { dragged = []; unmark(); });

  // --- looking for something ---------------------------------------------------------------------
  const search = document.getElementById("board-search");
  const look = () => {
    model.look(search.value);
    paint();
    spell().then(() => { if (model.words.length) paint(); });
  };
  search.addEventListener("focus", spell);
  search.addEventListener("input", (event) => { if (!event.isComposing) look(); });
  search.addEventListener("compositionend", look);
  for (const button of document.querySelectorAll("[data-only]")) {
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      if (on) model.only.add(button.dataset.only);
      else model.only.delete(button.dataset.only);
      paint();
    });
  }
  for (const button of document.querySelectorAll("[data-verb]")) {
    button.addEventListener("click", () => ({ m: askMove, g: merge, n: type, z: undo })[button.dataset.verb]());
  }

  // What others do is shown when the person is not in the middle of something: a name being typed would go with its line.
  const busy = () => inTurn.waiting || document.querySelector("dialog[open], .board-rename");
  let renewing;
  function renew() {
    clearTimeout(renewing);
    renewing = setTimeout(async () => {
      const fresh = busy() ? null : await resource(data.codes).catch(() => null);
      await released();
      if (busy()) renew();
      else if (fresh) show(fresh);
    }, 300);
  }
  document.addEventListener("ic:event", ({ detail: { topics } }) => {
    if (topics.some((topic) => ["code", "round", "assignment", "*"].includes(topic))) renew();
  });

  try {
    await refresh();
  } catch (error) {
    problem.textContent = error.message || gettext("The server did not answer.");
    problem.hidden = false;
  }
}
