// How alike two names of labels are, 0 to 1, in Chinese, English or both: as server/intercoder/stats/open_coding/names.py has it.
// The mean of two Dice coefficients: over words (of scripts without blanks over pairs of signs), and over pairs of letters (over signs).
const ALIKE = 0.5;
const MANY = 3;
const UNSPACED = /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
const NO_WORD = /[^\p{L}\p{M}\p{N}]+/gu;

const folded = (name) => name.normalize("NFKC").toLowerCase().normalize("NFKC");

function runs(text) {
  const found = [];
  for (const part of text.split(" ").filter(Boolean)) {
    let run = [];
    let spaced = null;
    for (const sign of part) {
      const now = !UNSPACED.test(sign);
      if (spaced !== null && now !== spaced) {
        found.push([run, spaced]);
        run = [];
      }
      run.push(sign);
      spaced = now;
    }
    found.push([run, spaced]);
  }
  return found;
}

/** What of a name is compared. */
export function featuresOf(name) {
  const plain = folded(name).replace(NO_WORD, " ").trim() || folded(name).trim();
  const coarse = new Set();
  const fine = new Set();
  for (const [run, spaced] of runs(plain)) {
    const pairs = run.length > 1 ? run.slice(1).map((sign, k) => run[k] + sign) : [run.join("")];
    for (const feature of spaced ? [run.join("")] : pairs) coarse.add(feature);
    for (const feature of spaced ? pairs : run) fine.add(feature);
  }
  return [coarse, fine];
}

function dice(a, b) {
  if (!a.size || !b.size) return Number(a.size === b.size);
  let both = 0;
  for (const feature of a) both += b.has(feature);
  return (2 * both) / (a.size + b.size);
}

/** How alike two names are by their features. */
export const likeness = (a, b) => (dice(a[0], b[0]) + dice(a[1], b[1])) / 2;

const known = new Map();

function kept(name) {
  let features = known.get(name);
  if (!features) known.set(name, features = featuresOf(name));
  return features;
}

/** The few of these codes whose names are near to a name, the nearest first. */
export function near(name, codes) {
  const wanted = featuresOf(name);
  return codes.map((code) => ({ code, like: likeness(wanted, kept(code.name)) }))
    .filter(({ like }) => like >= ALIKE)
    .sort((a, b) => b.like - a.like)
    .slice(0, MANY)
    .map(({ code }) => code);
}
