"""How each coder's own work stands to the consensus that came out of it: found, missed, too much, by code."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.binary import BinaryData
from intercoder.stats.agreement.faultless import expected_disagreement, with_width
from intercoder.stats.agreement.results import FEW_POSITIVES
from intercoder.stats.agreement.rulings import NOTHING
from intercoder.stats.agreement.shares import share_of
from intercoder.stats.agreement.training import CONSENSUS, Answer
from intercoder.stats.intervals import FEWEST_UNITS, SEED, normal_interval
from intercoder.stats.reliability import Ratings
from intercoder.stats.results import Estimate, Plain


@dataclass(frozen=True, slots=True)
class CodeAgainst(Plain):
    """One code of a coder against the consensus, over units: in ``both``, ``missed`` or ``extra`` of the coder, ``neither``.

    ``kappa``: Cohen's. ``f1``: None where neither has the code. ``few_places``: the consensus has it in fewer than 5 units.
    """

    code: str
    kappa: Estimate
    recall: Estimate
    precision: Estimate
    f1: float | None
    both: int
    missed: int
    extra: int
    neither: int
    few_places: bool


@dataclass(frozen=True, slots=True)
class CoderAgainst(Plain):
    """One coder: ``alpha`` over sets of codes as of two coders; recall, precision and F1 over all pairs of a unit and a code.

    ``few_units`` below 10 units.
    """

    coder: str
    units: int
    alpha: Estimate
    recall: Estimate
    precision: Estimate
    f1: float | None
    by_code: tuple[CodeAgainst, ...]
    few_units: bool


@dataclass(frozen=True, slots=True)
class CodedAs(Plain):
    """In ``count`` units, over all coders, the consensus has ``ruled`` where somebody has ``coded`` instead; either may be nothing."""

    ruled: str
    coded: str
    count: int


def against_consensus(
    coder: str, answers: Sequence[Answer], codes: Sequence[str], *, resamples: int = 1_000, seed: int = SEED
) -> CoderAgainst:
    """Return how one coder's work stands to the consensus.

    Parameters
    ----------
    coder, answers
        the units that the coder judged and in which everything is decided; what was skipped has None and does not count.
    codes
        in the order of the result; others that occur follow by name.
    resamples, seed
        of the interval of alpha, as in ``krippendorff_alpha``.

    Notes
    -----
    The consensus was made of the coders' own work: somebody whose reading was often taken stands close to it for that
    reason alone, and nobody's figure here is an agreement of independent judgements. Kappa's interval is that of the
    large-sample standard error (Fleiss, Cohen & Everitt 1969, doi 10.1037/h0028106), units taken as independent.
    O(units x codes of a unit + codes).

    Examples
    --------
    >>> trust, risk = frozenset({"trust"}), frozenset({"risk"})
    >>> pairs = [(trust, trust)] * 6 + [(risk, trust)] * 2 + [(risk, risk)] * 4
    >>> of = [Answer(str(n), right, given) for n, (right, given) in enumerate(pairs)]
    >>> found = against_consensus("a", of, ["trust", "risk"], resamples=0)
    >>> found.recall.value, [(c.code, round(c.kappa.value, 3), c.missed, c.extra) for c in found.by_code]
    (0.8333333333333334, [('trust', 0.667, 0, 2), ('risk', 0.667, 2, 0)])
    """
    judged = [(answer, answer.trainee) for answer in answers if answer.trainee is not None]
    pairs = [(answer.consensus, given) for answer, given in judged]
    used = frozenset().union(*(right | given for right, given in pairs))
    names = [*(code for code in dict.fromkeys(codes) if code in used), *sorted(used.difference(codes))]
    documents = [answer.document for answer, _ in judged if answer.document is not None]
    ratings = Ratings.from_sets(
        [[right for right, _ in pairs], [given for _, given in pairs]],
        coders=(CONSENSUS, coder),
        documents=documents if len(documents) == len(pairs) else None,
    )
    alpha = krippendorff_alpha(ratings, resamples=resamples, seed=seed)
    both = sum(len(right & given) for right, given in pairs)
    right_all, given_all = (sum(len(pair[side]) for pair in pairs) for side in (0, 1))
    return CoderAgainst(
        coder,
        len(pairs),
        with_width(alpha, expected_disagreement([value for pair in pairs for value in pair])),
        share_of("sensitivity", both, right_all, "not_in_consensus"),
        share_of("precision", both, given_all, "not_given_by_trainee"),
        _f1(both, right_all - both, given_all - both),
        _by_code(ratings, names) if names and pairs else (),
        len(pairs) < FEWEST_UNITS,
    )


def _f1(both: int, missed: int, extra: int) -> float | None:
    whole = 2 * both + missed + extra
    return 2 * both / whole if whole else None


def _by_code(ratings: Ratings, names: Sequence[str]) -> tuple[CodeAgainst, ...]:
    data = BinaryData.from_ratings(ratings, names)
    kappas = data.estimates((0, 1), ("kappa",), 0, SEED)["kappa"]
    both, missed, extra, n = data.fourfold((0, 1))
    return tuple(
        CodeAgainst(
            name,
            _with_interval(kappa, b, m, e, n),
            share_of("sensitivity", b, b + m, "not_in_consensus"),
            share_of("precision", b, b + e, "not_given_by_trainee"),
            _f1(b, m, e),
            b,
            m,
            e,
            n - b - m - e,
            b + m < FEW_POSITIVES,
        )
        for name, kappa, b, m, e in zip(names, kappas, both.tolist(), missed.tolist(), extra.tolist(), strict=True)
    )


def _with_interval(kappa: Estimate, both: int, missed: int, extra: int, n: int) -> Estimate:
    """Return kappa with the interval of its standard error; without a mistake with that of ``faultless``, which has a width."""
    if kappa.value is None:
        return kappa
    if not missed + extra:
        share = both / n
        return with_width(kappa.with_interval(None, None), 2.0 * share * (1.0 - share))
    table = {(1, 1): both / n, (1, 0): missed / n, (0, 1): extra / n, (0, 0): (n - both - missed - extra) / n}
    mine = [1 - (both + missed) / n, (both + missed) / n]
    theirs = [1 - (both + extra) / n, (both + extra) / n]
    rest, chance = 1.0 - kappa.value, mine[0] * theirs[0] + mine[1] * theirs[1]
    a = sum(table[i, i] * (1.0 - (mine[i] + theirs[i]) * rest) ** 2 for i in (0, 1))
    b = rest**2 * sum(table[i, 1 - i] * (theirs[i] + mine[1 - i]) ** 2 for i in (0, 1))
    variance = (a + b - (kappa.value - chance * rest) ** 2) / (n * (1.0 - chance) ** 2)
    interval = normal_interval(kappa.value, sqrt(max(variance, 0.0)), "Fleiss, Cohen & Everitt")
    return kappa.with_interval(interval, None)


def coded_as(of: Mapping[str, Sequence[Answer]]) -> tuple[CodedAs, ...]:
    """Return for what coders took what stands, over all of them, most frequent first.

    In a unit where the consensus has codes that a coder has not, and the other way round, each is held against each; where
    one side has nothing more the other stands against nothing.
    """
    counts = Counter(
        (ruled, coded)
        for answers in of.values()
        for answer in answers
        if answer.trainee is not None
        for ruled in answer.consensus - answer.trainee or {NOTHING}
        for coded in answer.trainee - answer.consensus or {NOTHING}
        if ruled or coded
    )
    return tuple(CodedAs(*pair, n) for pair, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])))
