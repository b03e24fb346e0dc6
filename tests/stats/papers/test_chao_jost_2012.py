"""Chao & Jost 2012, Ecology 93: 2533-2547: coverage, and comparison at equal coverage."""

from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercoder.errors import WrongArgument
from intercoder.stats.saturation.coverage import Prospect
from intercoder.stats.saturation.incidence import Frequencies, Incidence
from intercoder.stats.saturation.strata import equal_coverage

Documents = Sequence[frozenset[str]]
RABBITS = Frequencies(18, {1: 43, 2: 16, 3: 8, 4: 6, 6: 2, 7: 1})
some = st.lists(st.frozensets(st.sampled_from("abcdefgh"), min_size=1, max_size=5), min_size=2, max_size=6)


def test_coverage_is_one_less_the_share_of_uniques_made_smaller() -> None:
    q1, q2, n, u = 43, 16, 18, 142
    again = (n - 1) * q1 / ((n - 1) * q1 + 2 * q2)
    assert Prospect.of(RABBITS).coverage() == pytest.approx(1 - q1 / u * again)
    assert Prospect.of(RABBITS).turing_coverage == pytest.approx(1 - q1 / u)
    assert Prospect.of(RABBITS).coverage(36) == pytest.approx(1 - q1 / u * again**19)


@given(documents=some)
def test_below_n_it_is_the_share_of_applications_in_another_document_that_t_documents_cover(
    documents: Documents,
) -> None:
    prospect = Prospect.of(Incidence.of(documents).frequencies)
    n = len(documents)
    for t in range(1, n):
        covered = all_of = 0
        for seen in combinations(range(n), t):
            known = frozenset[str]().union(*(documents[i] for i in seen))
            for other in set(range(n)) - set(seen):
                covered += len(documents[other] & known)
                all_of += len(documents[other])
        assert prospect.coverage(t) == pytest.approx(covered / all_of, abs=1e-9)


@given(documents=some)
def test_codes_never_fall_with_more_documents_and_coverage_stays_a_share(documents: Documents) -> None:
    prospect, n = Prospect.of(Incidence.of(documents).frequencies), len(documents)
    steps = [*(i / 4 for i in range(4 * n)), n, n + 0.5, n + 1, 2 * n]
    codes = [prospect.codes(t) for t in steps]
    assert codes == pytest.approx(sorted(codes))
    assert (codes[0], prospect.codes(n)) == (0.0, prospect.f.observed)
    assert all(-1e-12 <= prospect.coverage(t) <= 1 + 1e-12 for t in steps)


@pytest.mark.parametrize("level", [0.1, 0.3, 0.5, 0.6, 0.75, 0.9])
def test_the_documents_for_a_coverage_have_it(level: float) -> None:
    prospect = Prospect.of(RABBITS)
    needed = prospect.documents_at(level)
    assert needed is not None
    assert prospect.coverage(needed) == pytest.approx(level)


def test_a_coverage_of_one_is_nowhere_while_there_are_uniques() -> None:
    assert Prospect.of(RABBITS).documents_at(1.0) is None
    assert Prospect.of(Frequencies(4, {3: 3})).documents_at(1.0) == 2.0


def _documents(n: int, step: int) -> list[frozenset[str]]:
    return [frozenset({"all", f"c{i // step}", f"d{i % 5}"}) for i in range(n)]


def test_strata_are_compared_where_all_of_them_can_be_and_never_beyond_twice_their_documents() -> None:
    compared = equal_coverage({"A": _documents(6, 1), "B": _documents(20, 2)})
    assert compared.coverage is not None
    ends = [
        Prospect.of(Incidence.of(d).frequencies).coverage(2 * len(d)) for d in (_documents(6, 1), _documents(20, 2))
    ]
    assert compared.coverage == pytest.approx(min(ends))
    for stratum in compared.strata.values():
        assert stratum.reason is None
        assert stratum.needed is not None
        assert stratum.needed <= 2 * stratum.documents
        assert stratum.interval is not None
        assert stratum.codes is not None
        assert stratum.interval[0] <= stratum.codes <= stratum.interval[1]
    assert compared == equal_coverage({"A": _documents(6, 1), "B": _documents(20, 2)})


def test_equal_documents_have_equal_codes_at_equal_coverage() -> None:
    compared = equal_coverage({"A": _documents(12, 1), "B": _documents(12, 1)[::-1]}).strata
    assert compared["A"] == compared["B"]


def test_a_stratum_that_cannot_get_there_has_a_reason() -> None:
    compared = equal_coverage(
        {"A": _documents(6, 1), "B": _documents(20, 2), "C": [frozenset("x")], "D": []}, coverage=0.99
    )
    assert compared.strata["A"].reason == "beyond_twice"
    assert compared.strata["C"].reason == "needs_2_documents"
    assert compared.strata["D"].reason == "no_documents"
    assert compared.chosen


def test_no_stratum_is_no_comparison() -> None:
    assert equal_coverage({}).reason == "no_documents"
    assert equal_coverage({"A": [frozenset("x")]}).reason == "needs_2_documents"
    with pytest.raises(WrongArgument, match="between 0 and 1"):
        equal_coverage({}, coverage=1.5)
