// The modules of the pages. The server joins them to this file when it starts (server/intercoder/web/joining.py), and those
// of one page alone to a file of its own; each stands here under its path below static/js.
export const parts = {};
/** In which file a module is that is not in this one. */
export const homes = {};

/** Returns what a module exports; what only some pages need is fetched when it is asked for. */
export async function load(name) {
  if (!(name in parts)) await import(homes[name]);
  return parts[name];
}
