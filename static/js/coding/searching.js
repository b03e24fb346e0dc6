// Finding words in paragraphs: a worker of its own, so that a pattern that never ends can be ended from outside (find.js does). It imports nothing
// and is joined to nothing: a worker has no import map.
//   {texts}                                          the paragraphs, once
//   {n, query, regular, whole}              →        {n, hits: [[paragraph, start, end], …], more} in code points, or {n, problem: "pattern"}

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

function search(texts, asked) {
  const { n } = asked;
  let pattern;
  try {
    pattern = patternOf(asked);
  } catch {
    return { n, problem: "pattern" };
  }
  const hits = [];
  for (let i = 0; i < texts.length; i += 1) {
    for (const [start, end] of hitsIn(texts[i], pattern)) {
      if (hits.length === MOST) return { n, hits, more: true };
      hits.push([i, start, end]);
    }
  }
  return { n, hits, more: false };
}

let texts = [];
addEventListener("message", ({ data }) => {
  if (data.texts) texts = data.texts;
  else postMessage(search(texts, data));
});
