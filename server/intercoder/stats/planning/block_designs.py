"""Balanced incomplete block designs: which coders share a document, so that every pair meets equally often.

The words of the literature are the treatments v (here the coders), the blocks b (the documents), the block size k
(coders of one document), the replications r (documents of one coder) and lambda (documents of one pair).
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import comb
from types import MappingProxyType
from typing import TypeAlias

Blocks: TypeAlias = tuple[tuple[int, ...], ...]

#: The coder that stays where it is while the others move on, in ``BASES``.
FIXED = -1
#: All choices of k coders are a design too; beyond so many they are of no use.
MOST_CHOICES = 126

#: Coders, coders of one document -> the blocks from which all others follow when every coder is moved on by 1, 2, ...
BASES: Mapping[tuple[int, int], Blocks] = MappingProxyType(
    {
        (6, 3): ((0, 1, 3), (FIXED, 0, 1)),
        (7, 3): ((0, 1, 3),),
        (9, 3): ((0, 1, 3), (FIXED, 0, 4)),
        (10, 3): ((0, 1, 2), (0, 2, 5), (0, 3, 6), (FIXED, 0, 4)),
        (11, 3): ((0, 1, 2), (0, 1, 4), (0, 2, 6), (0, 2, 6), (0, 3, 6)),
        (12, 3): ((0, 1, 2), (0, 2, 7), (0, 3, 6), (0, 4, 8), (0, 4, 8)),
        (13, 3): ((0, 1, 4), (0, 2, 7)),
        (15, 3): ((0, 1, 4), (0, 2, 8), (0, 5, 10)),
        (16, 3): ((0, 1, 2), (0, 2, 6), (0, 3, 8), (0, 3, 9), (0, 4, 9)),
        (8, 4): ((0, 1, 2, 4), (FIXED, 0, 1, 3)),
        (9, 4): ((0, 1, 2, 4), (0, 1, 4, 6)),
        (10, 4): ((0, 1, 2, 4), (0, 1, 3, 6), (0, 1, 4, 6)),
        (12, 4): ((0, 1, 2, 5), (0, 1, 3, 8), (0, 2, 6, 8), (0, 3, 6, 9)),
        (13, 4): ((0, 1, 3, 9),),
        (16, 4): ((0, 1, 3, 7), (FIXED, 0, 5, 10)),
        (10, 5): ((0, 1, 2, 3, 5), (FIXED, 0, 1, 4, 6)),
        (11, 5): ((0, 1, 2, 4, 7),),
        (12, 6): ((0, 1, 2, 3, 5, 7), (0, 1, 3, 6, 7, 9), (0, 1, 4, 5, 8, 9)),
    }
)


def balanced_blocks(coders: int, together: int) -> Blocks | None:
    """Return the smallest design known here in which every pair of coders meets equally often, or None.

    Parameters
    ----------
    coders
        v, numbered from 0.
    together
        k, how many code one document, 2..v.

    Returns
    -------
    The blocks, each the sorted numbers of k coders: all pairs for k = 2, a design of ``BASES`` or the complement of
    one, or all choices of k coders while these are at most 126. O(blocks x k).

    Notes
    -----
    Necessary are r = b k / v and lambda = r (k - 1) / (v - 1) in whole numbers (Cochran & Cox 1957). The base blocks
    were found by search and are checked in the tests; no smaller design of the same v and k need exist.

    References
    ----------
    Cochran & Cox 1957, Experimental Designs, 2nd ed., Wiley, ch. 11. Moving blocks on is Bose's way (1939, On the
    construction of balanced incomplete block designs, Annals of Eugenics 9: 353-399, doi
    10.1111/j.1469-1809.1939.tb02219.x).

    Examples
    --------
    >>> balanced_blocks(7, 3)
    ((0, 1, 3), (1, 2, 4), (2, 3, 5), (3, 4, 6), (0, 4, 5), (1, 5, 6), (0, 2, 6))
    """
    choices = comb(coders, together)
    if together == 2:
        return tuple(combinations(range(coders), 2))
    if (coders, together) in BASES:
        return developed(coders, BASES[coders, together])
    if (coders, coders - together) in BASES:
        others = developed(coders, BASES[coders, coders - together])
        return tuple(tuple(c for c in range(coders) if c not in block) for block in others)
    return tuple(combinations(range(coders), together)) if choices <= MOST_CHOICES else None


def developed(coders: int, bases: Sequence[tuple[int, ...]]) -> Blocks:
    """Return the blocks that follow from base blocks: every coder but the fixed one is moved on until a block returns.

    O(coders x blocks).
    """
    period = coders - 1 if any(FIXED in base for base in bases) else coders
    blocks: list[tuple[int, ...]] = []
    for base in bases:
        orbit: dict[tuple[int, ...], None] = {}
        for step in range(period):
            moved = (coders - 1 if c == FIXED else (c + step) % period for c in base)
            orbit[tuple(sorted(moved))] = None
        blocks += orbit
    return tuple(blocks)
