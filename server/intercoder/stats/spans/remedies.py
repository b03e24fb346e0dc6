"""What would raise agreement on free spans most: codes to part, omissions to settle, a rule for boundaries, a coder to train."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import NamedTuple

import numpy as np

from intercoder.stats.agreement.remedies import first_of
from intercoder.stats.agreement.results import Remedy, RemedyKind
from intercoder.stats.differences import Coding, Place, PlaceKind, places
from intercoder.stats.spans.binary import mean_binary_u_alpha
from intercoder.stats.spans.continuum import Spans
from intercoder.stats.spans.report import headline_of
from intercoder.stats.spans.unitizing import u_alpha

#: pairs of codes that are looked at
_PAIRS = 6

#: code, start, end
_Mark = tuple[int, int, int]
_Reading = frozenset[_Mark]


class _Found(NamedTuple):
    """A place where coders differ: what each of those who finished its document gave it."""

    document: int
    kind: PlaceKind
    readings: Mapping[int, _Reading]

    @property
    def commonest(self) -> _Reading:
        """What most gave; of those that as many gave one with codings, and the longest."""
        counts = Counter(self.readings.values())
        return max(
            counts, key=lambda one: (counts[one], len(one), sum(end - start for _, start, end in one), sorted(one))
        )


def span_remedies(spans: Spans, without: Iterable[tuple[str, float | None, float | None]]) -> tuple[Remedy, ...]:
    """Return what would raise the headline of ``span_report``, the greatest gain first.

    ``part``: two codes are counted as one, as if nobody had mixed them up. ``settle``: at every place that somebody left without
    any code everybody has the commonest reading. ``boundary``: so at every place with the same codes and other ends. ``train``: the
    headline without the coder, at the places where all others agree. Places are those of adjudication, ``stats.differences``.
    Each is the most to be had, and they do not add up.

    Parameters
    ----------
    spans
        as ``span_report`` had them.
    without
        of each coder the headline without, and by how much it rises.

    Notes
    -----
    O(S log S + S x coders) for the places, and the cost of the headline for each remedy.
    """
    compared = spans.compared
    overlap = headline_of(spans) != "u_alpha"
    now = _headline(compared, overlap=overlap)
    if now is None:
        return ()
    found = [one for d in range(len(compared.documents)) for one in _differing(compared, d)]
    made = [*_parted(compared, found, now, overlap=overlap)]
    for remedy, kind in ((RemedyKind.SETTLE, PlaceKind.OMISSION), (RemedyKind.BOUNDARY, PlaceKind.BOUNDARY)):
        chosen = [one for one in found if one.kind is kind]
        then = _headline(_settled(compared, chosen, overlap=overlap), overlap=overlap) if chosen else None
        if then is not None:
            made.append(Remedy(remedy, len(chosen), then, then - now))
    alone = _alone(found)
    for coder, value, delta in without:
        if value is not None and delta is not None and (times := alone[compared.coders.index(coder)]):
            made.append(Remedy(RemedyKind.TRAIN, times, value, delta, coder=coder))
    return first_of(made)


def _headline(spans: Spans, *, overlap: bool) -> float | None:
    return (mean_binary_u_alpha(spans) if overlap else u_alpha(spans)).value


def _differing(spans: Spans, document: int) -> Iterator[_Found]:
    rows = np.flatnonzero(spans.document == document)
    coders = [str(coder) for coder in np.flatnonzero(spans.finished[document])]
    columns = (spans.coder, spans.code, spans.start, spans.end)
    given = zip(*(column[rows].tolist() for column in columns), strict=True)
    codings = [Coding(str(n), str(coder), str(code), start, end) for n, (coder, code, start, end) in enumerate(given)]
    for place in places(codings, coders):
        if place.kind is not PlaceKind.UNANIMOUS:
            yield _Found(document, place.kind, _readings(place, coders))


def _readings(place: Place, coders: Sequence[str]) -> Mapping[int, _Reading]:
    given: dict[str, set[_Mark]] = {coder: set() for coder in coders}
    for coding in place.codings:
        given[coding.coder].add((int(coding.code), coding.start, coding.end))
    return {int(coder): frozenset(marks) for coder, marks in given.items()}


def _parted(spans: Spans, found: Sequence[_Found], now: float, *, overlap: bool) -> Iterator[Remedy]:
    """Yield what parting each of the pairs most confused would bring."""
    confused: Counter[tuple[int, int]] = Counter()
    for one in found:
        if one.kind is PlaceKind.DIFFERENT_CODE:
            sets = [{code for code, _, _ in reading} for reading in one.readings.values() if reading]
            pairs = {
                (min(mine, theirs), max(mine, theirs))
                for first, second in combinations(sets, 2)
                for mine in first - second
                for theirs in second - first
            }
            confused.update(pairs)
    for (first, second), times in sorted(confused.items(), key=lambda item: (-item[1], item[0]))[:_PAIRS]:
        codes = spans.codes[first], spans.codes[second]
        then = _headline(
            spans.lift({**dict(zip(spans.codes, spans.codes, strict=True)), codes[1]: codes[0]}), overlap=overlap
        )
        if then is not None:
            yield Remedy(RemedyKind.PART, times, then, then - now, codes=codes)


def _settled(spans: Spans, chosen: Sequence[_Found], *, overlap: bool) -> Spans:
    """Return the spans with the commonest reading for everybody at some places."""
    layers: dict[tuple[int, int], list[_Mark]] = {}
    columns = (spans.document, spans.coder, spans.code, spans.start, spans.end)
    for document, coder, code, start, end in zip(*(column.tolist() for column in columns), strict=True):
        layers.setdefault((document, coder), []).append((code, start, end))
    for one in chosen:
        for coder, reading in one.readings.items():
            if reading:
                kept = layers[one.document, coder]
                layers[one.document, coder] = [mark for mark in kept if mark not in reading]
    for one in chosen:
        for coder in one.readings:
            stands = layers.setdefault((one.document, coder), [])
            for mark in sorted(one.commonest):
                room = mark if overlap else _beside(mark, stands)
                if room is not None and room not in stands:
                    stands.append(room)
    rows = [(d, coder, *mark) for (d, coder), marks in layers.items() for mark in marks]
    made = np.array(rows, dtype=np.int64).reshape(len(rows), 5).T
    document, coder, code, start, end = made
    return replace(spans, document=document, coder=coder, code=code, start=start, end=end).in_order()


def _beside(mark: _Mark, stands: Iterable[_Mark]) -> _Mark | None:
    """Return what of a span is left beside those of its coder: where units do not overlap they never may."""
    code, start, end = mark
    for _, begins, ends in stands:
        if begins < end and start < ends:
            start, end = (ends, end) if begins <= start else (start, begins)
        if start >= end:
            return None
    return code, start, end


def _alone(found: Iterable[_Found]) -> Counter[int]:
    """Return at how many places each coder stands alone against all others."""
    alone: Counter[int] = Counter()
    for one in found:
        counts = Counter(one.readings.values())
        if len(one.readings) > 2 and len(counts) == 2 and min(counts.values()) == 1:
            alone[next(coder for coder, reading in one.readings.items() if counts[reading] == 1)] += 1
    return alone
