// A field that offers codes of the codebook while one types, by name or pinyin: arrows and Enter choose, Escape closes the list.
import { h } from "ic/lib/dom.js";

const SHOWN = 8;

/** Makes `input` offer what `load()` resolves to ([{id, name, search}]); returns a function that gives the code it names, or null. */
export function choosing(input, list, load) {
  let all;
  let at = -1;

  const fits = () => {
    const typed = input.value.trim().toLowerCase();
    return (all ?? []).filter(({ name, search }) => `${name.toLowerCase()} ${search}`.includes(typed)).slice(0, SHOWN);
  };

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    at = -1;
  }

  function mark() {
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    if (at >= 0) input.setAttribute("aria-activedescendant", list.children[at].id);
    else input.removeAttribute("aria-activedescendant");
  }

  function take(name) {
    input.value = name;
    close();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  async function offer() {
    all ??= await load();
    if (document.activeElement !== input) return;
    at = -1;
    list.replaceChildren(...fits().map(({ name }, i) => h(
      "li",
      { id: `${list.id}-${i}`, role: "option", "aria-selected": "false", onmousedown: (event) => { event.preventDefault(); take(name); } },
      name,
    )));
    list.hidden = !list.children.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.removeAttribute("aria-activedescendant");
  }

  input.addEventListener("focus", offer);
  input.addEventListener("input", offer);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const many = list.hidden ? 0 : list.children.length;
    if (many && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      at = event.key === "ArrowDown" ? (at + 1) % many : (at - 1 + many) % many;
      mark();
      event.preventDefault();
    } else if (event.key === "Enter" && at >= 0) {
      take(list.children[at].textContent);
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "Escape" && many) {
      close();
      event.preventDefault();
      event.stopPropagation();
    }
  });

  return async () => {
    const name = input.value.trim();
    if (!name) return null;
    all ??= await load();
    return all.find((code) => code.name.toLowerCase() === name.toLowerCase()) ?? null;
  };
}
