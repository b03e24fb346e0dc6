"""From free spans to units: which codes a unit carries."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from intercoder.errors import WrongArgument

_NONE: frozenset[str] = frozenset()


class Cuts:
    """The units of one text, looked at once, for the codings of several coders."""

    def __init__(self, units: Sequence[tuple[int, int]]) -> None:
        self._order = sorted(range(len(units)), key=list(units).__getitem__)
        self._starts = [units[i][0] for i in self._order]
        self._ends = [units[i][1] for i in self._order]
        for i, (start, end) in enumerate(zip(self._starts, self._ends, strict=True)):
            if end < start:
                raise WrongArgument("bad_span", "The span {start}–{end} ends before it starts.", start=start, end=end)
            if i and start < self._ends[i - 1]:
                raise WrongArgument(
                    "units_overlap",
                    "The units {a}–{b} and {c}–{d} overlap.",
                    a=self._starts[i - 1],
                    b=self._ends[i - 1],
                    c=start,
                    d=end,
                )

    def sets(self, spans: Iterable[tuple[int, int, str]]) -> list[frozenset[str]]:
        """Return what ``sets_by_unit`` says of the codings of one coder; O(units + spans log units + carried codes)."""
        starts, ends = self._starts, self._ends
        carried: dict[int, set[str]] = {}
        for start, end, code in spans:
            if end < start:
                raise WrongArgument("bad_span", "The span {start}–{end} ends before it starts.", start=start, end=end)
            i = bisect_right(ends, start)  # the first unit that ends after the span starts
            while i < len(starts) and starts[i] < end:
                shared = min(end, ends[i]) - max(start, starts[i])
                if shared > 0 and (2 * shared >= ends[i] - starts[i] or 2 * shared >= end - start):
                    carried.setdefault(self._order[i], set()).add(code)
                i += 1
        sets = [_NONE] * len(starts)
        for unit, codes in carried.items():
            sets[unit] = frozenset(codes)
        return sets

    def judged(
        self, spans: Iterable[tuple[int, int, str]], missing: Iterable[tuple[int, int]]
    ) -> list[frozenset[str] | None]:
        """Return ``sets`` with None for every unit that shares a character with a stretch that the coder did not judge.

        Also where the unit carries codes, as a paragraph does in which one sentence was skipped: it may have held more.
        """
        sets: list[frozenset[str] | None] = [*self.sets(spans)]
        for start, end in missing:
            i = bisect_right(self._ends, start)
            while i < len(sets) and self._starts[i] < end:
                sets[self._order[i]] = None
                i += 1
        return sets


def touched(units: Sequence[tuple[int, int]], spans: Iterable[tuple[int, int]]) -> set[int]:
    """Return the places of the units, which are in the order of the text, that share a character with a span."""
    ends = [end for _, end in units]
    found: set[int] = set()
    for start, end in spans:
        i = bisect_right(ends, start)
        while i < len(units) and units[i][0] < end:
            found.add(i)
            i += 1
    return found


def sets_by_unit(spans: Iterable[tuple[int, int, str]], units: Sequence[tuple[int, int]]) -> list[frozenset[str]]:
    """Return for every unit the set of codes it carries.

    A unit carries a code when one coding of it covers at least half of the unit, or when at least half
    of that coding lies in the unit. So a coding is never lost in a longer unit, and a coding that runs
    over several units reaches all it fills; one that is cut in two equal halves by a boundary counts
    on both sides.

    Parameters
    ----------
    spans
        (start, end, code), half-open code point offsets, of ONE coder in one document; any order.
    units
        (start, end) of the units, half-open, not overlapping; any order.

    Returns
    -------
    list of frozenset, one per unit, in the order of ``units``; empty when nothing was coded there.

    Raises
    ------
    WrongArgument : a span or unit ends before it starts, or two units overlap.

    Notes
    -----
    O((spans + units) log units + carried codes).
    """
    return Cuts(units).sets(spans)
