// The modules of the pages. The server joins them to this file when it starts (server/intercoder/web/joining.py), and those
// of the coding page to ic/coding.js; each stands here under its path below static/js.
export const parts = {};

/** Returns what a module exports; a part of the coding page is fetched when it is asked for. */
export async function load(name) {
  if (!(name in parts)) await import("ic/coding.js");
  return parts[name];
}
