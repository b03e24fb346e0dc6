"""The gate before main rounds: whether an attempt reaches what the lead asked for, in one sentence for each condition."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from intercoder.errors import WrongArgument, marked
from intercoder.stats.agreement.faultless import sure_end
from intercoder.stats.agreement.results import FEW_POSITIVES
from intercoder.stats.agreement.training import Answer, CodeScore, TraineeScore, score_of_trainee
from intercoder.stats.intervals import FEWEST_UNITS, SEED, SLACK
from intercoder.stats.results import Estimate, Plain

Outcome: TypeAlias = Literal["passed", "not_passed", "not_enough_data"]
#: Every code that counts by itself, or one alpha over all of them.
By: TypeAlias = Literal["each", "together"]

#: Why one condition is met or not: reason -> sentence with places for the values; ``code`` is the code, or all that count.
CONDITIONS: Mapping[str, str] = MappingProxyType(
    {
        "reached": marked("{code}: alpha {value}, its interval begins at {end}."),
        "reached_without_end": marked("{code}: alpha {value}."),
        "alpha_below": marked("{code}: alpha {value} is below {least}."),
        "end_below": marked(
            "{code}: alpha {value} is enough, but its interval begins at {end}, below {least}; more units would narrow it."
        ),
        "few_places": marked(
            "{code}: the consensus has it in {places} of the coded units; at least {least} are needed."
        ),
        "few_units": marked("{code}: {units} units were coded; at least {least} are needed."),
        "no_alpha": marked("{code}: alpha has no value here."),
        "no_end": marked("{code}: alpha {value} has no interval here."),
        "faultless_in_few": marked(
            "{code}: no mistake, but in so few units alpha could still be {end}, below {least}; more units are needed."
        ),
    }
)
#: What the whole comes to.
OUTCOMES: Mapping[Outcome, str] = MappingProxyType(
    {
        "passed": marked("Passed: every condition is met."),
        "not_passed": marked("Not passed: {failed} of {conditions} conditions are not met."),
        "not_enough_data": marked(
            "Not enough data: of {conditions} conditions {undecided} cannot be judged, and the rest are met."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class GateRule(Plain):
    """What an attempt must reach: alpha, and where its interval may begin at the earliest (None: not asked for).

    ``codes``: those that count; none named means all that the consensus has in at least ``places`` units. ``by``: each of
    them, or one alpha on the exact sets of these codes. ``places``: units with the code that a judgement needs.
    """

    alpha: float = 0.70
    end: float | None = 0.55
    codes: tuple[str, ...] = ()
    by: By = "each"
    places: int = FEW_POSITIVES

    def __post_init__(self) -> None:
        if not 0.0 < self.alpha <= 1.0 or (self.end is not None and not -1.0 <= self.end <= self.alpha):
            raise WrongArgument(
                "bad_gate", "A gate asks for an alpha above 0, and for an interval that begins below it."
            )
        if self.by not in get_args(By) or self.places < 1:
            raise WrongArgument(
                "bad_gate_rule", "A gate judges each code or all together, by at least one unit of each."
            )


@dataclass(frozen=True, slots=True)
class Condition(Plain):
    """One condition: of a code, or of all that count (``code`` None). ``why``: a key of ``CONDITIONS``.

    ``end``: where the interval begins; without any mistake the end that is sure at 95 % (see ``judged``).
    """

    code: str | None
    outcome: Outcome
    why: str
    alpha: Estimate
    end: float | None
    values: Mapping[str, str | int | float]

    def sentence(self, name: str, say: Mapping[str, str] = CONDITIONS) -> str:
        """Return the sentence; ``name`` is the code's, or a word for all that count; ``say`` can be a translation."""
        rounded = {key: f"{value:.2f}" if isinstance(value, float) else value for key, value in self.values.items()}
        return say[self.why].format(code=name, **rounded)


@dataclass(frozen=True, slots=True)
class Judgement(Plain):
    """Whether the gate is passed, with every condition. ``left_out``: codes too rare in the test to count, none being named."""

    outcome: Outcome
    conditions: tuple[Condition, ...]
    left_out: tuple[str, ...]
    rule: GateRule

    @property
    def values(self) -> Mapping[str, int]:
        """What the sentence of the outcome names."""
        outcomes = [condition.outcome for condition in self.conditions]
        return {
            "conditions": len(outcomes),
            "failed": outcomes.count("not_passed"),
            "undecided": outcomes.count("not_enough_data"),
        }

    def __str__(self) -> str:
        """Return the English sentence."""
        return OUTCOMES[self.outcome].format(**self.values)


