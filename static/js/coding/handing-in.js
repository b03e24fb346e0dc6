// Handing in a document that was coded by units: what was not looked at and what was skipped is listed, and its coder says what it is.
import { h } from "ic/lib/dom.js";
import { gettext, ngettext } from "ic/lib/words.js";
import { STATES, placeName, stateWords } from "ic/coding/unit-words.js";

const LISTED = 100;
const QUOTE = 90;

/** Asks; resolves to what unseen units count as ("no_code" or "missing"), or to null where it is not handed in now. */
export function askHandingIn(walk, { title, meaning }) {
  return new Promise((resolve) => {
    let answer = null;
    const box = h("dialog", { class: "dialog wide handing-in", "aria-labelledby": "ic-handing-in" });
    const close = (said) => {
      answer = said;
      box.close();
    };
    const goTo = (k) => {
      close(null);
      if (walk.on) walk.go(k);
      else walk.begin(k);
    };
    const button = (words, act, more = "") => h("button", { type: "button", class: `btn ${more}`, onclick: act }, words);

    function row(k) {
      const words = walk.surface.index.text(...walk.units[k]);
      return h("li", { dataset: { k } },
        h("span", { class: "tiny faint" }, placeName(walk.unit, k + 1, walk.units.length)),
        h("q", { lang: walk.surface.root.lang }, words.length > QUOTE ? `${words.slice(0, QUOTE)}…` : words),
        h("span", { class: "row tight" },
          button(gettext("No code here"), () => {
            walk.say("no_code", k);
            render();
          }, "compact"),
          button(gettext("Go there"), () => goTo(k), "compact")));
    }

    function list(heading, places) {
      if (!places.length) return [];
      const more = places.length - LISTED;
      return [h("h3", { class: "small-heading" }, heading),
        h("ul", { class: "unit-list" }, ...places.slice(0, LISTED).map(row),
          more > 0 && h("li", { class: "faint" }, ngettext("{n} more unit", "{n} more units", more)))];
    }

    function render() {
      const found = walk.byState();
      const { unseen, skipped } = found;
      const open = [...unseen, ...skipped].sort((a, b) => a - b);
      const heading = unseen.length
        ? ngettext("Before you submit: {n} unit was not looked at", "Before you submit: {n} units were not looked at", unseen.length)
        : gettext("Submit “{title}”?", { title });
      const n = unseen.length;
      box.replaceChildren(
        h("header", {}, h("h2", { id: "ic-handing-in" }, heading)),
        h("div", { class: "body" },
          open.length > 0 && h("p", { class: "small" }, gettext("Not looked at and “no code” are two things: what was skipped or not looked at is a missing value and takes no part in agreement.")),
          h("ul", { class: "unit-states" }, ...STATES.map((state) => h("li", { class: `is-${state}` }, stateWords(state, found[state].length)))),
          ...list(gettext("Not looked at"), unseen), ...list(gettext("Skipped"), skipped),
          h("p", { class: "small muted" }, meaning)),
        h("footer", {},
          button(gettext("Not yet"), () => close(null)),
          n > 0 && button(ngettext("I have read all of it: no code in this {n}", "I have read all of it: no code in these {n}", n), () => close("no_code")),
          n > 0 && button(ngettext("Submit: {n} is missing", "Submit: {n} are missing", n), () => close("missing")),
          n > 0 ? button(ngettext("Go to the one", "Go through these {n}", n), () => goTo(unseen[0]), "primary") : button(gettext("Submit"), () => close("missing"), "primary")));
      (box.querySelector(".primary") ?? box).focus();
    }

    document.body.append(box);
    box.addEventListener("close", () => {
      box.remove();
      resolve(answer);
    });
    render();
    box.showModal();
    box.querySelector(".primary").focus();
  });
}
