// <div data-controller="find-memo" data-memos="/api/v1/projects/…/memos?words="> around a field of words and a <select>: the memos that have the
// words, of all that the person may read, are what there is to choose; without words it is what the page lists.
import { h } from "ic/lib/dom.js";
import { api } from "ic/lib/page.js";
import { gettext, ngettext } from "ic/lib/words.js";

const PAUSE = 300;
const SHOWN = 50;
const LONG = 60;

const named = ({ title, text }) => title || (text.length > LONG ? `${text.slice(0, LONG)}…` : text);

export default function findMemo(element) {
  const words = element.querySelector("input");
  const select = element.querySelector("select");
  const status = element.querySelector("[role=status]");
  const listed = [...select.options];
  let timer;
  let asked;

  async function find() {
    const mine = asked = {};
    if (!words.value.trim()) {
      select.replaceChildren(...listed);
      status.textContent = "";
      return;
    }
    const found = await api(element.dataset.memos + encodeURIComponent(words.value.trim()));
    if (mine !== asked) return;
    select.replaceChildren(...found.slice(0, SHOWN).map((memo) => h("option", { value: memo.id }, `${named(memo)} · ${memo.on || memo.author}`)));
    status.textContent = found.length ? ngettext("{n} memo found", "{n} memos found", found.length) : gettext("No memo has these words.");
  }

  words.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, PAUSE);
  });
}
