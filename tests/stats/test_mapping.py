"""What codes count as: merged ones, split ones, and what makes no mapping."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercoder.errors import WrongArgument
from intercoder.stats.mapping import CodeMap, Counted

CODES = "abcdefgh"


def test_a_code_counts_as_the_last_of_a_chain_of_merges() -> None:
    mapped = CodeMap({"a": "b", "b": "c", "d": "c"})
    assert [mapped.resolved(code).code for code in "abcdx"] == ["c", "c", "c", "c", "x"]
    assert mapped.settled == {"a": "c", "b": "c", "d": "c"}
    assert mapped.parts("c") == {"a", "b", "c", "d"}


def test_a_passage_of_a_split_code_waits_until_it_is_put() -> None:
    mapped = CodeMap({"信任": "关系"}, {"关系": frozenset({"强关系", "弱关系"})})
    assert mapped.resolved("信任") == Counted("关系", waits=True)
    assert mapped.resolved("信任", {"关系": "弱关系"}) == Counted("弱关系")
    assert mapped.resolved("关系", {"关系": "别处"}) == Counted("关系", waits=True)
    assert mapped.by_passage == {"信任", "关系"}


def test_a_part_of_a_split_code_may_be_merged_or_split_itself() -> None:
    mapped = CodeMap({"b": "d"}, {"a": frozenset("bc"), "c": frozenset("ef")})
    assert mapped.resolved("a", {"a": "b"}) == Counted("d")
    assert mapped.resolved("a", {"a": "c"}) == Counted("c", waits=True)
    assert mapped.resolved("a", {"a": "c", "c": "f"}) == Counted("f")


@pytest.mark.parametrize(
    ("into", "split"),
    [
        ({"a": "a"}, {}),
        ({"a": "b", "b": "c", "c": "a"}, {}),
        ({"b": "a"}, {"a": frozenset("bc")}),
        ({}, {"a": frozenset("bc"), "c": frozenset("da")}),
    ],
)
def test_codes_that_lead_to_themselves_are_refused(into: dict[str, str], split: dict[str, frozenset[str]]) -> None:
    with pytest.raises(WrongArgument, match="count as itself"):
        CodeMap(into, split)


def test_a_code_is_not_merged_and_split_and_is_split_among_two() -> None:
    with pytest.raises(WrongArgument, match="both merged and split"):
        CodeMap({"a": "b"}, {"a": frozenset("cd")})
    with pytest.raises(WrongArgument, match="fewer than two"):
        CodeMap({}, {"a": frozenset("c")})


@given(
    st.dictionaries(st.sampled_from(CODES), st.sampled_from(CODES)),
    st.dictionaries(st.sampled_from(CODES), st.frozensets(st.sampled_from(CODES), min_size=2)),
    st.dictionaries(st.sampled_from(CODES), st.sampled_from(CODES)),
)
def test_every_coding_counts_as_one_code_that_stands_or_waits(
    into: dict[str, str], split: dict[str, frozenset[str]], put: dict[str, str]
) -> None:
    try:
        mapped = CodeMap(into, split)
    except WrongArgument:
        return
    for code in CODES:
        end = mapped.resolved(code, put)
        assert end.code not in into
        assert end.waits is (end.code in split)
        assert mapped.resolved(end.code, put) == end
        assert (code in mapped.by_passage) or mapped.settled.get(code, code) == end.code
