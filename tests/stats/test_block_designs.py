"""Balanced incomplete block designs: every pair of coders in equally many blocks, checked block by block."""

from collections import Counter
from itertools import combinations
from math import comb

import pytest

from intercoder.stats.planning.block_designs import BASES, MOST_CHOICES, balanced_blocks

#: Coders, coders of a document -> blocks, documents of a coder, documents of a pair: what the literature tabulates.
KNOWN = {
    (4, 2): (6, 3, 1),
    (5, 2): (10, 4, 1),
    (6, 3): (10, 5, 2),
    (7, 3): (7, 3, 1),
    (9, 3): (12, 4, 1),
    (10, 3): (30, 9, 2),
    (13, 3): (26, 6, 1),
    (8, 4): (14, 7, 3),
    (13, 4): (13, 4, 1),
    (16, 4): (20, 5, 1),
    (11, 5): (11, 5, 2),
}


@pytest.mark.parametrize(("coders", "together"), [(v, k) for v in range(2, 17) for k in range(2, v + 1)])
def test_every_pair_meets_equally_often_and_every_coder_has_as_many(coders: int, together: int) -> None:
    blocks = balanced_blocks(coders, together)
    if blocks is None:
        assert comb(coders, together) > MOST_CHOICES
        assert (coders, together) not in BASES
        return
    assert all(list(block) == sorted(set(block)) and len(block) == together for block in blocks)
    documents = Counter(c for block in blocks for c in block)
    pairs = Counter(pair for block in blocks for pair in combinations(block, 2))
    r, meetings = documents[0], pairs[0, 1]
    assert documents == dict.fromkeys(range(coders), r)
    assert pairs == dict.fromkeys(combinations(range(coders), 2), meetings)
    assert (coders * r, meetings * (coders - 1)) == (len(blocks) * together, r * (together - 1))
    if (coders, together) in KNOWN:
        assert (len(blocks), r, meetings) == KNOWN[coders, together]
