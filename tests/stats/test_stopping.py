"""What is told in retrospect, and what a category rests on, by hand."""

import pytest

from intercoder.errors import WrongArgument
from intercoder.stats.saturation.stopping import Quarter, near_saturation, quarters
from intercoder.stats.saturation.study.support import Touch, developed


def test_quarters_hold_all_documents_once() -> None:
    assert quarters([5, 3, 0, 2, 1, 0, 0, 1, 0, 0]) == (
        Quarter(1, 2, 8),
        Quarter(3, 5, 3),
        Quarter(6, 8, 1),
        Quarter(9, 10, 0),
    )
    assert quarters([5, 3, 0]) == ()
    for n in range(4, 40):
        found = quarters([1] * n)
        assert sum(quarter.new for quarter in found) == n
        assert [quarter.first for quarter in found] == [1, *(quarter.last + 1 for quarter in found[:-1])]


def test_near_saturation_is_where_nine_tenths_were_known() -> None:
    assert near_saturation([5, 4, 0, 1]) == 2, "nine of ten"
    assert near_saturation([5, 4, 0, 2]) == 4
    assert near_saturation([5, 4, 0, 1], share=1) == 4
    assert near_saturation([]) is near_saturation([0, 0]) is None
    for wrong in (0, 1.1):
        with pytest.raises(WrongArgument):
            near_saturation([1], share=wrong)


def touch(name: str, case: str | None, source: str, *below: str) -> Touch:
    return Touch(name, case, source, frozenset(below))


def test_a_category_is_thin_developing_or_without_recent_news() -> None:
    one = [touch("a", "A", "interview", "x"), touch("b", "B", "media", "x", "y"), touch("c", "A", "media", "y")]
    found = developed(one)
    assert (found.documents, found.cases, found.sources, found.below) == (3, 2, 2, 2)
    assert (found.first, found.last_news, found.since, found.traffic) == ("a", "b", 1, "developing")
    assert developed([*one, touch("d", None, "media", "x")]).traffic == "no_recent_news"
    assert developed(one[:1]).traffic == "thin"
    assert developed([touch("a", "A", "media"), touch("b", "B", "interview")]).since == 2, "nothing lies below it"
    assert developed([]).first is None
