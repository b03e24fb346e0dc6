// <section data-controller="round-enough" data-enough="/api/v1/projects/…/rounds/enough"> within the form of a new round: says while it is filled in whether
// the design is enough for the goal, code by code, and which figures fit it. Nothing is kept before the round is.
import { h } from "ic/lib/dom.js";
import { api } from "ic/lib/page.js";
import { released } from "ic/lib/pressing.js";
import { gettext } from "ic/lib/words.js";
import { content } from "ic/controllers/form.js";

const PAUSE = 400;
const SIMULATIONS = 2000;
const ASKED = ["documents", "coders", "design", "unit", "policy", "goal"];

export default function roundEnough(section) {
  const form = section.closest("form");
  const shown = section.querySelector("[data-enough-shown]");
  const simulate = section.querySelector("[data-enough-simulate]");
  const shares = form.elements["goal.prevalences"];
  const like = form.elements["goal.like"];
  let turn = 0;
  let pause;

  let simulations = 0;
  const soon = () => {
    clearTimeout(pause);
    pause = setTimeout(ask, PAUSE);
  };
  const other = () => {
    simulations = 0; // what was simulated is no longer what is asked
    soon();
  };
  form.addEventListener("input", other);
  form.addEventListener("change", other);
  form.addEventListener("ic:planned", soon); // the plan has its seed: the same question, the same simulation
  simulate.addEventListener("click", () => {
    clearTimeout(pause);
    simulations = SIMULATIONS;
    ask();
  });
  ask();

  async function ask() {
    shares.closest(".field").hidden = like.value !== "";
    const mine = ++turn;
    const wanted = Object.fromEntries(Object.entries(content(form)).filter(([name]) => ASKED.includes(name)));
    const studies = simulations;
    const enough = Boolean(wanted.documents?.length && wanted.coders?.length);
    simulate.disabled = !enough;
    if (!enough) {
      shown.hidden = true;
      return;
    }
    section.setAttribute("aria-busy", "true");
    const told = await api(section.dataset.enough, { method: "POST", body: { ...wanted, simulations: studies } }).then(
      (made) => figures(made, studies), (refusal) => [h("p", { class: "error", role: "alert" }, refusal.message)]);
    await released();
    if (mine !== turn) return; // something else was chosen meanwhile
    section.removeAttribute("aria-busy");
    shown.hidden = false;
    shown.replaceChildren(...told);
  }

  function figures(made, simulations) {
    return [h("p", {}, made.gives), h("p", {}, h("strong", {}, made.answer)), codes(made.codes, simulations), advice(made), assumptions(made.assumptions)].filter(Boolean);
  }
}

const number = (n, digits) => n.toLocaleString(document.documentElement.lang, { minimumFractionDigits: digits ?? 0, maximumFractionDigits: digits ?? 0 });

function codes(rows, simulations) {
  if (!rows.length) return null;
  const caption = gettext("Documents that two coders or more must code");
  const head = [gettext("Code"), gettext("Share of units"), gettext("Expected α"), gettext("by formula"), simulations && gettext("by simulation"), gettext("Why")].filter((cell) => cell !== 0);
  return h("div", { class: "scroll tall", tabindex: "0", role: "group", "aria-label": caption }, h("table", { class: "plain" },
    h("caption", {}, caption), h("thead", {}, h("tr", {}, ...head.map((word) => h("th", { scope: "col" }, word)))),
    h("tbody", {}, ...rows.map((row) => h("tr", {}, h("th", { scope: "row" }, row.name), ...[
      `${number(100 * row.prevalence, 1)}\u202f%`, number(row.agreement, 2), row.formula === null ? "–" : number(row.formula), simulations && simulated(row),
    ].filter((cell) => cell !== 0).map((cell) => h("td", { class: "num" }, cell)), h("td", { class: "small" }, row.why))))));
}

function simulated({ simulation, low, high }) {
  if (simulation === null) return "–";
  return low === null ? number(simulation) : `${number(simulation)} (${number(low)}–${high === null ? "…" : number(high)})`;
}

function advice({ advice: all, cautions }) {
  const roles = { headline: gettext("first"), beside: gettext("beside it"), avoid: gettext("avoid") };
  return h("div", { class: "stack" }, h("h3", {}, gettext("Which figures fit this design")),
    h("table", { class: "plain" }, h("tbody", {}, ...all.map((one) => h("tr", {}, h("td", { class: "muted" }, roles[one.role]), h("th", { scope: "row" }, one.name), h("td", {}, one.why))))),
    list(gettext("What reviewers expect to be said"), cautions));
}

const assumptions = (all) => all.length ? list(gettext("What the numbers stand on"), all) : null;

function list(title, sentences) {
  return h("details", {}, h("summary", {}, title), h("ul", {}, ...sentences.map((sentence) => h("li", {}, sentence))));
}
