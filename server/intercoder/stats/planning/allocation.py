"""Who has which document, while it is being decided, and what each move would change.

An allocation is judged by five numbers, the earlier before the later: the squared characters over ceilings; the parts
into which the coders fall who do not meet one another, directly or by way of others; the squared meetings of all pairs;
the squared meetings and documents within each stratum; the squared characters of the coders. Sums are fixed, so the
least squares are the most equal numbers.
"""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Thing = TypeVar("Thing")


class Chance:
    """Random numbers that are the same with every Python: only ``random()`` of its generator is promised to be."""

    def __init__(self, seed: int) -> None:
        self._next = Random(seed).random

    def below(self, n: int) -> int:
        """Return a whole number from 0 to n - 1."""
        return int(self._next() * n)

    def shuffled(self, things: Sequence[Thing]) -> list[Thing]:
        """Return the things in an order of chance (Fisher & Yates). O(things)."""
        mixed = list(things)
        for i in range(len(mixed) - 1, 0, -1):
            j = self.below(i + 1)
            mixed[i], mixed[j] = mixed[j], mixed[i]
        return mixed


class Allocation:
    """Documents, coders, and who has what; both are numbers from 0 on.

    Parameters
    ----------
    sizes, strata
        of each document: characters, and the number of its stratum.
    loads
        of each coder: characters before anything is given out.
    ceilings
        of each coder, or None.
    fixed, barred
        of each document: coders that it must keep, and those that it must not get.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        strata: Sequence[int],
        loads: Sequence[int],
        ceilings: Sequence[int | None],
        fixed: Sequence[frozenset[int]],
        barred: Sequence[frozenset[int]],
    ) -> None:
        v = len(loads)
        self.sizes, self.strata, self.ceilings = sizes, strata, ceilings
        self.fixed, self.barred = fixed, barred
        self.coders = range(v)
        self.held: list[list[int]] = [[] for _ in sizes]
        self.loads = list(loads)
        self.meets = [[0] * v for _ in self.coders]
        #: of each stratum; the diagonal counts the documents of a coder
        self.within = [[[0] * v for _ in self.coders] for _ in range(max(strata, default=-1) + 1)]
        self._limited = any(ceiling is not None for ceiling in ceilings)

    def give(self, document: int, coder: int) -> None:
        """Give the document to one more coder. O(coders of it)."""
        self._count(document, coder, 1)
        self.held[document].append(coder)

    def take(self, document: int, coder: int) -> None:
        """Take it away again. O(coders of it)."""
        self.held[document].remove(coder)
        self._count(document, coder, -1)

    def over(self, coder: int, more: int = 0) -> int:
        """Return the characters over the coder's ceiling, with so many more. O(1)."""
        ceiling = self.ceilings[coder]
        return 0 if ceiling is None else max(0, self.loads[coder] + more - ceiling)

    def excess(self) -> int:
        """Return the squared characters over ceilings. O(coders)."""
        return sum(self.over(c) ** 2 for c in self.coders)

    def parts(self) -> list[list[int]]:
        """Return the coders in parts that meet one another, directly or by way of others. O(coders squared)."""
        left, parts = set(self.coders), []
        while left:
            part = [min(left)]
            left.remove(part[0])
            for c in part:
                met = [x for x in left if self.meets[c][x]]
                left.difference_update(met)
                part += met
            parts.append(sorted(part))
        return parts

    def fill(self, document: int, number: int, chance: Chance) -> None:
        """Give the document to coders until it has so many: who has met the others least, then who has least. O(coders x number)."""
        held, size = self.held[document], self.sizes[document]
        within = self.within[self.strata[document]]
        while len(held) < number:
            free = [c for c in self.coders if c not in held and c not in self.barred[document]]
            if not free:
                return
            ranks = [
                (
                    self.over(c, size) - self.over(c),
                    sum(self.meets[c][x] for x in held) if held else sum(self.meets[c]),
                    sum(within[c][x] for x in held) + within[c][c],
                    self.loads[c],
                    chance.below(1 << 30),
                    c,
                )
                for c in free
            ]
            self.give(document, min(ranks)[-1])

    def join(self, document: int, out: int, into: int) -> bool:
        """Give one coder's copy to another where that makes fewer parts and no more over ceilings, and say whether it did."""
        size = self.sizes[document]
        if self._over_changes(((out, -size), (into, size))) > 0:
            return False
        before = len(self.parts())
        self._apply(((document, out, into),))
        if len(self.parts()) < before:
            return True
        self._apply(((document, into, out),))
        return False

    def cost(self, document: int, out: int, into: int) -> int:
        """Return what the squared meetings change by when one coder gives the document to another. O(coders of it)."""
        return self._pair_change(self.meets, [c for c in self.held[document] if c != out], out, into)

    def replace(self, document: int, out: int) -> bool:
        """Give one coder's copy of the document to whom it is best with, and say whether that is better. O(coders of it x coders)."""
        held, size = self.held[document], self.sizes[document]
        others = [c for c in held if c != out]
        met = _columns(self.meets, others)
        most = met[out] - len(others)  # from here on pairs meet less equally than now
        free = [c for c in self.coders if c not in held and c not in self.barred[document]]
        if not self.over(out):  # otherwise less over a ceiling is worth any meetings
            free = [c for c in free if met[c] <= most and self._holds(c, size)]
        if not free:
            return False
        within = self.within[self.strata[document]]
        inside = _columns(within, others)
        still = len(others) + 1 - inside[out] - within[out][out]
        change, into = min(
            (
                (
                    self._over_changes(((out, -size), (c, size))),
                    met[c] - most,
                    inside[c] + within[c][c] + still,
                    size * (self.loads[c] - self.loads[out] + size),
                ),
                c,
            )
            for c in free
        )
        return change < (0, 0, 0, 0) and self._done(((document, out, into),))

    def exchange(self, one: int, mine: int, other: int, theirs: int) -> bool:
        """Let two coders change two documents where that is better; neither may have both. O(coders of them)."""
        more = self.sizes[other] - self.sizes[one]
        change = self._over_changes(((mine, more), (theirs, -more))) if more else 0
        if change > 0:
            return False
        left, right = self.held[one], self.held[other]
        near = [c for c in left if c != mine and c not in right]
        far = [c for c in right if c != theirs and c not in left]
        if not change:
            change = self._pair_change(self.meets, near, mine, theirs) + self._pair_change(
                self.meets, far, theirs, mine
            )
            if change > 0:
                return False
        if not change:
            change = self._within_exchange(one, mine, other, theirs, near, far)
        change = change or 2 * more * (self.loads[mine] - self.loads[theirs] + more)
        return change < 0 and self._done(((one, mine, theirs), (other, theirs, mine)))

    def trade(self, one: int, other: int) -> bool:
        """Let two documents change all their coders where that is better; no pair meets more or less often. O(coders of them squared)."""
        left, right = set(self.held[one]), set(self.held[other])
        here, there = sorted(left - right), sorted(right - left)
        more = self.sizes[other] - self.sizes[one]
        if not here or not (more or self.strata[one] != self.strata[other]):
            return False
        if left & self.barred[other] or right & self.barred[one] or (self.fixed[one] | self.fixed[other]):
            return False
        change = self._over_changes([(c, more) for c in here] + [(c, -more) for c in there]) if more else 0
        if change > 0:
            return False
        if not change and self.strata[one] != self.strata[other]:
            change = self._within_trade(self.strata[one], self.strata[other], left, right)
        if not change:
            gained, lost = sum(self.loads[c] for c in here), sum(self.loads[c] for c in there)
            change = 2 * more * (gained - lost) + more * more * (len(here) + len(there))
        if change >= 0:
            return False
        for document, new in ((one, sorted(right)), (other, sorted(left))):
            for c in list(self.held[document]):
                self.take(document, c)
            for c in new:
                self.give(document, c)
        return True

    def _count(self, document: int, coder: int, sign: int) -> None:
        within = self.within[self.strata[document]]
        self.loads[coder] += sign * self.sizes[document]
        within[coder][coder] += sign
        for other in self.held[document]:
            self.meets[coder][other] += sign
            self.meets[other][coder] += sign
            within[coder][other] += sign
            within[other][coder] += sign

    def _holds(self, coder: int, more: int) -> bool:
        ceiling = self.ceilings[coder]
        return ceiling is None or self.loads[coder] + more <= ceiling

    def _over_changes(self, changes: Sequence[tuple[int, int]]) -> int:
        if not self._limited:
            return 0
        return sum(self.over(c, more) ** 2 - self.over(c) ** 2 for c, more in changes)

    @staticmethod
    def _pair_change(meets: Sequence[Sequence[int]], others: Sequence[int], out: int, into: int) -> int:
        """Return what the squared meetings change by when the others lose one coder for another."""
        gone, new = meets[out], meets[into]
        change = len(others)
        for c in others:
            change += new[c] - gone[c]
        return 2 * change

    def _within_exchange(
        self, one: int, mine: int, other: int, theirs: int, near: Sequence[int], far: Sequence[int]
    ) -> int:
        here, there = self.within[self.strata[one]], self.within[self.strata[other]]
        if here is there:
            return self._pair_change(here, near, mine, theirs) + self._pair_change(here, far, theirs, mine)
        left = [c for c in self.held[one] if c != mine]
        right = [c for c in self.held[other] if c != theirs]
        change = self._pair_change(here, left, mine, theirs) + self._pair_change(there, right, theirs, mine)
        change += 2 * (here[theirs][theirs] - here[mine][mine] + 1)
        return change + 2 * (there[mine][mine] - there[theirs][theirs] + 1)

    def _within_trade(self, here: int, there: int, left: set[int], right: set[int]) -> int:
        change = 0
        for stratum, lost, gained in ((here, left, right), (there, right, left)):
            counts = self.within[stratum]
            for old, new, sign in ((lost, gained, -1), (gained, lost, 1)):
                for c in old:
                    for x in old:
                        if x >= c and not (x in new and c in new):
                            change += 2 * sign * counts[c][x] + 1
        return change

    def _done(self, changes: Sequence[tuple[int, int, int]]) -> bool:
        """Make the changes; take them back where they would part coders who meet now, and say which it was."""
        last = any(self.meets[out][c] == 1 for document, out, _ in changes for c in self.held[document] if c != out)
        before = len(self.parts()) if last else 0
        over = self.excess() if last and self._limited else 0
        self._apply(changes)
        if last and len(self.parts()) > before and not (self._limited and self.excess() < over):
            self._apply([(document, into, out) for document, out, into in changes])
            return False
        return True

    def _apply(self, changes: Sequence[tuple[int, int, int]]) -> None:
        for document, out, _ in changes:
            self.take(document, out)
        for document, _, into in changes:
            self.give(document, into)


def _columns(table: Sequence[Sequence[int]], rows: Sequence[int]) -> list[int]:
    """Return the sums of some rows, column by column; 0 for each where there is no row."""
    return [sum(column) for column in zip(*(table[row] for row in rows), strict=True)] if rows else [0] * len(table)
