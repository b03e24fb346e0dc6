// What the outbox asks the server, from whatever page: who is signed in, and whether a change arrived.
import { ApiError, renewToken, resource } from "ic/lib/page.js";
import { Change } from "ic/coding/change.js";
import { codingsOf, saidOf } from "ic/coding/columns.js";

const pathOf = (page) => page.split(/[?#]/)[0];

/** The own layer of the document of a coding page, {me, recent, worked: [cp, time] or null, codings, said, memo}; null for who is not signed in. */
export async function layerNow(page = location.pathname) {
  const columns = await resource(`${pathOf(page)}/layer`);
  if (columns?.codings) return { ...columns, said: new Map(columns.said) }; // as this browser kept them (keeping.js)
  return columns && { me: columns.me, recent: columns.recent, worked: columns.worked, memo: columns.memo, codings: codingsOf(columns), said: saidOf(columns) };
}

/** Who is signed in now, seen from `me`: "same", "other" or "nobody"; renews the CSRF token. `page` is one of the person's coding pages. */
export async function whoIsHere(me, page = location.pathname) {
  const now = await resource(`${pathOf(page)}/me`);
  if (!now) return "nobody";
  renewToken(now.csrf);
  return now.me === me ? "same" : "other";
}

/** Whether the coding that the server has shows that the record's request took effect. */
export async function tookEffect(me, record) {
  const stored = await layerNow(record.page).catch((error) => {
    if (error instanceof ApiError && [403, 404].includes(error.status)) return null; // the document is theirs no more
    throw error;
  });
  if (stored?.me !== me) return false;
  return Change.of(record).isStored(stored.codings.find((item) => item.id === record.id), record);
}
