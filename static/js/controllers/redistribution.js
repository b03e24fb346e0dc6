// <form data-controller="form redistribution" data-plan="/api/v1/rounds/…/redistribution/plan"> (templates/project/_redistribution.html): what comes
// of it when a coder leaves a round or comes late, before it is done. Seed and digest of what is shown are sent along: nothing else is done.
import { h } from "ic/lib/dom.js";
import { api } from "ic/lib/page.js";
import { released } from "ic/lib/pressing.js";
import { gettext, ngettext } from "ic/lib/words.js";
import { content } from "ic/controllers/form.js";

export default function redistribution(form) {
  const { leaves, joins, seed, digest } = form.elements;
  const body = form.querySelector("[data-plan-body]");
  const button = form.querySelector(".btn.primary");
  let turn = 0;

  form.addEventListener("change", ({ target }) => {
    if (target === leaves && leaves.value) joins.value = "";
    if (target === joins && joins.value) leaves.value = "";
    plan();
  });
  const renewed = ({ detail }) => {
    if (!form.isConnected) document.removeEventListener("ic:event", renewed);
    else if (!button.hidden && detail.topics.some((topic) => ["assignment", "*"].includes(topic))) released().then(plan);
  };
  document.addEventListener("ic:event", renewed);

  async function plan() {
    const mine = ++turn;
    digest.value = "";
    button.hidden = true;
    if (!leaves.value && !joins.value) return body.replaceChildren();
    body.setAttribute("aria-busy", "true");
    const told = await api(form.dataset.plan, { method: "POST", body: content(form) })
      .then(figures, (refusal) => [h("p", { class: "error", role: "alert" }, refusal.message)]);
    if (mine !== turn) return; // something else was chosen meanwhile
    body.removeAttribute("aria-busy");
    body.replaceChildren(...told);
  }

  function figures(made) {
    seed.value = made.seed;
    digest.value = made.digest;
    button.hidden = !made.given.length && !made.taken.length;
    const kept = leaves.value ? [
      ngettext("{n} submitted document stays as it is.", "{n} submitted documents stay as they are.", made.submitted),
      made.begun && ngettext(
        "{n} document was begun and not submitted: it stays with its coder, who can still submit it.",
        "{n} documents were begun and not submitted: they stay with their coder, who can still submit them.", made.begun),
    ] : [];
    const notes = [...kept, ...made.not_met].filter(Boolean);
    if (button.hidden) notes.push(gettext("Nothing is left that could be given to somebody else."));
    return [notes.length ? h("div", { class: "note" }, h("ul", {}, ...notes.map((sentence) => h("li", {}, sentence)))) : null, shares(made), meetings(made)].filter(Boolean);
  }

  const number = (n) => n.toLocaleString(document.documentElement.lang);
  const listed = (titles) => titles.join(gettext(", "));

  function shares(made) {
    const head = [gettext("Coder"), gettext("before"), gettext("after"), gettext("Characters"), gettext("gets"), gettext("gives back")];
    return table(gettext("What each coder has"), head, made.shares.map((one) => [
      one.name, number(one.before), number(one.after), number(one.characters), listed(one.gets), listed(one.loses)]));
  }

  function meetings({ shares: people, pairs }) {
    const shared = new Map(pairs.flatMap(({ coders: [a, b], documents: n }) => [[`${a} ${b}`, n], [`${b} ${a}`, n]]));
    const ids = people.map(({ coder_id: id }) => id);
    return h("details", {}, h("summary", {}, gettext("Documents that two coders share")),
      table(gettext("Documents that two coders share"), [gettext("Coder"), ...people.map(({ name }) => name)],
        people.map(({ coder_id: a, name }) => [name, ...ids.map((b) => (a === b ? "·" : number(shared.get(`${a} ${b}`) ?? 0)))])));
  }

  function table(caption, head, rows) {
    return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": caption }, h("table", { class: "plain" },
      h("thead", {}, h("tr", {}, ...head.map((word) => h("th", { scope: "col" }, word)))),
      h("tbody", {}, ...rows.map(([first, ...cells]) => h("tr", {}, h("th", { scope: "row" }, first), ...cells.map((cell) => h("td", {}, cell)))))));
  }
}
