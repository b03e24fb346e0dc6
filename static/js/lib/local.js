// What one person's browser remembers from page to page, for the eye alone: without it all works as at first.

/** What is remembered under `key`, or null. */
export function remembered(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Remembers `text` under `key`; nothing where it is empty. */
export function remember(key, text) {
  try {
    if (text) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
  } catch {
    // Not remembered, yet shown on this page.
  }
}
