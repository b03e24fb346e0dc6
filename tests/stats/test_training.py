"""A trainee against the consensus: shares counted by hand, alpha as of two coders, and the gate before main rounds."""

import json
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from scipy import stats

from intercoder.errors import WrongArgument
from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.gate import CONDITIONS, OUTCOMES, GateRule, Judgement, judged
from intercoder.stats.agreement.training import Answer, Miss, TakenFor, TraineeScore, score_of_trainee
from intercoder.stats.reliability import Ratings


def _sets(words: str) -> list[frozenset[str] | None]:
    """Return one set of one-letter codes for each word; ``-`` is no code, ``?`` was skipped."""
    return [None if word == "?" else frozenset(word.replace("-", "")) for word in words.split()]


def _answers(consensus: str, trainee: str, documents: Sequence[str] = ()) -> list[Answer]:
    return [
        Answer(f"u{n}", settled or frozenset(), given, documents[n] if documents else None)
        for n, (settled, given) in enumerate(zip(_sets(consensus), _sets(trainee), strict=True))
    ]


def _yes(both: int, missed: int, extra: int, neither: int, code: str = "a") -> list[Answer]:
    """Return an attempt at one code."""
    yes, no = frozenset(code), frozenset[str]()
    pairs = [(yes, yes)] * both + [(yes, no)] * missed + [(no, yes)] * extra + [(no, no)] * neither
    return [Answer(f"{code}{n}", settled, given) for n, (settled, given) in enumerate(pairs)]


def test_a_score_counts_what_was_found_missed_and_too_much() -> None:
    answers = _answers("a ab b - a a b -", "a b b a ? b a -")
    score = score_of_trainee(answers, ["b", "a", "c"], resamples=0)
    assert (score.units, score.answered, score.few_units) == (8, 7, True)
    assert (score.alpha.n_values, score.alpha.n_missing) == (14, 2)  # what was skipped is missing on both sides
    b, a, c = score.by_code
    assert [(x.code, x.both, x.missed, x.extra, x.neither) for x in (b, a, c)] == [
        ("b", 2, 1, 1, 3),
        ("a", 1, 2, 2, 2),
        ("c", 0, 0, 0, 7),
    ]
    assert (a.places, a.few_places) == (3, True)
    assert b.sensitivity.value == pytest.approx(2 / 3)
    assert a.precision.value == pytest.approx(1 / 3)
    assert (c.sensitivity.reason, c.precision.reason) == ("not_in_consensus", "not_given_by_trainee")
    assert c.alpha.reason == "not_used"
    assert score.percent.value == pytest.approx(3 / 7)
    assert score.confusions == (TakenFor("a", "b", 1), TakenFor("b", "a", 1))
    assert score.misses[0] == Miss("u1", None, ("a",), ())
    assert [miss.unit for miss in score.misses] == ["u1", "u3", "u5", "u6"]
    assert json.loads(json.dumps(score.to_json()))["by_code"][0]["code"] == "b"


@pytest.mark.parametrize("seed", range(5))
def test_alpha_is_that_of_two_coders_and_the_shares_have_wilsons_interval(seed: int) -> None:
    random = Random(seed)
    pairs = [(random.random() < 0.4, random.random() < 0.8) for _ in range(60)]
    rows = [[int(yes) for yes, _ in pairs], [int(yes if right else not yes) for yes, right in pairs]]
    sets = [[frozenset("a") if value else frozenset() for value in row] for row in rows]
    answers = [Answer(f"u{n}", settled, given) for n, (settled, given) in enumerate(zip(*sets, strict=True))]
    (code,) = score_of_trainee(answers, resamples=200, seed=seed).by_code
    theirs = krippendorff_alpha(Ratings.from_rows(rows))
    assert code.alpha.value == pytest.approx(theirs.value)
    assert code.alpha.interval is not None
    assert code.alpha.interval.low < (code.alpha.value or 0.0) < code.alpha.interval.high
    found, of = code.both, code.both + code.extra
    limits = stats.binomtest(found, of).proportion_ci(method="wilson")
    assert code.precision.value == found / of
    assert code.precision.interval is not None
    assert (code.precision.interval.low, code.precision.interval.high) == (limits.low, limits.high)
    assert code.neither == 60 - found - code.extra - code.missed


def test_whole_documents_are_drawn_where_there_are_ten() -> None:
    answers = [
        Answer(f"u{n}", frozenset("a" if n % 3 else ""), frozenset("a" if n % 4 else ""), f"d{n // 5}")
        for n in range(60)
    ]
    interval = score_of_trainee(answers, resamples=100).by_code[0].alpha.interval
    assert interval is not None
    assert interval.clustered_by == "document"
    with pytest.raises(WrongArgument, match="listed twice"):
        score_of_trainee([*answers, answers[0]])
    nothing = score_of_trainee([], ["a"])
    assert (nothing.answered, nothing.alpha.reason) == (0, "no_pairable_values")


def _one(answers: Sequence[Answer], rule: GateRule) -> tuple[str, str, Judgement]:
    judgement = judged(answers, rule, resamples=400)
    (condition,) = judgement.conditions
    assert condition.outcome == judgement.outcome
    assert condition.why in CONDITIONS
    assert condition.sentence("Trust").startswith("Trust: ")
    return judgement.outcome, condition.why, judgement


