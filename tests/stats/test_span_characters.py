"""Characters as units: the same numbers as the coefficients for units, character by character."""

from itertools import combinations

import pytest
from hypothesis import given, settings

from intercoder.errors import WrongArgument
from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.coefficients import cohen_kappa
from intercoder.stats.reliability import Ratings
from intercoder.stats.spans.characters import character_alpha, character_alpha_overall, character_kappa, character_means
from intercoder.stats.spans.continuum import DocumentSpans, Spans
from stats.slow_spans import CODES, overlapping, sets_of


@given(study=overlapping())
@settings(max_examples=30)
def test_alpha_by_code_and_over_sets_is_nominal_alpha_of_the_characters(study: list[DocumentSpans]) -> None:
    spans = Spans.of(study, CODES)
    ratings = Ratings.from_sets(sets_of(study, spans.coders))
    for code, estimate in character_alpha(spans).items():
        assert estimate.value == pytest.approx(krippendorff_alpha(ratings.binary(code)).value, abs=1e-12)
    assert character_alpha_overall(spans).value == pytest.approx(krippendorff_alpha(ratings).value, abs=1e-12)


@given(study=overlapping())
@settings(max_examples=30)
def test_kappa_by_pair_and_code_is_cohens_of_the_characters(study: list[DocumentSpans]) -> None:
    spans = Spans.of(study, CODES)
    ratings = Ratings.from_sets(sets_of(study, spans.coders))
    for i, j in combinations(range(len(spans.coders)), 2):
        pair = ratings.select(coders=(i, j))
        for code, row in character_kappa(spans, (spans.coders[i], spans.coders[j])).items():
            kappa = cohen_kappa(pair.binary(code))
            assert row.kappa == pytest.approx(kappa.value, abs=1e-12)
            assert row.length == kappa.n_pairable == row.both + row.only_first + row.only_second + row.neither
            cells = pair.binary(code).index
            assert row.only_first == int(((cells[0] == 1) & (cells[1] == 0)).sum())
            back = character_kappa(spans, (spans.coders[j], spans.coders[i]))[code]
            assert (back.only_second, back.kappa) == (row.only_first, row.kappa)


def test_means_over_documents_are_those_of_the_documents_one_by_one() -> None:
    study = [
        DocumentSpans("d", 100, ["x", "y"], [("x", "a", 0, 50), ("y", "a", 10, 50)]),
        DocumentSpans("e", 20, ["x", "y"], [("x", "a", 0, 5), ("y", "a", 4, 10)]),
        DocumentSpans("f", 40, ["x", "y"], []),
    ]
    spans = Spans.of(study)
    row = character_kappa(spans, ("x", "y"))["a"]
    alone = [character_kappa(spans.select(documents=[name]), ("x", "y"))["a"] for name in "def"]
    d, e, f = (row.kappa for row in alone)
    assert f is None
    assert d is not None
    assert e is not None
    assert (row.documents, row.kappa_documents) == (3, 2)
    assert row.mean_kappa == pytest.approx((d + e) / 2)
    assert row.weighted_kappa == pytest.approx((100 * d + 20 * e) / 120)
    assert row.percent == pytest.approx((90 + 11 + 40) / 160)
    assert row.mean_percent == pytest.approx((90 / 100 + 11 / 20 + 1) / 3)
    assert (row.both, row.only_first, row.only_second, row.neither) == (41, 14, 5, 100)


@pytest.mark.parametrize(
    ("coders", "spans", "reason"),
    [
        ("xy", [], "not_used"),
        ("xyz", [("z", "a", 0, 4)], "not_used"),
        ("xy", [("x", "a", 0, 9), ("y", "a", 0, 9)], "no_gap"),
        ("xy", [("x", "a", 0, 9)], None),
    ],
)
def test_full_agreement_on_nothing_or_everything_is_no_kappa(
    coders: str, spans: list[tuple[str, str, int, int]], reason: str | None
) -> None:
    study = Spans.of([DocumentSpans("d", 9, list(coders), spans)], ["a"])
    row = character_kappa(study, ("x", "y"))["a"]
    assert (row.reason, row.kappa is None) == (reason, reason is not None)
    assert row.percent == (1.0 if reason else 0.0)
    assert row.kappa == (None if reason else 0.0)


def test_coders_who_share_no_document_have_no_percent_either() -> None:
    study = [DocumentSpans("d", 9, ["x"], [("x", "a", 0, 4)]), DocumentSpans("e", 9, ["y"], [])]
    row = character_kappa(Spans.of(study), ("x", "y"))["a"]
    assert (row.percent, row.kappa, row.reason) == (None, None, "no_pairable_values")
    with pytest.raises(WrongArgument, match="Two different coders"):
        character_kappa(Spans.of(study), ("x", "x"))


def test_means_over_codes_leave_undefined_ones_out_and_say_so() -> None:
    spans = [("x", "a", 0, 4), ("y", "a", 0, 4), ("x", "b", 2, 5)]
    study = Spans.of([DocumentSpans("d", 9, ["x", "y"], spans)], ["a", "b", "c"])
    table = character_kappa(study, ("x", "y"))
    means = character_means(table.values())
    assert (means.codes, means.undefined_codes) == (2, 1)
    assert means.kappa == pytest.approx(0.5)
    assert means.percent == pytest.approx((1 + 6 / 9 + 1) / 3)
    assert character_means([]).kappa is None


def test_every_character_alpha_has_its_reason() -> None:
    study = Spans.of([DocumentSpans("d", 9, ["x", "y"], [])], ["a"])
    assert character_alpha(study)["a"].reason == "not_used"
    assert character_alpha_overall(study).reason == "no_variation"
    assert character_alpha_overall(study.select(coders=["x"])).reason == "no_pairable_values"
