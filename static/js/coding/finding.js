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

/** The items that words find, best first: the name is the words, begins with them, has a word that does, has them, has their signs in order;
    labels before what stands above them. */
export function find(items, words) {
  const score = ({ code, hay }) => {
    const name = fold(code.name);
    if (!words.every((word) => hay.includes(word))) return 4;
    if (name === words.join(" ")) return 0;
    if (name.startsWith(words[0])) return 1;
    return hay.split(/[\s“”"]+/).some((part) => part.startsWith(words[0])) ? 2 : 3;
  };
  return items.filter(({ code, hay }) => words.every((word) => hay.includes(word) || inOrder(word, fold(code.name))))
    .map((item) => ({ ...item, score: score(item) }))
    .sort((a, b) => a.score - b.score || b.rank - a.rank);
}
