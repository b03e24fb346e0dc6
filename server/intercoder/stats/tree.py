"""The code tree: labels under concepts under themes under constructs, and how far two codes are apart in it."""

import enum
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from intercoder.errors import WrongArgument

if TYPE_CHECKING:
    from _typeshed import SupportsRichComparison

#: How a code is known: by its name in a file, by its key in the database.
Id = TypeVar("Id", bound=Hashable)


class Level(enum.StrEnum):
    """How abstract a code is; a code's parent is at a higher level."""

    LABEL = "label"
    CONCEPT = "concept"
    THEME = "theme"
    CONSTRUCT = "construct"

    @property
    def height(self) -> int:
        """0 for labels up to 3 for constructs."""
        return _HEIGHTS[self]

    @property
    def above(self) -> "Level | None":
        """The next level up, where a parent stands; None for constructs."""
        levels = list(Level)
        return levels[self.height + 1] if self.height + 1 < len(levels) else None


#: asked for each code of a list of thousands
_HEIGHTS = {level: height for height, level in enumerate(Level)}


def way_up(code: Id, above: Callable[[Id], Id | None]) -> Iterator[Id]:
    """Yield the code, its parent, ... up to its root. O(depth)."""
    here: Id | None = code
    while here is not None:
        yield here
        here = above(here)


def circle(parents: Mapping[Id, Id | None]) -> tuple[Id, ...]:
    """Return codes that are one another's parents in a circle, each before its parent; empty when there are none.

    O(codes).
    """
    leads_to_a_root: set[Id] = set()
    for code in parents:
        way: dict[Id, None] = {}
        for here in way_up(code, parents.get):
            if here in leads_to_a_root:
                break
            if here in way:
                steps = tuple(way)
                return steps[steps.index(here) :]
            way[here] = None
        leads_to_a_root.update(way)
    return ()


@dataclass(frozen=True)
class CodeTree(Generic[Id]):
    """Codes with their parents and levels.

    ``parents``: code -> its parent, None for a root; a parent that is not itself a key is a root.
    ``levels``: code -> its level; empty when the tree is used for distances only.

    Raises
    ------
    WrongArgument : a code is its own ancestor.

    Notes
    -----
    Made in O(codes).
    """

    parents: Mapping[Id, Id | None]
    levels: Mapping[Id, Level]

    def __post_init__(self) -> None:
        round_and_round = circle(self.parents)
        if round_and_round:
            raise WrongArgument("code_cycle", "The code {name} is its own ancestor.", name=round_and_round[0])

    @classmethod
    def of(cls, parents: Mapping[Id, Id | None], levels: Mapping[Id, Level] | None = None) -> "CodeTree[Id]":
        """Return the tree of these parents; later changes of the mappings do not reach it."""
        return cls(dict(parents), dict(levels or {}))

    def path(self, code: Id) -> tuple[Id, ...]:
        """Return the code, its parent, ... up to its root. O(depth)."""
        return tuple(way_up(code, self.parents.get))

    def at_level(self, code: Id, level: Level) -> Id | None:
        """Return the code itself or its ancestor at that level; None when there is none. O(depth)."""
        return next((above for above in self.path(code) if self.levels.get(above) == level), None)

    def lift(self, codes: Iterable[Id], level: Level) -> dict[Id, Id | None]:
        """Return every given code's place at that level (None: it has none there, so it is not counted).

        O(codes x depth).
        """
        return {code: self.at_level(code, level) for code in codes}

    def downwards(self, order: "Callable[[Id], SupportsRichComparison]") -> Iterator[tuple[Id, int]]:
        """Yield every key of ``parents`` with its depth (0 for a root), parents before their children.

        Siblings come in the order of ``order``, a key to sort by. A code whose parent is no key is a root.
        O(codes log codes).
        """
        below: dict[Id | None, list[Id]] = {}
        for code, parent in self.parents.items():
            below.setdefault(parent if parent in self.parents else None, []).append(code)
        waiting = [(code, 0) for code in sorted(below.get(None, ()), key=order, reverse=True)]
        while waiting:
            code, depth = waiting.pop()
            yield code, depth
            waiting += [(child, depth + 1) for child in sorted(below.get(code, ()), key=order, reverse=True)]

    @cached_property
    def depth(self) -> int:
        """The number of codes on the longest path; 0 without codes. O(codes x depth), once."""
        return max((len(self.path(code)) for code in self.parents), default=0)

    def distance(self, first: Id, second: Id) -> float:
        """Return the share of the way from the root that two codes do not have in common, 0..1.

        1 - (codes on both paths) / (codes on the longer path): in a tree of four levels two labels of
        one concept are 1/4 apart, of one theme 2/4, of one construct 3/4, of different constructs 1; a
        concept and its own label are 1/4 apart. Own definition: the path-length form of the similarity
        of Wu & Palmer (1994, doi 10.3115/981732.981751), divided by the longer path, so that every
        level weighs the same. O(depth).
        """
        if first == second:
            return 0.0
        up_first, up_second = self.path(first), self.path(second)
        return 1.0 - len(set(up_first) & set(up_second)) / max(len(up_first), len(up_second))
