"""Francis et al. 2010, Psychol. Health 25: 1229-1245: initial sample 10, stopping criterion 3."""

import pytest

from intercoder.errors import WrongArgument
from intercoder.stats.saturation.stopping import Rule, francis2010

#: Their second study was saturated study-wise at interview 17; the numbers before are ours.
SEVENTEEN = [9, 6, 5, 4, 4, 3, 3, 2, 2, 1, 1, 1, 0, 2, 0, 0, 0]


def test_it_stops_at_the_third_document_in_a_row_without_news() -> None:
    assert francis2010(SEVENTEEN) == 17
    assert francis2010(SEVENTEEN[:-1]) is None


def test_thirteen_documents_are_needed_even_if_the_first_brought_everything() -> None:
    assert francis2010([1] + [0] * 12) == 13
    assert francis2010([1] + [0] * 11) is None
    assert Rule("francis2010").now([1] + [0] * 11).reason == "not_enough_documents"


def test_news_after_the_stop_undoes_it_for_a_study_that_goes_on() -> None:
    assert Rule("francis2010").now(SEVENTEEN).since == 15
    assert Rule("francis2010").now([*SEVENTEEN, 1]).reason == "not_met"


def test_a_run_of_no_documents_is_refused() -> None:
    with pytest.raises(WrongArgument, match="no stopping rule"):
        francis2010([1], stop=0)
