"""Which codes are present in which documents, as arrays: the start of every figure of saturation.

Only presence counts: a code is in a document or not, however often it was applied there.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from intercoder.stats.arrays import Ints


@dataclass(frozen=True, slots=True)
class Frequencies:
    """n documents and Q: ``q[k]`` codes occur in exactly k documents. Enough for most estimators."""

    documents: int
    q: Mapping[int, int]

    @property
    def observed(self) -> int:
        """S: how many codes occur at all. O(different frequencies)."""
        return sum(self.q.values())

    @property
    def incidences(self) -> int:
        """U: how many (document, code) there are. O(different frequencies)."""
        return sum(k * count for k, count in self.q.items())

    def of(self, k: int) -> int:
        """Return Q_k: how many codes occur in exactly k documents."""
        return self.q.get(k, 0)


@dataclass(frozen=True, slots=True)
class Discovery:
    """What each document brought, in order of arrival; documents are counted from 1 (0: none).

    ``documents_since_last_new``: all of them when there never was a code.
    """

    new: tuple[int, ...]
    cumulative: tuple[int, ...]
    codes_in_document: tuple[int, ...]
    last_document_with_new_code: int
    documents_since_last_new: int

    @classmethod
    def of(cls, new: Sequence[int], codes_in_document: Sequence[int]) -> "Discovery":
        """Return the curve of these numbers of new codes and of codes per document. O(n)."""
        last = max((i for i, count in enumerate(new, 1) if count), default=0)
        total, cumulative = 0, []
        for count in new:
            total += count
            cumulative.append(total)
        return cls(
            new=tuple(new),
            cumulative=tuple(cumulative),
            codes_in_document=tuple(codes_in_document),
            last_document_with_new_code=last,
            documents_since_last_new=len(new) - last,
        )


@dataclass(frozen=True)
class Incidence:
    """Documents in order of arrival and the codes in them; a code that occurs nowhere is none.

    ``rows[starts[c]:starts[c + 1]]`` are the documents of code c, counted from 0, ascending.
    """

    documents: int
    codes: tuple[Hashable, ...]
    rows: Ints
    starts: Ints

    @classmethod
    def of(cls, documents: Sequence[Iterable[Hashable]]) -> "Incidence":
        """Return the incidence of these sets of codes, in order of arrival; empty sets count. O(U log U)."""
        number: dict[Hashable, int] = {}
        columns: list[int] = []
        counts = []
        for given in documents:
            codes = given if isinstance(given, AbstractSet) else set(given)
            columns += [number.setdefault(code, len(number)) for code in codes]
            counts.append(len(codes))
        column = np.array(columns, dtype=np.int64)
        row = np.repeat(np.arange(len(counts)), counts)
        sizes = np.bincount(column, minlength=len(number))
        return cls(
            documents=len(counts),
            codes=tuple(number),
            rows=row[np.argsort(column, kind="stable")],
            starts=np.concatenate([[0], np.cumsum(sizes)]),
        )

    @cached_property
    def sizes(self) -> Ints:
        """Y: in how many documents each code occurs. O(S)."""
        return np.diff(self.starts)

    @cached_property
    def frequencies(self) -> Frequencies:
        """N and Q. O(S + n)."""
        count = np.bincount(self.sizes)
        return Frequencies(self.documents, {int(k): int(count[k]) for k in np.flatnonzero(count)})

    @cached_property
    def uniques(self) -> Mapping[int, int]:
        """Document, counted from 1 -> how many of its codes occur nowhere else; those without any are left out.

        O(S + n).
        """
        owners = self.rows[self.starts[:-1][self.sizes == 1]]
        count = np.bincount(owners, minlength=1)
        return {int(d) + 1: int(count[d]) for d in np.flatnonzero(count)}

    @cached_property
    def discovery(self) -> Discovery:
        """The arrival curve. O(U + n)."""
        new = np.bincount(self.rows[self.starts[:-1]], minlength=self.documents)
        inside = np.bincount(self.rows, minlength=self.documents)
        return Discovery.of([int(x) for x in new], [int(x) for x in inside])

    def rare(self, at_most: int) -> "Incidence":
        """Return the same documents with those codes alone that occur in at most so many of them. O(U)."""
        kept = self.sizes <= at_most
        return Incidence(
            self.documents,
            tuple(code for code, there in zip(self.codes, kept, strict=True) if there),
            self.rows[np.repeat(kept, self.sizes)],
            np.concatenate([[0], np.cumsum(self.sizes[kept])]),
        )

    def holding(self, at_most: int) -> int:
        """Return how many documents hold a code that occurs in at most so many documents. O(U log U)."""
        return len(np.unique(self.rows[np.repeat(self.sizes <= at_most, self.sizes)]))

    def first(self, position: Ints) -> Ints:
        """Return every code's first position when document d stands at ``position[d]``. O(U)."""
        if not self.codes:
            return np.zeros(0, dtype=position.dtype)
        return np.asarray(np.minimum.reduceat(position[self.rows], self.starts[:-1]))
