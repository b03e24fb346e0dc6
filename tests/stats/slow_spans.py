"""Free spans character by character, straight from the definitions: slow, and nothing shared with the sweep."""

import time
from collections.abc import Callable, Sequence
from itertools import permutations

import hypothesis.strategies as st
import numpy as np

from intercoder.stats.spans.coincidences import Continuum
from intercoder.stats.spans.continuum import DocumentSpans, Spans
from intercoder.stats.spans.unitizing import bar_u_alpha, cu_alpha, ku_alpha, u_alpha

Row = list[tuple[str | None, int]]  # the code and the unit of every character
CODES = ["a", "b", "c"]


def rows_of(document: DocumentSpans) -> list[Row]:
    """Every coder's characters; units are numbered, and no character has two."""
    rows: list[Row] = []
    for coder in document.coders:
        row: Row = [(None, -1 - i) for i in range(document.length)]  # a gap is as many pieces as characters
        for number, (who, code, start, end) in enumerate(document.spans):
            if who == coder:
                for i in range(start, end):
                    assert row[i][0] is None
                    row[i] = (code, number)
        rows.append(row)
    return rows


class Slow:
    """The matrices l, e, l' and e' of the paper over several documents, with m of each document."""

    def __init__(self, documents: Sequence[DocumentSpans], codes: Sequence[str], *, union: bool = False) -> None:
        self.union = union
        self.codes = list(codes)
        values: list[str | None] = [None, *codes]
        self.l = {(c, k): 0.0 for c in values for k in values}
        self.inner = dict(self.l)
        self.q = dict.fromkeys(values, 0.0)
        self.r = dict.fromkeys(values, 0.0)
        for document in documents:
            m = len(document.coders)
            if m >= 2:
                self._add(rows_of(document), m)
        self.total = sum(self.l.values())
        self.inner_total = sum(self.inner.values())

    def _add(self, rows: list[Row], m: int) -> None:
        for row in rows:
            sizes: dict[tuple[str | None, int], int] = {}
            for piece in row:
                sizes[piece] = sizes.get(piece, 0) + 1
            for (code, _), size in sizes.items():
                self.q[code] += size**2
        for first, second in permutations(rows, 2):
            inside: dict[tuple[str | None, int], int] = {}
            for mine, theirs in zip(first, second, strict=True):
                self.l[mine[0], theirs[0]] += 1 / (m - 1)
                if mine[0] is not None and theirs[0] is not None:
                    self.inner[mine[0], theirs[0]] += 1 / (m - 1)
                    inside[mine] = inside.get(mine, 0) + 1
            for (code, _), size in inside.items():
                self.r[code] += 0.0 if self.union else size**2 / (m - 1)
        for own in rows if self.union else ():
            others = [row for row in rows if row is not own]
            marked: dict[tuple[str | None, int], int] = {}
            for at, unit in enumerate(own):
                if unit[0] is not None and any(row[at][0] is not None for row in others):
                    marked[unit] = marked.get(unit, 0) + 1
            for (code, _), size in marked.items():
                self.r[code] += size**2

    def _row(self, c: str | None, inner: bool = False) -> float:
        return sum(x for (code, _), x in (self.inner if inner else self.l).items() if code == c)

    def _e(self, c: str | None, k: str | None) -> float:
        together = self._row(c) * self._row(k) - (self.q[c] if c == k else 0.0)
        return self.total * together / (self.total**2 - sum(self.q.values()))

    def _e_inner(self, c: str | None, k: str | None) -> float:
        together = self._row(c, True) * self._row(k, True) - (self.r[c] if c == k else 0.0)
        return together / (self.inner_total - sum(self.r.values()) / self.inner_total)

    def _enough(self) -> bool:
        return self.inner_total**2 - sum(self.r.values()) > 1e-9

    def u_alpha(self) -> float | None:
        observed = self.total - sum(self.l[c, c] for c in self.q)
        expected = self.total - sum(self._e(c, c) for c in self.q)
        return _one_minus(observed, expected)

    def bar_u_alpha(self) -> float | None:
        observed = sum(self.l[None, k] for k in self.codes)
        expected = sum(self._e(None, k) for k in self.codes)
        return _one_minus(observed, expected)

    def cu_alpha(self, distance: Callable[[str, str], float]) -> float | None:
        if not self._enough():
            return None
        pairs = [(c, k) for c in self.codes for k in self.codes]
        observed = sum(distance(c, k) * self.inner[c, k] for c, k in pairs)
        return _one_minus(observed, sum(distance(c, k) * self._e_inner(c, k) for c, k in pairs))

    def ku_alpha(self, code: str) -> float | None:
        if not self._enough() or self._row(code, True) * self.inner_total - self.r[code] <= 1e-9:
            return None
        row = sum(self._e_inner(code, k) for k in self.codes)
        observed = row * (self._row(code, True) - self.inner[code, code])
        return _one_minus(observed, self._row(code, True) * (row - self._e_inner(code, code)))

    def coverage(self, code: str | None = None) -> float:
        if code is None:
            return self.inner_total / self.total
        return self._row(code, True) / self._row(code)


