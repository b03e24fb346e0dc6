// Which of marks that overlap stands beside which: lanes under the words, lanes and rows of names in the margin.

/** The lanes under the words. What is deeper says there only that there is more; the margin tells it apart. */
export const UNDER = 4;

/**
 * The lane of each item, in the order of `items`, which is that of their starts, the longest first: the first lane that is free there.
 * `span(item)` is [from, to], `same(a, b)` whether two look the same: those never share a lane where they touch, and neither would be seen to end.
 */
export function lanesOf(items, span, same) {
  const last = [];
  return items.map((item) => {
    const [from] = span(item);
    let lane = last.findIndex((other) => {
      const to = span(other)[1];
      return to < from || (to <= from && !same(other, item));
    });
    if (lane < 0) lane = last.length;
    last[lane] = item;
    return lane;
  });
}

/**
 * What is painted of spans [from, to] that have lanes: {parts: [[k, from, to, lane]], deep: [[from, to]]}. No more than UNDER at any place: what has
 * no lane under the words has the last one where that is free, and elsewhere lies in `deep`, which says once that there is more, however much.
 */
export function partsOf(spans, lanes) {
  const last = UNDER - 1;
  const parts = spans.flatMap(([from, to], k) => (lanes[k] <= last && to > from ? [[k, from, to, lanes[k]]] : []));
  let taken = parts.filter(([, , , lane]) => lane === last).map(([, from, to]) => [from, to]);
  const hidden = [];
  spans.forEach(([from, to], k) => {
    if (lanes[k] <= last) return;
    let at = from;
    const free = [];
    for (const [start, end] of taken) {
      if (end <= at) continue;
      if (start >= to) break;
      if (start > at) free.push([at, start]);
      hidden.push([Math.max(at, start), Math.min(end, to)]);
      at = end;
    }
    if (at < to) free.push([at, to]);
    for (const [start, end] of free) parts.push([k, start, end, last]);
    if (free.length) taken = [...taken, ...free].sort((a, b) => a[0] - b[0]);
  });
  const deep = [];
  for (const [from, to] of hidden.sort((a, b) => a[0] - b[0])) {
    if (deep.length && from <= deep.at(-1)[1]) deep.at(-1)[1] = Math.max(deep.at(-1)[1], to);
    else deep.push([from, to]);
  }
  return { parts, deep };
}

/**
 * Rows of names beside a paragraph of a height: [{item, at, folded}]. A name stands where its words begin, or below the names that do; never over
 * another, never outside the paragraph. What would stand further than `drift` from all of its words is folded into the name above.
 */
export function rowsOf(items, { height, row, drift }) {
  const rows = [];
  const fold = (given) => rows.at(-1).folded.push(...given);
  for (const item of items) {
    const at = Math.max(item.from, rows.length ? rows.at(-1).at + row : 0);
    if (rows.length && at > Math.max(item.from + drift, item.to - row)) fold([item]);
    else rows.push({ item, at, folded: [] });
  }
  while (rows.length > 1 && rows.length * row > height) {
    const { item, folded } = rows.pop();
    fold([item, ...folded]);
  }
  let lowest = Math.max(0, height - row);
  for (const given of rows.toReversed()) {
    given.at = Math.max(0, Math.min(given.at, lowest));
    lowest = given.at - row;
  }
  return rows;
}
