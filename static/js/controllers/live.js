// <body data-controller="live" data-project="ID">: what happens in the project reaches the page; without a project what happens in all of the person's.
// Listens to GET /events?project=ID, or /events (EventSource; messages "change" carry {"topics": ["coding", …]}). An HTTP error closes an EventSource
// for good, so it is opened again after a growing pause; after three failures in a row the page looks every five seconds whether
// GET /api/v1/projects/ID/events?limit=1 shows a new row (for people who may not read the log, and without a project: renews itself every thirty seconds).
// Each message becomes "ic:event" on document, detail {topics} (["*"] = anything); a stream that opened becomes "ic:online".
// Elements with data-live="topic other-topic" (and an id) are renewed: the current page is fetched once, and the element with the same id
// takes its place; focus, scroll position and what is typed or sent in its forms are kept, and nothing is taken from under somebody's fingers.
import { api, freshPage, showsNewest } from "ic/lib/page.js";
import { released } from "ic/lib/pressing.js";
import { carry } from "ic/lib/renewing.js";

const FAILURES_BEFORE_POLLING = 3;
const POLL = 5000;
const BLIND_POLL = 30000;
const RENEW_PAUSE = 400;
const LONGEST_PAUSE = 30000;
const ANYTHING = "*";

export default function live(element) {
  const project = element.dataset.project && encodeURIComponent(element.dataset.project);
  let source;
  let newest;
  let failures = 0;
  let timer;
  let renewTimer;
  const pending = new Set();

  function receive(topics) {
    document.dispatchEvent(new CustomEvent("ic:event", { detail: { topics } }));
    for (const topic of topics) pending.add(topic);
    renewTimer ??= setTimeout(renew, RENEW_PAUSE);
  }

  function open() {
    source = new EventSource(project ? `/events?project=${project}` : "/events");
    source.addEventListener("open", () => {
      // After a gap nobody knows what was missed.
      if (failures) receive([ANYTHING]);
      failures = 0;
      document.dispatchEvent(new CustomEvent("ic:online"));
    });
    source.addEventListener("change", (message) => receive(JSON.parse(message.data).topics));
    source.addEventListener("error", () => {
      if (source.readyState !== EventSource.CLOSED) return;
      failures += 1;
      source.close();
      if (failures >= FAILURES_BEFORE_POLLING) poll();
      else timer = setTimeout(open, Math.min(LONGEST_PAUSE, 500 * 2 ** failures) * (0.5 + Math.random()));
    });
  }

  async function poll() {
    let pause = POLL;
    if (!project) {
      receive([ANYTHING]);
      timer = setTimeout(poll, BLIND_POLL);
      return;
    }
    try {
      const [row] = await api(`/api/v1/projects/${project}/events?limit=1`);
      if (newest !== undefined && row?.id !== newest) receive([ANYTHING]);
      newest = row?.id ?? null;
      document.dispatchEvent(new CustomEvent("ic:online"));
    } catch (error) {
      if (error.status === 401 || error.status === 404) return;
      if (error.status === 403) {
        pause = BLIND_POLL;
        receive([ANYTHING]);
      }
    }
    timer = setTimeout(poll, pause);
  }

  async function renew() {
    renewTimer = undefined;
    const concerned = (node) => pending.has(ANYTHING) || node.dataset.live.split(/\s+/).some((topic) => pending.has(topic));
    const wanted = [...document.querySelectorAll("[data-live][id]")].filter(concerned);
    const topics = [...pending];
    pending.clear();
    if (!wanted.length) return;
    const here = location.href;
    let page;
    try {
      page = shownAhead() ? null : await freshPage();
      await released();
    } catch {
      return;
    }
    // What came meanwhile in place of this page is not to get parts of it (ahead.js): a ruling would lead back to its own place.
    if (shownAhead() || location.href !== here || (page && !showsNewest(page))) {
      for (const topic of topics) pending.add(topic);
      renewTimer ??= setTimeout(renew, RENEW_PAUSE);
      return;
    }
    for (const old of wanted) {
      const fresh = page?.document.getElementById(old.id);
      if (fresh && !fresh.isEqualNode(old) && !inUse(old)) replace(old, document.adoptNode(fresh));
    }
  }

  /** Whether a page is shown whose address is not there yet. */
  function shownAhead() {
    return document.querySelector("[data-waits]") !== null;
  }

  function inUse(old) {
    const active = document.activeElement;
    return old.querySelector("dialog[open], details.dropdown[open]") !== null || (old.contains(active) && active.matches("input, textarea, select"));
  }

  function replace(old, fresh) {
    const active = old.contains(document.activeElement) ? document.activeElement : null;
    const key = active?.id || active?.getAttribute("href") || active?.getAttribute("name");
    const { scrollTop, scrollLeft } = old;
    carry(old, fresh);
    old.replaceWith(fresh);
    fresh.scrollTop = scrollTop;
    fresh.scrollLeft = scrollLeft;
    fresh.classList.add("renewed");
    if (fresh.contains(active)) active.focus({ preventScroll: true });
    else if (active && key) {
      const again = [...fresh.querySelectorAll("[id], a[href], [name]")]
        .find((node) => node.id === key || node.getAttribute("href") === key || node.getAttribute("name") === key);
      (again ?? fresh.querySelector("a[href], button"))?.focus({ preventScroll: true });
    }
    fresh.dispatchEvent(new CustomEvent("ic:attach", { bubbles: true }));
  }

  window.addEventListener("pagehide", () => {
    source?.close();
    clearTimeout(timer);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) open(); });
  open();
}
