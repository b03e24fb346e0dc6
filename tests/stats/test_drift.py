"""Test-retest agreement of one coder with an earlier self."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from intercoder.errors import WrongArgument
from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.drift import Recoding, drift
from intercoder.stats.reliability import Ratings

A, B, AB, NONE = frozenset("A"), frozenset("B"), frozenset("AB"), frozenset[str]()
START = datetime(2026, 3, 1, tzinfo=UTC)
SETS = st.sampled_from([A, B, AB, NONE, None])


def _pairs(pairs: Any, coder: str = "Wei", **more: Any) -> list[Recoding]:
    return [Recoding(coder, f"u{i:03}", first, second, **more) for i, (first, second) in enumerate(pairs)]


@given(
    pairs=st.lists(st.tuples(SETS, SETS), min_size=1, max_size=30),
    level=st.sampled_from(["nominal", "masi", "jaccard"]),
)
@settings(max_examples=40)
def test_the_two_occasions_stand_for_two_coders(pairs: Any, level: Any) -> None:
    (change,) = drift(_pairs(pairs), level)
    wanted = krippendorff_alpha(Ratings.from_rows([[a for a, _ in pairs], [b for _, b in pairs]]), level)
    assert change.alpha.value == pytest.approx(wanted.value)
    assert change.alpha.reason == wanted.reason


@given(pairs=st.lists(st.tuples(SETS, SETS), min_size=1, max_size=30))
@settings(max_examples=40)
def test_exchanging_the_occasions_turns_the_direction_and_nothing_else(pairs: Any) -> None:
    (forth,) = drift(_pairs(pairs), "masi")
    (back,) = drift(_pairs([(b, a) for a, b in pairs]), "masi")
    assert forth.alpha.value == pytest.approx(back.alpha.value)
    turned = {"more": "less", "less": "more", "same": "same"}
    by_code = {code.code: code for code in back.by_code}
    for code in forth.by_code:
        assert by_code[code.code].direction == turned[code.direction]
        assert by_code[code.code].p == pytest.approx(code.p)
        assert (by_code[code.code].first, by_code[code.code].second) == (code.second, code.first)


def test_a_code_that_creeps_in_is_found_with_its_direction() -> None:
    # B is added in 9 of 40 units and dropped in 1; A never changes.
    pairs = [(A, AB)] * 9 + [(AB, A)] + [(A, A)] * 15 + [(NONE, NONE)] * 15
    (change,) = drift(_pairs(pairs), "masi")
    b, a = change.by_code
    assert (b.code, b.direction, b.both, b.first, b.second, b.neither) == ("B", "more", 0, 1, 9, 30)
    assert b.p == pytest.approx(stats.binom.cdf(1, 10, 0.5) * 2)
    assert b.p_holm == b.p
    assert (a.code, a.direction, a.p, a.p_reason) == ("A", "same", None, "no_change")
    assert (a.both, a.neither) == (25, 15)
    assert a.alpha.value == 1
    assert change.percent.value == pytest.approx(0.75)


def test_many_codes_are_held_against_one_another() -> None:
    pairs = [(NONE, A)] * 8 + [(B, NONE)] * 6 + [(AB, AB)] * 6
    (change,) = drift(_pairs(pairs))
    assert [(code.code, code.direction) for code in change.by_code] == [("A", "more"), ("B", "less")]
    assert [code.p for code in change.by_code] == pytest.approx([2 / 2**8, 2 / 2**6])
    assert [code.p_holm for code in change.by_code] == pytest.approx([4 / 2**8, 2 / 2**6])


def test_single_values_and_their_order_work_too() -> None:
    pairs = [(1, 1), (2, 2), (3, 3), (1, 2), (2, 3), (3, 3)] * 3
    (change,) = drift(_pairs(pairs), "ordinal", categories=[1, 2, 3])
    wanted = krippendorff_alpha(Ratings.from_rows([[a for a, _ in pairs], [b for _, b in pairs]]), "ordinal")
    assert change.alpha.value == pytest.approx(wanted.value)
    assert {code.code: code.direction for code in change.by_code} == {1: "less", 2: "same", 3: "more"}


def test_every_coder_is_compared_with_nobody_else() -> None:
    steady, restless = _pairs([(A, A), (B, B)] * 8, "Wei"), _pairs([(A, B), (B, A)] * 8, "Ana")
    ana, wei = drift([*steady, *restless])
    assert (ana.coder, wei.coder) == ("Ana", "Wei")
    assert wei.alpha.value == 1
    assert ana.alpha.value is not None
    assert ana.alpha.value < 0
    assert drift(steady) == (wei,)


def _lagged(changed: list[bool], lags: list[float]) -> list[Recoding]:
    return [
        Recoding(
            "Wei",
            f"u{i:03}",
            A if i % 2 else B,
            (A if i % 2 else B) if not change else (B if i % 2 else A),
            first_at=START,
            second_at=START + timedelta(days=lag),
        )
        for i, (change, lag) in enumerate(zip(changed, lags, strict=True))
    ]


def test_agreement_that_fades_with_the_lag_shows_in_windows() -> None:
    lags = [float(i) for i in range(60)]
    (change,) = drift(_lagged([i >= 40 for i in range(60)], lags))
    assert [(window.start, window.end) for window in change.by_lag] == [(0, 19), (20, 39), (40, 59)]
    assert [window.percent.value for window in change.by_lag] == [1, 1, 0]
    assert change.by_lag[0].alpha.value == 1
    assert change.times_reason is None


def test_equal_lags_are_one_window_and_windows_are_not_made_of_few_units() -> None:
    (change,) = drift(_lagged([False] * 40, [14.0] * 40))
    assert len(change.by_lag) == 1
    assert change.by_lag[0].alpha.n_units == 40
    (change,) = drift(_lagged([False] * 25, [float(i) for i in range(25)]))
    assert [window.alpha.n_units for window in change.by_lag] == [12, 13]
    (change,) = drift(_lagged([False] * 30, [1.0] * 5 + [9.0] * 25), windows=2)
    assert len(change.by_lag) == 1


def test_the_same_lag_at_different_times_shows_over_time() -> None:
    shifted = [
        Recoding(
            "Wei", f"u{i:03}", A, A if i < 20 else B, None, START + timedelta(days=i), START + timedelta(days=i + 7)
        )
        for i in range(40)
    ]
    (change,) = drift(shifted, windows=2)
    assert len(change.by_lag) == 1
    assert [window.percent.value for window in change.over_time] == [1, 0]
    assert change.over_time[0].start == 0


def test_without_times_or_with_few_units_there_are_reasons() -> None:
    (change,) = drift(_pairs([(A, A), (B, A)]), resamples=100)
    assert change.times_reason == "no_times"
    assert change.by_lag == change.over_time == ()
    assert change.few_units
    assert change.alpha.interval_reason == "too_few_units"
    (nothing,) = drift(_pairs([(A, None), (None, B)]))
    assert nothing.alpha.reason == "no_pairable_values"
    (same,) = drift(_pairs([(A, A)] * 12))
    assert same.alpha.reason == "no_variation"
    assert drift([]) == ()


def test_intervals_draw_documents_when_there_are_enough() -> None:
    pairs = [(A, A), (B, B), (A, B)] * 12
    recodings = [Recoding("Wei", f"u{i}", a, b, f"d{i // 3}") for i, (a, b) in enumerate(pairs)]
    (change,) = drift(recodings, resamples=100)
    assert change.alpha.interval is not None
    assert change.alpha.interval.clustered_by == "document"


def test_a_drift_is_plain_data() -> None:
    (change,) = drift(_lagged([False] * 20, [float(i) for i in range(20)]))
    plain: Any = change.to_json()
    assert plain["by_code"][0]["alpha"]["value"] == 1
    assert plain["by_lag"][0]["percent"]["value"] == 1


def test_times_in_the_wrong_order_are_refused_in_words() -> None:
    wrong = Recoding("Wei", "u7", A, B, None, START, START - timedelta(days=1))
    with pytest.raises(WrongArgument, match="u7"):
        drift([wrong])
    with pytest.raises(WrongArgument, match="window"):
        drift([], windows=0)


def test_who_never_changed_anything_has_an_interval_with_width() -> None:
    same = [Recoding("ai", f"u{n}", "x" if n % 2 else "y", "x" if n % 2 else "y") for n in range(20)]
    [found] = drift(same, resamples=100)
    for alpha in (found.alpha, *(code.alpha for code in found.by_code)):
        assert alpha.value == 1.0
        assert alpha.interval is not None
        assert alpha.interval.low == pytest.approx(1.0 - (1.0 - 0.025 ** (1 / 20)) / 0.5)
