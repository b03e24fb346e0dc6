"""Documents and codes as arrays while a study grows: what joins, leaves or changes costs its own codes, not a count of everything.

``Grown`` holds after any number of changes what ``Incidence.of`` and ``union_sizes`` would give of the same documents.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from intercoder.stats.arrays import Ints
from intercoder.stats.saturation.accumulation import union_sizes
from intercoder.stats.saturation.incidence import Incidence

if TYPE_CHECKING:
    from hashlib import _Hash

#: what a document, or a case, is known by
Key = tuple[str, ...]
#: where more codes than this share of all are touched, and more pairs of codes than these, everything is counted anew: that is cheaper
_MOST, _PAIRS = 0.5, 250_000
#: the fingerprint can go on after every so many documents
_APART = 16


@dataclass(frozen=True)
class Grown:
    """What arrived, by its keys in order, with its codes; and what follows from them that is dear to count.

    ``unions``: see ``union_sizes``. ``sha256``: of the keys with their codes in order, as JSON.
    """

    keys: tuple[Key, ...]
    codes: tuple[frozenset[str], ...]
    incidence: Incidence = field(compare=False)
    unions: Mapping[int, int]
    sha256: str
    states: tuple["_Hash", ...] = field(compare=False, repr=False)

    @classmethod
    def of(cls, keys: Sequence[Key], codes: Sequence[frozenset[str]], before: "Grown | None" = None) -> "Grown":
        """Return what arrived, counted on from an earlier state of it, whichever that was.

        Parameters
        ----------
        keys, codes
            of each document or case, in order of arrival; each key once.
        before
            the same some changes ago: documents more or fewer, others' codes, another order.

        Notes
        -----
        Anew O(U log U) and ``union_sizes``. Else, for c codes that are in what joined, left or changed,
        O(c x codes + U) additions of whole arrays, and the documents that have one of those codes times their codes.
        """
        kept = None if before is None else _kept(before, keys, codes)
        told = _fingerprint(keys, codes, before, kept)
        if before is not None and kept is not None:
            touched, known = _touched(before, kept, codes), len(before.incidence.codes)
            if len(touched) <= _MOST * known or len(touched) * max(known, len(touched)) <= _PAIRS:
                incidence = _patched(before.incidence, kept, codes)
                return cls(tuple(keys), tuple(codes), incidence, _moved(before, incidence, touched), *told)
        incidence = Incidence.of(codes)
        return cls(tuple(keys), tuple(codes), incidence, union_sizes(incidence), *told)


def _kept(before: Grown, keys: Sequence[Key], codes: Sequence[frozenset[str]]) -> Ints:
    """Return where each earlier document stands now; -1: nowhere, or with other codes."""
    known = len(before.keys)
    if tuple(keys[:known]) == before.keys and tuple(codes[:known]) == before.codes:
        return np.arange(known)  # all that came is later, as most often
    place = {key: old for old, key in enumerate(before.keys)}
    kept = np.full(len(place), -1, dtype=np.int64)
    for new, (key, held) in enumerate(zip(keys, codes, strict=True)):
        old = place.get(key)
        if old is not None and (before.codes[old] is held or before.codes[old] == held):
            kept[old] = new
    return kept


def _touched(before: Grown, kept: Ints, codes: Sequence[frozenset[str]]) -> frozenset[str]:
    """Return the codes of what left, joined or changed."""
    gone = (before.codes[old] for old in np.flatnonzero(kept < 0))
    return frozenset[str]().union(*gone, *(codes[new] for new in _joined(kept, len(codes))))


def _joined(kept: Ints, documents: int) -> Ints:
    """Return the places, from 0, of what was not there before, or had other codes."""
    there = np.zeros(documents, dtype=bool)
    there[kept[kept >= 0]] = True
    return np.asarray(np.flatnonzero(~there))


def _patched(before: Incidence, kept: Ints, codes: Sequence[frozenset[str]]) -> Incidence:
    """Return the incidence of the documents now."""
    number = {code: column for column, code in enumerate(before.codes)}
    columns: list[int] = []
    rows: list[int] = []
    for place in _joined(kept, len(codes)):
        columns += [number.setdefault(code, len(number)) for code in codes[place]]
        rows += [int(place)] * len(codes[place])
    row = kept[before.rows]
    stays = row >= 0
    column = np.repeat(np.arange(len(before.codes)), before.sizes)[stays]
    column = np.concatenate([column, np.array(columns, dtype=np.int64)])
    row = np.concatenate([row[stays], np.array(rows, dtype=np.int64)])
    order = np.argsort(column * len(codes) + row, kind="stable")  # mostly in order already
    sizes = np.bincount(column, minlength=len(number))
    occurs = sizes > 0
    return Incidence(
        documents=len(codes),
        codes=tuple(code for code, there in zip(number, occurs, strict=True) if there),
        rows=row[order],
        starts=np.concatenate([[0], np.cumsum(sizes[occurs])]),
    )


def _moved(before: Grown, now: Incidence, touched: frozenset[str]) -> dict[int, int]:
    """Return the sizes of unions now: pairs of codes that are in nothing that changed are as large as they were."""
    pairs = np.zeros(max(before.incidence.documents, now.documents) + 1, dtype=np.int64)
    for size, many in before.unions.items():
        pairs[size] += many
    for sign, incidence in ((-1, before.incidence), (1, now)):
        found = _with(incidence, touched)
        pairs[: len(found)] += sign * found
    return {int(size): int(pairs[size]) for size in np.flatnonzero(pairs)}


def _with(incidence: Incidence, codes: Iterable[str]) -> Ints:
    """Return how many pairs of codes of which one is among these have documents whose union counts u, by u."""
    wanted = frozenset(codes)
    some = np.array([column for column, code in enumerate(incidence.codes) if code in wanted], dtype=np.int64)
    ones = np.ones(len(incidence.rows), dtype=np.int32)
    shape = (incidence.documents, len(incidence.codes))
    by_code = sparse.csc_array((ones, incidence.rows, incidence.starts), shape=shape)
    size, most = incidence.sizes, incidence.documents + 1
    shared = (by_code[:, some].T @ by_code).toarray()
    unions = size[some][:, None] + size[None, :] - shared
    found = np.bincount(unions.ravel(), minlength=most)
    found -= np.bincount(size[some], minlength=most)  # each of them with itself
    both = unions[:, some][np.triu_indices(len(some), k=1)]  # met from either side
    return np.asarray(found - np.bincount(both, minlength=most))


def _fingerprint(
    keys: Sequence[Key], codes: Sequence[frozenset[str]], before: Grown | None = None, kept: Ints | None = None
) -> tuple[str, tuple["_Hash", ...]]:
    """Return the fingerprint, and its states after every ``_APART`` documents; those of what stayed at its place are taken over."""
    states = [hashlib.sha256(b"[")]
    if before is not None and kept is not None:
        moved = np.flatnonzero(kept != np.arange(len(kept)))
        same = int(moved[0]) if len(moved) else len(kept)
        states = list(before.states[: same // _APART + 1])
    state, begin = states[-1].copy(), (len(states) - 1) * _APART
    for place in range(begin, len(keys)):
        if place % _APART == 0 and place > begin:
            states.append(state.copy())
        row = json.dumps([list(keys[place]), sorted(codes[place])])
        state.update(f"{', ' if place else ''}{row}".encode())
    state.update(b"]")
    return state.hexdigest(), tuple(states)
