// <div data-controller="quote" data-places="/api/v1/…?words="> around the field of an example: a text, a hidden field that keeps the passage
// it quotes, <q> with the words of that passage, [data-find], [data-let-go] and [data-found], the list of places that were found.
// "ic:quote" with {revision, start, end, words} quotes a passage too. Once a passage is quoted the words are its own; what stands in the text is said besides.
import { h } from "ic/lib/dom.js";
import { api } from "ic/lib/page.js";
import { gettext } from "ic/lib/words.js";

export default function quote(element) {
  const text = element.querySelector("textarea");
  const kept = element.querySelector("input[type=hidden]");
  const words = element.querySelector("q");
  const find = element.querySelector("[data-find]");
  const letGo = element.querySelector("[data-let-go]");
  const found = element.querySelector("[data-found]");

  function show() {
    found.replaceChildren();
    words.hidden = letGo.hidden = !kept.value;
    find.hidden = Boolean(kept.value);
  }

  function take(place) {
    kept.value = JSON.stringify({ revision: place.revision, start: place.start, end: place.end });
    words.textContent = place.words;
    text.value = "";
    show();
    letGo.focus();
  }

  find.addEventListener("click", async () => {
    const asked = text.value.trim();
    if (!asked) return text.focus();
    try {
      const places = await api(element.dataset.places + encodeURIComponent(asked));
      const rows = places.map((place) => h("li", {}, h("span", { class: "list-title" }, place.title),
        h("button", { type: "button", class: "btn compact end", onclick: () => take(place) }, gettext("Quote it here"))));
      found.replaceChildren(...(rows.length ? rows : [h("li", { class: "faint" }, gettext("These words stand in no text, as they are."))]));
    } catch (error) {
      if (!error.problem) throw error;
      found.replaceChildren(h("li", { class: "error" }, error.problem.detail));
    }
  });
  letGo.addEventListener("click", () => {
    text.value = [words.textContent, text.value].filter(Boolean).join("\n");
    kept.value = "";
    show();
    text.focus();
  });
  element.addEventListener("ic:quote", ({ detail }) => take(detail));
  element.closest("form")?.addEventListener("ic:loaded", show);
  show();
}
