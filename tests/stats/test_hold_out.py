"""The hold-out test, and how lucky its split was."""

from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercoder.errors import WrongArgument
from intercoder.stats.saturation import holdout
from intercoder.stats.saturation.holdout import hold_out

Documents = Sequence[frozenset[str]]


@given(documents=st.lists(st.frozensets(st.sampled_from("abcdef"), max_size=4), min_size=1, max_size=6), data=st.data())
def test_expectation_and_share_are_those_of_all_splits(documents: Documents, data: st.DataObject) -> None:
    n = len(documents)
    r = data.draw(st.integers(0, n))
    news = []
    for split in combinations(range(n), r):
        test = hold_out(documents, split)
        news.append(test.new_in_reserved)
        assert test.passed == (test.new_in_reserved == 0)
    assert test.expected_new_if_random_split == pytest.approx(sum(news) / len(news), abs=1e-9)
    assert test.share_of_splits_with_nothing_new == pytest.approx(news.count(0) / len(news))
    assert (test.splits_drawn, test.share_standard_error) == (None, 0.0)


def test_where_there_are_too_many_splits_they_are_drawn_with_a_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [frozenset({f"c{i % 12}", "all"}) for i in range(24)]
    test = hold_out(documents, range(8), seed=3)
    assert test.splits_drawn == 10_000
    assert test == hold_out(documents, range(8), seed=3)
    assert test != hold_out(documents, range(8), seed=4)
    monkeypatch.setattr(holdout, "MOST_SPLITS", 1_000_000)
    exact = hold_out(documents, range(8)).share_of_splits_with_nothing_new
    assert abs(test.share_of_splits_with_nothing_new - exact) < 4 * test.share_standard_error


def test_no_documents_have_one_split_and_no_news() -> None:
    test = hold_out([], [])
    assert (test.passed, test.share_of_splits_with_nothing_new) == (True, 1.0)


@pytest.mark.parametrize("reserved", [[1], [0, 0], [-1]])
def test_documents_that_are_not_there_cannot_be_reserved(reserved: list[int]) -> None:
    with pytest.raises(WrongArgument, match="different documents"):
        hold_out([frozenset("a")], reserved)
