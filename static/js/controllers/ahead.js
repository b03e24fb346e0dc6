// <div id="desk" data-controller="… ahead"> around the desk of one disagreement, with <span id="following" data-live="disagreement" data-address="…">:
// the page of the next place is fetched while this one is read, and takes this one's place as soon as the ruling is acknowledged. Each hint that something
// happened in the round fetches it anew: what is shown is older than the last hint by no more than the way to the server. A place that changed meanwhile is
// refused by its version when it is ruled, and what is live on the page is renewed as on any other.
import { announce } from "ic/lib/dom.js";
import { freshPage, renewData } from "ic/lib/page.js";

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

  root.addEventListener("ic:follow", (event) => {
    if (kept?.at !== event.detail.address) return;
    event.preventDefault();
    if (event.detail.said) announce(event.detail.said);
    show(kept);
  });

  function show({ at, page }) {
    const desk = document.adoptNode(page.document.querySelector("#desk"));
    renewData(page.data);
    history.pushState({ desk: true }, "", at);
    document.title = page.document.title;
    document.querySelector(".page-head").replaceWith(document.adoptNode(page.document.querySelector(".page-head")));
    root.replaceWith(desk);
    document.querySelector("#adj-keys")?.replaceWith(document.adoptNode(page.document.querySelector("#adj-keys")));
    scrollTo(0, 0);
    document.querySelector("#main").focus({ preventScroll: true });
    document.querySelector("#main").dispatchEvent(new CustomEvent("ic:attach", { bubbles: true }));
  }

  take();
}

// Back leads to the place before as the server shows it now.
addEventListener("popstate", () => { if (document.querySelector("#desk")) location.reload(); });
