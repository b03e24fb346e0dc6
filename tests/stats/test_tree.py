"""The code tree: levels, and how far two codes are apart."""

import pytest

from intercoder.errors import WrongArgument
from intercoder.stats.tree import CodeTree

TREE = CodeTree.of(
    {"l1": "c1", "l2": "c1", "l3": "c2", "l4": "c3", "l5": "c4", "loose": None}
    | {"c1": "t1", "c2": "t1", "c3": "t2", "c4": "t3"}
    | {"t1": "k1", "t2": "k1", "t3": "k2", "k1": None, "k2": None},
    {"l1": "label", "c1": "concept", "c2": "concept", "t1": "theme", "k1": "construct", "loose": "label"},
)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("l1", "l1", 0),
        ("l1", "l2", 1 / 4),
        ("l1", "l3", 2 / 4),
        ("l1", "l4", 3 / 4),
        ("l1", "l5", 1),
        ("c1", "l1", 1 / 4),
    ],
)
def test_every_level_that_two_codes_do_not_share_weighs_the_same(one: str, other: str, apart: float) -> None:
    assert TREE.distance(one, other) == TREE.distance(other, one) == pytest.approx(apart)


def test_a_code_is_lifted_to_its_level_or_nowhere() -> None:
    assert TREE.lift(["l1", "c1", "loose"], "concept") == {"l1": "c1", "c1": "c1", "loose": None}
    assert TREE.at_level("l1", "construct") == "k1"
    assert TREE.depth == 4


def test_a_cycle_is_refused_in_words() -> None:
    with pytest.raises(WrongArgument, match="its own ancestor"):
        CodeTree.of({"a": "b", "b": "c", "c": "a"})
