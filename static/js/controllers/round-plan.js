// <form data-controller="form round-plan" data-plan="/api/v1/projects/…/rounds/plan">: shows what comes of the design while it is chosen, before
// anything is kept: who codes what, what each coder has to do, how often two share a document, what could not be had. The seed that the
// server chose is put into the form, so that what is opened is what was seen.
import { h } from "ic/lib/dom.js";
import { api } from "ic/lib/page.js";
import { released } from "ic/lib/pressing.js";
import { gettext, ngettext } from "ic/lib/words.js";
import { content } from "ic/controllers/form.js";

const PAUSE = 250;
const ASKED = ["documents", "coders", "design"];

export default function roundPlan(form) {
  const part = (name) => form.querySelector(`[data-plan-${name}]`);
  const [shown, body, sum, empty] = ["shown", "body", "sum", "empty"].map(part);
  const seed = form.elements["design.seed"];
  const names = new Map([...form.querySelectorAll("[data-name]")].map((box) => [box.value, box.dataset.name]));
  const words = JSON.parse(form.dataset.words);
  let turn = 0;
  let pause;

  const soon = () => {
    turn += 1; // an answer that is on its way is of what was chosen before: its seed too
    clearTimeout(pause);
    pause = setTimeout(plan, PAUSE);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.querySelector("[data-other-seed]").addEventListener("click", () => {
    seed.value = "";
    soon();
  });
  plan();

  async function plan() {
    const mine = ++turn;
    form.elements["design.more"].placeholder = Number(form.elements["design.each"].value) + 1; // what the server takes where nothing is said
    const wanted = Object.fromEntries(Object.entries(content(form)).filter(([name]) => ASKED.includes(name)));
    const enough = wanted.documents?.length && wanted.coders?.length;
    shown.hidden = !enough;
    empty.hidden = Boolean(enough);
    if (!enough) return;
    shown.setAttribute("aria-busy", "true");
    const told = await api(form.dataset.plan, { method: "POST", body: wanted }).then(
      (made) => () => figures(made),
      (refusal) => () => [h("p", { class: "error", role: "alert" }, refusal.message)],
    );
    await released();
    if (mine !== turn) return; // something else was chosen meanwhile
    shown.removeAttribute("aria-busy");
    body.replaceChildren(...told());
  }

  function figures(made) {
    if (seed.value === "") {
      seed.value = made.seed;
      form.dispatchEvent(new CustomEvent("ic:planned"));
    }
    const given = made.documents.reduce((all, { coders }) => all + coders.length, 0);
    const several = made.documents.filter(({ coders }) => coders.length > 1).length;
    sum.textContent = [
      ngettext("{n} document", "{n} documents", made.documents.length),
      ngettext("{n} of them by several coders", "{n} of them by several coders", several),
      ngettext("{n} task", "{n} tasks", given),
    ].join(" · ");
    const notes = [...made.not_met, ...made.independence].map((sentence) => h("li", {}, sentence));
    return [
      notes.length ? h("div", { class: "note" }, h("ul", { "aria-label": gettext("To be seen before opening") }, ...notes)) : null,
      h("div", { class: "columns even" }, loads(made), meetings(made)), strata(made), matrix(made),
    ].filter(Boolean);
  }

  function table(caption, head, rows) {
    return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": caption }, h("table", { class: "plain" },
      h("caption", {}, caption), h("thead", {}, h("tr", {}, ...head.map((word) => h("th", { scope: "col" }, word)))),
      h("tbody", {}, ...rows.map(([first, ...cells]) => h("tr", {}, h("th", { scope: "row" }, first), ...cells.map((cell) => h("td", { class: "num" }, cell)))))));
  }

  const number = (n) => n.toLocaleString(document.documentElement.lang);

  function loads({ coders }) {
    const limited = coders.some(({ ceiling }) => ceiling !== null);
    const elsewhere = coders.some(({ already }) => already);
    const head = [gettext("Coder"), gettext("Documents"), gettext("Characters"), elsewhere && gettext("elsewhere"), limited && gettext("at most")].filter(Boolean);
    return table(gettext("What each coder has to do"), head, coders.map((one) => [
      names.get(one.coder_id), number(one.documents.length), number(one.characters), elsewhere && number(one.already),
      limited && (one.ceiling === null ? "–" : one.over ? gettext("{most}, {over} too many", { most: number(one.ceiling), over: number(one.over) }) : number(one.ceiling)),
    ].filter((cell) => cell !== false)));
  }

  function meetings({ coders, pairs }) {
    const shared = new Map(pairs.flatMap(({ coders: [a, b], documents }) => [[`${a} ${b}`, documents], [`${b} ${a}`, documents]]));
    const ids = coders.map(({ coder_id: id }) => id);
    return table(gettext("Documents that two coders share"), [gettext("Coder"), ...ids.map((id) => names.get(id))],
      ids.map((a) => [names.get(a), ...ids.map((b) => (a === b ? "·" : number(shared.get(`${a} ${b}`) ?? 0)))]));
  }

  function strata({ strata: all, spread_by: by }) {
    if (!by.length || all.length < 2) return null;
    const spread = gettext("How those with more coders are spread");
    return h("details", {}, h("summary", {}, spread), table(spread, [gettext("Stratum"), gettext("Documents"), gettext("by several"), gettext("with more")],
      all.map((one) => [one.stratum.map((word) => words[word] ?? (word || gettext("Without a case"))).join(" · "), number(one.documents), number(one.several), number(one.more)])));
  }

  // Each dot is one document for one coder; its title says the how manieth it is there.
  function matrix({ documents, coders }) {
    const turns = coders.map(({ coder_id: id, documents: own }) => [id, new Map(own.map((document, k) => [document, k + 1]))]);
    const caption = gettext("Documents × coders");
    return h("div", { class: "scroll tall", tabindex: "0", role: "group", "aria-label": caption }, h("table", { class: "plan-matrix sticky-column" },
      h("caption", {}, caption), h("thead", {}, h("tr", {}, h("th", { scope: "col" }, gettext("Document")), ...turns.map(([id]) => h("th", { scope: "col" }, names.get(id))))),
      h("tbody", {}, ...documents.map(({ document_id: id }) => h("tr", {}, h("th", { scope: "row" }, names.get(id)), ...turns.map(([, own]) => h("td", {},
        own.has(id) ? h("span", { class: "is-new", title: gettext("{n}. of this coder", { n: own.get(id) }) }, own.get(id)) : "")))))));
  }
}
