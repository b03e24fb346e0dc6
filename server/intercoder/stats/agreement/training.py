"""How well somebody who learns the codebook codes places that are settled: by code, against the consensus."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from intercoder.errors import WrongArgument
from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.binary import BinaryData
from intercoder.stats.agreement.coefficients import percent_agreement
from intercoder.stats.agreement.faultless import expected_disagreement, with_width
from intercoder.stats.agreement.results import FEW_POSITIVES
from intercoder.stats.agreement.shares import share_of
from intercoder.stats.intervals import FEWEST_UNITS, SEED
from intercoder.stats.reliability import Ratings
from intercoder.stats.results import Estimate, Plain

CONSENSUS, TRAINEE = "consensus", "trainee"


@dataclass(frozen=True, slots=True)
class Answer:
    """One settled unit and what the trainee made of it: sets of codes; None is a unit that was skipped or not done."""

    unit: str
    consensus: frozenset[str]
    trainee: frozenset[str] | None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class CodeScore(Plain):
    """One code: units with it in ``both``, ``missed`` by the trainee, ``extra`` (the trainee only), or ``neither``.

    ``alpha``: of trainee and consensus, as of two coders. ``sensitivity``: the share of the consensus' units that the
    trainee found; ``precision``: the share of the trainee's units that the consensus has; both with Wilson's interval.
    ``few_places``: the consensus has it in fewer than 5 of the units that were answered.
    """

    code: str
    alpha: Estimate
    sensitivity: Estimate
    precision: Estimate
    both: int
    missed: int
    extra: int
    neither: int
    few_places: bool

    @property
    def places(self) -> int:
        """Units, among those answered, in which the consensus has the code."""
        return self.both + self.missed


@dataclass(frozen=True, slots=True)
class TakenFor(Plain):
    """In ``count`` units the consensus has ``code`` and the trainee not, who has ``taken_for`` there and the consensus not."""

    code: str
    taken_for: str
    count: int


@dataclass(frozen=True, slots=True)
class Miss(Plain):
    """A unit that the trainee coded otherwise: what is ``missing`` and what is too much (``extra``), sorted."""

    unit: str
    document: str | None
    missing: tuple[str, ...]
    extra: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TraineeScore(Plain):
    """One attempt. ``alpha``, ``percent``: on exact sets of codes; ``masi``: sets that share codes agree in part.

    ``units`` are all, ``answered`` those with an answer; only these count. ``confusions`` most frequent first, ``misses``
    in the order of the units; ``few_units`` below 10 answers.
    """

    units: int
    answered: int
    alpha: Estimate
    masi: Estimate
    percent: Estimate
    by_code: tuple[CodeScore, ...]
    confusions: tuple[TakenFor, ...]
    misses: tuple[Miss, ...]
    few_units: bool


def score_of_trainee(
    answers: Iterable[Answer], codes: Sequence[str] = (), *, resamples: int = 1_000, seed: int = SEED
) -> TraineeScore:
    """Return how one attempt agrees with the consensus, in all and by code.

    Parameters
    ----------
    answers
        one for each unit of the test.
    codes
        of the test, in the order of the result; others that occur follow by name.
    resamples, seed
        of the intervals of alpha: whole documents where there are at least 10, units otherwise; 0 for none.

    Returns
    -------
    TraineeScore. Reasons: those of alpha; ``not_in_consensus`` of a sensitivity, ``not_given_by_trainee`` of a precision.

    Raises
    ------
    WrongArgument : the same unit of a document twice.

    Notes
    -----
    Alpha corrects for chance and takes both sides as equals; that the consensus is right is what sensitivity and precision
    assume. Without any mistake the interval of alpha is that of ``faultless.sure_end``: resamples would have no width. O(units log units + codes x patterns), and the resamples.

    References
    ----------
    Wilson 1927, Journal of the American Statistical Association 22:209-212, doi 10.1080/01621459.1927.10502953. Clopper &
    Pearson 1934, Biometrika 26:404-413.

    Examples
    --------
    >>> yes, no = frozenset({"trust"}), frozenset()
    >>> pairs = [(yes, yes)] * 8 + [(yes, no)] * 2 + [(no, yes)] + [(no, no)] * 19
    >>> score = score_of_trainee([Answer(f"u{n}", a, b) for n, (a, b) in enumerate(pairs)], resamples=0)
    >>> (trust,) = score.by_code
    >>> round(trust.alpha.value, 3), trust.sensitivity.value, round(trust.precision.value, 3), len(score.misses)
    (0.773, 0.8, 0.889, 3)
    """
    units = list(answers)
    if len({(answer.document, answer.unit) for answer in units}) < len(units):
        raise WrongArgument("answered_twice", "A unit of the test is listed twice.")
    used = frozenset().union(*(answer.consensus | (answer.trainee or frozenset()) for answer in units))
    names = [*dict.fromkeys(codes), *sorted(used.difference(codes))]
    documents = [answer.document for answer in units if answer.document is not None]
    ratings = Ratings.from_sets(
        [[answer.consensus if answer.trainee is not None else None for answer in units], [a.trainee for a in units]],
        coders=(CONSENSUS, TRAINEE),
        documents=documents if len(documents) == len(units) else None,
    )
    pairs = [(answer, answer.trainee) for answer in units if answer.trainee is not None]
    given = [value for answer, trainee in pairs for value in (answer.consensus, trainee)]
    alpha = krippendorff_alpha(ratings, resamples=resamples, seed=seed)
    masi = krippendorff_alpha(ratings, "masi", resamples=resamples, seed=seed)
    return TraineeScore(
        units=len(units),
        answered=len(pairs),
        alpha=with_width(alpha, expected_disagreement(given)),
        masi=with_width(masi, expected_disagreement(given, "masi")),
        percent=percent_agreement(ratings),
        by_code=_by_code(ratings, names, resamples, seed),
        confusions=_confusions(pairs),
        misses=tuple(
            Miss(a.unit, a.document, tuple(sorted(a.consensus - given)), tuple(sorted(given - a.consensus)))
            for a, given in pairs
            if given != a.consensus
        ),
        few_units=len(pairs) < FEWEST_UNITS,
    )


def _by_code(ratings: Ratings, names: Sequence[str], resamples: int, seed: int) -> tuple[CodeScore, ...]:
    data = BinaryData.from_ratings(ratings, names)
    alphas = data.estimates((0, 1), ("alpha",), resamples, seed)["alpha"]
    both, missed, extra, n = data.fourfold((0, 1))
    scores = []
    for name, alpha, b, m, e in zip(names, alphas, both.tolist(), missed.tolist(), extra.tolist(), strict=True):
        sensitivity = share_of("sensitivity", b, b + m, "not_in_consensus")
        precision = share_of("precision", b, b + e, "not_given_by_trainee")
        share = (2 * b + m + e) / max(2 * n, 1)
        wide = with_width(alpha, 2.0 * share * (1.0 - share))
        scores.append(CodeScore(name, wide, sensitivity, precision, b, m, e, n - b - m - e, b + m < FEW_POSITIVES))
    return tuple(scores)


def _confusions(pairs: Sequence[tuple[Answer, frozenset[str]]]) -> tuple[TakenFor, ...]:
    counts = Counter(
        (code, taken)
        for answer, given in pairs
        for code in answer.consensus - given
        for taken in given - answer.consensus
    )
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(TakenFor(code, taken, count) for (code, taken), count in ordered)
