"""How codes accumulate over documents: in order of arrival, and free of any order.

Only incidence counts: a code is present in a document or not, however often it was applied.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from intercoder.stats.reliability import Floats


@dataclass(frozen=True, slots=True)
class Frequencies:
    """n documents and Q: ``q[k]`` codes occur in exactly k documents. Enough for most estimators."""

    documents: int
    q: Mapping[int, int]

    @property
    def observed(self) -> int:
        """S: how many codes occur at all."""
        return sum(self.q.values())

    @property
    def incidences(self) -> int:
        """U: how many (document, code) there are."""
        return sum(k * count for k, count in self.q.items())

    def of(self, k: int) -> int:
        """Return Q_k: how many codes occur in exactly k documents."""
        return self.q.get(k, 0)


@dataclass(frozen=True, slots=True)
class Discovery:
    """What each document brought, in order of arrival; documents are counted from 1 (0: none)."""

    new: tuple[int, ...]
    cumulative: tuple[int, ...]
    codes_in_document: tuple[int, ...]
    last_document_with_new_code: int
    documents_since_last_new: int


@dataclass(frozen=True, slots=True)
class Accumulation:
    """The order-free curve at ``h`` documents: expected codes and two different spreads.

    ``sd_permutation``: over the orders in which these documents could have come (0 at n).
    ``sd_unconditional``: over samples of h documents from the universe, which needs an estimate of its
    size; empty when there is none.
    """

    h: tuple[int, ...]
    mean: tuple[float, ...]
    coleman: tuple[float, ...]
    sd_unconditional: tuple[float, ...]
    sd_permutation: tuple[float, ...]


@dataclass(slots=True)
class State:
    """The documents so far, kept up to date in O(codes of the document) per arrival.

    An empty document counts as a document. A code stays where it was first seen.
    """

    documents: int = 0
    present: dict[str, int] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)
    new: list[int] = field(default_factory=list)
    codes_in_document: list[int] = field(default_factory=list)
    _q: Counter[int] = field(default_factory=Counter)
    _owner: dict[str, int] = field(default_factory=dict)
    _uniques: Counter[int] = field(default_factory=Counter)

    @classmethod
    def of(cls, documents: Iterable[Iterable[str]]) -> "State":
        """Return the state after these documents, in this order."""
        state = cls()
        for codes in documents:
            state.add(codes)
        return state

    def add(self, codes: Iterable[str]) -> int:
        """Take in one more document and return how many of its codes are new."""
        given = set(codes)
        self.documents += 1
        number, new = self.documents, 0
        for code in given:
            before = self.present.get(code, 0)
            self.present[code] = before + 1
            self._q[before + 1] += 1
            if before == 0:
                new += 1
                self.first[code] = self._owner[code] = number
                self._uniques[number] += 1
                continue
            self._drop(self._q, before)
            if before == 1:
                self._drop(self._uniques, self._owner.pop(code))
        self.new.append(new)
        self.codes_in_document.append(len(given))
        return new

    @staticmethod
    def _drop(counter: Counter[int], key: int) -> None:
        counter[key] -= 1
        if not counter[key]:
            del counter[key]

    @property
    def frequencies(self) -> Frequencies:
        """N and Q."""
        return Frequencies(self.documents, dict(sorted(self._q.items())))

    @property
    def uniques(self) -> Mapping[int, int]:
        """Document -> how many of its codes occur nowhere else; documents without any are left out."""
        return dict(self._uniques)

    @property
    def discovery(self) -> Discovery:
        """The arrival curve."""
        last = max((i for i, new in enumerate(self.new, 1) if new), default=0)
        return Discovery(
            new=tuple(self.new),
            cumulative=tuple(int(total) for total in np.cumsum(self.new)),
            codes_in_document=tuple(self.codes_in_document),
            last_document_with_new_code=last,
            documents_since_last_new=self.documents - last if last else 0,
        )


def accumulation(
    frequencies: Frequencies,
    h: Sequence[int],
    *,
    total: float | None = None,
    unions: Mapping[int, int] | None = None,
) -> Accumulation:
    """Return the exact mean over all n! orders of the number of codes after h documents, and its spread.

    Parameters
    ----------
    frequencies
        n and Q.
    h
        numbers of documents, 1..n.
    total
        estimated number of all codes (Chao2), for ``sd_unconditional``.
    unions
        from ``union_sizes``, for ``sd_permutation``.

    References
    ----------
    Colwell, Mao & Chang 2004; Colwell et al. 2012. ``sd_unconditional`` is the one of the universe,
    ``sd_permutation`` follows from the chance that two codes are both missed.
    """
    n = frequencies.documents
    missed, q = _missed(n, h, list(frequencies.q)), np.array(list(frequencies.q.values()), dtype=float)
    absent = missed @ q
    mean = frequencies.observed - absent
    k = np.array(list(frequencies.q), dtype=float)
    share = np.array(h, dtype=float)[:, None] / max(n, 1)
    coleman = (1.0 - (1.0 - share) ** k[None, :]) @ q
    unconditional: Floats = np.zeros(0)
    if total is not None and total > 0:
        unconditional = _root((1.0 - missed) ** 2 @ q, mean**2 / total)
    permutation: Floats = np.zeros(0)
    if unions is not None:
        pairs = _missed(n, h, list(unions)) @ np.array(list(unions.values()), dtype=float)
        permutation = _root(absent + 2.0 * pairs, absent**2)
    return Accumulation(
        h=tuple(int(one) for one in h),
        mean=_tuple(mean),
        coleman=_tuple(coleman),
        sd_unconditional=_tuple(unconditional),
        sd_permutation=_tuple(permutation),
    )


def union_sizes(documents: Sequence[Iterable[str]]) -> dict[int, int]:
    """Return how many pairs of codes have documents whose union counts u documents, for every u.

    Pairs that share a document come from one sparse product; the others from the frequencies alone.
    """
    codes: dict[str, int] = {}
    rows, columns = [], []
    for d, given in enumerate(documents):
        for code in set(given):
            rows.append(d)
            columns.append(codes.setdefault(code, len(codes)))
    if not codes:
        return {}
    shape = (len(documents), len(codes))
    incidence = sparse.csr_array((np.ones(len(rows), dtype=np.int32), (rows, columns)), shape=shape)
    size = np.bincount(columns, minlength=len(codes))
    q = np.bincount(size).astype(float)
    apart = np.convolve(q, q)  # ordered pairs by the sum of their sizes, each code with itself too
    for k in range(len(q)):
        apart[2 * k] -= q[k]
    found = np.rint(apart / 2.0).astype(np.int64)
    shared = sparse.triu(incidence.T @ incidence, k=1).tocoo()
    together = size[shared.row] + size[shared.col]
    found -= np.bincount(together, minlength=len(found))
    found += np.bincount(together - shared.data, minlength=len(found))
    return {u: int(count) for u, count in enumerate(found) if count}


def knots(n: int, most: int = 200) -> list[int]:
    """Return 1..n, or at most ``most`` numbers spread over it with both ends."""
    if n <= most:
        return list(range(1, n + 1))
    return sorted({round(1 + i * (n - 1) / (most - 1)) for i in range(most)})


def missed_share(n: int, k: int, h: int) -> float:
    """Return C(n-k, h) / C(n, h): the chance that h of n documents miss a code that occurs in k."""
    return float(_missed(n, [h], [k])[0, 0])


def _missed(n: int, h: Sequence[int], k: Sequence[int]) -> Floats:
    """Return len(h) x len(k): C(n-k, h) / C(n, h), 0 where h > n - k."""
    log = np.array([math.lgamma(i + 1) for i in range(n + 1)])
    hh, kk = np.array(h, dtype=np.int64)[:, None], np.array(k, dtype=np.int64)[None, :]
    rest = n - kk - hh
    possible = rest >= 0
    exponent = log[n - kk] - log[np.where(possible, rest, 0)] - log[n] + log[n - hh]
    return np.asarray(np.where(possible, np.exp(np.where(possible, exponent, 0.0)), 0.0))


def _root(more: Floats, less: Floats) -> Floats:
    """Return the root of more - less; what is left below the rounding of the two is zero."""
    left = more - less
    return np.asarray(np.sqrt(np.where(left > 1e-12 * (more + less), left, 0.0)))


def _tuple(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