@pytest.mark.parametrize(
    ("both", "missed", "extra", "neither", "outcome", "why"),
    [
        (30, 2, 2, 60, "passed", "reached"),
        (10, 6, 6, 30, "not_passed", "alpha_below"),
        (8, 2, 1, 12, "not_passed", "end_below"),
        (3, 1, 0, 60, "not_enough_data", "few_places"),
        (6, 0, 0, 3, "not_enough_data", "few_units"),
        (6, 0, 0, 6, "not_enough_data", "faultless_in_few"),
        (15, 0, 0, 30, "passed", "reached"),
        (12, 0, 0, 0, "not_enough_data", "no_alpha"),
    ],
)
def test_the_gate_is_passed_failed_or_cannot_be_judged(
    both: int, missed: int, extra: int, neither: int, outcome: str, why: str
) -> None:
    found, reason, judgement = _one(_yes(both, missed, extra, neither), GateRule(codes=("a",)))
    assert (found, reason) == (outcome, why)
    (condition,) = judgement.conditions
    if reason == "faultless_in_few":  # the exact upper limit of mistakes in 12 units without one
        assert condition.end == pytest.approx(1 - stats.binomtest(0, 12).proportion_ci(method="exact").high / 0.5)
    if outcome == "passed":
        assert condition.end is not None
        assert condition.end >= 0.55


def test_without_an_end_asked_for_alpha_alone_decides_and_without_an_interval_an_end_cannot() -> None:
    answers = _yes(8, 2, 1, 12)
    assert _one(answers, GateRule(codes=("a",), end=None))[:2] == ("passed", "reached_without_end")
    assert judged(answers, GateRule(codes=("a",)), resamples=0).conditions[0].why == "no_end"


def test_a_failed_code_weighs_more_than_one_without_data() -> None:
    answers = [*_yes(30, 2, 2, 60), *_yes(10, 12, 12, 30, "b"), *_yes(2, 0, 0, 0, "c")]
    judgement = judged(answers, GateRule(codes=("a", "b", "c")), resamples=200)
    assert [condition.outcome for condition in judgement.conditions] == ["passed", "not_passed", "not_enough_data"]
    assert str(judgement) == "Not passed: 1 of 3 conditions are not met."
    judgement = judged(answers, GateRule(codes=("a", "c")), resamples=200)
    assert judgement.outcome == "not_enough_data"
    assert str(judgement) == "Not enough data: of 2 conditions 1 cannot be judged, and the rest are met."
    assert str(judged(answers, GateRule(codes=("a",)), resamples=200)) == "Passed: every condition is met."
    assert set(OUTCOMES) == {"passed", "not_passed", "not_enough_data"}


def test_where_no_code_is_named_those_with_enough_places_count_and_the_rest_is_named() -> None:
    answers = [*_yes(30, 1, 1, 60), *_yes(2, 0, 0, 0, "c")]
    judgement = judged(answers, GateRule(), resamples=200)
    assert [condition.code for condition in judgement.conditions] == ["a"]
    assert judgement.left_out == ("c",)
    nobody = judged(_yes(2, 0, 0, 30), GateRule(), resamples=200)
    assert (nobody.outcome, nobody.conditions, nobody.left_out) == ("not_enough_data", (), ("a",))


def test_codes_can_be_judged_by_one_alpha_over_the_sets_of_those_that_count() -> None:
    answers = _answers("a b ab - " * 15, "a b ab - " * 14 + "b a - ab ", [f"d{n // 5}" for n in range(60)])
    noisy = [Answer(a.unit, a.consensus | {"z"}, a.trainee, a.document) for a in answers]
    judgement = judged(noisy, GateRule(codes=("a", "b"), by="together"), resamples=200)
    (condition,) = judgement.conditions
    plain = score_of_trainee(answers, resamples=200)
    assert (condition.code, condition.alpha) == (None, plain.alpha)
    assert judgement.outcome == "passed"
    faultless = judged(_answers("a b - " * 5, "a b - " * 5), GateRule(by="together"), resamples=50).conditions[0]
    limit = float(stats.binomtest(0, 15).proportion_ci(method="exact").high)
    assert faultless.end == pytest.approx(1 - limit / (2 / 3))
    assert judged([], GateRule(by="together")).outcome == "not_enough_data"
    kept: Any = judgement.to_json()
    assert kept["rule"]["codes"] == ["a", "b"]


@pytest.mark.parametrize("rule", [{"alpha": 0.0}, {"end": 0.8}, {"by": "some"}, {"places": 0}])
def test_a_gate_that_makes_no_sense_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(WrongArgument, match="A gate"):
        GateRule(**rule)


def test_without_a_mistake_alpha_has_the_interval_of_the_exact_limit_and_none_of_few_units() -> None:
    """Checked by what it claims: with mistakes as frequent as its end allows, so few are seen in 2.5 % of the tests."""
    yes, no = frozenset({"a"}), frozenset[str]()

    def faultless(units: int) -> TraineeScore:
        sets = [yes if n % 3 == 0 else no for n in range(units)]
        return score_of_trainee([Answer(f"u{n}", s, s) for n, s in enumerate(sets)], resamples=100)

    made = faultless(30)
    share = 10 / 30
    for estimate in (made.alpha, made.masi, made.by_code[0].alpha):
        interval = estimate.interval
        assert estimate.value == 1.0
        assert interval is not None
        assert (interval.high, interval.degenerate, interval.method) == (1.0, False, "Clopper-Pearson")
        mistakes = (1.0 - interval.low) * 2 * share * (1 - share)
        assert (1.0 - mistakes) ** 30 == pytest.approx(0.025)
    ends = [faultless(n).alpha.interval for n in (12, 30, 300)]
    lows = [interval.low for interval in ends if interval is not None]
    assert lows == sorted(lows)
    assert lows[-1] > 0.95
    few = faultless(9).alpha
    assert (few.value, few.interval, few.interval_reason) == (1.0, None, "too_few_units")
