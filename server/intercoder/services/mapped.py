"""A mapping: every code that a project has or had at one time, and what codings count as under it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from intercoder.models import Code, CodeState, Level, Standing
from intercoder.stats.mapping import CodeMap, Counted
from intercoder.stats.marks import Mark, Marked, marks
from intercoder.stats.tree import CodeTree
from intercoder.text.canonical import name_key

#: what codings may count as: a code of the codebook, a private label that has no place yet, a split code that waits
COUNTING = frozenset({CodeState.ACTIVE, CodeState.PRIVATE, CodeState.SPLIT})


@dataclass(frozen=True)
class Step:
    """What one code was and what it is to be; ``before`` is None for one that is made."""

    code: Code
    before: Standing | None
    after: Standing

    @property
    def changes(self) -> bool:
        """Whether it changes anything."""
        return self.before != self.after


class MappedCode(NamedTuple):
    """A code as it is under a mapping; identifiers as text."""

    id: str
    name: str
    name_key: str
    level: Level
    parent: str | None
    state: CodeState
    into: str | None
    split: tuple[UUID, ...]
    colour: int | None
    position: int
    number: int
    #: the round in which a coder made it
    round: str | None = None


def stands(code: MappedCode, standing: Standing) -> MappedCode:
    """Return a code as it is by a standing."""
    return code._replace(
        name=standing.name,
        name_key=name_key(standing.name),
        level=standing.level,
        parent=str(standing.parent) if standing.parent else None,
        state=standing.state,
        into=str(standing.into) if standing.into else None,
        split=standing.split,
    )


@dataclass(frozen=True)
class Mapped:
    """The mapping of a project at one time: every code it has or had, and what codings count as.

    ``number`` is that of the last act that it knows, 0 before the first. ``put``: (coder, key of a coding) -> split code
    -> where a person put the coding.
    """

    number: int
    codes: Mapping[str, MappedCode]
    put: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def map(self) -> CodeMap[str]:
        """What each code counts as. Raises ``WrongArgument`` where it is none."""
        return CodeMap(
            {code.id: code.into for code in self.codes.values() if code.state is CodeState.MERGED and code.into},
            {code.id: frozenset(map(str, code.split)) for code in self.codes.values() if code.state is CodeState.SPLIT},
        )

    @cached_property
    def tree(self) -> CodeTree[str]:
        """The codes as which codings may count, with their levels."""
        kept = {code.id: code for code in self.codes.values() if code.state in COUNTING}
        return CodeTree.of(
            {code.id: code.parent if code.parent in kept else None for code in kept.values()},
            {code.id: code.level for code in kept.values()},
        )

    @cached_property
    def as_kept(self) -> Mapping[bytes, str]:
        """The codes by their identifiers in bytes, as layers keep them."""
        return {bytes.fromhex(code.replace("-", "")): code for code in self.codes}

    @cached_property
    def looks(self) -> Mapping[str, Mark]:
        """How each code is marked; what is no code of the codebook under this mapping is grey."""
        return marks(
            Marked(code.id, code.parent, code.level, code.number, code.colour, code.state is not CodeState.ACTIVE)
            for code in self.codes.values()
        )

    @cached_property
    def _places(self) -> Mapping[str, int]:
        """The place of each code in the order of the tree."""
        tree = CodeTree.of(
            {code.id: code.parent if code.parent in self.codes else None for code in self.codes.values()}
        )

        def place(code: str) -> tuple[int, int, str]:
            row = self.codes[code]
            return (-row.level.height, row.position, row.name_key)

        return {code: n for n, (code, _) in enumerate(tree.downwards(place))}

    def in_order(self, codes: Collection[str]) -> list[MappedCode]:
        """Return some codes, each once, in the order of the tree: parents before children, siblings by position and name."""
        return [self.codes[code] for code in sorted({*codes} & self._places.keys(), key=self._places.__getitem__)]

    def after(self, steps: Iterable[Step]) -> "Mapped":
        """Return the mapping as it would be after some steps."""
        codes = dict(self.codes)
        for step in steps:
            code, after = step.code, step.after
            named = str(code.id)
            known = codes.get(named)
            row = known or MappedCode(
                named, "", "", after.level, None, after.state, None, (), code.colour, code.position, code.number
            )
            codes[named] = stands(row, after)
        return Mapped(self.number + 1, codes, self.put)

    def resolved(self, code: str, coder: str, key: str) -> Counted[str]:
        """Return what a coding counts as; ``key`` is what its coder named it by."""
        settled = self.map.settled.get(code)
        if settled is not None:
            return Counted(settled)
        return self.map.resolved(code, self.put.get((coder, key), {}))

    @cached_property
    def whole(self) -> frozenset[str]:
        """The codes of which every coding counts as one code, wherever it is."""
        return self.placed - frozenset(self.map.by_passage)

    @cached_property
    def placed(self) -> frozenset[str]:
        """The codes of which codings count as something."""
        return frozenset(self.places(None))

    def places(self, level: Level | None) -> dict[str, str]:
        """Return where the codings of each code count at a level; None: as what they count as.

        Codes that count nowhere there are left out: retired and declined ones, and those without a code above them at
        that level. Of ``map.by_passage`` this is where a coding counts that waits: they are asked one by one.
        """
        lifted = {code: code if level is None else self.tree.at_level(code, level) for code in self.tree.parents}
        ends = {code: self.map.resolved(code).code if code in self.map.into else code for code in self.codes}
        return {code: place for code, end in ends.items() if (place := lifted.get(end)) is not None}
