// What the modules say, in English where it is said, and in the language of the page.
//   gettext("Memo saved")                                        gettext("Changed: {name}", { name })
//   ngettext("{n} change waits", "{n} changes wait", n)
// Only literals: the server finds them (web/browser_words.py), and serves for each other language
// and each joined file a module that calls speak().

const translations = {};
let formOf = (n) => (n === 1 ? 0 : 1);

/** Say also this in another language from now on: English → translation (a list of forms where numbers decide), and which form a number takes. */
export function speak(words, form) {
  Object.assign(translations, words);
  formOf = form;
}

function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}

/** A sentence in the language of the page; `{name}` places are filled from `values`. */
export function gettext(message, values = {}) {
  return filled(translations[message] ?? message, values);
}

/** The form of a sentence that fits `n`, in the language of the page; `{n}` is the number. */
export function ngettext(singular, plural, n, values = {}) {
  const forms = translations[singular] ?? [singular, plural];
  return filled(forms[formOf(n)], { n, ...values });
}

/** A word or a short sentence as it stands within another one: without its capital and its full stop. */
export function inline(words) {
  const kept = words.replace(/[.。]$/, "");
  return /^\p{Lu}\p{Lu}/u.test(kept) ? kept : kept.charAt(0).toLowerCase() + kept.slice(1);
}
