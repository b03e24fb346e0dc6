// <section data-controller="ruling"> around the desk of one disagreement. In it: <form data-controller="form" id="ruling"> with <ul id="standing">,
// where every coding that will stand is a row with hidden fields codings.N.code, .start, .end; <button data-take="1"|"none">;
// <details id="add-code"> with a list of codes, see lib/code-list.js. #page-data:
//   {"choices": address of all codes by column, "codes": [{"id", "name", "colour"}], "spans": [{"start", "end", "label"}], "takes": {"1": [{"code", "start", "end"}]}, "standing": [the same]}
import { announce, h } from "ic/lib/dom.js";
import { codeList } from "ic/lib/code-list.js";
import { pageData } from "ic/lib/page.js";
import { gettext } from "ic/lib/words.js";
import { keepDraft, repeatReason, say } from "ic/controllers/ruling-draft.js";

export default function ruling(root) {
  const { choices, codes, spans, takes, standing } = pageData();
  const byId = new Map(codes.map((code) => [code.id, code]));
  const list = root.querySelector("#standing");
  if (!list) return;
  const none = root.querySelector("#standing-none");
  const adder = root.querySelector("#add-code");
  let rows = [];

  function hidden(i, name, value) {
    return h("input", { type: "hidden", name: `codings.${i}.${name}`, value: String(value), "data-type": name === "code" ? null : "number" });
  }

  function spanChoice(row, i) {
    const known = spans.some(({ start, end }) => start === row.start && end === row.end);
    const offered = known ? spans : [...spans, { start: row.start, end: row.end, label: `${row.start}–${row.end}` }];
    const select = h("select", { class: "control", "aria-label": gettext("Which words “{name}” covers", { name: byId.get(row.code)?.name ?? "" }) },
      ...offered.map(({ start, end, label }) => h("option", { value: `${start}-${end}`, selected: start === row.start && end === row.end }, label)));
    select.addEventListener("change", () => {
      [row.start, row.end] = select.value.split("-").map(Number);
      press(null);
      show();
      list.children[i].querySelector("select").focus();
    });
    return select;
  }

  function show() {
    list.replaceChildren(...rows.map((row, i) => {
      const code = byId.get(row.code) ?? { name: row.code, colour: 0 };
      return h("li", { class: `colour-${code.colour}` },
        hidden(i, "code", row.code), hidden(i, "start", row.start), hidden(i, "end", row.end),
        h("b", { class: "wrap" }, code.name), spanChoice(row, i),
        h("button", {
          type: "button", class: "btn compact icon", "aria-label": gettext("Take “{name}” away", { name: code.name }),
          onclick: () => {
            rows.splice(i, 1);
            press(null);
            show();
            (list.querySelector("button") ?? root.querySelector("#reason")).focus();
          },
        }, "✕"));
    }));
    none.hidden = rows.length > 0;
    document.dispatchEvent(new CustomEvent("ic:standing", { detail: { rows } }));
  }

  // Which coder's work stands as it is: none once it was changed by hand.
  function press(take) {
    for (const button of root.querySelectorAll("[data-take]")) button.setAttribute("aria-pressed", String(button.dataset.take === take));
    for (const coder of root.querySelectorAll(".coder")) coder.classList.toggle("taken", coder.dataset.coder === take);
  }

  function stand(wanted) {
    rows = wanted.map(({ code, start, end }) => ({ code, start, end }));
    show();
  }

  function add(id) {
    const { start, end } = spans[0] ?? {};
    if (!rows.some((row) => row.code === id && row.start === start && row.end === end)) rows.push({ code: id, start, end });
    press(null);
    show();
    adder.open = false;
    list.lastElementChild?.querySelector("select").focus();
    announce(byId.get(id).name);
  }

  root.addEventListener("click", (event) => {
    const take = event.target.closest("[data-take]");
    if (take) {
      press(take.dataset.take);
      stand(takes[take.dataset.take] ?? []);
      announce(take.textContent.trim().replace(/\s+/g, " "));
    }
  });

  const offered = codeList(adder, choices, { choose: add, read: (id, name, colour) => byId.set(id, { id, name, colour }) });
  document.addEventListener("keydown", (event) => {
    if (!root.isConnected || "waits" in root.dataset) return;
    if (event.key !== "a" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches?.("input, textarea, select") || document.querySelector("dialog[open]")) return;
    offered.open();
    event.preventDefault();
  });

  stand(standing);
  const form = list.closest("form");
  keepDraft(form, { rows: () => rows, stand });
  document.addEventListener("ic:rule-again", ({ detail }) => {
    if (!root.isConnected) return;
    detail.rows.forEach(({ code }, k) => { if (!byId.has(code)) byId.set(code, { id: code, name: detail.names[k], colour: 0 }); });
    stand(detail.rows);
    press(null);
    say(form, { reason: detail.reason, tag: detail.tag ?? "" });
    form.elements.reason.focus();
  });
  repeatReason(form, root.querySelector('[data-do="repeat"]'), root.querySelector('[data-do="again"]'));
  root.dataset.ready = ""; // whoever presses keys by program waits for it
}
