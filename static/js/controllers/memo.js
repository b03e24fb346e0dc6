// <textarea data-controller="memo" data-url="/api/v1/…/memo" aria-describedby="ID">: kept by itself a second after the last key, and when one
// leaves the field or the page. Says in #ID how it stands; what the server refused stays in the field.
import { api } from "ic/lib/page.js";
import { gettext } from "ic/lib/words.js";

const PAUSE = 1000;
const AGAIN = 5000;

export default function memo(field) {
  const state = document.getElementById(field.getAttribute("aria-describedby"));
  let stored = field.value;
  let timer;
  let sending = false;
  let failing = false;

  function say(sentence, bad = false) {
    state.textContent = sentence;
    state.classList.toggle("error", bad);
  }

  async function save({ keepalive = false } = {}) {
    clearTimeout(timer);
    if (sending || field.value === stored) return;
    const text = field.value;
    sending = true;
    say(gettext("Saving…"));
    let again = 0;
    try {
      await api(field.dataset.url, { method: "PUT", body: { memo: text }, keepalive });
      stored = text;
      failing = false;
      say(gettext("Memo saved"));
      again = field.value === stored ? 0 : PAUSE;
    } catch (error) {
      failing = true;
      const passing = error.status === 0 || error.status >= 500;
      say(passing ? gettext("Not saved yet; trying again…") : error.problem?.detail ?? error.message, !passing);
      again = passing ? AGAIN : 0;
    }
    sending = false;
    if (again) timer = setTimeout(save, again);
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  field.addEventListener("blur", () => save());
  window.addEventListener("pagehide", () => save({ keepalive: true }));
  window.addEventListener("beforeunload", (event) => { if (failing && field.value !== stored) event.preventDefault(); });
}
