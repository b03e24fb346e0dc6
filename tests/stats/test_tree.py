"""The code tree: levels, and how far two codes are apart."""

import pytest

from intercoder.errors import WrongArgument
from intercoder.stats.tree import CodeTree, Level, circle

TREE = CodeTree.of(
    {"l1": "c1", "l2": "c1", "l3": "c2", "l4": "c3", "l5": "c4", "loose": None}
    | {"c1": "t1", "c2": "t1", "c3": "t2", "c4": "t3"}
    | {"t1": "k1", "t2": "k1", "t3": "k2", "k1": None, "k2": None},
    {"l1": Level.LABEL, "c1": Level.CONCEPT, "c2": Level.CONCEPT, "t1": Level.THEME}
    | {"k1": Level.CONSTRUCT, "loose": Level.LABEL},
)


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        ("l1", "l1", 0),
        ("l1", "l2", 1 / 4),
        ("l1", "l3", 2 / 4),
        ("l1", "l4", 3 / 4),
        ("l1", "l5", 1),
        ("c1", "l1", 1 / 4),
    ],
)
def test_every_level_that_two_codes_do_not_share_weighs_the_same(first: str, second: str, apart: float) -> None:
    assert TREE.distance(first, second) == TREE.distance(second, first) == pytest.approx(apart)


def test_a_code_is_lifted_to_its_level_or_nowhere() -> None:
    assert TREE.lift(["l1", "c1", "loose"], Level.CONCEPT) == {"l1": "c1", "c1": "c1", "loose": None}
    assert TREE.at_level("l1", Level.CONSTRUCT) == "k1"
    assert TREE.depth == 4


def test_a_cycle_is_refused_in_words() -> None:
    with pytest.raises(WrongArgument, match="its own ancestor"):
        CodeTree.of({"a": "b", "b": "c", "c": "a"})


def test_downwards_parents_stand_before_their_children_and_siblings_in_the_order_asked_for() -> None:
    tree = CodeTree.of({"b": "top", "a": "top", "top": None, "a1": "a", "stray": "not there"})
    assert list(tree.downwards(str)) == [("stray", 0), ("top", 0), ("a", 1), ("a1", 2), ("b", 1)]


def test_codes_in_a_circle_are_named_each_before_its_parent() -> None:
    assert circle({"tail": "a", "a": "b", "b": "c", "c": "a"}) == ("a", "b", "c")
    assert circle({"self": "self"}) == ("self",)
    assert circle({"a": "b", "b": None, "c": "nobody"}) == ()


def test_every_level_stands_under_the_next_and_constructs_under_none() -> None:
    assert [level.above for level in Level] == [Level.CONCEPT, Level.THEME, Level.CONSTRUCT, None]
