// <div data-controller="align"> around the alignment desk: what the keys of #align-keys do, and what is sent for it.
// #page-data: {round, project, proposal, seen, labels: [{id, name, placed}], next}. `seen` goes with what is placed, so that the server can
// say what somebody else did meanwhile; the queue and the labels are renewed by live.js. Keys are off while one types; there Enter goes on.
import { choosing } from "ic/alignment/choosing.js";
import { bulk } from "ic/alignment/bulk.js";
import { splitting } from "ic/alignment/splitting.js";
import { announce, inTextField } from "ic/lib/dom.js";
import { api, freshPage, pageData } from "ic/lib/page.js";
import { gettext, ngettext } from "ic/lib/words.js";

const PRESSED = { 0: "apart", s: "split", l: "later", z: "undo", b: "bulk", j: "next", ArrowDown: "next", k: "previous", ArrowUp: "previous", "?": "help", "+": "wider", "=": "wider", "-": "closer" };

/** Where the head of the page and the card do not fit together. */
const LOW = "(max-height: 820px)";

export default function align(root) {
  const page = pageData();
  const base = `/api/v1/rounds/${page.round}`;
  const at = (selector) => root.querySelector(selector);
  let loaded;
  const choices = (level) => async () => (await (loaded ??= api(`${base}/alignment/choices`))).filter((code) => code.level === level);
  const name = at("#align-new");
  const concept = at("#align-concept");
  const known = name ? choosing(name, at("#align-new-list"), choices("label")) : null;
  const above = concept ? choosing(concept, at("#align-concept-list"), choices("concept")) : null;
  let busy = false;

  const boxes = () => [...root.querySelectorAll("[data-label]")];
  const chosen = () => boxes().filter((box) => box.checked).map((box) => box.dataset.label);
  const radio = () => at('[name="align-name"]:checked')?.value;

  function problem(sentence) {
    const box = at("#align-problem");
    if (!box) return announce(sentence);
    box.querySelector("p").textContent = sentence;
    box.hidden = false;
    box.focus();
  }

  async function send(path, method, body, then) {
    if (busy) return;
    busy = true;
    root.setAttribute("aria-busy", "true");
    try {
      await api(path, { method, body });
      then();
    } catch (error) {
      if (!error.problem) throw error;
      problem(error.problem.detail ?? error.problem.title);
    } finally {
      busy = false;
      root.removeAttribute("aria-busy");
    }
  }

  /** After labels were placed: stay while others of the card wait, else go on. */
  function goOn(placed) {
    const left = page.labels.some((label) => !label.placed && !placed.includes(label.id));
    if (left) location.reload();
    else location.assign(page.next);
  }

  /** What is said of a new code: what it means, and its examples, those that are taken from a passage linked to it. */
  function description() {
    const said = { definition: at("#align-definition").value.trim() };
    for (const box of root.querySelectorAll("[data-said]")) {
      said[box.dataset.said] = box.querySelector("textarea").value.trim();
      said[`${box.dataset.said}_at`] = JSON.parse(box.querySelector("input[type=hidden]").value || "null");
    }
    return Object.fromEntries(Object.entries(said).filter(([, value]) => value));
  }

  /** What a new code gets besides its name. */
  async function said() {
    const parent = await above();
    return { ...(parent ? { parent: parent.id } : concept.value.trim() ? { parent_name: concept.value.trim() } : {}), ...description() };
  }

  async function join() {
    const labels = chosen();
    if (!labels.length) return problem(gettext("Take at least one label in."));
    const other = radio() ? null : name.value.trim();
    if (other === "") {
      name.focus();
      return announce(gettext("Give the code a name."));
    }
    const typed = other ?? page.labels.find((label) => label.id === radio()).name;
    const code = other === null ? null : await known();
    const target = code ? { code: code.id, ...description() } : { name: typed, ...(await said()) };
    await send(`${base}/labels`, "POST", { placements: [{ labels, at: target }], seen: page.seen }, () => goOn(labels));
  }

  async function apart() {
    const more = await said();
    const waiting = page.labels.filter((label) => !label.placed);
    if (!waiting.length) return problem(gettext("Every label of this card has its place."));
    const { parent, parent_name } = more;
    const placements = waiting.map((label) => ({ labels: [label.id], at: { name: label.name, ...(parent && { parent }), ...(parent_name && { parent_name }) } }));
    await send(`${base}/labels`, "POST", { placements, seen: page.seen }, () => goOn(waiting.map((label) => label.id)));
  }

  function tell() {
    const says = at("#align-says");
    if (!says) return;
    const many = chosen().length;
    says.textContent = ngettext("→ {n} label becomes 1 code", "→ {n} labels become 1 code", many);
  }

  /** Takes the words of a passage over as an example or a near miss that follows its text. */
  function quoted(passage, what) {
    at("#align-words").open = true;
    const { revision, start, end } = passage.dataset;
    const detail = { revision, start: Number(start), end: Number(end), words: passage.querySelector("mark").textContent };
    at(`[data-said="${what}"]`).dispatchEvent(new CustomEvent("ic:quote", { detail }));
    at("#align-definition").focus();
  }

  const acts = {
    join,
    apart,
    later: (button) => send(`${base}/alignment/proposals/${page.proposal}`, "PATCH", { later: button.dataset.later === "true" }, () => location.assign(page.next)),
    undo: (button) => send(`/api/v1/projects/${page.project}/mapping/${button.dataset.undo}/undo`, "POST", {}, () => location.reload()),
    split: splitting(root, page, problem),
  };
  bulk(page);

  // The first proposal shows by itself when it comes while the desk is open; keys go to the card that is shown.
  if (page.proposal === null) {
    root.addEventListener("ic:attach", () => {
      const first = at("#align-queue .queue a[href]");
      if (first) location.replace(first.href);
    });
  } else if (document.activeElement === document.body) {
    at(".align-card")?.focus({ preventScroll: true });
    if (matchMedia(LOW).matches) at(".align-card")?.scrollIntoView();
  }

  /** Shows more or less of the text around the place; nothing else of the card changes, and what is typed stays. */
  async function widen(link) {
    const fresh = (await freshPage(link.href))?.document.getElementById("align-places");
    if (!fresh) return;
    history.replaceState(null, "", link.href);
    at("#align-places").replaceWith(fresh);
    fresh.dispatchEvent(new CustomEvent("ic:attach", { bubbles: true }));
  }

  root.addEventListener("click", (event) => {
    const wider = event.target.closest("[data-wider]");
    if (wider && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      widen(wider);
    }
    const button = event.target.closest("[data-do]");
    if (button && acts[button.dataset.do]) acts[button.dataset.do](button);
    const taken = event.target.closest("[data-quote]");
    if (taken) quoted(taken.closest("[data-passage]"), taken.dataset.quote);
  });
  root.addEventListener("change", (event) => {
    if (event.target.matches("#align-sought select")) return event.target.form.requestSubmit();
    if (event.target === name && name.value.trim()) at('[name="align-name"][value=""]').checked = true;
    tell();
  });
  name?.addEventListener("input", () => { at('[name="align-name"][value=""]').checked = true; });

  function quote(what) {
    const passage = document.activeElement?.closest?.("[data-passage]") ?? at("[data-passage]");
    if (passage && at("#align-words")) quoted(passage, what);
  }

  const keys = {
    n: () => name?.focus(),
    c: () => concept?.focus(),
    "/": () => at("#align-find")?.focus(),
    d: () => quote("example"),
    D: () => quote("near_miss"),
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
    if (inTextField(event)) {
      if (event.key === "Escape") event.target.blur();
      else if (event.key === "Enter" && (event.target === name || event.target === concept)) {
        event.preventDefault();
        join();
      }
      return;
    }
    if (event.key === "Enter") {
      if (event.target.closest?.("a[href], button, summary") || !at('[data-do="join"]')) return;
      event.preventDefault();
      join();
    } else if (/^[1-9]$/.test(event.key)) {
      event.preventDefault();
      const box = boxes()[Number(event.key) - 1];
      if (!box) return announce(gettext("There is no choice {key} here", { key: event.key }));
      box.click();
    } else if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    } else if (PRESSED[event.key]) {
      const target = at(`[data-do="${PRESSED[event.key]}"]:not(:disabled)`);
      if (!target) return;
      event.preventDefault();
      target.click();
    }
  });
  tell();
}
