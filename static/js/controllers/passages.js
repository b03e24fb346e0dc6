// <div data-controller="passages"> around lists of .passage: j k ↓ ↑ go from one to the next; a letter presses the button of the passage at hand
// that has it as its data-key-of. Where #split-parts stands, whoever may puts the
// passage at hand at a part of the split code: 1…9 or its button; z takes it back, Z puts it again.
import { announce, inTextField } from "ic/lib/dom.js";
import { Acts } from "ic/lib/acts.js";
import { api } from "ic/lib/page.js";
import { turns } from "ic/lib/turns.js";
import { gettext, ngettext } from "ic/lib/words.js";

const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

export default function passages(root) {
  const bar = document.getElementById("split-parts");
  const buttons = [...(bar?.querySelectorAll("button[data-part]") ?? [])];
  const acts = new Acts(document.body.dataset.project, () => location.reload());
  const all = () => [...root.querySelectorAll(".passage")];
  const at = () => document.activeElement?.closest?.(".passage") ?? root.querySelector(".passage.at");

  const own = (key) => (/^[a-z]$/.test(key) ? at()?.querySelector(`[data-key-of="${key}"]`) : null);

  function reach(item) {
    if (!item) return;
    root.querySelector(".passage.at")?.classList.remove("at");
    item.classList.add("at");
    item.focus();
    item.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const items = all();
    const here = items.indexOf(at());
    reach(items[here < 0 ? 0 : Math.max(0, Math.min(items.length - 1, here + by))]);
  }

  function count(by) {
    const shown = document.getElementById("split-waiting");
    const n = Number(shown.dataset.n) + by;
    shown.dataset.n = n;
    shown.textContent = ngettext("{n} passage waits", "{n} passages wait", n);
  }

  function mark(item, name) {
    item.querySelector(".put-at")?.remove();
    item.classList.toggle("placed", Boolean(name));
    const waits = item.querySelector(".state-waits");
    if (waits) waits.hidden = Boolean(name);
    if (!name) return;
    const put = document.createElement("strong");
    put.className = "put-at";
    put.textContent = `→ ${name}`;
    item.querySelector(".passage-side").append(put);
  }

  const inTurn = turns((error) => {
    if (!error.problem) throw error;
    announce(error.message);
    say(error.message);
  });

  function say(sentence) {
    bar.querySelector(".errors")?.remove();
    const box = document.createElement("p");
    box.className = "errors";
    box.setAttribute("role", "alert");
    box.textContent = sentence;
    bar.append(box);
  }

  async function send(item, part) {
    const { coder, key, split } = item.dataset;
    const act = await api(`/api/v1/codes/${split}/passages`, { method: "POST", body: { passages: [{ coder, key, at: part }] } });
    return act.id;
  }

  const reverse = async (id) => (await api(`${acts.address}/${id}/undo`, { method: "POST" })).id;

  function put(button) {
    inTurn(async () => {
      // Which one is meant is known when the one before it has its place.
      const item = at() ?? root.querySelector(".passage[data-split]:not(.placed)");
      if (!item?.dataset.split || item.classList.contains("placed")) return announce(gettext("Choose a passage that waits first."));
      const name = button.querySelector("span").textContent;
      let act = await send(item, button.dataset.part);
      const placed = (yes) => { mark(item, yes ? name : null); count(yes ? -1 : 1); };
      const back = async () => { act = await reverse(act); placed(false); reach(item); return { back: again, again: back }; };
      const again = async () => { act = await reverse(act); placed(true); reach(item); return { back, again }; };
      acts.did({ back, again });
      placed(true);
      announce(gettext("Put at “{name}”", { name }));
      const items = all();
      const here = items.indexOf(item);
      reach(items.slice(here + 1).find((other) => other.dataset.split && !other.classList.contains("placed")) ?? item);
    });
  }

  for (const button of buttons) button.addEventListener("click", () => put(button));
  root.addEventListener("focusin", (event) => {
    const item = event.target.closest(".passage");
    if (!item) return;
    root.querySelector(".passage.at")?.classList.remove("at");
    item.classList.add("at");
  });
  root.addEventListener("click", (event) => {
    if (!event.target.closest("a, button")) event.target.closest(".passage")?.focus();
  });

  document.addEventListener("keydown", (event) => {
    if (!root.isConnected || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || inTextField(event) || document.querySelector("dialog[open]")) return;
    if (event.key in STEPS) step(STEPS[event.key]);
    else if (/^[1-9]$/.test(event.key) && buttons[event.key - 1]) put(buttons[event.key - 1]);
    else if (event.key === "z" && buttons.length) inTurn(() => acts.undo().then((did) => did || announce(gettext("Nothing to undo"))));
    else if (event.key === "Z" && buttons.length) inTurn(() => acts.redo().then((did) => did || announce(gettext("Nothing to redo"))));
    else if (own(event.key)) own(event.key).click();
    else return;
    event.preventDefault();
  });
}