def judged(answers: Iterable[Answer], rule: GateRule, *, resamples: int = 1_000, seed: int = SEED) -> Judgement:
    """Return whether an attempt passes the gate.

    Parameters
    ----------
    answers
        as for ``score_of_trainee``.
    rule
        what must be reached.
    resamples, seed
        of the intervals.

    Returns
    -------
    Judgement: ``not_passed`` when a condition that can be judged is not met; otherwise ``not_enough_data`` when one cannot
    be judged, or there is none; otherwise ``passed``.

    Notes
    -----
    A bootstrap of units without a mistake has no width, however few they are. Such an attempt is held against the end
    that is sure at 95 %: 1 - (1 - 0.025^(1/n)) / D_e, from the exact upper limit of the share of mistakes in n units
    (Clopper & Pearson 1934, Biometrika 26:404-413), as in ``planning.growing_studies.lower_ends``; below the rule's end it
    is not enough data, not a failure. O of ``score_of_trainee``.

    Examples
    --------
    >>> yes, no = frozenset({"trust"}), frozenset()
    >>> answers = [Answer(f"u{n}", yes if n < 15 else no, yes if 2 < n < 16 else no) for n in range(60)]
    >>> judgement = judged(answers, GateRule(codes=("trust",)))
    >>> print(judgement, judgement.conditions[0].sentence("Trust"))
    Passed: every condition is met. Trust: alpha 0.82, its interval begins at 0.62.
    """
    kept = list(answers)
    if rule.codes:
        counts = frozenset(rule.codes)
        kept = [
            Answer(a.unit, a.consensus & counts, None if a.trainee is None else a.trainee & counts, a.document)
            for a in kept
        ]
    score = score_of_trainee(kept, rule.codes, resamples=resamples, seed=seed)
    counting = [code for code in score.by_code if rule.codes or code.places >= rule.places]
    left_out = tuple(code.code for code in score.by_code if code not in counting and code.places)
    if rule.by == "each":
        conditions = tuple(_of_code(code, score, rule) for code in counting)
    else:
        conditions = (_of_all(kept, score, counting, rule),)
    outcomes = {condition.outcome for condition in conditions}
    outcome: Outcome = "passed" if outcomes == {"passed"} else "not_enough_data"
    return Judgement("not_passed" if "not_passed" in outcomes else outcome, conditions, left_out, rule)


def _of_code(code: CodeScore, score: TraineeScore, rule: GateRule) -> Condition:
    share = (2 * code.both + code.missed + code.extra) / max(2 * score.answered, 1)
    return _condition(code.code, code.alpha, score.answered, code.places, 2.0 * share * (1.0 - share), rule)


def _of_all(answers: Sequence[Answer], score: TraineeScore, counting: Sequence[CodeScore], rule: GateRule) -> Condition:
    sets: dict[frozenset[str], int] = {}
    for answer in answers:
        if answer.trainee is not None:
            for given in (answer.consensus, answer.trainee):
                sets[given] = sets.get(given, 0) + 1
    total = max(sum(sets.values()), 1)
    expected = 1.0 - sum((number / total) ** 2 for number in sets.values())
    return _condition(None, score.alpha, score.answered, sum(code.places for code in counting), expected, rule)


def _condition(
    code: str | None, alpha: Estimate, units: int, places: int, expected: float, rule: GateRule
) -> Condition:
    """Return one condition; ``expected``: the disagreement that chance would give."""

    def so(outcome: Outcome, why: str, **values: float) -> Condition:
        return Condition(code, outcome, why, alpha, values.get("end"), values)

    if units < FEWEST_UNITS:
        return so("not_enough_data", "few_units", units=units, least=FEWEST_UNITS)
    if places < rule.places:
        return so("not_enough_data", "few_places", places=places, least=rule.places)
    if alpha.value is None:
        return so("not_enough_data", "no_alpha")
    if alpha.value < rule.alpha:
        return so("not_passed", "alpha_below", value=alpha.value, least=rule.alpha)
    if rule.end is None:
        return so("passed", "reached_without_end", value=alpha.value)
    if alpha.value >= 1.0 - SLACK:
        end = sure_end(units, expected)
        if end < rule.end:
            return so("not_enough_data", "faultless_in_few", end=end, least=rule.end)
        return so("passed", "reached", value=alpha.value, end=end)
    if alpha.interval is None:
        return so("not_enough_data", "no_end", value=alpha.value)
    end = alpha.interval.low
    if end < rule.end:
        return so("not_passed", "end_below", value=alpha.value, end=end, least=rule.end)
    return so("passed", "reached", value=alpha.value, end=end)
