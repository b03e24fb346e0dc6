// Finding codes by what is typed: names, pinyin, initials, numbers, other names (what model.js and the server put into `hay`).
import { fold } from "ic/coding/model.js";

/** Whether all signs of a word stand in a name one after the other, whatever is between them. */
function inOrder(word, name) {
  let from = 0;
  for (const sign of word) {
    from = name.indexOf(sign, from) + 1;
    if (!from) return false;
  }
  return true;
}

/** What is typed, as words. */
export function wordsOf(typed) {
  return fold(typed).split(/\s+/).filter(Boolean);
}

/** Whether a word goes on within a syllable where it ends: "xin" of "xingdong", not of "xinren". Before the syllables of a name stand their
    initials, which say with what the next one begins. */
function endsWithin(word, initials, syllables) {
  const rest = syllables.slice(word.length);
  if (!rest || initials?.[0] !== syllables[0] || !inOrder(initials, syllables)) return false;
  return ![...initials.slice(1, 1 + Math.ceil(word.length / 2))].includes(rest[0]);
}

/** The items that words find, best first: the name is the words, begins with them, has a word that does (syllables that are typed whole before
    those that go on), has them, has their signs in order; labels before what stands above them. */
export function find(items, words) {
  const score = ({ code, hay }) => {
    const name = fold(code.name);
    if (!words.every((word) => hay.includes(word))) return 5;
    if (name === words.join(" ")) return 0;
    if (name.startsWith(words[0])) return 1;
    const parts = hay.split(/[\s“”"]+/);
    const at = parts.findIndex((part) => part.startsWith(words[0]));
    if (at < 0) return 4;
    return endsWithin(words[0], parts[at - 1], parts[at]) ? 3 : 2;
  };
  return items.filter(({ code, hay }) => words.every((word) => hay.includes(word) || inOrder(word, fold(code.name))))
    .map((item) => ({ ...item, score: score(item) }))
    .sort((a, b) => a.score - b.score || b.rank - a.rank);
}
