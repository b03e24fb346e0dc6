// Finding words in paragraphs: a worker of its own, so that a pattern that never ends can be ended from outside (find.js does). It imports nothing
// and is joined to nothing: a worker has no import map.
//   {texts}                                          the paragraphs, once
//   {readings}                                       how the characters are read (syllable → characters), once, before the first that asks for pinyin
//   {…, of, readings}                                the same in the paragraphs of another document, as they are read there
//   {n, query, regular, whole, pinyin}      →        {n, hits: [[paragraph, start, end, by], …], more} in code points, or {n, problem: "pattern"};
//                                                    `by` is 1 where only the pinyin of the words is what was asked for

const MOST = 2000;
// Scripts that set no blanks between words: there the end of a word cannot be seen.
const WITHOUT_BLANKS = ["Han", "Hiragana", "Katakana", "Bopomofo", "Thai", "Lao", "Khmer", "Myanmar", "Tibetan"].map((name) => `\\p{Script=${name}}`).join("");
const IN_WORD = `(?![${WITHOUT_BLANKS}])[\\p{L}\\p{N}\\p{M}_]`;
const UNSEEN = new RegExp(`[${WITHOUT_BLANKS}]`, "u");

const escaped = (words) => words.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/\s+/g, "\\s+");

// A letter with its mark is one character in some files and two in others.
const literal = (query) => [...new Set([query, query.normalize("NFC"), query.normalize("NFD")])].map(escaped).join("|");

function patternOf({ query, regular, whole }) {
  let source = regular ? query : literal(query);
  if (whole) {
    const signs = [...query];
    const before = regular || !UNSEEN.test(signs[0]) ? `(?<!${IN_WORD})` : "";
    const after = regular || !UNSEEN.test(signs.at(-1)) ? `(?!${IN_WORD})` : "";
    source = `${before}(?:${source})${after}`;
  }
  return new RegExp(source, "giu");
}

function* hitsIn(text, pattern) {
  let unit = 0;
  let point = 0;
  // Counts on from the last place: every character is passed once.
  const pointAt = (to) => {
    while (unit < to) {
      unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
      point += 1;
    }
    return point;
  };
  for (const found of text.matchAll(pattern)) {
    if (found[0]) yield [pointAt(found.index), pointAt(found.index + found[0].length)];
  }
}

// ---- pinyin: each character by one of its syllables, or by how it begins ---------------------------------------------------------

// A character is read the same in every document.
const spoken = new Map();

function learn(readings) {
  for (const [syllable, characters] of Object.entries(readings)) {
    const begin = /^[zcs]h/.test(syllable) ? [syllable.slice(0, 2)] : [];
    for (const character of characters) spoken.set(character, [...new Set([...(spoken.get(character) ?? []), syllable, syllable[0], ...begin])]);
  }
}

/** What is asked for by pinyin: letters and the places where a new character must begin ("xi'an", "feng xian"); null where it is no pinyin. */
function spelt(query) {
  const plain = query.toLowerCase().normalize("NFD").replace(/u\u0308/g, "v").replace(/\p{M}/gu, "").trim();
  if (!/^[a-z]+(?:[\s'’]+[a-z]+)*$/.test(plain) || plain.replace(/[^a-z]/g, "").length < 2) return null;
  const edges = new Set();
  let letters = "";
  for (const part of plain.split(/[\s'’]+/)) {
    letters += part;
    edges.add(letters.length);
  }
  return { letters, edges };
}

// How far the letters may have come after each character, all ways at once: no text and no query makes this slow.
function* spokenIn(text, { letters, edges }) {
  const signs = [...text];
  const crosses = (from, to) => {
    for (let at = from + 1; at < to; at += 1) if (edges.has(at)) return true;
    return false;
  };
  for (let start = 0; start < signs.length; start += 1) {
    let come = new Set([0]);
    for (let i = start; come.size && i < signs.length; i += 1) {
      const next = new Set();
      for (const at of come) {
        for (const part of spoken.get(signs[i]) ?? []) if (letters.startsWith(part, at) && !crosses(at, at + part.length)) next.add(at + part.length);
      }
      if (next.has(letters.length)) {
        yield [start, i + 1];
        start = i;
        break;
      }
      come = next;
    }
  }
}

function search(texts, asked) {
  const { n } = asked;
  let pattern;
  try {
    pattern = patternOf(asked);
  } catch {
    return { n, problem: "pattern" };
  }
  const sounds = asked.pinyin && !asked.regular ? spelt(asked.query) : null;
  const hits = [];
  for (let i = 0; i < texts.length; i += 1) {
    const found = Array.from(hitsIn(texts[i], pattern), ([start, end]) => [i, start, end, 0]);
    if (sounds) for (const [start, end] of spokenIn(texts[i], sounds)) found.push([i, start, end, 1]);
    for (const hit of found.sort((a, b) => a[1] - b[1])) {
      if (hits.length === MOST) return { n, hits, more: true };
      hits.push(hit);
    }
  }
  return { n, hits, more: false };
}

let texts = [];
addEventListener("message", ({ data }) => {
  if (data.readings) learn(data.readings);
  if (data.texts) texts = data.texts;
  if (data.n) postMessage(search(data.of ?? texts, data));
});
