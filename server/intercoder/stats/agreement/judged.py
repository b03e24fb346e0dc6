"""Units one by one: what each coder gave them, and in what they differ."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from intercoder.stats.differences import PlaceKind
from intercoder.stats.reliability import Ratings

Set = frozenset[str]


class Judged:
    """What each coder gave each unit, read unit by unit. The values of the ratings are sets of codes, and units know their documents."""

    def __init__(self, ratings: Ratings) -> None:
        assert ratings.documents is not None
        self._ratings = ratings
        self._by_unit: list[list[int]] = ratings.index.T.tolist()
        self._documents = ratings.documents.tolist()
        self._values: list[Set] = [frozenset(value) for value in ratings.values]  # type: ignore[call-overload]

    def differing(self) -> list[int]:
        """Return the units on which those who judged them differ, in their order."""
        index = self._ratings.index.astype(np.int64)
        least = np.where(index < 0, np.iinfo(np.int64).max, index).min(axis=0, initial=np.iinfo(np.int64).max)
        most = index.max(axis=0, initial=-1)
        return np.flatnonzero((most > least) & (most >= 0)).tolist()

    def sets(self, unit: int) -> dict[int, Set]:
        """Return what each coder who judged a unit gave it."""
        values = self._values
        return {coder: values[place] for coder, place in enumerate(self._by_unit[unit]) if place >= 0}

    def kind(self, unit: int, given: Mapping[int, Set]) -> PlaceKind:
        """Return in what those who judged a unit differ; ``given`` of ``sets``.

        ``boundary``: every code that somebody lacks stands beside it; ``omission``: somebody has no code at all.
        """
        if len(set(given.values())) < 2:
            return PlaceKind.UNANIMOUS
        if self._is_boundary(unit, given):
            return PlaceKind.BOUNDARY
        return PlaceKind.DIFFERENT_CODE if all(given.values()) else PlaceKind.OMISSION

    def _is_boundary(self, unit: int, given: Mapping[int, Set]) -> bool:
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
