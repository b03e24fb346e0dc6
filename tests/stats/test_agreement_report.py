"""The agreement report: what it counts, that it is consistent with one coefficient at a time, and says why not."""

import json
import random

import pytest

from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.coefficients import cohen_kappa, mean_pairwise_cohen_kappa, percent_agreement
from intercoder.stats.agreement.gwet import gwet_ac
from intercoder.stats.agreement.report import DocumentRatings, agreement_report
from intercoder.stats.agreement.results import AgreementReport
from intercoder.stats.reliability import Ratings

CODES = ["a", "b", "c", "d", "never"]
NONE: frozenset[str] = frozenset()


def _set(codes: str) -> frozenset[str]:
    return frozenset(codes)


def _study(documents: int, coders: str, seed: int = 1, units: int = 8) -> list[DocumentRatings]:
    draw = random.Random(seed)
    study = []
    for d in range(documents):
        here = [coder for coder in coders if draw.random() < 0.9]
        true = [_set("".join(draw.sample("abcd", draw.choice([0, 1, 1, 2])))) for _ in range(units)]
        sets = {
            coder: [
                None if draw.random() < 0.1 else value if draw.random() < 0.7 else _set(draw.choice("abcd"))
                for value in true
            ]
            for coder in here
        }
        study.append(DocumentRatings(f"d{d}", here, units, sets))
    return study


def _ratings(documents: list[DocumentRatings]) -> Ratings:
    coders = sorted({coder for document in documents for coder in document.coders})
    rows = [
        [cell for d in documents for cell in (d.sets[coder] if coder in d.coders else [None] * d.units)]
        for coder in coders
    ]
    names = [d.document for d in documents for _ in range(d.units)]
    return Ratings.from_sets(rows, coders=coders, documents=names)


@pytest.mark.parametrize(("documents", "coders"), [(4, "xyz"), (14, "xyz"), (5, "xy")])
def test_the_table_by_code_is_that_of_one_coefficient_at_a_time(documents: int, coders: str) -> None:
    study = _study(documents, coders)
    ratings = _ratings(study)
    report = agreement_report(study, CODES, resamples=100, seed=4)
    kappa = cohen_kappa if len(coders) == 2 else mean_pairwise_cohen_kappa
    for row in report.by_code[:4]:
        binary = ratings.binary(row.code)
        alpha = krippendorff_alpha(binary, resamples=100, seed=4)
        assert row.estimates["alpha"].value == pytest.approx(alpha.value, abs=1e-12)
        assert alpha.interval is not None
        assert row.estimates["alpha"].interval is not None
        assert row.estimates["alpha"].interval.clustered_by == alpha.interval.clustered_by
        assert row.estimates["alpha"].interval.low == pytest.approx(alpha.interval.low, abs=1e-12)
        assert row.estimates["percent"].value == pytest.approx(percent_agreement(binary).value, abs=1e-12)
        assert row.estimates["ac1"].value == pytest.approx(gwet_ac(binary).value, abs=1e-12)
        assert row.estimates["kappa"].value == pytest.approx(kappa(binary).value, abs=1e-12)
        assert row.estimates["kappa"].method == kappa(binary).method
        assert row.prevalence == pytest.approx(row.positives / ratings.n_values)
        assert sum(row.by_coder.values()) == row.positives


def test_pairs_documents_and_coders_left_out_are_the_same_numbers_on_part_of_the_data() -> None:
    study = _study(6, "xyz")
    ratings = _ratings(study)
    report = agreement_report(study, CODES, resamples=0)
    by_pair = {row.coders: row.estimates for row in report.by_pair}
    pair = ratings.select(coders=(0, 2))
    assert by_pair["x", "z"]["alpha"].value == krippendorff_alpha(pair).value
    assert by_pair["x", "z"]["kappa"].value == cohen_kappa(pair).value
    cell = next(row for row in report.by_code_and_pair if (row.code, row.coders) == ("b", ("x", "z")))
    binary = pair.binary("b")
    assert cell.estimates["alpha"].value == pytest.approx(krippendorff_alpha(binary).value, abs=1e-12)
    assert cell.estimates["kappa"].value == pytest.approx(cohen_kappa(binary).value, abs=1e-12)
    assert cell.n == pair.n_pairable
    assert report.overall["masi"].value == krippendorff_alpha(ratings, "masi").value
    left = {row.coder: row for row in report.left_out}
    assert left["y"].alpha.value == krippendorff_alpha(pair).value
    whole = report.overall["alpha"].value
    assert whole is not None
    assert left["y"].delta == pytest.approx((left["y"].alpha.value or 0) - whole)
    assert ratings.documents is not None
    first = krippendorff_alpha(ratings.select(units=ratings.documents == 0)).value
    assert report.by_document[0].estimates["alpha"].value == first
    assert report.by_document[0].few_units


def test_three_kinds_of_nothing_are_told_apart() -> None:
    a = _set("a")
    report = agreement_report(
        [
            DocumentRatings("finished", ["x", "y"], 3, {"x": [a, NONE, NONE], "y": [a, None, NONE]}),
            DocumentRatings("only x", ["x"], 2, {"x": [a, a], "y": [a, a]}),
            DocumentRatings("y put nothing", ["x", "y"], 1, {"x": [a]}),
        ],
        ["a"],
        resamples=0,
    )
    overall = report.overall["percent"]
    # skipped: one unit not pairable; not listed: two units missing; listed without an entry: empty set
    assert (overall.n_units, overall.n_pairable, overall.n_values, overall.n_missing) == (6, 3, 9, 3)
    assert overall.value == pytest.approx(2 / 3)
    assert report.compared_documents == 2
    assert report.by_document[1].estimates["alpha"].reason == "no_pairable_values"
    assert report.by_code[0].by_coder == {"x": 4, "y": 1}


