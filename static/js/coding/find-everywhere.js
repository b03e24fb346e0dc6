// Finding in all documents that one codes in this round: each is asked for by itself, behind the same door as its page, and looked through by the
// worker that finds in the open one, by the same rules. A press on a match opens its document there; the address carries what was looked for:
//   …/code#find=START-END&q=words&by=pinyin,whole,regular
import { h } from "ic/lib/dom.js";
import { resource } from "ic/lib/page.js";
import { gettext, ngettext } from "ic/lib/words.js";

const PATIENCE = 1500;
const AROUND = 24;
const SHOWN = 50;
const MODES = ["pinyin", "whole", "regular"];

/** What an address says that is to be found: {span, query, pinyin, whole, regular}, or null. */
export function toBeFound(hash) {
  const said = new URLSearchParams(hash.slice(1));
  const span = /^(\d+)-(\d+)$/.exec(said.get("find") ?? "");
  if (!span) return null;
  const by = new Set((said.get("by") ?? "").split(","));
  return { span: [Number(span[1]), Number(span[2])], query: said.get("q") ?? "", ...Object.fromEntries(MODES.map((mode) => [mode, by.has(mode)])) };
}

function addressOf(path, asked, start, end) {
  const by = MODES.filter((mode) => asked[mode]).join();
  return `${path}#${new URLSearchParams({ find: `${start}-${end}`, q: asked.query, by })}`;
}

// The drawer of documents lists them: only what this person codes in this round.
function ownDocuments() {
  return [...document.querySelectorAll("#my-documents .document-list a[href$='/code']")].map((link) => ({
    path: new URL(link.href).pathname,
    title: [...link.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join("").trim(),
    submitted: Boolean(link.querySelector(".is-submitted")),
    state: link.querySelector(".visually-hidden").textContent.trim().replace(/[,，]$/, ""),
  }));
}

export class FindEverywhere {
  /** `goTo(start, end)` shows a match of the open document. */
  constructor(script, goTo) {
    this.script = script;
    this.goTo = goTo;
    this.turn = 0;
    this.texts = new Map();
    this.readings = new Map();
    this.said = h("p", { role: "status" });
    this.list = h("div", {});
    this.el = h("section", { class: "find-everywhere", hidden: true, "aria-label": gettext("Matches in all my documents") }, this.said, this.list);
  }

  hide() {
    this.turn += 1;
    this.el.hidden = true;
    this.list.replaceChildren();
  }

  async look(asked) {
    this.turn += 1;
    const { turn } = this;
    const own = ownDocuments();
    const sum = { matches: 0, documents: 0, missing: [] };
    this.el.hidden = false;
    this.list.replaceChildren();
    for (const [k, each] of own.entries()) {
      this.said.textContent = gettext("Looking: {k} of {n} documents", { k: k + 1, n: own.length });
      const text = await this.#textOf(each, asked.pinyin);
      if (turn !== this.turn) return;
      const answer = text ? await this.#ask({ ...asked, n: turn, of: text.texts, readings: this.readings.get(each.path) }) : null;
      if (turn !== this.turn) return;
      if (answer?.problem) {
        this.said.textContent = answer.problem === "patience" ? gettext("This pattern takes too long. Make it simpler.") : "";
        return;
      }
      if (!answer) sum.missing.push(each.title);
      else if (answer.hits.length) {
        sum.matches += answer.hits.length;
        sum.documents += 1;
        this.list.append(this.#group(each, asked, text, answer));
      }
    }
    this.said.textContent = this.#sum(sum, own.length);
  }

  #sum({ matches, documents, missing }, n) {
    const found = matches
      ? ngettext("{n} match in {documents} of {all} documents.", "{n} matches in {documents} of {all} documents.", matches, { documents, all: n })
      : missing.length < n ? gettext("Not found in any of your documents.") : "";
    const without = missing.length ? gettext("Not looked through, because the server did not answer: {titles}.", { titles: missing.join(" · ") }) : "";
    const coded = matches ? gettext("“Code all matches” codes those of the open document.") : "";
    return [found, without, coded].filter(Boolean).join(" ");
  }

  async #textOf({ path }, pinyin) {
    if (!this.texts.has(path)) {
      const text = await resource(`${path}/text`).catch(() => null);
      if (text) this.texts.set(path, text);
    }
    if (pinyin && !this.readings.has(path)) {
      const read = await resource(`${path}/pinyin`).catch(() => null);
      if (!read) return null; // what could not be looked for is said, not shown as "not found"
      this.readings.set(path, read);
    }
    return this.texts.get(path) ?? null;
  }

  // A pattern that never ends is ended with its worker, as in the open document.
  #ask(question) {
    return new Promise((done) => {
      this.worker ??= new Worker(this.script, { type: "module" });
      const heard = ({ data }) => data.n === question.n && end(data);
      const failed = () => end(null);
      const patience = setTimeout(() => {
        this.worker.terminate();
        this.worker = null;
        done({ problem: "patience" });
      }, PATIENCE);
      const { worker } = this;
      const end = (answer) => {
        clearTimeout(patience);
        worker.removeEventListener("message", heard);
        worker.removeEventListener("error", failed);
        done(answer);
      };
      worker.addEventListener("message", heard);
      worker.addEventListener("error", failed);
      worker.postMessage(question);
    });
  }

  #group(each, asked, { starts, texts }, { hits, more }) {
    const here = each.path === location.pathname;
    const rows = hits.slice(0, SHOWN).map(([i, start, end]) => {
      const signs = [...texts[i]];
      const from = Math.max(0, start - AROUND);
      const span = [starts[i] + start, starts[i] + end];
      const link = h("a", { href: addressOf(each.path, asked, ...span) }, from ? "…" : "", signs.slice(from, start).join(""),
        h("mark", {}, signs.slice(start, end).join("")), signs.slice(end, end + AROUND).join(""), end + AROUND < signs.length ? "…" : "");
      if (here) {
        link.addEventListener("click", (event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          this.goTo(...span);
        });
      }
      return h("li", { dir: "auto" }, link);
    });
    const rest = hits.length - rows.length;
    const count = more ? gettext("the first {n}", { n: hits.length }) : String(hits.length);
    return h("details", { open: !each.submitted },
      h("summary", {}, each.title, h("span", { class: "faint" }, [count, here && gettext("open now"), each.submitted && each.state].filter(Boolean).join(" · "))),
      h("ul", { lang: document.querySelector(".coded-document").lang }, ...rows),
      rest > 0 && h("p", { class: "tiny faint" }, ngettext("{n} more in this document", "{n} more in this document", rest)));
  }
}
