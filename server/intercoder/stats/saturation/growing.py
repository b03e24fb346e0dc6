"""Documents and codes as arrays while a study grows: what joins, leaves or changes costs its own codes, not a count of everything.

``Grown`` holds after any number of changes what ``Incidence.of`` and ``union_sizes`` would give of the same documents.
"""

import hashlib
import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

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


class Known(NamedTuple):
    """An earlier state of what arrived, of which the sizes of unions are known."""

    keys: tuple[Key, ...]
    codes: tuple[frozenset[str], ...]
    incidence: Incidence
    unions: Mapping[int, int]


@dataclass(frozen=True)
class Grown:
    """What arrived, by its keys in order, with its codes; and what follows from them that is dear to count.

    ``sha256``: of the keys with their codes in order, as JSON. ``known``: from where the sizes of unions are counted on.
    """

    keys: tuple[Key, ...]
    codes: tuple[frozenset[str], ...]
    incidence: Incidence = field(compare=False)
    sha256: str
    states: tuple["_Hash", ...] = field(compare=False, repr=False)
    known: Known | None = field(default=None, compare=False, repr=False)

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
        Anew O(U log U). Else additions of whole arrays, O(U), and what joined, left or changed.
        """
        kept = None if before is None else _kept(before.keys, before.codes, keys, codes)
        told = _fingerprint(keys, codes, before, kept)
        if before is None or kept is None:
            return cls(tuple(keys), tuple(codes), Incidence.of(codes), *told)
        here = before.__dict__.get("unions")
        known = before.known if here is None else Known(before.keys, before.codes, before.incidence, here)
        return cls(tuple(keys), tuple(codes), _patched(before.incidence, kept, codes), *told, known)

    @cached_property
    def unions(self) -> Mapping[int, int]:
        """The sizes of unions, see ``union_sizes``: counted when they are asked for first, from those that are known.

        Anew as ``union_sizes``. Else, for c codes that are in what joined, left or changed, O(c x codes) and the documents
        that have one of those codes times their codes.
        """
        known = self.known
        if known is not None:
            kept = _kept(known.keys, known.codes, self.keys, self.codes)
            touched = _touched(known, kept, self.codes)
            many = len(known.incidence.codes)
            if len(touched) <= _MOST * many or len(touched) * max(many, len(touched)) <= _PAIRS:
                return _moved(known, self, kept, touched)
        return union_sizes(self.incidence)


def _kept(
    earlier: tuple[Key, ...],
    held_then: tuple[frozenset[str], ...],
    keys: Sequence[Key],
    codes: Sequence[frozenset[str]],
) -> Ints:
    """Return where each earlier document stands now; -1: nowhere, or with other codes."""
    known = len(earlier)
    if tuple(keys[:known]) == earlier and tuple(codes[:known]) == held_then:
        return np.arange(known)  # all that came is later, as most often
    place = {key: old for old, key in enumerate(earlier)}
    kept = np.full(len(place), -1, dtype=np.int64)
    for new, (key, held) in enumerate(zip(keys, codes, strict=True)):
        old = place.get(key)
        if old is not None and (held_then[old] is held or held_then[old] == held):
            kept[old] = new
    return kept


def _touched(before: Known, kept: Ints, codes: Sequence[frozenset[str]]) -> frozenset[str]:
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


def _moved(before: Known, now: "Grown", kept: Ints, touched: frozenset[str]) -> dict[int, int]:
    """Return the sizes of unions now: pairs of codes that are in nothing that changed are as large as they were.

    In how many documents two codes are together is counted once, for both times: it differs by the documents that changed.
    """
    number = {
        code: column for column, code in enumerate(dict.fromkeys([*before.incidence.codes, *now.incidence.codes]))
    }
    some = np.array([number[code] for code in touched], dtype=np.int64)
    row = {code: place for place, code in enumerate(touched)}
    shared = _together(before.incidence, some, len(number))
    pairs = np.zeros(max(len(before.keys), len(now.keys)) + 1, dtype=np.int64)
    for size, many in before.unions.items():
        pairs[size] += many
    _count_pairs(pairs, -1, _sizes(before.incidence, number), some, shared)
    gone = (before.codes[old] for old in np.flatnonzero(kept < 0))
    for sign, changed in ((-1, gone), (1, (now.codes[new] for new in _joined(kept, len(now.codes))))):
        for held in changed:
            place = np.ix_([row[code] for code in held], [number[code] for code in held])
            shared[place] += sign
    _count_pairs(pairs, 1, _sizes(now.incidence, number), some, shared)
    return {int(size): int(pairs[size]) for size in np.flatnonzero(pairs)}


def _sizes(incidence: Incidence, number: Mapping[Hashable, int]) -> Ints:
    """Return in how many documents each numbered code is."""
    sizes = np.zeros(len(number), dtype=np.int64)
    sizes[[number[code] for code in incidence.codes]] = incidence.sizes
    return sizes


def _together(incidence: Incidence, some: Ints, codes: int) -> Ints:
    """Return in how many documents each of some codes, known by their columns, is together with each code; codes beyond are in none."""
    known = len(incidence.codes)
    ones = np.ones(len(incidence.rows), dtype=np.int32)
    starts = np.concatenate([incidence.starts, np.full(codes - known, incidence.starts[-1])])
    by_code = sparse.csc_array((ones, incidence.rows, starts), shape=(incidence.documents, codes))
    return np.asarray((by_code[:, some].T @ by_code).toarray())


def _count_pairs(pairs: Ints, sign: int, size: Ints, some: Ints, shared: Ints) -> None:
    """Add, or take away, the pairs of codes that occur of which one is among some, by how many documents their union counts."""
    there, every = np.flatnonzero(size[some] > 0), np.flatnonzero(size > 0)
    here = some[there]
    unions = size[here][:, None] + size[None, every] - shared[np.ix_(there, every)]
    found = np.bincount(unions.ravel(), minlength=len(pairs))
    found -= np.bincount(size[here], minlength=len(pairs))  # each of them with itself
    place = np.full(len(size), -1, dtype=np.int64)
    place[every] = np.arange(len(every))
    both = unions[:, place[here]][np.triu_indices(len(here), k=1)]  # met from either side
    pairs += sign * (found - np.bincount(both, minlength=len(pairs)))


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
