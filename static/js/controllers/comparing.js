// <div data-controller="passages comparing"> around the passages of two codes that are compared, with #comparing-bar above it. Space chooses passages,
// m moves those that are chosen (or the one at hand) to another concept, s splits them off as a new one, n writes a memo that they are tied to,
// z takes the last move back. Dialogs: #part-passages, #codes-memo (templates/project/theory_compare.html).
import { announce, h, inTextField } from "ic/lib/dom.js";
import { api } from "ic/lib/page.js";
import { renew } from "ic/lib/renewing.js";
import { gettext, ngettext } from "ic/lib/words.js";

// Kept while the passages are renewed around it.
const chosen = new Set();
const done = [];
const SHOWN = 5;

export default function comparing(root) {
  const bar = document.getElementById("comparing-bar");
  if (!bar) return;
  const parting = document.getElementById("part-passages");
  const writing = document.getElementById("codes-memo");
  const all = () => [...root.querySelectorAll(".passage[data-place]")];
  const meant = () => {
    const these = all().filter((one) => chosen.has(one.id));
    const at = document.activeElement?.closest?.(".passage") ?? root.querySelector(".passage.at");
    return these.length ? these : [at].filter((one) => one && root.contains(one));
  };

  function show() {
    for (const one of all()) {
      one.classList.toggle("chosen-passage", chosen.has(one.id));
      if (chosen.has(one.id)) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    }
    const n = all().filter((one) => chosen.has(one.id)).length;
    bar.querySelector("[data-chosen]").textContent = n ? ngettext("{n} passage chosen", "{n} passages chosen", n) : bar.dataset.chosenNone;
  }

  function choose(one) {
    if (!one) return;
    if (!chosen.delete(one.id)) chosen.add(one.id);
    show();
  }

  function say(box, sentence) {
    const place = box.querySelector("[data-problem]");
    place.textContent = sentence;
    place.hidden = !sentence;
  }

  function list(box, these) {
    const words = (one) => one.querySelector(".quote").textContent.trim();
    box.querySelector("[data-listed]").replaceChildren(...these.slice(0, SHOWN).map((one) => h("li", { dir: "auto" }, words(one))),
      ...(these.length > SHOWN ? [h("li", { class: "faint" }, gettext("… {n} more", { n: these.length - SHOWN }))] : []));
  }

  function open(name) {
    const these = meant();
    if (!these.length) return announce(gettext("Choose a passage first."));
    const box = name === "memo" ? writing : parting;
    if (!box) return undefined;
    say(box, "");
    list(box, these);
    if (name !== "memo") {
      box.dataset.way = name;
      for (const part of box.querySelectorAll("[data-only]")) part.hidden = part.dataset.only !== name;
      const other = JSON.parse(bar.dataset.pair).find((code) => code !== these[0].dataset.code);
      if (other && [...box.querySelectorAll("option")].some((one) => one.value === other)) box.querySelector("select").value = other;
    }
    box.showModal();
    if (name !== "memo") preview();
    return box.querySelector(name === "memo" ? "textarea" : `[data-only="${name}"] :is(select, input)`).focus();
  }

  /** Does something that the server may refuse with a sentence; says whether it was done. */
  async function trying(box, work) {
    try {
      await work();
    } catch (error) {
      if (!error.problem) throw error;
      say(box, error.problem.errors?.[0]?.detail ?? error.problem.detail ?? error.message);
      return false;
    }
    say(box, "");
    return true;
  }

  /** The chosen passages of each code, and where they go; those of where they go stay. `unnamed`: what a new concept is called that has no name yet. */
  function wanted(unnamed = "") {
    const { at, name } = parting.querySelector("form").elements;
    const target = parting.dataset.way === "move" ? { code: at.value } : { name: name.value || unnamed };
    const all = [...Map.groupBy(meant(), (one) => one.dataset.code)];
    const others = all.filter(([code]) => code !== target.code);
    return (others.length ? others : all).map(([code, these]) => [code, { passages: these.map((one) => JSON.parse(one.dataset.place)), at: target }]);
  }

  /** Says before it is done what moving would do. */
  async function preview() {
    const said = parting.querySelector("[data-preview]");
    said.replaceChildren();
    const sentences = [];
    await trying(parting, async () => {
      for (const [code, body] of wanted("…")) sentences.push(...(await api(`/api/v1/codes/${code}/parting/preview`, { method: "POST", body })).sentences);
    });
    said.replaceChildren(...sentences.map((sentence) => h("li", {}, sentence)));
  }

  async function move() {
    const acts = [];
    const fine = await trying(parting, async () => {
      for (const [code, body] of wanted()) {
        const made = await api(`/api/v1/codes/${code}/parting`, { method: "POST", body });
        acts.push(...made.map((act) => act.id));
      }
    });
    if (acts.length) done.push(acts);
    if (!fine) return;
    chosen.clear();
    parting.close();
    await renew("#theory-found");
    announce(gettext("The passages were moved."));
  }

  async function back() {
    if (!done.length) return announce(gettext("There is nothing to undo."));
    const acts = done.at(-1);
    await trying(bar, async () => {
      while (acts.length) {
        await api(`/api/v1/projects/${document.body.dataset.project}/mapping/${acts.at(-1)}/undo`, { method: "POST" });
        acts.pop();
      }
      done.pop();
    });
    return renew("#theory-found");
  }

  async function write() {
    const form = writing.querySelector("form");
    const quoted = meant().map((one) => JSON.parse(one.dataset.quoted)).filter((one) => one.key || one.consensus);
    const { on, title, text, kind, readers } = form.elements;
    const about = on.value ? { about: "code", of: on.value, tied: quoted } : { about: "passage", passage: quoted[0], tied: quoted.slice(1) };
    // One act: where a passage is refused there is no memo, so that a second try writes no second one.
    const body = { ...about, title: title.value, text: text.value, kind: kind.value, readers: readers.value };
    const fine = await trying(writing, () => api(form.dataset.memos, { method: "POST", body }));
    if (!fine) return;
    form.reset();
    chosen.clear();
    writing.close();
    show();
    announce(gettext("The memo was kept."));
  }

  parting?.querySelector("select").addEventListener("change", preview);
  bar.addEventListener("click", (event) => {
    const name = event.target.closest("[data-part]")?.dataset.part;
    if (name && root.isConnected) open(name);
  });
  for (const [box, work] of [[parting, move], [writing, write]]) {
    box?.querySelector("form").addEventListener("submit", (event) => {
      if (!root.isConnected) return;
      event.preventDefault();
      work();
    });
  }
  // Before the keys of passages (passages.js), where m is a memo on the one at hand.
  document.addEventListener("keydown", (event) => {
    if (!root.isConnected || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || inTextField(event) || document.querySelector("dialog[open]")) return;
    const name = { m: "move", s: "split", n: "memo" }[event.key];
    const one = event.target.closest?.(".passage");
    if (name && bar.querySelector(`[data-part="${name}"]`)) open(name);
    else if (event.key === " " && one === event.target) choose(one);
    else if (event.key === "z" && parting) back();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  root.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey) choose(event.target.closest(".passage"));
  });
  show();
}
