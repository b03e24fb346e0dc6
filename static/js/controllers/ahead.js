// <div id="desk" data-controller="… ahead"> around the desk of one disagreement, with <span id="following" data-live="disagreement" data-address="…">:
// the page of the next place is fetched while this one is read, and takes this one's place as soon as one rules. Each hint that something
// happened in the round fetches it anew: what is shown is older than the last hint by no more than the way to the server. A place that changed meanwhile is
// refused by its version when it is ruled, and what is live on the page is renewed as on any other.
import { announce } from "ic/lib/dom.js";
import { freshPage, pageData, renewData } from "ic/lib/page.js";

const PAUSE = 50;

export default function ahead(root) {
  let kept = null;
  let wanted = 0;
  let timer;

  const address = () => root.querySelector("#following")?.dataset.address ?? "";

  async function take() {
    const at = address();
    wanted += 1;
    const turn = wanted;
    if (!at || !root.isConnected) return;
    const page = await freshPage(at).catch(() => null);
    if (turn === wanted) kept = page?.document.querySelector("#desk") ? { at, page } : null;
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(take, PAUSE);
  }

  const changed = (event) => {
    if (!root.isConnected) document.removeEventListener("ic:event", changed);
    else if (event.detail.topics.some((topic) => topic === "disagreement" || topic === "round" || topic === "*")) soon();
  };
  document.addEventListener("ic:event", changed);
  // The next place may be another by now: the live part of this page says which.
  root.addEventListener("ic:attach", (event) => {
    if (event.target.id !== "following") return;
    for (const form of root.querySelectorAll('form[data-then^="follow:"]')) form.dataset.then = `follow:${address()}`;
    soon();
  });

  // Shown while the ruling is on its way; nothing can be ruled there before it is acknowledged, and a refusal brings this place back.
  let back = null;
  root.addEventListener("ic:sending", (event) => {
    if (kept && event.detail.then === `follow:${kept.at}`) {
      back = show(kept);
      kept = null;
    }
  });
  root.addEventListener("ic:refused", () => {
    back?.();
    back = null;
    soon();
  });
  root.addEventListener("ic:follow", (event) => {
    if (!back) return;
    event.preventDefault();
    history.pushState({ desk: true }, "", event.detail.address);
    delete document.querySelector("#desk").dataset.waits;
    if (event.detail.said) announce(event.detail.said);
  });

  /** Puts a page's desk in place of this one; returns what undoes that. */
  function show({ page }) {
    const theirs = page.document;
    const parts = [".page-head", "#desk", "#adj-keys"].flatMap((part) => {
      const old = part === "#desk" ? root : document.querySelector(part);
      const fresh = theirs.querySelector(part);
      return old && fresh ? [[old, document.adoptNode(fresh)]] : [];
    });
    const { title } = document;
    const data = pageData();
    const main = document.querySelector("#main");
    for (const [old, fresh] of parts) {
      if (old === root) fresh.dataset.waits = "";
      old.replaceWith(fresh);
    }
    renewData(page.data);
    document.title = theirs.title;
    const at = scrollY;
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
    main.dispatchEvent(new CustomEvent("ic:attach", { bubbles: true }));
    return () => {
      for (const [old, fresh] of parts) fresh.replaceWith(old);
      renewData(data);
      document.title = title;
      scrollTo(0, at);
    };
  }

  take();
}

// Back leads to the place before as the server shows it now.
addEventListener("popstate", () => { if (document.querySelector("#desk")) location.reload(); });
