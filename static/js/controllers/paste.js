// <div data-controller="paste" data-files data-preview data-write data-then data-levels='{…}' data-fields='{…}'> (templates/project/paste.html):
// what is pasted on the left is looked at by the server whenever it changes, and shown on the right line by line; what is in doubt is decided there.
// Everything that is known of the paste is in `state`; each look is asked for anew, so the page computes nothing of it.
import { h } from "ic/lib/dom.js";
import { api, csrf } from "ic/lib/page.js";
import { gettext, ngettext } from "ic/lib/words.js";

const PAUSE = 350;
const SAID = "ic-said";
const RESULTS = ["open", "new", "changed", "same", "out"];
const MARKED = { open: "bad", changed: "accent", new: "good" };

function resultName(result) {
  return {
    open: gettext("To decide"),
    new: gettext("New"),
    changed: gettext("Changed"),
    same: gettext("There already"),
    out: gettext("Not pasted"),
  }[result];
}

function decisionName(decision, row) {
  const name = row.about?.numbered ? `${row.about.numbered} ${row.about.name}` : row.about?.name;
  return {
    below: gettext("Below the line before"),
    beside: row.problem === "too_deep" ? gettext("At the lowest level") : gettext("Beside the line before"),
    loose: gettext("Below nothing"),
    out: gettext("Leave it out"),
    here: gettext("Move it here"),
    same: row.problem === "renamed" ? gettext("The same: rename it") : gettext("It is {name}", { name }),
    new: gettext("A code of its own"),
  }[decision];
}

function problemName({ problem, about, result }) {
  const values = { name: about?.name ?? "", number: about?.numbered ?? "", line: about?.line ?? 0 };
  const sentence = {
    skipped: gettext("A level is skipped: this line stands further in than one step."),
    too_deep: gettext("There is no level left below: a codebook has four."),
    nothing_above: gettext("What stands above it is not in the codebook, nor in what you paste, one level higher."),
    twice: gettext("Line {line} has this name already; a code has one place.", values),
    looks_like: values.line ? gettext("Looks like “{name}” in line {line}.", values) : gettext("Looks like {number} “{name}”.", values),
    renamed: gettext("{number} is “{name}” so far.", values),
    repeated: gettext("The same as line {line}; what it says besides is added there.", values),
    with_above: result === "out" ? gettext("Left out with the line above it.") : gettext("Follows from the line above it."),
  }[problem];
  return sentence ?? "";
}

