"""The hold-out test: code reserved documents last, and see whether they bring anything. And how lucky that was."""

import math
from collections.abc import Hashable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from intercoder.errors import WrongArgument
from intercoder.stats.arrays import Bools
from intercoder.stats.results import Plain
from intercoder.stats.saturation.accumulation import missed_share
from intercoder.stats.saturation.incidence import Incidence

#: Up to so many splits are all looked at; beyond, this many are drawn.
MOST_SPLITS = 20_000
DRAWN_SPLITS = 10_000
#: Cells (splits x documents, splits x incidences) looked at in one piece; bounds the memory.
_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class HoldOut(Plain):
    """The hold-out test, and how lucky its split was.

    ``passed``: the reserved documents hold no code that the others do not. Always shown with what a
    random split of the same size would have brought, and with the share of splits that bring nothing
    (of all splits; of ``splits_drawn`` random ones when there are too many, with its standard error).
    """

    codes_in_base: int
    codes_in_reserved: int
    new_in_reserved: int
    passed: bool
    expected_new_if_random_split: float
    share_of_splits_with_nothing_new: float
    splits_drawn: int | None
    seed: int | None
    share_standard_error: float


def hold_out(documents: Sequence[AbstractSet[Hashable]], reserved: Sequence[int], *, seed: int = 0) -> HoldOut:
    """Return the hold-out test for the reserved documents.

    Parameters
    ----------
    documents
        the set of codes (or relations, properties, ...) present in each document.
    reserved
        positions in ``documents``, from 0.
    seed
        of the random splits, when there are more than ``MOST_SPLITS``.

    Raises
    ------
    WrongArgument : a position outside the documents, or given twice.

    Notes
    -----
    O(U log U + splits x (n + U)) at worst, U the (document, code) there are; a split that reserves the only document
    of some code is out at once. The rule itself (reserve a third or a quarter, code it last) is usual in Chinese
    grounded-theory papers; expectation and share of splits are ours.
    """
    n, held = len(documents), set(reserved)
    if len(held) != len(reserved) or not held <= set(range(n)):
        raise WrongArgument("bad_reserve", "The reserved documents must be different documents of the study.")
    base = frozenset[Hashable]().union(*(documents[i] for i in range(n) if i not in held))
    rest = frozenset[Hashable]().union(*(documents[i] for i in held))
    incidence, r = Incidence.of(documents), len(held)
    drawn = None if math.comb(n, r) <= MOST_SPLITS else DRAWN_SPLITS
    share = _share_without_news(incidence, r, drawn, seed)
    return HoldOut(
        codes_in_base=len(base),
        codes_in_reserved=len(rest),
        new_in_reserved=len(rest - base),
        passed=not rest - base,
        # All documents of a code are among the r reserved exactly when the n - r others miss it.
        expected_new_if_random_split=sum(c * missed_share(n, k, n - r) for k, c in incidence.frequencies.q.items()),
        share_of_splits_with_nothing_new=share,
        splits_drawn=drawn,
        seed=seed if drawn else None,
        share_standard_error=math.sqrt(share * (1 - share) / drawn) if drawn else 0.0,
    )


def _share_without_news(incidence: Incidence, r: int, drawn: int | None, seed: int) -> float:
    n = incidence.documents
    if not (incidence.sizes <= r).any():  # no code is rare enough to be reserved entirely
        return 1.0
    generator = np.random.Generator(np.random.PCG64(seed))
    chosen = None
    if drawn is None:
        chosen = np.array(list(combinations(range(n), r)), dtype=np.int64).reshape(math.comb(n, r), r)
    total = len(chosen) if chosen is not None else drawn or 0
    piece = max(1, _CELLS // max(n, 1))
    quiet = 0
    for start in range(0, total, piece):
        size = min(piece, total - start)
        if chosen is not None:
            part = chosen[start : start + size]
        else:
            part = generator.permuted(np.tile(np.arange(n), (size, 1)), axis=1)[:, :r]
        reserved = np.zeros((size, n), dtype=bool)
        np.put_along_axis(reserved, part, values=True, axis=1)
        quiet += _quiet(incidence, reserved, r)
    return quiet / total


def _quiet(incidence: Incidence, reserved: Bools, r: int) -> int:
    """Return how many of these splits reserve no code entirely."""
    owners = [d - 1 for d in incidence.uniques]
    left = reserved[~reserved[:, owners].any(axis=1)]
    able = (incidence.sizes > 1) & (incidence.sizes <= r)
    rows = incidence.rows[np.repeat(able, incidence.sizes)]
    if not len(rows):
        return len(left)
    starts = np.cumsum(incidence.sizes[able]) - incidence.sizes[able]
    piece = max(1, _CELLS // len(rows))
    news = 0
    for start in range(0, len(left), piece):
        whole = np.logical_and.reduceat(left[start : start + piece][:, rows], starts, axis=1)
        news += int(whole.any(axis=1).sum())
    return len(left) - news
