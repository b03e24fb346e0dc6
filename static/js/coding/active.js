// Minutes in which the coder does something on the page: told to the server one at a time, where each counts once, whichever windows tell it.
// What could not be told stays in this browser and goes with the next.
import { api } from "ic/lib/page.js";
import { gettext } from "ic/lib/words.js";

const KEY = "ic-active/";
const MINUTE = 60_000;
// As many as the server takes in one request.
const MOST = 1440;
const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "scroll"];
// The document is handed in, taken away or closed: nothing counts there any more.
const OVER = [403, 404, 409, 422];

const words = (minutes) => {
  const [hours, n] = [Math.floor(minutes / 60), minutes % 60];
  return hours ? gettext("{hours} h {n} min", { hours, n }) : gettext("{n} min", { n });
};

export class ActiveMinutes {
  #waiting = [];

  #latest = 0;

  /** `scope` names person, round and document; `shown` is the element that says how many there are. */
  constructor(scope, address, shown) {
    this.key = KEY + scope;
    this.address = address;
    this.shown = shown;
    const sign = () => this.#sign();
    for (const name of SIGNS) document.addEventListener(name, sign, { capture: true, passive: true });
  }

  /** Runs at each movement: only the first of a minute does anything. */
  #sign() {
    const minute = Math.floor(Date.now() / MINUTE);
    if (minute === this.#latest) return;
    this.#latest = minute;
    this.#waiting = [...new Set([...this.#kept(), ...this.#waiting, minute])].slice(-MOST);
    this.#keep();
    if (navigator.onLine) this.#tell([...this.#waiting]);
  }

  async #tell(minutes) {
    let answer = null;
    try {
      answer = await api(this.address, { method: "PUT", body: { minutes } });
    } catch (error) {
      if (!OVER.includes(error.status)) return;
    }
    this.#waiting = this.#waiting.filter((minute) => !minutes.includes(minute));
    this.#keep();
    if (answer && this.shown) this.shown.textContent = words(answer.minutes);
  }

  #kept() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key));
      return Array.isArray(kept) ? kept.filter(Number.isInteger) : [];
    } catch {
      return []; // a browser that keeps nothing, or something else than was kept
    }
  }

  #keep() {
    try {
      if (this.#waiting.length) localStorage.setItem(this.key, JSON.stringify(this.#waiting));
      else localStorage.removeItem(this.key);
    } catch {
      // They wait in the page alone.
    }
  }
}
