// What the service worker (offline.js) keeps of coding pages, seen from pages: one cache for one person.
const KEPT = "ic-kept/";

export const keptFor = (me) => KEPT + me;

/** Takes away what is kept of anybody but `me`; of everybody without. Harmless where the browser keeps nothing. */
export async function keepOnlyFor(me = "") {
  const names = await globalThis.caches?.keys() ?? [];
  await Promise.all(names.filter((name) => name.startsWith(KEPT) && name !== keptFor(me)).map((name) => caches.delete(name)));
}
