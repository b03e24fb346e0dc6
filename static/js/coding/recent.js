// The codes on the keys 1 to 9: a key keeps its code; a new code takes a free key, else the one not used for longest.
const KEYS = 9;

export class RecentCodes {
  constructor(codes = []) {
    this.slots = codes.slice(0, KEYS);
    this.used = new Map(this.slots.map((code, k) => [code, -k]));
    this.clock = 0;
  }

  /** After codes were merged, by what each counts as now: a code has one key, and the other becomes free; all others keep theirs. */
  renew(live) {
    const seen = new Set([null]);
    this.slots = this.slots.map((code) => {
      const now = live(code)?.id ?? code;
      if (seen.has(now)) return null;
      seen.add(now);
      if (now !== code) this.used.set(now, Math.max(this.used.get(now) ?? -KEYS, this.used.get(code)));
      return now;
    });
  }

  use(code) {
    this.clock += 1;
    this.used.set(code, this.clock);
    if (this.slots.includes(code)) return;
    const free = this.slots.indexOf(null);
    if (free >= 0) this.slots[free] = code;
    else if (this.slots.length < KEYS) this.slots.push(code);
    else {
      const oldest = this.slots.reduce((a, b) => (this.used.get(a) <= this.used.get(b) ? a : b));
      this.slots[this.slots.indexOf(oldest)] = code;
    }
  }
}
