"""Codes that count as one: chains, circles, and what comes back when a merge is undone."""

import pytest

from intercoder.errors import WrongArgument
from intercoder.stats.merging import Merges


def test_chains_resolve_and_a_merge_into_the_middle_goes_to_the_end() -> None:
    merges = Merges({"a": "b", "b": "c"})
    assert merges.merge("x", "a") == ("x", "c")
    assert merges.merge("a", "z") == ("c", "z")
    assert {merges.live(code) for code in "abcxz"} == {"z"}


def test_what_had_been_merged_into_a_code_stays_with_it_when_its_own_merge_is_undone() -> None:
    merges = Merges({"a": "b", "b": "c"})
    merges.unmerge("b")
    assert (merges.live("a"), merges.live("c")) == ("b", "c")
    assert "b" not in merges
    assert merges.into == {"a": "b"}


def test_a_circle_and_a_merge_that_is_none_are_refused_and_change_nothing() -> None:
    merges = Merges({"a": "b"})
    for refused in (lambda: merges.merge("b", "a"), lambda: merges.unmerge("b")):
        with pytest.raises(WrongArgument):
            refused()
    assert merges.into == {"a": "b"}


def test_the_merges_that_another_was_made_from_are_left_alone() -> None:
    first = Merges({"a": "b"})
    second = Merges(first.into)
    second.unmerge("a")
    assert first.live("a") == "b"