def _one_minus(observed: float, expected: float) -> float | None:
    return None if abs(expected) < 1e-9 else 1 - observed / expected


@st.composite
def units(draw: st.DrawFn, length: int, longest: int = 6) -> list[tuple[str, int, int]]:
    """Units of one coder, which may touch and never overlap."""
    made, at = [], 0
    while at < length and draw(st.booleans() | st.just(value=True)):
        at += draw(st.integers(0, 4))
        end = min(length, at + draw(st.integers(1, longest)))
        if end > at:
            made.append((draw(st.sampled_from(CODES)), at, end))
        at = end
    return made


@st.composite
def documents(draw: st.DrawFn, *, longest: int = 6, most: int = 3, least_coders: int = 1) -> list[DocumentSpans]:
    """Documents without overlaps, each with its own coders."""
    made = []
    for d in range(draw(st.integers(1, most))):
        length = draw(st.integers(1, 25))
        coders = draw(st.lists(st.sampled_from("wxyz"), unique=True, min_size=least_coders, max_size=4))
        spans = [(coder, *unit) for coder in coders for unit in draw(units(length, longest))]
        made.append(DocumentSpans(f"d{d}", length, coders, spans))
    return made


@st.composite
def overlapping(draw: st.DrawFn, *, most: int = 3, coders: str = "wxyz") -> list[DocumentSpans]:
    """Documents with spans that lie anywhere, as in open coding."""
    made = []
    for d in range(draw(st.integers(1, most))):
        length = draw(st.integers(1, 20))
        here = draw(st.lists(st.sampled_from(coders), unique=True, min_size=1, max_size=len(coders)))
        span = st.tuples(
            st.sampled_from(here), st.sampled_from(CODES), st.integers(0, length - 1), st.integers(1, length)
        )
        spans = [(who, code, min(a, b - 1), max(a + 1, b)) for who, code, a, b in draw(st.lists(span, max_size=12))]
        made.append(DocumentSpans(f"d{d}", length, here, spans))
    return made


def sets_of(documents: Sequence[DocumentSpans], coders: Sequence[str]) -> list[list[frozenset[str] | None]]:
    """Coders x characters: the set of codes, None where the coder did not finish the document."""
    return [
        [
            frozenset(code for who, code, start, end in document.spans if who == coder and start <= i < end)
            if coder in document.coders
            else None
            for document in documents
            for i in range(document.length)
        ]
        for coder in coders
    ]


def study_of(count: int) -> list[DocumentSpans]:
    """Documents of 100 characters without overlaps; the third coder left out every fourth one."""
    draw = np.random.default_rng(3)
    made = []
    for d in range(count):
        spans = []
        for coder in "xyz":
            at = 0
            while at < 80:
                at += int(draw.integers(1, 15))
                end = min(100, at + int(draw.integers(3, 15)))
                spans.append((coder, "abc"[int(draw.integers(3))], at, end))
                at = end
        made.append(DocumentSpans(f"d{d}", 100, "xyz" if d % 4 else "xy", [s for s in spans if d % 4 or s[0] != "z"]))
    return made


def cpu_seconds(coders: int = 5, length: int = 12_000, codes: int = 30, repeats: int = 20) -> dict[str, float]:
    """CPU seconds for u-, |u-, cu- and all (k)u-alphas: by the sweep (mean of repeats) and character by character.

    Units of 5 to 60 characters, gaps of 0 to 40, four units in five moved by a few characters only from
    coder to coder. ``differ`` is the largest difference of the values.
    """
    draw = np.random.default_rng(12_000)
    names, spans = [f"k{c:02}" for c in range(codes)], []
    plan, at = [], 0
    while at < length - 110:
        at += int(draw.integers(0, 40))
        end = at + int(draw.integers(5, 60))
        plan.append((at, end, names[int(draw.integers(codes))]))
        at = end
    for coder in range(coders):
        free = 0
        for start, end, code in plan:
            moved = max(free, start + int(draw.integers(-3, 4)))
            free = max(moved + 1, end + int(draw.integers(-3, 4)))
            kept = code if draw.random() < 0.8 else names[int(draw.integers(codes))]
            spans.append((f"c{coder}", kept, moved, free))
    study = [DocumentSpans("d", length, [f"c{i}" for i in range(coders)], spans)]
    began = time.process_time()
    for _ in range(repeats):
        data = Continuum.of(Spans.of(study, names))
        fast = [u_alpha(data), bar_u_alpha(data), cu_alpha(data), *ku_alpha(data).values()]
    swept = (time.process_time() - began) / repeats
    began = time.process_time()
    slow = Slow(study, names)
    by_code = [slow.ku_alpha(name) for name in names]
    values = [slow.u_alpha(), slow.bar_u_alpha(), slow.cu_alpha(lambda c, k: float(c != k)), *by_code]
    by_character = time.process_time() - began
    pairs = zip(fast, values, strict=True)
    differ = max(
        abs(estimate.value - value) for estimate, value in pairs if estimate.value is not None and value is not None
    )
    return {"sweep": swept, "by_character": by_character, "times": by_character / swept, "differ": differ}
