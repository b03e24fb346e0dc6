// Codes typed in one go: a line each. Enter: the next one; Tab: a level deeper; Shift+Tab: a level up; Backspace in an empty line takes it away.
import { h } from "ic/lib/dom.js";
import { gettext, ngettext } from "ic/lib/words.js";

const NAMES = ["label", "concept", "theme", "construct"];

/** What the lines [{name, level}] say, as new codes of one request; `above` by level is what stands above a line that has no typed one. */
export function typed(lines, above) {
  const open = [];
  return lines.filter((line) => line.name.trim()).map(({ name, level }, n) => {
    open.length = Math.min(open.length, NAMES.length);
    for (let lower = 0; lower < level; lower += 1) open[lower] = undefined;
    open[level] = `line-${n}`;
    const code = { name: name.trim(), level: NAMES[level], key: `line-${n}` };
    if (open[level + 1]) return { ...code, parent_key: open[level + 1] };
    // A parent that stands already goes only for lines before the first typed code above that level.
    const known = open.slice(level + 1).some(Boolean) ? null : above[level + 1];
    return known ? { ...code, parent_id: known } : code;
  });
}

/** Asks for codes, the first of them at `level`; resolves to the body of the request, or null. `words` names the levels. */
export function askCodes(level, above, words) {
  const list = h("ol", { class: "typing", role: "list" });
  const count = h("span", { class: "muted", role: "status" });
  const add = h("button", { type: "submit", class: "btn primary" }, gettext("Add the codes"));
  const lines = () => [...list.children].map((item) => ({ name: item.querySelector("input").value, level: Number(item.dataset.level) }));

  function tell() {
    const n = lines().filter((line) => line.name.trim()).length;
    count.textContent = ngettext("{n} code", "{n} codes", n);
    add.disabled = !n;
  }
  function raise(item, to) {
    const before = item.previousElementSibling;
    const lowest = before ? Math.max(0, Number(before.dataset.level) - 1) : 0;
    const reached = Math.max(lowest, Math.min(NAMES.length - 1, to));
    item.dataset.level = reached;
    item.querySelector(".typing-level").textContent = words[reached][1];
  }
  function line(at, after = null) {
    const input = h("input", { class: "control", autocomplete: "off", spellcheck: "false", maxlength: "400", "aria-label": gettext("Name of the code") });
    const item = h("li", { dataset: { level: at } }, h("span", { class: "typing-level" }, words[at][1]), input);
    if (after) after.after(item);
    else list.append(item);
    input.addEventListener("input", tell);
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      const here = Number(item.dataset.level);
      if (event.key === "Enter") line(Number(item.dataset.level), item);
      else if (event.key === "Tab" && event.shiftKey && here < NAMES.length - 1) raise(item, here + 1);
      else if (event.key === "Tab" && !event.shiftKey && here > 0) raise(item, here - 1);
      else if (event.key === "Backspace" && !input.value && list.children.length > 1) {
        (item.previousElementSibling ?? item.nextElementSibling).querySelector("input").focus();
        item.remove();
      } else if (event.key === "ArrowUp") item.previousElementSibling?.querySelector("input").focus();
      else if (event.key === "ArrowDown") item.nextElementSibling?.querySelector("input").focus();
      else return;
      event.preventDefault();
      tell();
    });
    input.addEventListener("paste", (event) => {
      const rows = event.clipboardData.getData("text").split(/\r?\n/).filter((row) => row.trim());
      if (rows.length < 2) return;
      event.preventDefault();
      let last = item;
      rows.forEach((row, n) => {
        if (n) last = line(Number(item.dataset.level), last);
        last.querySelector("input").value = row.trim();
      });
      tell();
    });
    input.focus();
    return item;
  }

  const problem = h("div", { role: "alert" });
  const form = h("form", { method: "dialog" },
    h("header", {}, h("h2", {}, gettext("New codes")), count),
    h("div", { class: "body" }, problem, list,
      h("p", { class: "hint" }, gettext("Enter: next · Tab: a level deeper · Shift+Tab: a level up · Ctrl+Enter: add them all"))),
    h("footer", {}, h("button", { type: "button", class: "btn", onclick: () => box.close("") }, gettext("Cancel")), add));
  const box = h("dialog", { class: "dialog", "aria-label": gettext("New codes") }, form);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || add.disabled) return;
    event.preventDefault();
    form.requestSubmit(add);
  });
  document.body.append(box);
  box.showModal();
  line(level);
  tell();

  /** Calls `send` with the codes until it succeeds or the dialog is left. */
  return (send) => new Promise((resolve) => {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      add.disabled = true;
      try {
        const made = await send({ codes: typed(lines(), above) });
        box.close();
        resolve(made);
      } catch (error) {
        problem.className = "errors";
        problem.textContent = error.message;
        add.disabled = false;
      }
    });
    box.addEventListener("close", () => { box.remove(); resolve(null); });
  });
}
