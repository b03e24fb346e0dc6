// What the coder proposed in the round and what the lead answered: <section data-proposals hidden><h2>…</h2><ul></ul></section>.
import { h } from "ic/lib/dom.js";
import { resource } from "ic/lib/page.js";
import { gettext } from "ic/lib/words.js";

function decided({ state, into }) {
  return {
    proposed: () => gettext("waits for the lead; you can use it already"),
    active: () => gettext("accepted"),
    merged: () => gettext("joined to “{name}”", { name: into ?? "" }),
    declined: () => gettext("declined"),
    retired: () => gettext("taken out of the codebook since"),
    split: () => gettext("split since"),
  }[state]?.() ?? state;
}

/** Reads the own proposals from `address` and lists them; the page of a round without proposals has no place for them. */
export async function showProposals(address) {
  const section = document.querySelector("[data-proposals]");
  if (!section) return;
  const proposals = await resource(address).catch(() => null);
  if (!proposals) return;
  section.querySelector("ul").replaceChildren(...proposals.map((proposal) => h("li", {},
    h("b", {}, proposal.name), " ", h("span", { class: `badge${proposal.state === "declined" ? " warn" : ""}` }, decided(proposal)),
    proposal.answer && h("span", { class: "detail" }, proposal.answer))));
  section.hidden = !proposals.length;
}
