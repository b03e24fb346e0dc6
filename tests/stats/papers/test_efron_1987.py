"""The bias-corrected and accelerated interval (Efron 1987) against scipy's, on the same statistic."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from intercoder.stats.agreement.alpha import Measurement, alpha_form, krippendorff_alpha
from intercoder.stats.agreement.binary import BinaryData
from intercoder.stats.arrays import Floats
from intercoder.stats.intervals import SEED, bca_interval, left_out, resample
from intercoder.stats.patterns import patterns
from intercoder.stats.reliability import Ratings
from intercoder.stats.spans.binary import binary_u_alpha
from intercoder.stats.spans.continuum import DocumentSpans, Span, Spans
from intercoder.stats.spans.unitizing import u_alpha

CASES = Path(__file__).parents[1] / "cases" / "agreement"


def _ratings(seed: int, units: int) -> Ratings:
    generator = np.random.default_rng(seed)
    truth = generator.integers(1, 4, units)
    rows = [np.where(generator.random(units) < 0.75, truth, generator.integers(1, 4, units)).tolist() for _ in range(3)]
    return Ratings.from_rows(rows)


def test_the_interval_is_that_of_scipy() -> None:
    ratings = _ratings(4, 40)

    def alpha(units: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
        return krippendorff_alpha(ratings.select(units=units)).value or np.nan

    theirs = stats.bootstrap(
        (np.arange(40),), alpha, vectorized=False, n_resamples=2000, method="BCa", rng=np.random.default_rng(1)
    ).confidence_interval
    ours = krippendorff_alpha(ratings, resamples=10_000, method="bca").interval
    assert ours is not None
    assert ours.method == "bca bootstrap"
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.025)


def test_on_the_same_resamples_the_ends_are_scipys() -> None:
    """A skewed statistic, so that neither the bias nor the acceleration is nothing."""
    values = np.random.default_rng(5).exponential(size=25)
    theirs = stats.bootstrap((values,), np.var, n_resamples=3000, method="BCa", rng=np.random.default_rng(2))
    others = np.array([np.delete(values, i).var() for i in range(25)])
    ones = np.ones(25, dtype=np.int64)
    ours, _ = bca_interval(
        theirs.bootstrap_distribution, float(values.var()), others, ones, seed=2, clustered_by="unit"
    )
    assert ours is not None
    ends = (theirs.confidence_interval.low, theirs.confidence_interval.high)
    assert (ours.low, ours.high) == pytest.approx(ends, rel=1e-9)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_without_one_unit_is_alpha_of_the_others(level: Measurement) -> None:
    ratings = _ratings(9, 20)
    data = patterns(ratings)
    form = alpha_form(ratings, data, level)
    assert not isinstance(form, str)
    without = left_out(form.rows, data.frequency, form.statistic)
    for unit in range(20):
        rest = ratings.select(units=np.delete(np.arange(20), unit))
        assert without[data.unit[unit]] == pytest.approx(krippendorff_alpha(rest, level).value, abs=1e-12)


def test_it_is_shifted_where_the_percentile_interval_is_biased() -> None:
    """Six psychiatrists, 30 patients (Fleiss 1971): resampled alphas lie below alpha, the corrected interval higher."""
    case = json.loads((CASES / "boot_fleiss1971.json").read_text(encoding="utf-8"))
    ratings = Ratings.from_rows(case["data"]["matrix"])
    plain = krippendorff_alpha(ratings, resamples=5000).interval
    corrected = krippendorff_alpha(ratings, resamples=5000, method="bca").interval
    assert plain is not None
    assert corrected is not None
    assert corrected.low > plain.low + 0.01
    assert corrected.high > plain.high + 0.01


def test_perfect_agreement_and_values_outside_all_resamples_are_told_apart() -> None:
    perfect = Ratings.from_rows([[1, 2] * 10, [1, 2] * 10])
    interval = krippendorff_alpha(perfect, resamples=500, method="bca").interval
    assert interval is not None
    assert (interval.low, interval.high, interval.degenerate) == (1.0, 1.0, True)
    samples, ones = np.linspace(0.1, 0.5, 100), np.ones(3, dtype=np.int64)
    others = np.array([0.6, 0.61, 0.62])
    assert bca_interval(samples, 0.7, others, ones, seed=1, clustered_by="unit") == (None, "no_bca")
    others[1] = np.nan
    assert bca_interval(samples, 0.3, others, ones, seed=1, clustered_by="unit") == (None, "no_bca")


def test_documents_are_left_out_whole_when_documents_are_drawn() -> None:
    generator = np.random.default_rng(3)
    documents = [d for d in range(15) for _ in range(8)]
    hard = generator.random(15)[documents]  # documents differ in difficulty: their units are not independent
    truth = generator.integers(1, 4, 120)
    rows = [np.where(generator.random(120) < hard, truth, generator.integers(1, 4, 120)).tolist() for _ in range(3)]
    by_document = krippendorff_alpha(
        Ratings.from_rows(rows, documents=documents), resamples=4000, method="bca"
    ).interval
    by_unit = krippendorff_alpha(Ratings.from_rows(rows), resamples=4000, method="bca").interval
    assert by_document is not None
    assert by_unit is not None
    assert by_document.clustered_by == "document"
    assert by_document.high - by_document.low > by_unit.high - by_unit.low


@pytest.mark.parametrize("documents", [1, 12])
def test_the_table_by_code_corrects_like_alpha_of_the_one_code(documents: int) -> None:
    generator = np.random.default_rng(12)
    truth = generator.random((120, 2)) < (0.5, 0.2)
    rows = []
    for _ in range(3):
        own = np.where(generator.random((120, 2)) < 0.8, truth, generator.random((120, 2)) < 0.3)
        rows.append([[code for code, has in zip("ab", unit, strict=True) if has] for unit in own])
    ratings = Ratings.from_sets(rows, documents=[u * documents // 120 for u in range(120)])
    table = BinaryData.from_ratings(ratings, "ab").estimates((0, 1, 2), ["alpha"], 500, 3, "bca")["alpha"]
    for code, estimate in zip("ab", table, strict=True):
        alone = krippendorff_alpha(ratings.binary(code), resamples=500, seed=3, method="bca").interval
        assert estimate.interval is not None
        assert alone is not None
        assert estimate.interval.method == "bca bootstrap"
        assert (estimate.interval.low, estimate.interval.high) == pytest.approx((alone.low, alone.high), abs=1e-9)


def test_spans_are_corrected_over_documents() -> None:
    generator = np.random.default_rng(6)
    documents = []
    for d in range(14):
        spans = [
            Span(
                coder,
                "ab"[int(generator.integers(2))],
                30 * i + int(generator.integers(8)),
                30 * i + 20 + int(generator.integers(9)),
            )
            for coder in ("x", "y")
            for i in range(int(generator.integers(1, 4)))
        ]
        documents.append(DocumentSpans(f"d{d}", 120, ["x", "y"], spans))
    study = Spans.of(documents)
    plain, corrected = (u_alpha(study, resamples=800, method=method) for method in ("percentile", "bca"))
    assert plain.interval is not None
    assert corrected.interval is not None
    assert (corrected.interval.method, corrected.interval.clustered_by) == ("bca bootstrap", "document")
    assert corrected.interval.low != plain.interval.low
    without = [
        u_alpha(study.select(documents=[n for n in study.documents if n != name])).value or 0.0
        for name in study.documents
    ]
    by_hand, _ = bca_interval(
        np.sort(bootstrap_of(study)),
        corrected.value or 0.0,
        np.array(without),
        np.ones(14, dtype=np.int64),
        seed=SEED,
        clustered_by="document",
    )
    assert by_hand is not None
    assert (corrected.interval.low, corrected.interval.high) == pytest.approx((by_hand.low, by_hand.high), abs=1e-9)
    for code in binary_u_alpha(study, resamples=300, method="bca").values():
        assert code.interval is not None
        assert code.interval.method == "bca bootstrap"


def bootstrap_of(study: Spans) -> Floats:
    """Return u-alpha of 800 resamples of whole documents, each computed from its spans anew."""
    samples = []
    for weights in next(resample(np.ones(14, dtype=np.int64), resamples=800, seed=SEED, width=1)).astype(int):
        drawn = [name for name, times in zip(study.documents, weights, strict=True) for _ in range(times)]
        copies = []
        for i, name in enumerate(drawn):
            document = study.select(documents=[name])
            spans = [
                Span(study.coders[m], document.codes[c], start, end)
                for m, c, start, end in zip(
                    document.coder.tolist(),
                    document.code.tolist(),
                    document.start.tolist(),
                    document.end.tolist(),
                    strict=True,
                )
            ]
            copies.append(DocumentSpans(str(i), 120, ["x", "y"], spans))
        samples.append(u_alpha(Spans.of(copies)).value or np.nan)
    return np.array(samples)
