// What the page says about the outbox: the dot in the header (#sync) and the list of refused changes (#attention).
import { h } from "ic/lib/dom.js";
import { gettext, ngettext } from "ic/lib/words.js";
import { Change } from "ic/coding/change.js";

const clock = (time) => new Intl.DateTimeFormat(document.documentElement.lang || undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(time);

const DOT_CLASS = { saved: "dot", kept: "dot offline", sending: "dot waiting", retrying: "dot waiting", offline: "dot offline", "signed-out": "dot trouble", "other-account": "dot trouble" };

/** Whether the page is a copy that this browser kept, shown because the server did not answer (offline.js). */
export const isKeptCopy = () => Boolean(document.querySelector("[data-kept-copy]:not([hidden])"));

function sentence({ state, waiting, savedAt }) {
  const n = { n: waiting };
  return {
    kept: () => gettext("Offline: a kept copy"),
    saved: () => (savedAt ? gettext("Saved {time}", { time: clock(savedAt) }) : gettext("Saved")),
    sending: () => gettext("Saving: {n} waiting", n),
    retrying: () => gettext("The server does not answer: {n} waiting", n),
    offline: () => (waiting ? gettext("Offline: {n} kept in this browser", n) : gettext("Offline: all is saved")),
    "signed-out": () => gettext("Signed out: {n} kept in this browser", n),
    "other-account": () => gettext("Another account is signed in: {n} of yours kept in this browser", n),
  }[state]();
}

/** Shows the state of the outbox in `element`; what needs a decision is decided at `attentionUrl`. */
export function showSync(element, said, signInUrl, attentionUrl = "#attention") {
  // On a kept copy nothing is known of the server until it has taken something.
  const detail = said.state === "saved" && !said.savedAt && isKeptCopy() ? { ...said, state: "kept" } : said;
  const parts = [h("span", { class: detail.attention ? "dot trouble" : DOT_CLASS[detail.state], "aria-hidden": "true" }), h("span", { class: "sync-text" }, sentence(detail))];
  if (detail.state === "signed-out" && signInUrl) parts.push(h("a", { href: signInUrl, target: "_blank", rel: "opener" }, gettext("Sign in")));
  if (detail.attention) parts.push(h("a", { href: attentionUrl }, ngettext("{n} needs attention", "{n} need attention", detail.attention)));
  if (!detail.durable) parts.push(h("span", { class: "badge warn" }, gettext("kept only while this page is open")));
  const line = parts.map((part) => part.textContent).join(" ");
  if (element.dataset.line === line) return;
  element.dataset.line = line;
  element.dataset.state = detail.state;
  element.replaceChildren(...parts);
}

function reason(problem = {}) {
  if (problem.code === "outbox_schema") return gettext("This change was made by another version of the page and cannot be sent any more.");
  return problem.detail ?? problem.title ?? gettext("The server refused this change.");
}

/** Lists refused changes in `list`, one entry for each thing; `actions` = {retry(id), discard(id), show(record)}. */
export function showAttention(list, records, { scope, retry, discard, show }) {
  const groups = new Map();
  for (const record of records) {
    const head = record.after ? records.find((other) => other.n === record.after)?.id ?? record.id : record.id;
    if (!groups.has(head)) groups.set(head, []);
    groups.get(head).push(record);
  }
  list.replaceChildren(...[...groups].map(([id, group]) => {
    const [first] = group;
    const change = Change.of(first);
    const elsewhere = first.scope !== scope;
    const memo = group.findLast((record) => record.body?.memo)?.body.memo; // words that were typed are read wherever they wait
    return h("li", { dataset: { id } },
      h("strong", {}, change.named(first.label ?? "")),
      first.quote && h("q", {}, first.quote),
      memo && h("p", { class: "keep-lines" }, memo),
      h("p", {}, reason(first.problem)),
      group.length > 1 && h("p", { class: "tiny" }, ngettext("{n} later change depends on it.", "{n} later changes depend on it.", group.length - 1)),
      elsewhere && h("a", { href: first.page }, first.title || gettext("In another document")),
      h("div", { class: "row" },
        !elsewhere && !change.ofCodebook && !change.ofMemo && h("button", { type: "button", class: "btn compact", onclick: () => show(first) }, gettext("Show")),
        h("button", { type: "button", class: "btn compact", onclick: () => retry(id) }, gettext("Try again")),
        h("button", { type: "button", class: "btn compact danger", onclick: () => discard(id) }, gettext("Discard"))));
  }));
  list.hidden = !groups.size;
  const box = list.closest("[data-attention]");
  if (box) box.hidden = !groups.size;
}
