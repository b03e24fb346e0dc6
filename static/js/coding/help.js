// The list of all keys, in a dialog: the table of keys, as the page uses it.
import { h } from "ic/lib/dom.js";
import { gettext } from "ic/lib/words.js";
import { holds, keymap, ofPage, shown } from "ic/coding/keymap.js";

// Nine digits side by side are one thing to remember.
function names({ acts }) {
  const pressed = acts.flatMap(({ keys }) => keys);
  const all = pressed.join("") === "123456789" ? ["1–9"] : pressed.map(shown);
  return all.flatMap((name, k) => (k ? [" ", h("kbd", {}, name)] : [h("kbd", {}, name)]));
}

/** Shows the keys that hold in these `circumstances` (see keymap.js). */
export function showKeys(circumstances) {
  // The keys of the text first, those of the other places below them.
  const [here, elsewhere] = [h("div", { class: "key-groups" }), h("div", { class: "key-groups" })];
  for (const { title, rows } of keymap()) {
    const held = rows.filter(holds(circumstances));
    if (!held.length) continue;
    const keys = held.flatMap((row) => [h("dt", {}, ...names(row)), h("dd", {}, row.says)]);
    (rows.some(ofPage) ? here : elsewhere).append(h("section", {}, h("h3", {}, title), h("dl", { class: "keys" }, ...keys)));
  }
  const close = h("button", { type: "button", class: "btn primary", onclick: () => box.close() }, gettext("Close"));
  const box = h("dialog", { class: "dialog wide", "aria-labelledby": "ic-help-title" },
    h("header", {}, h("h2", { id: "ic-help-title" }, gettext("Keys"))), h("div", { class: "body" }, here, elsewhere), h("footer", {}, close));
  document.body.append(box);
  box.addEventListener("close", () => box.remove());
  box.showModal();
  close.focus();
}
