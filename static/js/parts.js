// The modules of the pages. The server joins them to this file when it starts (server/intercoder/web/joining.py), and those
// of one page alone to a file of its own; each stands here under its path below static/js.
export const parts = {};
/** In which file a module is that is not in this one. */
export const homes = {};

const coming = {};

// The files whose words a file needs: its own, and those of what it comes after.
const spoken = (home) => [...new Set([home, home.replace("-later", "")])].map((each) => each.slice("ic/".length, -".js".length));

async function fetched(home) {
  const { words } = document.documentElement.dataset; // where those of this file are; nothing in English
  try {
    await Promise.all([import(home), ...(words ? spoken(home).map((part) => import(words.replace("parts", part))) : [])]);
  } catch (error) {
    delete coming[home]; // it is asked for again the next time
    throw error;
  }
}

/** Returns what a module exports; what only some pages need is fetched when it is asked for, with its words in the language of the page. */
export async function load(name) {
  const home = homes[name];
  // Who asks second waits for the words too: the module itself may be here before them, and would speak English.
  if (home) await (coming[home] ??= fetched(home));
  return parts[name];
}
