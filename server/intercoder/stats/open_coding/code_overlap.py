"""How far the private codes of different coders cover the same text and have similar names."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

import numpy as np
from scipy import sparse

from intercoder.stats.arrays import Floats
from intercoder.stats.open_coding.names import similarity_table

#: A private code: its coder and its code.
Key: TypeAlias = tuple[str, str]

#: A code lies within another one when this share of its text does.
CONTAINED = 0.75
#: Shared spans that are kept as evidence of a pair.
SHOWN_SPANS = 3


@dataclass(frozen=True, slots=True)
class Use:
    """One coder applied one of the coder's own codes to one span (half-open code point offsets)."""

    coder: str
    code: str
    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """Two codes: characters that both cover, that each covers, and what follows; in documents both coders finished.

    ``overlap``: shared / covered by either (Jaccard), None when the coders share no document. ``names``: how alike
    the names are. ``spans``: the first shared stretches, as (document, start, end).
    """

    first: Key
    second: Key
    shared: int
    first_extent: int
    second_extent: int
    overlap: float | None
    names: float
    score: float
    spans: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Codes of one coder in the rows, of another in the columns, in documents that both finished.

    ``rows`` and ``columns``: characters covered; ``known``: whether there is a common document.
    """

    rows: Floats
    columns: Floats
    shared: Floats
    overlap: Floats
    alike: Floats
    score: Floats
    known: bool


class Overlaps:
    """Everything about pairs of codes of different coders: one block of codes x codes for every two coders.

    Parameters
    ----------
    keys
        the codes, sorted; a code is named by its position from here on.
    names
        how each is called.
    uses, finished
        as in ``alignment.align``.
    weight
        of the overlap in the score.

    Notes
    -----
    ``positions``: coder -> positions of the coder's codes; ``extent``: characters that each code covers;
    ``blocks``: one for every two coders, in the order of ``positions``. O(n log n + overlapping pairs of
    stretches) for n uses, and the entries of the blocks.
    """

    def __init__(
        self,
        keys: Sequence[Key],
        names: Mapping[Key, str],
        uses: Sequence[Use],
        finished: Mapping[str, Collection[str]],
        weight: float,
    ) -> None:
        self.keys = keys
        place = {key: i for i, key in enumerate(keys)}
        self.positions: dict[str, list[int]] = {}
        for i, (coder, _) in enumerate(keys):
            self.positions.setdefault(coder, []).append(i)
        self._within = {i: n for own in self.positions.values() for n, i in enumerate(own)}
        covered = _covered(uses, place, finished)
        self.shared, self.spans = _shared(covered, [coder for coder, _ in keys])
        extents = _extents(covered, list(finished), len(keys))
        self.extent: Floats = np.asarray(extents.sum(axis=0)).ravel()
        who = {coder: np.array([coder in finished[d] for d in finished], dtype=float) for coder in self.positions}
        self.blocks: dict[tuple[str, str], Block] = {}
        for first, second in combinations(self.positions, 2):
            together = who[first] * who[second]
            extent = np.asarray(together @ extents).ravel() if len(together) else np.zeros(len(keys))
            self.blocks[first, second] = self._block(first, second, extent, names, weight, known=bool(together.any()))

    def _block(
        self, first: str, second: str, extent: Floats, names: Mapping[Key, str], weight: float, *, known: bool
    ) -> "Block":
        rows, columns = self.positions[first], self.positions[second]
        shared = np.zeros((len(rows), len(columns)))
        for (i, j), size in self.shared.items():
            if self.keys[i][0] == first and self.keys[j][0] == second:
                shared[self._within[i], self._within[j]] = size
        either = extent[rows][:, None] + extent[columns][None, :] - shared
        overlap = np.divide(shared, either, out=np.zeros_like(shared), where=either > 0)
        alike = similarity_table([names[self.keys[i]] for i in rows], [names[self.keys[j]] for j in columns])
        score = weight * overlap + (1.0 - weight) * alike
        return Block(extent[rows], extent[columns], shared, overlap, alike, score, known)

    def score(self, i: int, j: int) -> float:
        """Return the score of two codes of different coders, 0..1. O(1)."""
        block, row, column = self._at(*sorted((i, j)))
        return float(block.score[row, column])

    def _at(self, i: int, j: int) -> "tuple[Block, int, int]":
        """Keys are sorted by coder, so the lower position is in the rows."""
        return self.blocks[self.keys[i][0], self.keys[j][0]], self._within[i], self._within[j]

    def evidence(self, i: int, j: int) -> Evidence:
        """Return what speaks for two codes of different coders, in the order asked for. O(1)."""
        low, high = sorted((i, j))
        block, row, column = self._at(low, high)
        extent = {low: int(block.rows[row]), high: int(block.columns[column])}
        return Evidence(
            first=self.keys[i],
            second=self.keys[j],
            shared=int(block.shared[row, column]),
            first_extent=extent[i],
            second_extent=extent[j],
            overlap=float(block.overlap[row, column]) if block.known else None,
            names=float(block.alike[row, column]),
            score=float(block.score[row, column]),
            spans=tuple(self.spans.get((low, high), ())),
        )

    def containers(self) -> list[tuple[int, list[int], float]]:
        """Return codes that contain at least two codes of one other coder: the code, those, and the share within.

        O(entries of the blocks). The limits are this project's.
        """
        containers = []
        for (first, second), block in self.blocks.items():
            for wide, narrow, extents, shared in (
                (first, second, (block.rows, block.columns), block.shared),
                (second, first, (block.columns, block.rows), block.shared.T),
            ):
                within = (shared > 0) & (shared >= CONTAINED * extents[1]) & (extents[0][:, None] > extents[1])
                for row in np.flatnonzero(within.sum(axis=1) >= 2):
                    parts = np.flatnonzero(within[row])
                    share = float(shared[row, parts].sum() / extents[1][parts].sum())
                    containers.append((self.positions[wide][row], [self.positions[narrow][k] for k in parts], share))
        return containers


def _covered(
    uses: Sequence[Use], place: Mapping[Key, int], finished: Mapping[str, Collection[str]]
) -> dict[str, dict[int, list[tuple[int, int]]]]:
    """Return document -> code -> stretches that do not touch, in the order of the documents."""
    covered: dict[str, dict[int, list[tuple[int, int]]]] = {document: {} for document in finished}
    for use in sorted(uses, key=lambda use: (use.start, use.end)):
        if use.coder not in finished.get(use.document, ()):
            continue
        own = covered[use.document].setdefault(place[use.coder, use.code], [])
        if own and use.start <= own[-1][1]:
            own[-1] = (own[-1][0], max(own[-1][1], use.end))
        else:
            own.append((use.start, use.end))
    return covered


def _shared(
    covered: Mapping[str, Mapping[int, Sequence[tuple[int, int]]]], coder: Sequence[str]
) -> tuple[Counter[tuple[int, int]], dict[tuple[int, int], list[tuple[str, int, int]]]]:
    """Return for pairs of codes of different coders the characters in common, and the first stretches.

    The stretches of one code are disjoint, so the sum over pairs of stretches is the size of the intersection.
    """
    shared: Counter[tuple[int, int]] = Counter()
    spans: dict[tuple[int, int], list[tuple[str, int, int]]] = {}
    for document, codes in covered.items():
        stretches = sorted((start, end, i) for i, own in codes.items() for start, end in own)
        open_: list[tuple[int, int]] = []
        for start, end, i in stretches:
            open_ = [(until, j) for until, j in open_ if until > start]
            for until, j in open_:
                if coder[i] != coder[j]:
                    pair, last = (min(i, j), max(i, j)), min(until, end)
                    shared[pair] += last - start
                    shown = spans.setdefault(pair, [])
                    if len(shown) < SHOWN_SPANS:
                        shown.append((document, start, last))
            open_.append((end, i))
    return shared, spans


def _extents(
    covered: Mapping[str, Mapping[int, Sequence[tuple[int, int]]]], documents: Sequence[str], codes: int
) -> sparse.csr_array:
    """Return documents x codes: how many characters each code covers."""
    cells = [
        (d, i, sum(end - start for start, end in own))
        for d, document in enumerate(documents)
        for i, own in covered[document].items()
    ]
    rows, columns, sizes = (np.array([cell[k] for cell in cells], dtype=np.int64) for k in range(3))
    return sparse.csr_array((sizes.astype(np.float64), (rows, columns)), shape=(len(documents), codes))
