"""What would raise agreement most: two codes to part, omissions to settle, a rule for boundaries, a coder to train."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.report import DocumentRatings, ratings_of
from intercoder.stats.agreement.results import Confusion, LeftOut, Remedy, RemedyKind
from intercoder.stats.arrays import Ints
from intercoder.stats.reliability import Ratings

Set = frozenset[str]
#: pairs of codes that are looked at, and remedies that are named
_PAIRS, _NAMED = 6, 10
#: a smaller gain is none
_LEAST = 0.0005


def remedies(
    documents: Sequence[DocumentRatings],
    codes: Sequence[str],
    confusions: Sequence[Confusion],
    left_out: Sequence[LeftOut],
) -> tuple[Remedy, ...]:
    """Return what would raise nominal alpha over the sets of codes, the greatest gain first.

    ``part``: two codes are counted as one, as if nobody had mixed them up. ``settle``: every unit that somebody left
    without any code gets the most frequent set. ``boundary``: so does every unit whose differing codes all stand in the
    unit beside it where they are missing. ``train``: alpha without the coder, at the units where all others agree.
    Each is the most to be had, and they do not add up: one unit may belong to two.

    Parameters
    ----------
    documents, codes
        as in ``agreement_report``.
    confusions, left_out
        of its result.

    Notes
    -----
    O(P V + units log units) for V different sets and P pairs, and O(differing units x coders).
    """
    ratings = ratings_of(documents, codes)
    now = krippendorff_alpha(ratings).value
    if now is None:
        return ()
    found = [*_parted(ratings, confusions, now)]
    judged = _Judged(ratings)
    omitted, moved, alone = _sorted_out(judged, _differing(ratings))
    for kind, units in ((RemedyKind.SETTLE, omitted), (RemedyKind.BOUNDARY, moved)):
        found += _gained(judged.settled(units), kind, len(units), now)
    for row in left_out:
        if row.delta is not None and row.alpha.value is not None and (places := alone[ratings.coders.index(row.coder)]):
            found.append(Remedy(RemedyKind.TRAIN, places, row.alpha.value, row.delta, coder=row.coder))
    raising = [remedy for remedy in found if remedy.places and remedy.gain >= _LEAST]
    return tuple(
        sorted(raising, key=lambda remedy: (-remedy.gain, remedy.kind, remedy.codes, remedy.coder or ""))[:_NAMED]
    )


def _differing(ratings: Ratings) -> Ints:
    """Return the units on which those who judged them differ."""
    index = ratings.index.astype(np.int64)
    least = np.where(index < 0, np.iinfo(np.int64).max, index).min(axis=0, initial=np.iinfo(np.int64).max)
    most = index.max(axis=0, initial=-1)
    return np.flatnonzero((most > least) & (most >= 0))


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


def _sorted_out(judged: "_Judged", differing: Ints) -> tuple[list[int], list[int], Counter[int]]:
    """Return the units with an omission, those that differ in a boundary, and how often each coder stands alone."""
    omitted, moved = [], []
    alone: Counter[int] = Counter()
    for unit in differing.tolist():
        given = judged.sets(unit)
        if judged.is_boundary(unit, given):
            moved.append(unit)
        elif not all(given.values()):
            omitted.append(unit)
        if len(given) > 2 and len(set(given.values())) == 2:
            count = Counter(given.values())
            if min(count.values()) == 1:
                alone[next(coder for coder, value in given.items() if count[value] == 1)] += 1
    return omitted, moved, alone


class _Judged:
    """What each coder gave each unit, read unit by unit."""

    def __init__(self, ratings: Ratings) -> None:
        assert ratings.documents is not None
        self._ratings = ratings
        self._by_unit: list[list[int]] = ratings.index.T.tolist()
        self._documents = ratings.documents.tolist()
        self._values: list[Set] = [frozenset(value) for value in ratings.values]  # type: ignore[call-overload]

    def sets(self, unit: int) -> dict[int, Set]:
        """Return what each coder who judged a unit gave it."""
        values = self._values
        return {coder: values[place] for coder, place in enumerate(self._by_unit[unit]) if place >= 0}

    def is_boundary(self, unit: int, given: Mapping[int, Set]) -> bool:
        """Return whether every code that somebody lacks in a unit stands in the unit before or after it, by the same coder."""
        held = frozenset.union(*given.values())
        last = len(self._by_unit) - 1
        beside = [
            self._by_unit[other]
            for other in (unit - 1, unit + 1)
            if 0 <= other <= last and self._documents[other] == self._documents[unit]
        ]
        for coder, value in given.items():
            lacking = held - value
            for places in beside:
                if lacking and places[coder] >= 0:
                    lacking -= self._values[places[coder]]
            if lacking:
                return False
        return True

    def settled(self, units: Sequence[int]) -> Ratings:
        """Return the ratings with the most frequent set in these units; of equally frequent ones that with more codes."""
        index = self._ratings.index.copy()
        place_of = {value: place for place, value in enumerate(self._values)}
        for unit in units:
            given = self.sets(unit)
            count = Counter(given.values())
            best = max(count, key=lambda value: (count[value], len(value), sorted(value)))
            index[list(given), unit] = place_of[best]
        return Ratings(self._ratings.coders, self._ratings.values, index, self._ratings.documents)
