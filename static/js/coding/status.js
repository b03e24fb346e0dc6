// What the page says about the outbox: the dot in the header (#sync) and the list of refused changes (#attention).
import { h } from "ic/lib/dom.js";
import { t } from "ic/lib/page.js";

const clock = (time) => new Intl.DateTimeFormat(document.documentElement.lang || undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(time);

function sentence({ state, waiting, savedAt }) {
  const n = { n: waiting };
  return {
    saved: () => (savedAt ? t("sync_saved_at", "Saved {time}", { time: clock(savedAt) }) : t("sync_saved", "Saved")),
    sending: () => t("sync_sending", "Saving: {n} waiting", n),
    retrying: () => t("sync_retrying", "The server does not answer: {n} waiting", n),
    offline: () => t("sync_offline", "Offline: {n} kept in this browser", n),
    "signed-out": () => t("sync_signed_out", "Signed out: {n} kept in this browser", n),
    "other-account": () => t("sync_other", "Another account is signed in: {n} of yours kept in this browser", n),
  }[state]();
}

const DOT = { saved: "dot", sending: "dot w", retrying: "dot w", offline: "dot o", "signed-out": "dot b", "other-account": "dot b" };

/** Shows the state of the outbox in `element`. */
export function showSync(element, detail, signInUrl) {
  const parts = [h("span", { class: detail.attention ? "dot b" : DOT[detail.state], "aria-hidden": "true" }), h("span", { class: "sync-text" }, sentence(detail))];
  if (detail.state === "signed-out" && signInUrl) parts.push(h("a", { href: signInUrl, target: "_blank", rel: "opener" }, t("sign_in", "Sign in")));
  if (detail.attention) parts.push(h("a", { href: "#attention" }, t("sync_attention", "{n} need attention", { n: detail.attention })));
  if (!detail.durable) parts.push(h("span", { class: "badge warn" }, t("sync_memory", "kept only while this page is open")));
  const line = parts.map((part) => part.textContent).join(" ");
  if (element.dataset.line === line) return;
  element.dataset.line = line;
  element.dataset.state = detail.state;
  element.replaceChildren(...parts);
}

function reason(problem = {}) {
  if (problem.code === "outbox_schema") return t("outbox_schema", "This change was made by another version of the page and cannot be sent any more.");
  return problem.detail ?? problem.title ?? t("refused", "The server refused this change.");
}

function doing(record) {
  const name = record.label ?? "";
  return {
    create: () => t("op_create", "Coding “{name}”", { name }),
    edit: () => t("op_edit", "Change of “{name}”", { name }),
    delete: () => t("op_delete", "Deletion of “{name}”", { name }),
    restore: () => t("op_restore", "Return of “{name}”", { name }),
    code: () => t("op_code", "New label “{name}”", { name }),
  }[record.kind]?.() ?? name;
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
    const elsewhere = first.scope !== scope;
    return h("li", { dataset: { id } },
      h("strong", {}, doing(first)),
      first.quote && h("q", {}, first.quote),
      h("p", {}, reason(first.problem)),
      group.length > 1 && h("p", { class: "xs" }, t("attention_more", "{n} later changes depend on it.", { n: group.length - 1 })),
      elsewhere && h("a", { href: first.page }, first.title || t("attention_elsewhere", "In another document")),
      h("div", { class: "row" },
        !elsewhere && first.kind !== "code" && h("button", { type: "button", class: "btn sm", onclick: () => show(first) }, t("attention_show", "Show")),
        h("button", { type: "button", class: "btn sm", onclick: () => retry(id) }, t("attention_retry", "Try again")),
        h("button", { type: "button", class: "btn sm danger", onclick: () => discard(id) }, t("attention_discard", "Discard"))));
  }));
  list.hidden = !groups.size;
  const box = list.closest("[data-attention]");
  if (box) box.hidden = !groups.size;
}
