// <button data-controller="typing" data-level="0…3" data-above='["id", …]' data-levels='[["label", "…"], …]' data-renew="#id" data-codes="/api/v1/…">:
// codes are typed in one go, as on the board; then that part of the page is taken as the server renders it now.
// The key n is the button; what is selected in the tree says at which level the first one stands, and below what.
import { announce, inTextField } from "ic/lib/dom.js";
import { api } from "ic/lib/page.js";
import { renew } from "ic/lib/renewing.js";
import { ngettext } from "ic/lib/words.js";
import { load } from "ic/parts.js";

/** Where the typed codes begin: the level of the item, and what stands above it, by level. */
function beginning(item) {
  if (!item) return null;
  const above = [];
  for (let up = item; up; up = up.parentElement.closest("[role=treeitem]")) above[Number(up.dataset.level)] = up.dataset.id;
  return { level: Number(item.dataset.level), above };
}

let listening;

export default function typing(button) {
  const levels = JSON.parse(button.dataset.levels);

  button.addEventListener("click", async () => {
    const { askCodes } = await load("board/typing.js");
    const { level, above } = beginning(document.querySelector('[role=treeitem][aria-selected="true"]')) ?? { level: levels.length - 1, above: [] };
    const made = await askCodes(level, above, levels)((body) => api(button.dataset.codes, { method: "POST", body }));
    if (!made) return;
    await renew(button.dataset.renew);
    announce(ngettext("{n} code was added", "{n} codes were added", made.length));
  });

  // Once: the button is another one each time its part of the page is renewed.
  if (listening) return;
  listening = true;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "n" || event.isComposing || event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]") || inTextField(event)) return;
    event.preventDefault();
    event.stopPropagation();
    document.querySelector("[data-controller~=typing]")?.click();
  }, { capture: true });
}
