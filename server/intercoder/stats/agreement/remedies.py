"""What would raise agreement most: two codes to part, omissions to settle, a rule for boundaries, a coder to train."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.judged import Judged, Set
from intercoder.stats.agreement.results import Confusion, LeftOut, Remedy, RemedyKind
from intercoder.stats.differences import PlaceKind
from intercoder.stats.reliability import Ratings

#: pairs of codes that are looked at, and remedies that are named
_PAIRS, _NAMED = 6, 10
#: a smaller gain is none
_LEAST = 0.0005


def remedies(ratings: Ratings, confusions: Sequence[Confusion], left_out: Sequence[LeftOut]) -> tuple[Remedy, ...]:
    """Return what would raise nominal alpha over the sets of codes, the greatest gain first.

    ``part``: two codes are counted as one, as if nobody had mixed them up. ``settle``: every unit that somebody left
    without any code gets the most frequent set. ``boundary``: so does every unit whose differing codes all stand in the
    unit beside it where they are missing. ``train``: alpha without the coder, at the units where all others agree.
    Each is the most to be had, and they do not add up: one unit may belong to two.

    Parameters
    ----------
    ratings
        the sets of codes of all documents, as ``ratings_of`` gives them.
    confusions, left_out
        of their ``agreement_report``.

    Notes
    -----
    O(P V + units log units) for V different sets and P pairs, and O(differing units x coders).
    """
    now = krippendorff_alpha(ratings).value
    if now is None:
        return ()
    found = [*_parted(ratings, confusions, now)]
    judged = Judged(ratings)
    omitted, moved, alone = _sorted_out(judged)
    for kind, units in ((RemedyKind.SETTLE, omitted), (RemedyKind.BOUNDARY, moved)):
        found += _gained(judged.settled(units), kind, len(units), now)
    for row in left_out:
        if row.delta is not None and row.alpha.value is not None and (places := alone[ratings.coders.index(row.coder)]):
            found.append(Remedy(RemedyKind.TRAIN, places, row.alpha.value, row.delta, coder=row.coder))
    return first_of(found)


def first_of(found: Iterable[Remedy]) -> tuple[Remedy, ...]:
    """Return the remedies that bring something, the greatest gain first, ten at most."""
    raising = [remedy for remedy in found if remedy.places and remedy.gain >= _LEAST]
    return tuple(
        sorted(raising, key=lambda remedy: (-remedy.gain, remedy.kind, remedy.codes, remedy.coder or ""))[:_NAMED]
    )


def _parted(ratings: Ratings, confusions: Sequence[Confusion], now: float) -> Iterator[Remedy]:
    """Yield what parting each of the pairs most confused would bring."""
    for row in confusions[:_PAIRS]:
        merged: dict[Set, int] = {}
        places = []
        for value in ratings.values:
            assert isinstance(value, frozenset)
            without = (value - {row.other}) | {row.code} if row.other in value else value
            places.append(merged.setdefault(without, len(merged)))
        table = np.array([*places, -1])  # what is missing has the last place
        index = table[ratings.index]
        yield from _gained(
            Ratings(ratings.coders, tuple(merged), index, ratings.documents),
            RemedyKind.PART,
            _mixed_up(ratings, row),
            now,
            codes=(row.code, row.other),
        )


def _mixed_up(ratings: Ratings, row: Confusion) -> int:
    """Return in how many units one coder used the first code and not the second, and another the reverse."""
    held = [[code in value for value in ratings.values] for code in (row.code, row.other)]  # type: ignore[operator]
    first, second = (np.array([*of_code, False])[ratings.index] for of_code in held)
    return int(np.count_nonzero((first & ~second).any(axis=0) & (second & ~first).any(axis=0)))


def _gained(then: Ratings, kind: RemedyKind, places: int, now: float, codes: tuple[str, ...] = ()) -> Iterator[Remedy]:
    alpha = krippendorff_alpha(then).value
    if alpha is not None:
        yield Remedy(kind, places, alpha, alpha - now, codes)


def _sorted_out(judged: Judged) -> tuple[list[int], list[int], Counter[int]]:
    """Return the units with an omission, those that differ in a boundary, and how often each coder stands alone."""
    omitted, moved = [], []
    alone: Counter[int] = Counter()
    for unit in judged.differing():
        given = judged.sets(unit)
        match judged.kind(unit, given):
            case PlaceKind.BOUNDARY:
                moved.append(unit)
            case PlaceKind.OMISSION:
                omitted.append(unit)
        if len(given) > 2 and len(set(given.values())) == 2:
            count = Counter(given.values())
            if min(count.values()) == 1:
                alone[next(coder for coder, value in given.items() if count[value] == 1)] += 1
    return omitted, moved, alone
