// What the server wrote into the page, and the way back to it.
//   <meta name="csrf-token" content="…">
//   <script type="application/json" id="page-data">{…}</script>
import { gettext } from "ic/lib/words.js";

function embedded(id) {
  const node = document.getElementById(id);
  return node ? JSON.parse(node.textContent) : {};
}

let data;
let token;

/** The object in #page-data ({} when the page has none). */
export function pageData() {
  return (data ??= embedded("page-data"));
}

/** From now on this is what the page works on: it was replaced by another without being left. */
export function renewData(newData) {
  data = newData;
}

/** The CSRF token of this page. */
export function csrf() {
  return (token ??= document.querySelector('meta[name="csrf-token"]')?.content ?? "");
}

/** A refusal: `.status` (0 = no answer came), `.problem` (RFC 9457 object), `.retryAfter` (seconds or null). */
export class ApiError extends Error {
  constructor(status, problem, retryAfter = null) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.name = "ApiError";
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

// Browsers refuse what is to outlive the page when it is longer than 64 KiB in bytes.
const OUTLIVES = 20_000;

/** One request, JSON in and out (null for an empty answer). Throws ApiError for anything but 2xx, also when no answer came. With `keepalive`
 *  it is sent although the page is left, if it is short. */
export async function api(path, { method = "GET", body, headers = {}, signal, keepalive } = {}) {
  const sent = { Accept: "application/json", ...headers };
  if (method !== "GET") sent["X-CSRFToken"] = csrf();
  if (body !== undefined) sent["Content-Type"] = "application/json";
  const text = body === undefined ? undefined : JSON.stringify(body);
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: sent,
      body: text,
      credentials: "same-origin",
      signal,
      keepalive: keepalive && (text?.length ?? 0) < OUTLIVES,
    });
  } catch (error) {
    throw new ApiError(0, { title: gettext("The server did not answer."), cause: error.name });
  }
  const isJson = /\bjson\b/.test(response.headers.get("Content-Type") ?? "");
  const answer = isJson ? await response.json().catch(() => null) : null;
  if (response.ok) return answer;
  const wait = Number.parseFloat(response.headers.get("Retry-After"));
  throw new ApiError(
    response.status,
    answer ?? { status: response.status, title: gettext("The server answered with an error ({status}).", { status: response.status }) },
    Number.isFinite(wait) ? wait : null,
  );
}

/** From now on this is the CSRF token of the page and of its forms. */
export function renewToken(newToken) {
  token = newToken;
  document.querySelector('meta[name="csrf-token"]')?.setAttribute("content", newToken);
  for (const input of document.querySelectorAll('input[name="csrf_token"]')) input.value = newToken;
}

async function fresh(address, accept, cache) {
  let response;
  try {
    response = await fetch(address, { headers: { Accept: accept }, credentials: "same-origin", cache });
  } catch {
    throw new ApiError(0, { title: gettext("The server did not answer.") });
  }
  if (response.status >= 500) throw new ApiError(response.status, { title: response.statusText });
  const elsewhere = response.redirected && new URL(response.url).pathname !== new URL(address, location.href).pathname;
  return response.ok && !elsewhere ? response : null;
}

/** JSON that belongs to a page, as it is now; the browser keeps it and asks whether it still holds. Null where freshPage() says null. */
export async function resource(address) {
  return (await fresh(address, "application/json", "no-cache"))?.json() ?? null;
}

// Pages that are asked for may answer in another order: an old one must not take the place of a newer one.
let asked = 0;
let shown = 0;

/** A page of ours (this one) as the server renders it now: {document, data}, or null when it leads elsewhere (signed out, no access). */
export async function freshPage(address = location.href) {
  asked += 1;
  const turn = asked;
  const response = await fresh(address, "text/html", "no-store");
  if (!response) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const newToken = page.querySelector('meta[name="csrf-token"]')?.content;
  if (newToken) renewToken(newToken);
  const script = page.getElementById("page-data");
  return { document: page, data: script ? JSON.parse(script.textContent) : {}, turn };
}

/** Whether nothing of a page that was asked for later is shown already; from now on this one is. */
export function showsNewest({ turn }) {
  if (turn < shown) return false;
  shown = turn;
  return true;
}