export default function paste(element) {
  const at = (name) => element.querySelector(`[data-${name}]`);
  const levels = JSON.parse(element.dataset.levels);
  const fields = JSON.parse(element.dataset.fields);
  const text = at("text");
  const state = { lines: null, form: "indented", decided: new Map(), rows: [], shown: null };
  let timer;
  let asked;

  function body() {
    const decisions = [...state.decided].flatMap(([place, chosen]) => [...chosen].map((decision) => ({ place, decision })));
    const top = at("top").value || null;
    return state.lines ? { lines: state.lines, form: state.form, top, decisions } : { text: text.value, top, decisions };
  }

  // ---- the left side ---------------------------------------------------------------------------------------------------------

  function number() {
    const marks = new Map(state.rows.filter((row) => row.result in MARKED).map((row) => [row.line, MARKED[row.result]]));
    const many = text.value.split("\n").length;
    // A file's rows are numbered as they stand there, and shown one below the other.
    const numbers = state.lines ? state.lines.map((line) => line.number) : Array.from({ length: many }, (_, k) => k + 1);
    at("numbers").replaceChildren(...numbers.map((n) => h("span", { class: marks.has(n) ? `line-${marks.get(n)}` : null }, n)));
    at("numbers").scrollTop = text.scrollTop;
  }

  function changed() {
    state.decided.clear();
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
    number();
  }

  function take(given, name) {
    state.lines = given.lines;
    state.form = given.form;
    text.value = given.lines.map((line) => "\t".repeat(line.depth) + line.name).join("\n");
    text.readOnly = true;
    at("from").replaceChildren(
      h("span", {}, gettext("From the file “{name}”, with all that it says of each code.", { name })), " ",
      h("button", { type: "button", class: "btn compact", onclick: letGo }, gettext("Put it away")));
    at("from").hidden = false;
    changed();
  }

  function letGo() {
    state.lines = null;
    text.readOnly = false;
    text.value = "";
    at("file").value = "";
    at("from").hidden = true;
    text.focus();
    changed();
  }

  async function upload(file) {
    if (!file) return;
    const form = new FormData();
    form.append("file", file);
    element.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(element.dataset.files, { method: "POST", body: form, headers: { "X-CSRFToken": csrf(), Accept: "application/json" }, credentials: "same-origin" });
      const answer = await response.json();
      if (response.ok) take(answer, file.name);
      else refuse(answer);
    } catch {
      refuse({ detail: gettext("The server did not answer.") });
    } finally {
      element.removeAttribute("aria-busy");
    }
  }

  function indent(event) {
    if (event.key === "Escape") text.dataset.leaving = "true";
    else if (event.key !== "Tab" || event.altKey || event.ctrlKey || text.readOnly || text.dataset.leaving) delete text.dataset.leaving;
    else {
      event.preventDefault();
      const [from, to] = [text.value.lastIndexOf("\n", text.selectionStart - 1) + 1, text.selectionEnd];
      const lines = text.value.slice(from, to);
      const moved = event.shiftKey ? lines.replace(/^(\t|\u3000| {1,4})/gm, "") : lines.replace(/^/gm, "\t");
      text.setRangeText(moved, from, to, from === to || !lines.includes("\n") ? "end" : "select");
      changed();
    }
  }

  // ---- the right side --------------------------------------------------------------------------------------------------------

  function refuse(problem) {
    at("problem").textContent = problem.errors?.[0]?.detail ?? problem.detail ?? problem.title ?? gettext("This could not be read.");
    at("problem").hidden = false;
    state.rows = [];
    show(null);
  }

  async function look() {
    const mine = asked = {};
    if (!text.value.trim() && !state.lines) {
      at("problem").hidden = true;
      state.rows = [];
      return show(null);
    }
    element.setAttribute("aria-busy", "true");
    try {
      const preview = await api(element.dataset.preview, { method: "POST", body: body() });
      if (mine !== asked) return;
      at("problem").hidden = true;
      state.rows = preview.rows;
      show(preview);
    } catch (error) {
      if (!error.problem) throw error;
      if (mine === asked) refuse(error.problem);
    } finally {
      if (mine === asked) element.removeAttribute("aria-busy");
    }
  }

  function decide(rows, decision) {
    for (const { place } of rows) state.decided.set(place, new Set([...(state.decided.get(place) ?? []), decision]));
    look().then(next);
  }

  function choices(row, rows = [row]) {
    return row.options.map((decision) => h("button", { type: "button", class: "btn compact", onclick: () => decide(rows, decision) },
      rows.length > 1 && decision === "same" ? gettext("They are the same") : decisionName(decision, row)));
  }

  function changeOf({ field, before, after }) {
    return h("span", { class: "paste-change" }, `${fields[field] ?? field}: `, before ? h("del", {}, before) : "", before ? " → " : "", h("ins", {}, after));
  }

  function rowOf(row) {
    const open = row.result === "open";
    const undo = state.decided.has(row.place) && !open
      && h("button", { type: "button", class: "btn compact ghost", onclick: () => { state.decided.delete(row.place); look(); } }, gettext("Decide again"));
    return h("tr", { class: open ? "paste-open" : null, dataset: { result: row.result, place: row.place } },
      h("td", { class: "number" }, h("button", { type: "button", class: "paste-line", onclick: () => point(row) }, row.line)),
      h("td", { class: `paste-name depth-${Math.min(row.depth, 3)}` }, row.name),
      h("td", { class: "nowrap" }, row.level ? levels[row.level] : "–"),
      h("td", {}, h("span", { class: `badge${MARKED[row.result] ? ` ${MARKED[row.result]}` : ""}` }, resultName(row.result)), " ",
        row.problem && h("span", { class: "detail" }, problemName(row)), ...row.changes.map(changeOf), open && h("span", { class: "row tight" }, ...choices(row)), undo));
  }

  function point(row) {
    const lines = text.value.split("\n");
    const k = state.lines ? row.place : row.line - 1;
    const from = lines.slice(0, k).join("\n").length + (k ? 1 : 0);
    text.focus();
    text.setSelectionRange(from, from + (lines[k]?.length ?? 0));
  }

  function bulk() {
    const kinds = Map.groupBy(state.rows.filter((row) => row.result === "open" && row.options.length), (row) => row.problem);
    return [...kinds].filter(([, rows]) => rows.length > 2).map(([, rows]) => h("li", { class: "row tight" },
      h("span", {}, ngettext("{n} line like this:", "{n} lines like this:", rows.length), " ", problemName({ ...rows[0] })), ...choices(rows[0], rows)));
  }

  function filters(counts) {
    const all = [[null, gettext("All"), state.rows.length], ...RESULTS.filter((result) => counts[result]).map((result) => [result, resultName(result), counts[result]])];
    if (state.shown && !counts[state.shown]) state.shown = null;
    return all.map(([result, name, n]) => h("button", { type: "button", class: "btn compact paste-filter", "aria-pressed": String(state.shown === result),
      onclick: () => { state.shown = result; at("filters").replaceChildren(...filters(counts)); hide(); } }, `${name} ${n}`));
  }

  function hide() {
    for (const row of at("rows").children) row.hidden = state.shown !== null && row.dataset.result !== state.shown;
  }

  function show(preview) {
    const counts = preview?.counts ?? {};
    at("table").hidden = !preview;
    at("empty").hidden = Boolean(preview) || !at("problem").hidden;
    at("filters").replaceChildren(...(preview ? filters(counts) : []));
    at("bulk").replaceChildren(...bulk());
    at("rows").replaceChildren(...state.rows.map(rowOf));
    hide();
    number();
    at("how").textContent = preview ? howOf(preview) : "";
    at("button").disabled = !preview || counts.open > 0 || !(counts.new + counts.changed);
    at("status").textContent = preview ? statusOf(preview) : "";
  }

  function howOf({ form, by, guessed, top }) {
    const read = {
      indented: gettext("indented text"),
      levels: guessed ? gettext("a table without headings: levels from the left") : gettext("a table with a column for each level"),
      named: gettext("a table of codes"),
      qdc: ".qdc",
    }[form];
    const signs = by.length && form !== "indented" ? ` (${by.slice(0, 6).join(" · ")})` : "";
    return gettext("Read as {form}; outermost: {level}", { form: read + signs, level: levels[top] });
  }

  function statusOf({ counts, untouched }) {
    const parts = [
      counts.open ? gettext("To decide: {n}", { n: counts.open }) : "",
      counts.new || counts.changed ? gettext("New: {n}, changed: {changed}", { n: counts.new, changed: counts.changed }) : gettext("Nothing would change."),
      untouched ? ngettext("{n} other code stays as it is.", "{n} other codes stay as they are.", untouched) : "",
    ];
    return parts.filter(Boolean).join(" · ");
  }

  function next() {
    const open = [...at("rows").querySelectorAll("tr.paste-open")].filter((row) => !row.hidden && row.querySelector(".row .btn"));
    if (!open.length) return at("button").focus();
    const here = document.activeElement?.closest("tr");
    const after = open.find((row) => here && Number(row.dataset.place) > Number(here.dataset.place)) ?? open[0];
    after.scrollIntoView({ block: "center" });
    after.querySelector(".row .btn").focus({ preventScroll: true });
  }

  async function write() {
    at("button").setAttribute("aria-busy", "true");
    try {
      const done = await api(element.dataset.write, { method: "POST", body: body() });
      sessionStorage.setItem(SAID, gettext("Written into the draft: {n} new, {changed} changed.", { n: done.new, changed: done.changed }));
      location.assign(element.dataset.then);
    } catch (error) {
      if (!error.problem) throw error;
      refuse(error.problem);
      at("button").removeAttribute("aria-busy");
    }
  }

  text.addEventListener("input", changed);
  text.addEventListener("keydown", indent);
  text.addEventListener("scroll", () => { at("numbers").scrollTop = text.scrollTop; }, { passive: true });
  text.addEventListener("dragover", (event) => event.preventDefault());
  text.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    upload(event.dataTransfer.files[0]);
  });
  at("file").addEventListener("change", () => upload(at("file").files[0]));
  at("top").addEventListener("change", changed);
  at("button").addEventListener("click", write);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "F8" || !element.isConnected) return;
    event.preventDefault();
    next();
  });
  number();
  if (text.value.trim()) look();
}
