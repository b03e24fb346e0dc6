// The list of all commands (Ctrl+K), from the table of keys: filtered by what is typed, each with its key, and run from here. The words that were
// selected and the stripe that had the focus are what the command is about, as if its key had been pressed there.
import { h } from "ic/lib/dom.js";
import { gettext } from "ic/lib/words.js";
import { find, wordsOf } from "ic/coding/finding.js";
import { listen } from "ic/coding/keyboard.js";
import { holds, keymap, ofPage, shown } from "ic/coding/keymap.js";
import { fold } from "ic/coding/model.js";

// What only moves from where one is.
const MOVES = new Set(["move", "along", "leave", "clear", "commands"]);
const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

export class CommandList {
  constructor(surface) {
    this.surface = surface;
  }

  #items() {
    const { surface } = this;
    const held = holds({ units: Boolean(surface.model.units), readonly: surface.readonly });
    const rows = keymap().flatMap(({ rows: all }) => all).filter((row) => ofPage(row) && held(row) && (row.where !== "walk" || surface.walk.on));
    return rows.flatMap((row) => row.acts.filter(({ run }) => !MOVES.has(run)).map((act) => {
      const code = act.run === "recent" && surface.model.live(surface.recent.slots[act.values[0] - 1]);
      if (act.run === "recent" && !code) return null;
      const name = capital(code ? gettext("Apply “{name}”", { name: code.name }) : act.title ?? row.says);
      return { code: { name }, hay: fold(`${name} ${act.run} ${act.values.join(" ")}`), rank: 0, act };
    }).filter(Boolean));
  }

  show() {
    const { surface } = this;
    const stripe = document.activeElement?.closest(".strip") ? surface.current : null;
    surface.selected();
    surface.palette.hide();
    const items = this.#items();
    let [at, found] = [0, items];
    const box = h("input", {
      type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "ic-commands", "aria-autocomplete": "list", "aria-label": gettext("Find a command"),
      placeholder: gettext("Find a command"), autocomplete: "off", spellcheck: "false",
    });
    const list = h("ul", { id: "ic-commands", role: "listbox", class: "flat", "aria-label": gettext("Commands") });
    const dialog = h("dialog", { class: "palette commands", "aria-label": gettext("Commands") }, h("div", { class: "palette-filter" }, box), list);
    // With the focus on the text its words are selected again before anything else happens.
    const leave = () => {
      dialog.close();
      dialog.remove();
      ((stripe && surface.painter.stripe(stripe)) ?? surface.root).focus({ preventScroll: true });
    };
    const mark = (k) => {
      at = k;
      [...list.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === k)));
      box.setAttribute("aria-activedescendant", list.children[k]?.id ?? "");
      list.children[k]?.scrollIntoView({ block: "nearest" });
    };
    const render = () => {
      const words = wordsOf(box.value);
      found = words.length ? find(items, words) : items;
      list.replaceChildren(...found.map(({ code, act }, k) => h("li", { id: `ic-command-${k}`, role: "option", onclick: () => run(k) },
        h("b", {}, code.name), h("kbd", {}, shown(act.keys[0])))));
      if (!found.length) list.append(h("li", { role: "presentation", class: "palette-definition" }, gettext("No command has this name.")));
      mark(found.length ? 0 : -1);
    };
    const run = (k) => {
      const chosen = found[k];
      if (!chosen) return;
      leave();
      if (!surface.commands[chosen.act.run](...chosen.act.values)) surface.say(gettext("Not possible now: select words first, or a coding."));
    };
    box.addEventListener("input", render);
    const step = (by) => found.length && mark((at + by + found.length) % found.length);
    listen(box, surface.keys, "commands", { step, run: () => run(at), close: leave });
    dialog.addEventListener("click", (event) => event.target === dialog && leave());
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      leave();
    });
    document.body.append(dialog);
    dialog.showModal();
    box.focus();
    render();
  }
}
