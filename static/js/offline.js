// The service worker of the coding page: what a person opened in this browser can be opened again while the server does not answer.
// The network comes first, always; a kept copy is shown only where it fails, and says so itself (the server renders the sentence, hidden).
// Kept are own coding pages with their codes and codings, in one cache for one person, and the static files that they need.
// All of it goes at signing out and at signing in, when a page leads elsewhere, and when somebody else's page comes (decision 51).
const KEPT = "ic-kept/";
const STATIC = "ic-static";
const MOST = 60;
const PAGE = /^\/rounds\/[\w-]+\/documents\/[\w-]+\/code$/;
const BESIDE = /^\/rounds\/[\w-]+\/documents\/[\w-]+\/code\/(?!(?:me|text|history)$)[\w-]+$/;
const ME = /"me":\s*"([0-9a-f-]{36})"/;
const AWAY = new Set([502, 503, 504]);
const ANY = { ignoreVary: true };

const keptNames = async () => (await caches.keys()).filter((name) => name.startsWith(KEPT));
const forget = async (but = "") => Promise.all((await keptNames()).filter((name) => name !== but).map((name) => caches.delete(name)));

async function keep(name, url, response) {
  const cache = await caches.open(name);
  await cache.delete(url, ANY);
  await cache.put(url, response);
  const all = await cache.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - 3 * MOST)).map((old) => cache.delete(old, ANY)));
}

async function kept(url) {
  for (const name of await keptNames()) {
    const found = await (await caches.open(name)).match(url, ANY);
    if (found) return found;
  }
  return null;
}

/** The kept page with the sentence that says so, and the time of the copy, in sight; its header says no more that all is saved. */
async function marked(response) {
  const at = new Date(response.headers.get("Date") ?? Date.now());
  const today = at.toDateString() === new Date().toDateString();
  const text = await response.text();
  const language = /<html lang="([\w-]+)"/.exec(text)?.[1];
  const time = today
    ? at.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
    : at.toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
  const headers = new Headers(response.headers);
  for (const name of ["Content-Encoding", "Content-Length", "Set-Cookie"]) headers.delete(name);
  const shown = text.replace(/data-kept-copy\s+hidden(?:="")?/, "data-kept-copy").replace("<time data-kept-at></time>", `<time data-kept-at>${time}</time>`)
    .replace(/(data-kept=(["'])(.*?)\2>)[^<]*/, "$1$3");
  return new Response(shown, { status: 200, headers });
}

/** Keeps what the server answered to its person; what leads elsewhere or is refused ends all that is kept. */
async function remember(url, response, isPage) {
  if (response.redirected || [401, 403, 404].includes(response.status)) {
    await forget();
    return;
  }
  if (!response.ok) return;
  let name = (await keptNames())[0];
  if (isPage) {
    const me = ME.exec(await response.clone().text())?.[1];
    if (!me) return;
    name = KEPT + me;
    await forget(name);
  } else {
    const text = await response.clone().text();
    const me = /\/layer$/.test(new URL(url).pathname) ? ME.exec(text)?.[1] : null;
    if (!name || (me && name !== KEPT + me)) return;
  }
  await keep(name, url, response);
}

async function answer(event, isPage) {
  const url = event.request.url.split("#")[0];
  let response;
  try {
    response = await fetch(event.request);
  } catch (error) {
    const copy = await kept(url);
    if (!copy) throw error;
    return isPage ? marked(copy) : copy;
  }
  if (AWAY.has(response.status)) {
    const copy = await kept(url);
    if (copy) return isPage ? marked(copy) : copy;
  }
  event.waitUntil(remember(url, response.clone(), isPage).catch(() => {}));
  return response;
}

async function keepStatic(urls) {
  const cache = await caches.open(STATIC);
  await Promise.all(urls.map(async (url) => (await cache.match(url, ANY)) ?? cache.add(url)));
  // Of a file the newest stays: what its address says of it is its content.
  const newest = new Map(urls.map((url) => [new URL(url).pathname, url]));
  for (const { url } of await cache.keys()) {
    const wanted = newest.get(new URL(url).pathname);
    if (wanted && wanted !== url) await cache.delete(url, ANY);
  }
}

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", ({ data, ports, waitUntil }) => {
  const done = keepStatic(data.files).then(() => ports[0]?.postMessage("kept"), () => ports[0]?.postMessage("not"));
  waitUntil?.(done);
});
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, searchParams } = new URL(request.url);
  if (origin !== location.origin) return;
  if (/^\/sign-(?:in|out)$/.test(pathname)) event.waitUntil(forget());
  if (request.method !== "GET") return;
  if (PAGE.test(pathname)) event.respondWith(answer(event, true));
  else if (BESIDE.test(pathname)) event.respondWith(answer(event, false));
  else if (searchParams.has("v")) event.respondWith(caches.open(STATIC).then((cache) => cache.match(request.url, ANY)).then((copy) => copy ?? fetch(request)));
});
