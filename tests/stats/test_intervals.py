"""The bootstrap: the law of resampling units, when there is no interval, and what is counted."""

import json
from pathlib import Path

import numpy as np
import pytest

from intercoder.stats import intervals
from intercoder.stats.agreement.alpha import Measurement, alpha_form, krippendorff_alpha
from intercoder.stats.intervals import bootstrap, percentile_interval, resample
from intercoder.stats.patterns import patterns
from intercoder.stats.reliability import Ratings

CASES = Path(__file__).parent / "cases" / "agreement"


def _fleiss() -> Ratings:
    case = json.loads((CASES / "fleiss1971__alpha_nominal.json").read_text(encoding="utf-8"))
    return Ratings.from_rows(case["data"]["matrix"])


def test_the_interval_of_fleiss_1971_is_that_of_independent_programs() -> None:
    interval = krippendorff_alpha(_fleiss(), resamples=10_000).interval
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((0.3198, 0.5304), abs=0.012)
    assert interval.below_667 == interval.below_800 == 1.0
    assert (interval.clustered_by, interval.resamples, interval.undefined) == ("unit", 10_000, 0)


def test_patterns_are_resampled_like_single_units() -> None:
    ratings = _fleiss()
    generator = np.random.default_rng(3)
    slow = [krippendorff_alpha(ratings.select(units=generator.integers(0, 30, 30))).value for _ in range(1500)]
    interval = krippendorff_alpha(ratings, resamples=10_000).interval
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx(np.percentile(np.array(slow), [2.5, 97.5]), abs=0.02)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_every_single_resample_is_alpha_of_the_resampled_units(level: str) -> None:
    ratings = Ratings.from_rows([[1, 2, 3, 3, 2, 1, None], [1, 2, 3, 2, 2, 2, 4], [1, 3, 3, None, 2, 3, 4]])
    data = patterns(ratings)
    form = alpha_form(ratings, data, level)  # type: ignore[arg-type]
    assert not isinstance(form, str)
    fast = bootstrap(form.rows, data.frequency, form.statistic, resamples=20, seed=5)
    weights = np.concatenate(list(resample(data.frequency, resamples=20, seed=5, width=1)))
    assert (weights.sum(axis=1) == 7).all()
    for value, drawn in zip(fast, weights, strict=True):
        units = [u for k, times in enumerate(drawn) for u in [list(data.unit).index(k)] * int(times)]
        slow = krippendorff_alpha(ratings.select(units=np.array(units)), level).value  # type: ignore[arg-type]
        assert (slow is None and np.isnan(value)) or value == pytest.approx(slow, abs=1e-12)


def test_the_same_seed_gives_the_same_interval_and_another_one_does_not() -> None:
    estimate = krippendorff_alpha(_fleiss(), resamples=200, seed=1)
    assert estimate == krippendorff_alpha(_fleiss(), resamples=200, seed=1)
    assert estimate.interval != krippendorff_alpha(_fleiss(), resamples=200, seed=2).interval


def test_nine_pairable_units_show_a_value_and_no_interval() -> None:
    nine = Ratings.from_rows([[1, 2, 3] * 3 + [None] * 5, [1, 2, 2] * 3 + [1] * 5])
    estimate = krippendorff_alpha(nine, resamples=100)
    assert estimate.value is not None
    assert (estimate.interval, estimate.interval_reason) == (None, "too_few_units")


