// Keeps the page in this browser for when the server does not answer (offline.js is the worker that shows it then): the files it needs, and
// the codings as they are here, since what was sent after the page came stands in no answer of the server.
import { pageData } from "ic/lib/page.js";
import { keepOnlyFor, keptFor } from "ic/lib/kept.js";
import { isKeptCopy } from "ic/coding/status.js";

const PAUSE = 1500;
// The worker is fetched, and the page once more through it, when the first work on a page is done.
const LATER = 3000;

const here = (end) => new URL(location.pathname + end, location.href).href;

async function put(me, end, content) {
  const name = keptFor(me);
  if (!(await caches.has(name))) return; // nothing is kept, or no more
  const cache = await caches.open(name);
  await cache.put(here(end), new Response(JSON.stringify(content), { headers: { "Content-Type": "application/json" } }));
}

/** Files of the page by their addresses with a hash; the worker that finds is not asked for before it is needed. */
const files = ({ dataset }) => [...new Set([
  new URL(dataset.searching, location.href).href,
  ...performance.getEntriesByType("resource").map(({ name }) => name),
  ...Array.from(document.querySelectorAll("script[src], link[href]"), (link) => link.src || link.href),
])].filter((url) => url.startsWith(location.origin) && new URL(url).searchParams.has("v"));

/** Begins to keep the page that `surface` shows; without service workers nothing is kept. */
export async function keepHere(root, surface) {
  const { me } = pageData();
  const workers = navigator.serviceWorker;
  if (!workers || !globalThis.caches || isKeptCopy()) return;
  await keepOnlyFor(me);
  if (!workers.controller) await new Promise((done) => setTimeout(done, LATER));
  await workers.register(root.dataset.keeper, { scope: "/" });
  const { active } = await workers.ready;
  if (!workers.controller) await new Promise((done) => workers.addEventListener("controllerchange", done, { once: true }));
  if (!(await caches.has(keptFor(me)))) {
    // This page came before the worker: it is asked for once more, through it.
    for (const end of ["", "/codes", "/layer"]) await fetch(here(end), { credentials: "same-origin", cache: "no-cache" }).then((answer) => answer.text());
  }
  const kept = new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    active.postMessage({ files: files(root) }, [port2]);
  });
  await kept;
  let timer;
  const write = () => {
    const { codings, codes, said, memo } = surface.model;
    put(me, "/layer", { me, recent: surface.recent.slots, worked: null, codings: [...codings.values()], said: [...said], memo }).catch(() => {});
    put(me, "/codes", { codes: [...codes.values()] }).catch(() => {});
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(write, PAUSE);
  };
  surface.addEventListener("change", later);
  surface.addEventListener("codes", later);
  later();
  root.dispatchEvent(new CustomEvent("ic-kept", { bubbles: true }));
}
