"""What codes count as: a merged code counts as another, the passages of a split one go where a person put each.

What was applied is kept as it was, so that everything here can be undone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Generic

from intercoder.errors import WrongArgument
from intercoder.stats.tree import Id


@dataclass(frozen=True, slots=True)
class Counted(Generic[Id]):
    """The one code that a coding counts as. ``waits``: that code was split, and nobody has put this coding yet."""

    code: Id
    waits: bool = False


@dataclass(frozen=True)
class CodeMap(Generic[Id]):
    """What each code counts as.

    ``into``: code -> the code it was merged into, or the one a private label was placed at. ``split``: code -> the codes
    among which each of its codings is put by a person. A code that is in neither counts as itself.

    Raises
    ------
    WrongArgument : codes that lead to one another in a circle; a code both merged and split, or split among fewer than
        two.

    Notes
    -----
    Made in O(codes). The algebra of merges is that of union and find without its compression of paths: these are short,
    and each of them can be taken back.
    """

    into: Mapping[Id, Id] = field(default_factory=dict)
    split: Mapping[Id, frozenset[Id]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for code, targets in self.split.items():
            if code in self.into:
                raise WrongArgument("merged_and_split", "The code {name} is both merged and split.", name=code)
            if len(targets) < 2:
                raise WrongArgument("split_into_one", "The code {name} is split among fewer than two codes.", name=code)
        way_round = self._circle()
        if way_round is not None:
            raise WrongArgument(
                "merge_cycle", "The code {name} would count as itself by way of others.", name=way_round
            )

    def _circle(self) -> Id | None:
        """Return a code that leads back to itself; None when there is none. Depth first, without recursion."""
        finished: set[Id] = set()
        for code in (*self.into, *self.split):
            here: dict[Id, Iterator[Id]] = {code: self._next(code)}
            while here:
                last = next(reversed(here))
                following = next(here[last], None)
                if following is None:
                    finished.add(last)
                    del here[last]
                elif following in here:
                    return following
                elif following not in finished:
                    here[following] = self._next(following)
        return None

    def _next(self, code: Id) -> Iterator[Id]:
        if code in self.into:
            return iter((self.into[code],))
        return iter(self.split.get(code, ()))

    def resolved(self, code: Id, put: Mapping[Id, Id] = MappingProxyType({})) -> Counted[Id]:
        """Return what a coding of ``code`` counts as. O(steps on the way).

        ``put``: split code -> where a person put this coding. What is no longer among the codes of the split is
        passed over: the coding waits.
        """
        while True:
            if code in self.into:
                code = self.into[code]
            elif code in self.split:
                target = put.get(code)
                if target is None or target not in self.split[code]:
                    return Counted(code, waits=True)
                code = target
            else:
                return Counted(code)

    def ends(self, code: Id) -> frozenset[Id]:
        """Return the codes that codings of ``code`` may count as, wherever a person puts them, or while they wait."""
        if code not in self.into and code not in self.split:
            return frozenset({code})
        ends: set[Id] = set()
        here = [code]
        while here:
            last = here.pop()
            if last not in self.into:
                ends.add(last)
            here += self._next(last)
        return frozenset(ends)

    @cached_property
    def settled(self) -> Mapping[Id, Id]:
        """Every merged code -> what all its codings count as, but for those on whose way a split lies. O(codes), once."""
        ends = {code: self.resolved(code) for code in self.into}
        return {code: end.code for code, end in ends.items() if not end.waits}

    @cached_property
    def by_passage(self) -> frozenset[Id]:
        """The codes whose codings are looked at one by one: split ones, and all that lead to them. O(codes), once."""
        return frozenset({*self.split, *(code for code in self.into if code not in self.settled)})

    def parts(self, code: Id) -> frozenset[Id]:
        """Return the codes whose codings count as this one, itself included, split ones left out. O(codes)."""
        return frozenset({code, *(part for part, end in self.settled.items() if end == code)})
