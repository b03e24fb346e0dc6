"""Identifiers that are made while Ai looks on: drawn by lot, or they count what others do."""

import time
from dataclasses import dataclass, field
from uuid import RFC_4122, UUID

from web.two_worlds import Told

#: digits of a window, and how many identifiers may lie how near to one another in it; by lot that never happens
WINDOWS = ((6, 256, 4), (4, 64, 8))


@dataclass
class NewIds:
    """The identifiers that appeared, in each of two worlds, in all the copies of them that were used."""

    begun: float = field(default_factory=time.time)
    #: world → the copy in which an identifier appeared first
    _seen: tuple[dict[str, int], dict[str, int]] = field(default_factory=lambda: ({}, {}))
    _copy: int = 0
    #: what appeared in two copies of a world: not drawn by lot, but made from something
    _again: tuple[set[str], set[str]] = field(default_factory=lambda: (set(), set()))

    def note(self, world: int, text: str, *, most: int = 1000) -> None:
        """Remember an identifier of one of the worlds; at most so many."""
        if len(self._seen[world]) == most:
            return
        if self._seen[world].setdefault(text, self._copy) != self._copy:
            self._again[world].add(text)

    def begin_again(self) -> None:
        """Say that both worlds are new copies."""
        self._copy += 1

    def check(self) -> None:
        """Raise ``Told`` when an identifier is no random one, counts, or is made from what only one world has."""
        here, there = self._again
        if here != there:
            raise Told(f"identifiers that follow from what Bo did: {sorted(here ^ there)[:4]}")
        same = self._seen[0].keys() & self._seen[1].keys()  # follow from what both worlds have
        for seen in self._seen:
            ids = [UUID(text) for text in seen if text not in same]
            wrong = [i for i in ids if not self._by_lot(i)] or counting(ids)
            if wrong:
                raise Told(f"identifiers that are not drawn by lot: {[str(i) for i in wrong[:4]]}")

    def _by_lot(self, identifier: UUID) -> bool:
        """Return whether an identifier has the form of a random one; version 7 tells when it was made, which must be now."""
        if identifier.variant != RFC_4122 or identifier.version not in {4, 7}:
            return False
        return identifier.version == 4 or (identifier.int >> 80) / 1000 >= self.begun - 1


def counting(ids: list[UUID]) -> list[UUID]:
    """Return identifiers that lie near to one another in some of their digits, as those of a counter do."""
    for version in (4, 7):
        texts = {i.hex: i for i in ids if i.version == version}
        random = [p for p in range(0 if version == 4 else 13, 32) if p not in {12, 16}]
        for digits, width, several in WINDOWS:
            for first in range(len(random) - digits + 1):
                places = random[first : first + digits]
                values = sorted((int("".join(text[p] for p in places), 16), text) for text in texts)
                for low, high in zip(values, values[several - 1 :], strict=False):
                    if high[0] - low[0] < width:
                        return [texts[text] for value, text in values if low[0] <= value <= high[0]]
    return []
