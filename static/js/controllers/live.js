// <body data-controller="live" data-project="ID">: what happens in the project reaches the page.
// Listens to GET /events?project=ID (EventSource; each message is JSON {"seq": n, "topic": "…", …}); an HTTP error closes an EventSource
// for good, so it is opened again with a growing pause, and after three failures in a row the page asks
// GET /api/v1/projects/ID/events?after=SEQ every five seconds ({"events": […], "seq": n}).
// Each event becomes "ic:event" on document; a stream that opened becomes "ic:online". Elements with data-live="topic other-topic" (and an id)
// are renewed: the current page is fetched once, and the element with the same id takes its place; focus and scroll position are kept.
import { api, freshPage } from "ic/lib/page.js";

const FAILURES_BEFORE_POLLING = 3;
const POLL = 5000;
const RENEW_PAUSE = 400;
const LONGEST_PAUSE = 30000;

export default function live(element) {
  const project = encodeURIComponent(element.dataset.project);
  let source;
  let seq = Number(element.dataset.seq ?? 0);
  let failures = 0;
  let timer;
  let renewTimer;
  const topics = new Set();

  function receive(event) {
    if (typeof event.seq === "number") {
      if (event.seq <= seq) return;
      seq = event.seq;
    }
    document.dispatchEvent(new CustomEvent("ic:event", { detail: event }));
    if (event.topic) topics.add(event.topic);
    renewTimer ??= setTimeout(renew, RENEW_PAUSE);
  }

  function open() {
    source = new EventSource(`/events?project=${project}`);
    source.addEventListener("open", () => {
      failures = 0;
      document.dispatchEvent(new CustomEvent("ic:online"));
    });
    source.addEventListener("message", (message) => {
      let event;
      try {
        event = JSON.parse(message.data);
      } catch {
        return;
      }
      receive(event);
    });
    source.addEventListener("error", () => {
      if (source.readyState !== EventSource.CLOSED) return;
      failures += 1;
      source.close();
      const pause = failures >= FAILURES_BEFORE_POLLING ? 0 : Math.min(LONGEST_PAUSE, 500 * 2 ** failures) * (0.5 + Math.random());
      timer = setTimeout(failures >= FAILURES_BEFORE_POLLING ? poll : open, pause);
    });
  }

  async function poll() {
    try {
      const answer = await api(`/api/v1/projects/${project}/events?after=${seq}`);
      for (const event of answer.events) receive(event);
      if (answer.seq > seq) seq = answer.seq;
      document.dispatchEvent(new CustomEvent("ic:online"));
    } catch (error) {
      if ([401, 403, 404].includes(error.status)) return;
    }
    timer = setTimeout(poll, POLL);
  }

  async function renew() {
    renewTimer = undefined;
    const wanted = [...document.querySelectorAll("[data-live][id]")].filter((node) => node.dataset.live.split(/\s+/).some((topic) => topics.has(topic)));
    topics.clear();
    if (!wanted.length) return;
    let page;
    try {
      page = await freshPage();
    } catch {
      return;
    }
    for (const old of wanted) {
      const fresh = page?.document.getElementById(old.id);
      if (!fresh || old.innerHTML === fresh.innerHTML || old.querySelector("dialog[open], details.pop[open]") || busyField(old)) continue;
      replace(old, document.adoptNode(fresh));
    }
  }

  // What one is typing into is never taken away.
  function busyField(old) {
    const active = document.activeElement;
    return old.contains(active) && active.matches("input, textarea, select");
  }

  function replace(old, fresh) {
    const active = old.contains(document.activeElement) ? document.activeElement : null;
    const key = active?.id || active?.getAttribute("href") || active?.getAttribute("name");
    const { scrollTop, scrollLeft } = old;
    old.replaceWith(fresh);
    fresh.scrollTop = scrollTop;
    fresh.scrollLeft = scrollLeft;
    fresh.classList.add("live-new");
    if (active && key) {
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
