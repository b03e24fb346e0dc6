"""Two reports side by side: the values are those of the reports, and a change's interval covers what is true."""

from collections.abc import Sequence
from random import Random

import pytest

from intercoder.stats.agreement.paired import COMPARED, changes
from intercoder.stats.agreement.report import DocumentRatings, agreement_report

CODES = "abc"


def study(
    random: Random, names: Sequence[str], right: float, codes: str = CODES, units: int = 20
) -> list[DocumentRatings]:
    """Documents of three coders who see what is there with a probability, and else guess."""
    made = []
    for name in names:
        there = [frozenset(random.sample(codes, 1)) if random.random() < 0.5 else frozenset() for _ in range(units)]
        sets = {
            coder: [
                one if random.random() < right else frozenset(random.sample(codes, random.randint(0, 2)))
                for one in there
            ]
            for coder in ("x", "y", "z")
        }
        made.append(DocumentRatings(name, ["x", "y", "z"], units, sets))
    return made


def named(first: int, last: int) -> list[str]:
    return [f"d{i}" for i in range(first, last)]


def test_the_values_are_those_of_the_two_reports() -> None:
    random = Random(1)
    first, second = study(random, named(0, 15), 0.6), study(random, named(5, 20), 0.8, "abcd")
    told = changes(first, second, (CODES, "abcd"), resamples=200)
    reports = agreement_report(first, CODES, resamples=0), agreement_report(second, "abcd", resamples=0)
    for name in COMPARED:
        change = told.overall[name]
        assert (change.first, change.second) == pytest.approx(tuple(r.overall[name].value for r in reports))
        assert change.change == pytest.approx((change.second or 0) - (change.first or 0))
        assert (change.low or 9) < (change.change or 0) < (change.high or -9)
    by_code = [{row.code: row.alpha for row in report.by_code} for report in reports]
    assert [*told.by_code] == [*CODES]
    for code, change in told.by_code.items():
        assert (change.first, change.second) == pytest.approx((by_code[0][code], by_code[1][code]))
    assert (told.documents, told.shared) == (20, 10)


def test_what_both_have_in_common_does_not_blur_their_difference() -> None:
    random = Random(2)
    first = study(random, named(0, 20), 0.6)
    # The same documents, in which two of a hundred values became right: as resamples draw them for both, that is certain ...
    second = [
        DocumentRatings(d.document, d.coders, d.units, {**d.sets, "y": [*d.sets["x"][:4], *d.sets["y"][4:]]})
        for d in first
    ]
    same = changes(first, second, (CODES, CODES), resamples=500).overall["alpha"]
    # ... and of others like them it is not.
    others = [DocumentRatings(f"e{d.document}", d.coders, d.units, d.sets) for d in second]
    apart = changes(first, others, (CODES, CODES), resamples=500).overall["alpha"]
    assert (same.low or 0) > 0.0
    assert same.change == pytest.approx(apart.change)
    assert (apart.high or 0) - (apart.low or 0) > 1.5 * ((same.high or 0) - (same.low or 0))
    unmoved = changes(first, first, (CODES, CODES), resamples=50).overall["alpha"]
    assert (unmoved.change, unmoved.low, unmoved.high, unmoved.rises) == (0.0, 0.0, 0.0, 0.0)


def test_intervals_cover_no_change_about_as_often_as_they_say() -> None:
    covered = 0
    for seed in range(60):
        random = Random(seed)
        first, second = (study(random, names, 0.7, units=12) for names in (named(0, 20), named(20, 40)))
        change = changes(first, second, (CODES, CODES), resamples=200, seed=seed).overall["alpha"]
        covered += (change.low or 0.0) <= 0.0 <= (change.high or 0.0)
    assert covered >= 51  # of 60 at 95 %: fewer than 51 come once in four thousand times


def test_why_there_is_no_interval() -> None:
    random = Random(3)
    few = study(random, named(0, 4), 0.6)
    told = changes(few, study(random, named(2, 8), 0.6), (CODES, CODES))
    assert {change.reason for change in told.overall.values()} == {"too_few_documents"}
    assert (told.resamples, told.overall["alpha"].low) == (0, None)
    many = study(random, named(0, 12), 0.6)
    assert changes(many, many, (CODES, CODES), resamples=0).overall["alpha"].reason == "not_requested"
    alone = [DocumentRatings(d.document, ["x"], d.units, {"x": d.sets["x"]}) for d in many]
    nothing = changes(many, alone, (CODES, CODES))
    assert (nothing.overall["alpha"].reason, nothing.overall["alpha"].second) == ("no_value", None)
    assert nothing.overall["alpha"].first is not None
    others = study(random, named(0, 12), 0.6, "xyz")
    assert changes(many, others, (CODES, "xyz"), resamples=20).by_code == {}
