// The outbox: every change is on the disk before anything is said about it, is sent in order, one at a time, by one tab at a time, and is
// repeated until the server gives a final answer. Nothing counts as saved before the server's 2xx.
//   done       2xx; also 404, 410 or 412 for a change that turns out to be stored already (its first answer was lost on the way, and
//              browsers repeat a request by themselves when a connection breaks, so that "was it sent before?" cannot be known here)
//   refused    other 4xx: the record and all that depend on it (same coding, or a coding with that new label) wait for a decision ("attention")
//   stop       401: kept until the same person is signed in again; also when somebody else is signed in now
//   again      no answer, 408, 425, 429, 5xx: after a pause that doubles from 0.5 s to 30 s, with jitter, or as Retry-After says
// Events: "state" {state, waiting, attention, savedAt, problem}, "added", "done", "refused", "dropped" {record(s), remote}.
import { ApiError, api } from "ic/lib/page.js";
import { openStore } from "ic/lib/store.js";

export const SCHEMA = 1;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30000;
const TIMEOUT = 15000;
const UNSURE = new Set([404, 410, 412]);
const AGAIN = new Set([0, 408, 425, 429]);

/** Stops the sender until something else happens (signing in, another account). */
class Stop extends Error {
  constructor(state) {
    super(state);
    this.state = state;
  }
}

const dependsOn = (record, id) => record.id === id || record.needs.includes(id);

export class Outbox extends EventTarget {
  /** `renew(record)` asks who is signed in and renews the CSRF token: "same", "other" or "nobody"; `tookEffect(record)` asks the server whether
   *  the stored coding is exactly what the record leads to. */
  static async open({ user, renew, tookEffect }) {
    const box = new Outbox();
    box.user = user;
    box.renew = renew;
    box.tookEffect = tookEffect;
    box.store = await openStore();
    box.state = "idle";
    box.failures = 0;
    box.waiting = 0;
    box.attention = 0;
    box.adding = 0;
    box.channel = new BroadcastChannel(`ic-outbox-${user}`);
    box.channel.addEventListener("message", ({ data }) => box.#heard(data));
    const wake = () => box.flush({ now: true });
    window.addEventListener("online", wake);
    window.addEventListener("offline", () => box.#report());
    window.addEventListener("focus", wake);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
    document.addEventListener("ic:online", wake);
    window.addEventListener("beforeunload", (event) => {
      if (!box.store.durable && box.waiting) event.preventDefault();
    });
    navigator.storage?.persist?.();
    return box;
  }

  /** Stores one change; resolves with its record once it is on the disk. One that stands `instead` of those before it leaves none of them waiting. */
  async add(change) {
    const record = { v: SCHEMA, user: this.user, state: "waiting", at: Date.now(), ...change };
    this.adding += 1;
    this.#show();
    try {
      await this.store.add(record, (fresh, refused) => {
        const before = refused.find((other) => [fresh.id, ...fresh.needs].includes(other.id));
        if (before) Object.assign(fresh, { state: "attention", problem: before.problem, after: before.n });
      });
      if (record.instead) {
        const earlier = ({ id, n, state }) => id === record.id && n < record.n && state === record.state;
        await this.store.change(this.user, (records) => ({ drop: records.filter(earlier) }));
      }
    } finally {
      this.adding -= 1;
    }
    this.#tell("added", record);
    this.flush();
    this.#report(); // a flush that waits for the end of a pause says nothing
    return record;
  }

  all() {
    return this.store.all(this.user);
  }

  /** The last change of this scope that the server took, {n, at}: what it rendered before that may lack it. */
  lastStored(scope) {
    return this.store.lastStored(this.user, scope);
  }

  /** Sends what waits. With `now`, without finishing the current pause. Resolves when this attempt is over. */
  async flush({ now = false } = {}) {
    if (this.running) {
      this.again = true;
      this.woken ||= now;
      return this.running;
    }
    if (this.timer && !now) return undefined;
    clearTimeout(this.timer);
    this.timer = null;
    this.running = this.#run();
    await this.running;
    return undefined;
  }

  async #run() {
    let failed = true;
    try {
      await this.#report();
      if (this.waiting) await navigator.locks.request(`ic-outbox-${this.user}`, () => this.#drain());
      this.failures = 0;
      this.state = "idle";
      failed = false;
    } catch (error) {
      if (error instanceof Stop) this.state = error.state;
      else {
        this.state = "retrying";
        this.failures += 1;
        const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (this.failures - 1)) * (0.5 + Math.random());
        this.timer = setTimeout(() => {
          this.timer = null;
          this.flush();
        }, Math.max(pause, (error.retryAfter ?? 0) * 1000));
        if (!(error instanceof ApiError)) console.error("outbox:", error);
      }
    }
    this.running = null;
    await this.#report();
    // After a failure only a sign of life (online again, window in front) is a reason to try at once.
    const again = failed ? this.woken : this.again;
    this.again = false;
    this.woken = false;
    if (again) this.flush({ now: true });
  }

  async #drain() {
    for (;;) {
      const record = await this.store.next(this.user);
      if (!record) return;
      if (record.v !== SCHEMA) await this.#refuse(record, { code: "outbox_schema" });
      else await this.#send(record);
      await this.#report();
    }
  }

