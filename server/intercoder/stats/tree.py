"""The code tree: labels under concepts under themes under constructs, and how far two codes are apart in it."""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from intercoder.errors import WrongArgument


class Level(enum.StrEnum):
    """How abstract a code is; a code's parent is at a higher level."""

    LABEL = "label"
    CONCEPT = "concept"
    THEME = "theme"
    CONSTRUCT = "construct"

    @property
    def height(self) -> int:
        """0 for labels up to 3 for constructs."""
        return list(Level).index(self)


@dataclass(frozen=True)
class CodeTree:
    """Codes with their parents and levels.

    ``parents``: code -> its parent, None for a root; a parent that is not itself a key is a root.
    ``levels``: code -> the name of its level (label, concept, theme, construct); empty when the tree
    is used for distances only.

    Raises
    ------
    WrongArgument : a code is its own ancestor.

    Notes
    -----
    Made in O(codes).
    """

    parents: Mapping[str, str | None]
    levels: Mapping[str, str]

    def __post_init__(self) -> None:
        state: dict[str, bool] = {}  # False: on the way up; True: leads to a root
        for code in self.parents:
            way = []
            here: str | None = code
            while here is not None and here not in state:
                state[here] = False
                way.append(here)
                here = self.parents.get(here)
            if here is not None and not state[here]:
                raise WrongArgument("code_cycle", "The code {name} is its own ancestor.", name=here)
            for one in way:
                state[one] = True

    @classmethod
    def of(cls, parents: Mapping[str, str | None], levels: Mapping[str, str] | None = None) -> "CodeTree":
        """Return the tree of these parents."""
        return cls(dict(parents), dict(levels or {}))

    def path(self, code: str) -> tuple[str, ...]:
        """Return the code, its parent, ... up to its root. O(depth)."""
        found = [code]
        above = self.parents.get(code)
        while above is not None:
            found.append(above)
            above = self.parents.get(above)
        return tuple(found)

    def at_level(self, code: str, level: str) -> str | None:
        """Return the code itself or its ancestor at that level; None when there is none. O(depth)."""
        return next((one for one in self.path(code) if self.levels.get(one) == level), None)

    def lift(self, codes: Iterable[str], level: str) -> dict[str, str | None]:
        """Return every given code's place at that level (None: it has none there, so it is not counted).

        O(codes x depth).
        """
        return {code: self.at_level(code, level) for code in codes}

    @cached_property
    def depth(self) -> int:
        """The number of codes on the longest path; 0 without codes. O(codes x depth), once."""
        every = {*self.parents, *(p for p in self.parents.values() if p is not None)}
        return max((len(self.path(code)) for code in every), default=0)

    def distance(self, one: str, other: str) -> float:
        """Return the share of the way from the root that two codes do not have in common, 0..1.

        1 - (codes on both paths) / (codes on the longer path): in a tree of four levels two labels of
        one concept are 1/4 apart, of one theme 2/4, of one construct 3/4, of different constructs 1; a
        concept and its own label are 1/4 apart. Own definition: the path-length form of the similarity
        of Wu & Palmer (1994, doi 10.3115/981732.981751), divided by the longer path, so that every
        level weighs the same. O(depth).
        """
        if one == other:
            return 0.0
        first, second = self.path(one), self.path(other)
        return 1.0 - len(set(first) & set(second)) / max(len(first), len(second))
