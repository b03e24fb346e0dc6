"""What would raise agreement most: alpha after each remedy is that of the data as it would be then."""

import pytest

from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.remedies import remedies
from intercoder.stats.agreement.report import DocumentRatings, agreement_report, ratings_of
from intercoder.stats.agreement.results import Remedy, RemedyKind
from intercoder.stats.reliability import Ratings


def _found(**coders: str) -> dict[RemedyKind, Remedy]:
    """Return the remedies of one document by kind; a letter for a unit's code, . for none, ? for a missing value."""
    sets = {
        coder: [None if c == "?" else frozenset() if c == "." else frozenset({c}) for c in units]
        for coder, units in coders.items()
    }
    length = len(next(iter(coders.values())))
    documents = [DocumentRatings("d", list(sets), length, sets)]
    codes = sorted(set("".join(coders.values())) - {".", "?"})
    report = agreement_report(documents, codes, resamples=0)
    rows = remedies(ratings_of(documents, codes), report.confusions, report.left_out)
    assert list(rows) == sorted(rows, key=lambda row: -row.gain)
    now = report.overall["alpha"].value
    assert all(row.alpha - row.gain == pytest.approx(now) and row.gain > 0 for row in rows)
    return {row.kind: row for row in rows}


def _alpha(*coders: str) -> float | None:
    return krippendorff_alpha(Ratings.from_rows([[None if c == "?" else c for c in units] for units in coders])).value


def test_two_codes_that_are_mixed_up_are_counted_as_one() -> None:
    found = _found(x="aabbcc..aabb", y="abbacc..aabb")
    assert found[RemedyKind.PART].codes == ("a", "b")
    assert found[RemedyKind.PART].places == 2
    assert found[RemedyKind.PART].alpha == pytest.approx(_alpha("aaaacc..aaaa", "aaaacc..aaaa"))


def test_places_are_units_however_many_pairs_of_coders_differ_there() -> None:
    assert _found(x="aabbcc", y="abbacc", z="abbacc")[RemedyKind.PART].places == 2


def test_omissions_are_settled_by_the_majority_and_a_missing_value_is_none() -> None:
    found = _found(x="a.b.c.a.b.c.", y="..b.c.a...c.", z="a.b.c.?...c.")
    assert found[RemedyKind.SETTLE].places == 2
    assert found[RemedyKind.SETTLE].alpha == pytest.approx(_alpha("a.b.c.a...c.", "a.b.c.a...c.", "a.b.c.?...c."))


def test_a_code_that_stands_in_the_next_unit_is_a_boundary_and_no_omission() -> None:
    found = _found(x=".aa..b..b...", y="..a..bb.b...")
    assert RemedyKind.SETTLE not in found
    assert found[RemedyKind.BOUNDARY].places == 2
    # With two coders there is no majority: the longer passage stands.
    assert found[RemedyKind.BOUNDARY].alpha == pytest.approx(_alpha(".aa..bb.b...", ".aa..bb.b..."))


def test_a_coder_is_named_where_the_others_agree() -> None:
    found = _found(x="abcabcabc...", y="abcabcabc...", z="bcaabcabc...")
    named = found[RemedyKind.TRAIN]
    assert (named.coder, named.places) == ("z", 3)
    assert named.alpha == pytest.approx(1.0)


def test_where_all_agree_or_nothing_varies_there_is_nothing_to_do() -> None:
    assert _found(x="aabb", y="aabb") == {}
    empty = [DocumentRatings("d", ["x", "y"], 3, {})]
    assert remedies(ratings_of(empty, ["a"]), (), ()) == ()
    assert remedies(ratings_of([], []), (), ()) == ()
