// <div data-controller="norming"> around a norming room. Keys: 1…9 tick a code, 0 ticks none, a opens the list of all codes, Ctrl+Enter votes,
// j k go to the next and the previous place. A code that is chosen from the list joins those that can be ticked.
import { announce, h, inTextField } from "ic/lib/dom.js";
import { codeList } from "ic/lib/code-list.js";
import { gettext } from "ic/lib/words.js";

export default function norming(root) {
  const boxes = () => [...root.querySelectorAll("#vote-codes input")];
  const lists = new WeakMap();
  const names = new Map();

  // The part with the vote is renewed: its list is taken up when it is first asked for.
  function list() {
    const details = root.querySelector("#vote-other");
    if (!details) return null;
    if (!lists.has(details)) {
      lists.set(details, codeList(details, details.dataset.codes, {
        read: (id, name) => names.set(id, name),
        choose: (id) => {
          let box = boxes().find(({ value }) => value === id);
          if (!box) {
            box = h("input", { type: "checkbox", name: "codes", "data-array": true, value: id });
            root.querySelector("#vote-codes").append(h("label", { class: "check" }, box, h("span", {}, names.get(id) ?? id)));
          }
          box.checked = true;
          details.open = false;
          box.focus();
        },
      }));
    }
    return lists.get(details);
  }

  root.addEventListener("pointerdown", (event) => { if (event.target.closest("#vote-other")) list(); });
  root.addEventListener("focusin", (event) => { if (event.target.closest("#vote-other")) list(); });

  // What is shown instead of the vote when it is revealed does not come while somebody writes in it.
  root.addEventListener("ic:sent", () => document.activeElement?.blur());

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.ctrlKey || event.metaKey) {
      const button = event.key === "Enter" && root.querySelector('[data-do="vote"]');
      if (button) {
        button.click();
        event.preventDefault();
      }
      return;
    }
    if (inTextField(event)) return;
    if (/^[0-9]$/.test(event.key) && boxes().length) {
      if (event.key === "0") {
        for (const box of boxes()) box.checked = false;
        announce(gettext("No code stands"));
      } else {
        const box = boxes()[Number(event.key) - 1];
        if (box) {
          box.checked = !box.checked;
          box.focus();
        }
      }
      event.preventDefault();
    } else if (event.key === "a" && list()) {
      list().open();
      event.preventDefault();
    } else if (event.key === "j" || event.key === "k") {
      root.querySelector(`[data-do="${event.key === "j" ? "next" : "previous"}"]`)?.click();
    }
  });
}
