"""What stands at a place by a rule that settles many."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercoder.errors import WrongArgument
from intercoder.stats.differences import Coding
from intercoder.stats.settling import SettlingRule, settled
from intercoder.stats.tree import CodeTree

TREE = CodeTree.of({"theme": None, "concept": "theme", "label": "concept", "other": "theme"})


def marks(*given: tuple[str, str, int, int]) -> list[Coding]:
    return [Coding(str(n), coder, code, start, end) for n, (coder, code, start, end) in enumerate(given)]


THREE = marks(("a", "label", 0, 6), ("b", "label", 2, 8), ("c", "label", 2, 8))


@pytest.mark.parametrize(
    ("rule", "span"),
    [
        (SettlingRule.UNION, (0, 8)),
        (SettlingRule.INTERSECTION, (2, 6)),
        (SettlingRule.LONGEST, (0, 6)),
        (SettlingRule.MAJORITY_SPAN, (2, 8)),
    ],
)
def test_boundaries_are_settled_where_everybody_has_the_same_codes(rule: SettlingRule, span: tuple[int, int]) -> None:
    assert settled(rule, THREE, "abc", TREE) == frozenset({("label", *span)})
    assert settled(rule, THREE, "abcd", TREE) is None, "one left it uncoded: that is no question of boundaries"
    assert settled(rule, [*THREE, *marks(("a", "other", 0, 6))], "abc", TREE) is None
    twice = marks(("a", "label", 0, 3), ("a", "label", 4, 8), ("b", "label", 0, 8))
    assert settled(rule, twice, "ab", TREE) is None


def test_no_span_is_made_up() -> None:
    apart = marks(("a", "label", 0, 4), ("b", "label", 4, 8))
    assert settled(SettlingRule.INTERSECTION, apart, "ab", TREE) is None
    assert settled(SettlingRule.MAJORITY_SPAN, apart, "ab", TREE) is None


def test_a_majority_is_more_than_half_and_at_least_as_many_as_is_said() -> None:
    differ = marks(("a", "label", 0, 6), ("b", "label", 0, 6), ("c", "other", 0, 8))
    assert settled(SettlingRule.MAJORITY, differ, "abc", TREE) == frozenset({("label", 0, 6)})
    assert settled(SettlingRule.MAJORITY, differ, "abc", TREE, least=3) is None
    assert settled(SettlingRule.MAJORITY, differ, "abcd", TREE) is None, "two of four are no majority"
    with pytest.raises(WrongArgument):
        settled(SettlingRule.MAJORITY, differ, "abc", TREE, least=1)


def test_of_codes_above_one_another_the_lower_or_the_higher_stands() -> None:
    line = marks(("a", "label", 0, 6), ("b", "concept", 0, 8))
    assert settled(SettlingRule.CHILD, line, "ab", TREE) == frozenset({("label", 0, 6)})
    assert settled(SettlingRule.PARENT, line, "ab", TREE) == frozenset({("concept", 0, 8)})
    aside = marks(("a", "label", 0, 6), ("b", "other", 0, 8))
    assert settled(SettlingRule.CHILD, aside, "ab", TREE) is None
    assert settled(SettlingRule.CHILD, line, "abc", TREE) is None, "one has neither"


def test_one_coder_is_followed_also_in_coding_nothing_but_not_where_nothing_was_judged() -> None:
    assert settled(SettlingRule.ONE_CODER, THREE, "abc", TREE, coder="a") == frozenset({("label", 0, 6)})
    assert settled(SettlingRule.ONE_CODER, THREE, "abcd", TREE, coder="d") == frozenset()
    assert settled(SettlingRule.ONE_CODER, THREE, "abc", TREE, coder="d") is None


CODINGS = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(["theme", "concept", "label", "other"]),
        st.integers(0, 9),
        st.integers(1, 9),
    ),
    min_size=1,
    max_size=8,
)


@given(CODINGS, st.sampled_from(SettlingRule), st.permutations(range(8)))
def test_what_stands_lies_in_the_place_has_a_code_of_it_and_no_order_matters(
    drawn: list[tuple[str, str, int, int]], rule: SettlingRule, order: Iterable[int]
) -> None:
    codings = marks(*((coder, code, start, start + length) for coder, code, start, length in drawn))
    said = {"coder": "b", "codes": frozenset({codings[0].code})}
    stands = settled(rule, codings, "abc", TREE, **said)  # type: ignore[arg-type]
    assert stands == settled(rule, [codings[i] for i in order if i < len(codings)], "abc", TREE, **said)  # type: ignore[arg-type]
    for code, start, end in stands or ():
        assert code in {c.code for c in codings}
        assert min(c.start for c in codings) <= start < end <= max(c.end for c in codings)


def test_what_was_ruled_elsewhere_stands_on_the_words_that_coders_chose_here() -> None:
    used = frozenset({THREE[0].code})
    assert settled(SettlingRule.AS_RULED, THREE, "abc", TREE, codes=used) == frozenset({("label", 2, 8)})
    assert settled(SettlingRule.AS_RULED, THREE, "abc", TREE) == frozenset(), "no code stood there"
    assert settled(SettlingRule.AS_RULED, THREE, "abc", TREE, codes=used | {"nowhere"}) is None