def test_ten_documents_are_drawn_whole_and_nine_are_not() -> None:
    rows = [[1, 2, 1, 2] * 10, [1, 2, 1, 1] * 10]
    for documents, clustered in ((10, "document"), (9, "unit")):
        names = [min(u // 4, documents - 1) for u in range(40)]
        interval = krippendorff_alpha(Ratings.from_rows(rows, documents=names), resamples=200).interval
        assert interval is not None
        assert interval.clustered_by == clustered
    # Ten equal documents: drawing documents cannot vary, drawing units can.
    equal = Ratings.from_rows(rows, documents=[u // 4 for u in range(40)])
    interval = krippendorff_alpha(equal, resamples=200).interval
    assert interval is not None
    assert interval.degenerate
    assert interval.low == pytest.approx(interval.high)


def test_perfect_agreement_has_a_degenerate_interval_and_counts_resamples_without_variation() -> None:
    row = [1] * 9 + [2] * 3
    interval = krippendorff_alpha(Ratings.from_rows([row, row]), resamples=2000).interval
    assert interval is not None
    assert (interval.low, interval.high, interval.degenerate) == (1.0, 1.0, True)
    assert interval.undefined == pytest.approx(2000 * 0.75**12, rel=0.35)


def test_more_than_five_percent_undefined_resamples_leave_no_interval() -> None:
    rare = [1] * 19 + [2]
    estimate = krippendorff_alpha(Ratings.from_rows([rare, [1] * 20]), resamples=500)
    assert estimate.value is not None
    assert (estimate.interval, estimate.interval_reason) == (None, "too_many_undefined")


def test_the_shares_below_the_two_limits_are_of_the_valid_resamples() -> None:
    samples = np.array([np.nan] * 2 + [0.5] * 10 + [0.7] * 20 + [0.9] * 68)
    interval, reason = percentile_interval(samples, seed=1, clustered_by="unit")
    assert interval is not None
    assert reason is None
    assert interval.undefined == 2
    assert interval.below_667 == pytest.approx(10 / 98)
    assert interval.below_800 == pytest.approx(30 / 98)


@pytest.mark.parametrize("size", [1, 2, 3, 39, 40, 41, 1000])
def test_the_ends_of_the_interval_are_numpys_percentiles(size: int) -> None:
    samples = np.random.default_rng(size).normal(size=size)
    interval, _ = percentile_interval(samples, seed=1, clustered_by="unit")
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx(tuple(np.percentile(samples, [2.5, 97.5])), abs=1e-12)


@pytest.mark.parametrize("most_drawn", [100, 0])
def test_weights_are_draws_with_replacement_and_blocks_change_no_number(
    most_drawn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By drawing places, and by drawing numbers: the same law, whatever the blocks."""
    monkeypatch.setattr(intervals, "MOST_DRAWN", most_drawn)
    frequency = np.array([5, 0, 2, 3])
    drawn = np.concatenate(list(resample(frequency, resamples=20_000, seed=2, width=4)))
    assert (drawn.sum(axis=1) == 10).all()
    assert drawn.mean(axis=0) == pytest.approx(frequency, abs=0.05)
    share = frequency / 10
    assert drawn.var(axis=0) == pytest.approx(10 * share * (1 - share), abs=0.08)
    monkeypatch.setattr(intervals, "_CHUNK", 1)
    assert (np.concatenate(list(resample(frequency, resamples=50, seed=2, width=4))) == drawn[:50]).all()


def test_thousands_of_intervals_at_once_are_the_same_intervals() -> None:
    samples = np.random.default_rng(3).normal(size=(6, 400))
    samples[1, :7] = np.nan
    samples[2, :30] = np.nan
    low, high, undefined = intervals.intervals_of_rows(samples)
    for row, (interval, reason) in enumerate(intervals.percentile_intervals(samples, seed=1, clustered_by="unit")):
        assert undefined[row] == np.isnan(samples[row]).sum()
        if interval is None:
            assert reason == "too_many_undefined"
            assert np.isnan(low[row])
        else:
            assert (low[row], high[row]) == pytest.approx((interval.low, interval.high), abs=1e-12)


@pytest.mark.parametrize("level", ["nominal", "masi", "jaccard"])
def test_more_values_than_documents_give_the_interval_of_documents_drawn_and_joined(level: Measurement) -> None:
    generator = np.random.default_rng(11)
    truth = [list(generator.choice(list("abcdef"), size=generator.integers(1, 4), replace=False)) for _ in range(60)]
    rows = [
        [t if generator.random() < 0.7 else list(generator.choice(list("abcdef"), 2)) for t in truth] for _ in range(3)
    ]
    ratings = Ratings.from_sets(rows, documents=[u // 5 for u in range(60)])
    assert len(ratings.values) > 12
    drawn = np.concatenate(list(resample(np.ones(12, dtype=np.int64), resamples=200, seed=9, width=1))).astype(int)
    alphas = []
    for times in drawn:
        units = [5 * d + i for d, often in enumerate(times) for _ in range(often) for i in range(5)]
        alphas.append(krippendorff_alpha(ratings.select(units=np.array(units)), level).value or np.nan)
    interval = krippendorff_alpha(ratings, level, resamples=200, seed=9).interval
    assert interval is not None
    assert interval.clustered_by == "document"
    assert (interval.low, interval.high) == pytest.approx(tuple(np.percentile(alphas, [2.5, 97.5])), abs=1e-9)
