// Dialogs of the board: which code is meant, and what a merge would touch before it is done.
import { h } from "ic/lib/dom.js";
import { markOf } from "ic/lib/mark.js";
import { api } from "ic/lib/page.js";
import { gettext, ngettext } from "ic/lib/words.js";

const MOST = 60;

/** A dialog with a title that resolves to what it was closed with; null when it was left. */
function dialog(title, body, footer) {
  const box = h("dialog", { class: "dialog", "aria-label": title },
    h("header", {}, h("h2", {}, title), h("button", { type: "button", class: "close", "aria-label": gettext("Close"), onclick: () => box.close("") }, "✕")),
    h("div", { class: "body" }, ...body), footer);
  document.body.append(box);
  box.showModal();
  const done = new Promise((resolve) => {
    box.addEventListener("close", () => {
      box.remove();
      resolve(box.returnValue || null);
    });
  });
  return { box, done };
}

/** Asks for a code by its name or pinyin; `offered(words)` are those that can be meant, {id, name, mark, number}. Resolves to its id or null.
 * `spelt`: when names are found by their pinyin too. */
export function pick(title, offered, spelt) {
  let at = 0;
  let shown = [];
  const list = h("div", { class: "pick-list", id: "pick-list", role: "listbox", "aria-label": title });
  const input = h("input", {
    class: "control", type: "search", role: "combobox", "aria-expanded": "true", "aria-controls": "pick-list", "aria-autocomplete": "list", autocomplete: "off",
    "aria-label": gettext("Name or pinyin"), placeholder: gettext("Name or pinyin"),
  });
  const { box, done } = dialog(title, [input, list]);
  const choose = (code) => { if (code) box.close(code.id); };
  function paint() {
    list.replaceChildren(...shown.slice(0, MOST).map((code, n) => h("div", {
      class: n === at ? "pick-row at" : "pick-row", id: `pick-${n}`, role: "option", "aria-selected": String(n === at), onclick: () => choose(code),
    }, code.mark ? markOf(code.mark) : null, code.number ? h("span", { class: "code-number" }, code.number) : null, h("span", {}, code.name))));
    input.setAttribute("aria-activedescendant", `pick-${at}`);
    list.querySelector(".at")?.scrollIntoView({ block: "nearest" });
  }
  function look() {
    shown = offered(input.value);
    at = 0;
    paint();
  }
  input.addEventListener("input", look);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") at = Math.max(0, Math.min(shown.length - 1, MOST - 1, at + (event.key === "ArrowDown" ? 1 : -1)));
    else if (event.key === "Enter") choose(shown[at]);
    else return;
    event.preventDefault();
    paint();
  });
  look();
  // Codes may arrive while one asks for a code: those that were typed a moment ago are offered too.
  const again = () => {
    const kept = shown[at]?.id;
    shown = offered(input.value);
    at = Math.max(0, shown.findIndex(({ id }) => id === kept));
    paint();
  };
  document.addEventListener("ic:board", again);
  done.then(() => document.removeEventListener("ic:board", again));
  spelt.then(() => { if (input.value) look(); });
  input.focus();
  return done;
}

function figures(touched) {
  return [
    ngettext("{n} passage", "{n} passages", touched.passages),
    ngettext("{n} coder", "{n} coders", touched.coders),
    ngettext("{n} document", "{n} documents", touched.documents),
    ngettext("{n} round", "{n} rounds", touched.rounds),
    ngettext("{n} version", "{n} versions", touched.versions),
    ngettext("{n} ruling", "{n} rulings", touched.rulings),
    ngettext("{n} disagreement", "{n} disagreements", touched.disagreements),
  ].join(" · ");
}

/** Asks under which name codes are merged, with what it would touch. Resolves to the body of the request, or null. */
export async function askMerge(address, codes) {
  const preview = h("div", { class: "merge-preview", role: "status" });
  const yes = h("button", { type: "button", class: "btn primary" }, gettext("Merge them"));
  let wanted;
  const body = (kept) => ({ codes: codes.filter((code) => code.id !== kept).map((code) => code.id), into: kept });
  async function show(kept) {
    wanted = kept;
    yes.disabled = true;
    preview.replaceChildren(h("p", { class: "muted" }, gettext("Looking at what it touches …")));
    try {
      const touched = await api(`${address}/preview`, { method: "POST", body: body(kept) });
      if (wanted !== kept) return;
      preview.replaceChildren(
        h("p", { class: "strong" }, figures(touched)),
        touched.open_rounds ? h("p", { class: "small muted" }, ngettext("{n} open round is not counted.", "{n} open rounds are not counted.", touched.open_rounds)) : "",
        h("p", { class: "small" }, gettext("The log will say: {sentence}", { sentence: touched.sentence })),
        h("p", { class: "small muted" }, gettext("Codings stay as they were made; the merge can be taken back.")));
      yes.disabled = false;
      yes.focus();
    } catch (error) {
      preview.replaceChildren(h("p", { class: "errors", role: "alert" }, error.message));
    }
  }
  const kept = [...codes].sort((a, b) => b.passages - a.passages)[0];
  const choices = h("fieldset", { class: "stack" }, h("legend", {}, gettext("The name that stays")), ...codes.map((code) => h("label", { class: "check" },
    h("input", { type: "radio", name: "kept", value: code.id, checked: code === kept, onchange: () => show(code.id) }),
    h("span", {}, code.name, " ", h("span", { class: "muted" }, ngettext("{n} passage", "{n} passages", code.passages))))));
  const footer = h("footer", {}, h("button", { type: "button", class: "btn", onclick: () => box.close("") }, gettext("Cancel")), yes);
  const { box, done } = dialog(ngettext("Merge {n} code", "Merge {n} codes", codes.length), [choices, preview], footer);
  yes.addEventListener("click", () => box.close("yes"));
  show(kept.id);
  return (await done) === "yes" ? body(wanted) : null;
}