def test_a_code_that_nobody_used_has_a_reason_and_never_a_one() -> None:
    row = agreement_report(_study(4, "xyz"), CODES, resamples=10).by_code[-1]
    assert row.code == "never"
    assert row.positives == 0
    assert row.units_used == 0
    for name in ("alpha", "kappa", "ac1", "percent"):
        assert (row.estimates[name].value, row.estimates[name].reason) == (None, "not_used")


def test_the_order_of_coders_and_units_and_further_codes_change_nothing() -> None:
    study = _study(5, "xyz")
    turned = [
        DocumentRatings(d.document, list(d.coders)[::-1], d.units, {c: d.sets[c][::-1] for c in d.coders})
        for d in study
    ]
    straight, turned_about = agreement_report(study, CODES, resamples=50), agreement_report(turned, CODES, resamples=50)
    assert straight.to_json() == turned_about.to_json()
    fewer = agreement_report(study, CODES[:4], resamples=50)
    assert fewer.by_code == straight.by_code[:4]


def test_confusions_count_who_used_what_in_the_place_of_the_other() -> None:
    sets = {
        "x": [_set("a"), _set("b"), _set("a"), _set("ac")],
        "y": [_set("b"), _set("a"), _set("c"), _set("a")],
    }
    report = agreement_report([DocumentRatings("d", ["x", "y"], 4, sets)], CODES, resamples=0)
    assert [(c.code, c.other, c.count) for c in report.confusions] == [("a", "b", 2), ("a", "c", 1)]


def test_the_paradox_flag_rises_when_one_category_dominates() -> None:
    x, y = [NONE] * 38 + [_set("a"), NONE], [NONE] * 38 + [NONE, _set("a")]
    report = agreement_report([DocumentRatings("d", ["x", "y"], 40, {"x": x, "y": y})], ["a"], resamples=0)
    assert report.paradox
    assert report.by_code[0].paradox
    assert not agreement_report(_study(5, "xyz"), CODES, resamples=0).paradox


def test_nine_values_of_ten_in_one_category_raise_the_flag_even_when_alpha_is_perfect() -> None:
    layer = [_set("a")] * 3 + [NONE] * 27
    sets = {"x": layer, "y": layer}
    report = agreement_report([DocumentRatings("d", ["x", "y"], 30, sets)], ["a"], resamples=0)
    assert report.overall["alpha"].value == 1.0
    assert report.paradox
    assert report.by_code[0].paradox


def test_two_coders_leave_nobody_out_and_one_coder_has_reasons_everywhere() -> None:
    assert agreement_report(_study(5, "xy"), CODES, resamples=0).left_out == ()
    alone = agreement_report([DocumentRatings("d", ["x"], 2, {"x": [_set("a"), NONE]})], CODES)
    assert all(estimate.reason == "no_pairable_values" for estimate in alone.overall.values())
    assert all(e.value is None for row in alone.by_code for e in row.estimates.values())


@pytest.mark.parametrize(
    "documents", [[], [DocumentRatings("d", [], 3, {})], [DocumentRatings("d", ["x", "y"], 0, {})]]
)
def test_nothing_at_all_is_a_report_with_reasons(documents: list[DocumentRatings]) -> None:
    report = agreement_report(documents, CODES)
    assert report.overall["alpha"].reason == "no_pairable_values"
    json.dumps(report.to_json(), allow_nan=False)


def test_a_report_is_plain_json_without_nan() -> None:
    report = agreement_report(_study(12, "xyz"), CODES, resamples=50)
    assert isinstance(report, AgreementReport)
    assert json.loads(json.dumps(report.to_json(), allow_nan=False))["overall"]["alpha"]["interval"]["resamples"] == 50


def test_only_the_coefficients_that_were_asked_for_are_computed() -> None:
    report = agreement_report(_study(4, "xyz"), CODES, resamples=0, coefficients=["alpha", "percent"])
    assert set(report.overall) == set(report.by_code[0].estimates) == {"alpha", "percent"}


def test_wrong_input_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="not in the list: z"):
        agreement_report([DocumentRatings("d", ["x"], 1, {"x": [_set("z")]})], ["a"])
    with pytest.raises(ValueError, match="one entry for each unit"):
        agreement_report([DocumentRatings("d", ["x"], 2, {"x": [NONE]})], ["a"])
    with pytest.raises(ValueError, match="given twice"):
        agreement_report([], ["a", "a"])
    with pytest.raises(ValueError, match="no coefficient omega"):
        agreement_report([], ["a"], coefficients=["omega"])


@pytest.mark.parametrize("coders", [["x", "y"], ["x", "y", "z"], ["甲", "乙", "丙", "丁"]])
def test_holstis_two_are_of_the_documents_that_both_of_a_pair_finished(coders: list[str]) -> None:
    a, b = _set("a"), _set("b")
    shared = DocumentRatings("shared", coders, 4, {coder: [a, a, b, a if i else b] for i, coder in enumerate(coders)})
    alone = DocumentRatings("alone", coders[:1], 30, {coders[0]: [a] * 30})
    report = agreement_report([shared, alone], CODES, resamples=0)
    m = len(coders)
    disagreeing = m - 1  # pairs with the first coder differ in one unit of four
    k = 1 - disagreeing * 0.25 / (m * (m - 1) / 2)
    assert report.overall["holsti"].value == pytest.approx(k)
    assert report.overall["holsti_reliability"].value == pytest.approx(m * k / (1 + (m - 1) * k))
    assert "holsti" not in report.by_pair[0].estimates
    assert agreement_report([alone], CODES, resamples=0).overall["holsti_reliability"].reason == "no_pairable_values"