  async #send(record) {
    let renewed = false;
    for (;;) {
      try {
        await this.#request(record);
        await this.#finish(record);
        return;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const { status, problem } = error;
        if (status === 401) throw new Stop("signed-out");
        if (status >= 500 || AGAIN.has(status)) throw error;
        if (problem.code === "csrf" && !renewed) {
          // The token of a page that stood open for long, or of an earlier session.
          renewed = true;
          const who = await this.renew(record);
          if (who === "same") continue;
          throw new Stop(who === "other" ? "other-account" : "signed-out");
        }
        if (UNSURE.has(status) && record.method !== "PUT" && await this.tookEffect(record)) await this.#finish(record);
        else await this.#refuse(record, { status, ...problem });
        return;
      }
    }
  }

  async #finish(record) {
    await this.store.settle(record);
    this.savedAt = Date.now();
    this.#tell("done", record);
  }

  #request({ method, url, body, ifMatch, together }) {
    const headers = {};
    const address = together ? `${url}?together=${together}` : url;
    if (ifMatch !== undefined && ifMatch !== null) headers["If-Match"] = `"${ifMatch}"`;
    return api(address, { method, body, headers, signal: AbortSignal.timeout(TIMEOUT), keepalive: true });
  }

  async #refuse(record, problem) {
    const moved = [];
    await this.store.change(this.user, (records) => {
      for (const other of records) {
        if (other.state !== "waiting" || (other.n !== record.n && !dependsOn(other, record.id))) continue;
        Object.assign(other, { state: "attention", problem }, other.n === record.n ? {} : { after: record.n });
        moved.push(other);
      }
      return { keep: moved };
    });
    this.#tell("refused", moved);
  }

  /** Sends the refused changes to `id` once more; `version` is what the server has now (edits are counted from there). */
  async retry(id, version) {
    await this.store.change(this.user, (records) => {
      const mine = records.filter((record) => record.state === "attention" && dependsOn(record, id));
      let expected = version;
      for (const record of mine) {
        Object.assign(record, { state: "waiting", problem: null, after: null });
        // What a PUT makes starts at version 1.
        if (record.method === "PUT") expected = 1;
        else if (record.id === id && record.ifMatch !== undefined && expected !== undefined) {
          record.ifMatch = expected;
          expected += 1;
        }
      }
      return { keep: mine };
    });
    await this.#report(); // first: whoever hears that nothing is refused any more must not still read "saved"
    this.#tell("dropped", []);
    this.flush({ now: true });
  }

  /** Gives up the refused changes to `id` and what depends on them. */
  async discard(id) {
    let gone = [];
    await this.store.change(this.user, (records) => {
      gone = records.filter((record) => record.state === "attention" && dependsOn(record, id));
      return { drop: gone };
    });
    await this.#report();
    this.#tell("dropped", gone);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail: { record: detail, remote: false } }));
    this.channel.postMessage({ type, record: detail, savedAt: this.savedAt });
  }

  async #heard({ type, record, savedAt }) {
    if (savedAt) this.savedAt = savedAt;
    if (type === "dropped") await this.#report();
    this.dispatchEvent(new CustomEvent(type, { detail: { record, remote: true } }));
    if (type === "added" && this.state === "idle") this.flush();
    else this.#report();
  }

  async #report() {
    const { waiting, attention } = await this.store.counts(this.user);
    this.waiting = waiting;
    this.attention = attention;
    this.#show();
  }

  // A change counts as waiting from the moment it is made, before the disk has it.
  #show() {
    const waiting = this.waiting + this.adding;
    const { attention } = this;
    let { state } = this;
    // What is not on the disk yet must not be called kept in this browser: it would be lost with the tab.
    if (this.adding && !(state === "retrying" && navigator.onLine)) state = "sending";
    else if (!navigator.onLine) state = "offline";
    else if (!waiting) state = "saved";
    else if (state === "idle") state = "sending";
    this.dispatchEvent(new CustomEvent("state", { detail: { state, waiting, attention, savedAt: this.savedAt, durable: this.store.durable } }));
  }
}
