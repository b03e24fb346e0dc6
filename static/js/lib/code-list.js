// A list of codes in <details> with a search field and a <ul>: fetched when it is first opened, walked with the arrows, chosen with Enter.
// codeList(details, address, { choose, read }): choose(id) is called for the chosen code; read(id, name, colour) for each that came.
import { h } from "ic/lib/dom.js";
import { resource } from "ic/lib/page.js";
import { gettext } from "ic/lib/words.js";

export function codeList(details, address, { choose, read = () => {} }) {
  const search = details.querySelector("input[type=search]");
  const list = details.querySelector("ul");
  let loading = null;

  async function load() {
    const columns = await resource(address).catch(() => null);
    if (!columns) {
      loading = null; // the next opening asks again
      list.replaceChildren(h("li", { class: "small muted" }, gettext("The codes did not come. Close this list and open it again.")));
      return;
    }
    const { id, name, colour, search: finds } = columns;
    id.forEach((code, k) => read(code, name[k], colour[k]));
    list.replaceChildren(...id.map((code, k) => h("li", { dataset: { search: finds[k] } },
      h("button", { type: "button", dataset: { code } }, h("span", { class: `swatch colour-${colour[k]}`, "aria-hidden": "true" }), name[k]))));
    search.dispatchEvent(new Event("input")); // what was typed meanwhile
  }
  const loaded = () => (loading ??= load());
  const offered = () => [...list.querySelectorAll("[data-code]")].filter((button) => !button.closest("li").hidden);
  list.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-code]");
    if (chosen) choose(chosen.dataset.code);
  });
  details.addEventListener("toggle", () => {
    if (!details.open) return;
    loaded();
    search.focus();
  });
  details.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      details.open = false;
      details.querySelector("summary").focus();
    } else if (event.key === "Enter" && event.target === search) loaded().then(() => offered()[0]?.click());
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const all = offered();
      const next = all.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      (next < 0 ? search : all[Math.min(next, all.length - 1)])?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.addEventListener("pointerdown", (event) => { if (!details.contains(event.target)) details.open = false; });
  function open() {
    details.open = true;
    search.focus(); // before the list says that it opened: the next key belongs to the search
  }
  details.querySelector("summary").addEventListener("click", (event) => {
    if (details.open) return;
    event.preventDefault();
    open();
  });
  if (details.open) open(); // somebody was quicker than this module
  return { open };
}
