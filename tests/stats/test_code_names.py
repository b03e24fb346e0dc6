"""Names of codes: alike or not, in Chinese and in English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercoder.stats.open_coding.names import normalised, similarity, similarity_table

NAMES = st.text(alphabet="abcd trustTRUST信任建立控制関係한국-_／", min_size=0, max_size=12)


# names


@given(first=NAMES, second=NAMES)
def test_names_are_alike_both_ways_between_nothing_and_the_same(first: str, second: str) -> None:
    alike = similarity(first, second)
    assert alike == similarity(second, first)
    assert 0 <= alike <= 1
    assert similarity(first, first) == 1
    if normalised(first) == normalised(second):
        assert alike == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Trust", "ＴＲＵＳＴ"),
        ("信任 建立", "信任　建立"),
        ("role-conflict", "Role  conflict"),
        ("Straße", "STRASSE"),
        ("㎒ band", "MHz band"),
    ],
)
def test_what_is_typing_only_makes_no_difference(first: str, second: str) -> None:
    assert similarity(first, second) == 1


@pytest.mark.parametrize(
    ("same", "like", "unlike"),
    [
        ("信任建立", "建立信任", "成本控制"),
        ("trust building", "building of trust", "cost control"),
        ("role conflicts", "role conflict", "market pressure"),
        ("供应商关系", "供应商的关系", "政策压力"),
        ("IPO压力", "IPO的压力", "团队信任"),
    ],
)
def test_like_names_are_nearer_than_unlike_ones(same: str, like: str, unlike: str) -> None:
    assert 1 > similarity(same, like) > 0.5 > similarity(same, unlike)


def test_the_similarity_by_hand() -> None:
    # coarse: no word in common; fine: tr ru us st of 4 and 7 pairs of letters
    assert similarity("trust", "trusting") == pytest.approx((0 + 2 * 4 / (4 + 7)) / 2)
    # coarse: 信任 and 建立 of 3 and 3 pairs; fine: all 4 characters
    assert similarity("信任建立", "建立信任") == pytest.approx((2 * 2 / 6 + 1) / 2)
    assert similarity("信任", "信赖") == pytest.approx((0 + 2 * 1 / 4) / 2)
    assert similarity("?", "!") == 0


def test_a_table_holds_what_its_pairs_hold() -> None:
    first, second = ["trust", "信任", ""], ["building trust", "信任建立"]
    table = similarity_table(first, second)
    assert table.tolist() == [[similarity(a, b) for b in second] for a in first]


# alignment
