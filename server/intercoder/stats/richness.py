"""How many codes there may be, how much is covered, and what the next documents are expected to bring.

Estimators for incidence data. Chao2 is a lower bound: say "at least about". Coverage is the share of
future code applications that are codes we have; it is neither the share of codes found nor the chance
that the next document brings nothing.

References
----------
Chao 1987; Chiu et al. 2014 (iChao2); Lee & Chao 1994, Chao & Chiu 2016 (ICE); Smith & van Belle 1984;
Chao & Jost 2012, Chao et al. 2014 (coverage, extrapolation); Chao et al. 2009 (further documents).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from intercoder.stats.accumulation import Frequencies, missed_share

#: Codes in at most so many documents are "infrequent" for ICE.
ICE_CUT = 10
_Z = 1.959963984540054  # 97.5 % of the normal distribution


@dataclass(frozen=True, slots=True)
class Richness:
    """An estimated number of codes with its standard error and 95 % interval."""

    estimate: float
    se: float
    ci95: tuple[float, float]

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary."""
        return {"estimate": self.estimate, "se": self.se, "ci95": list(self.ci95)}


def refusal(f: Frequencies) -> str | None:
    """Return why nothing can be estimated: no documents, no codes, one document; or None."""
    if f.documents == 0:
        return "no_documents"
    if f.observed == 0:
        return "no_codes"
    return "needs_2_documents" if f.documents < 2 else None


def chao2(f: Frequencies) -> Richness:
    """Return Chao2 with the variance of its form and a log-normal interval (never below S)."""
    n, s, q1, q2 = f.documents, f.observed, f.of(1), f.of(2)
    r = (n - 1) / n
    if q2:
        x = q1 / q2
        variance = q2 * (r / 2 * x**2 + r**2 * x**3 + r**2 / 4 * x**4)
        return _richness(f, s + r * q1**2 / (2 * q2), variance)
    estimate = s + r * q1 * (q1 - 1) / 2
    variance = r * q1 * (q1 - 1) / 2 + r**2 * q1 * (2 * q1 - 1) ** 2 / 4 - r**2 * q1**4 / (4 * estimate)
    return _richness(f, estimate, variance)


def chao2_bc(f: Frequencies) -> Richness:
    """Return the bias-corrected Chao2."""
    n, s, a, b = f.documents, f.observed, f.of(1), f.of(2)
    r = (n - 1) / n
    variance = (
        r * a * (a - 1) / 2 / (b + 1)
        + r**2 * a * (2 * a - 1) ** 2 / 4 / (b + 1) ** 2
        + r**2 * a**2 * b * (a - 1) ** 2 / 4 / (b + 1) ** 4
    )
    return _richness(f, s + r * a * (a - 1) / (2 * (b + 1)), variance)


def _richness(f: Frequencies, estimate: float, variance: float) -> Richness:
    n, s = f.documents, f.observed
    beyond = estimate - s
    if beyond > 0:
        variance = max(variance, 0.0)
        spread = math.exp(_Z * math.sqrt(math.log1p(variance / beyond**2)))
        return Richness(estimate, math.sqrt(variance), (s + beyond / spread, s + beyond * spread))
    # No unseen code is estimated: the interval comes from the frequencies of the seen ones.
    p = sum(count * math.exp(-k) for k, count in f.q.items()) / s
    weighted = sum(k * math.exp(-k) * count for k, count in f.q.items())
    variance = sum(c * (math.exp(-k) - math.exp(-2 * k)) for k, c in f.q.items()) - weighted**2 / n
    se = math.sqrt(max(variance, 0.0))
    middle, half = s / (1 - p), _Z * se / (1 - p)
    return Richness(estimate, se, (max(float(s), middle - half), middle + half))


def ichao2(f: Frequencies) -> float:
    """Return iChao2: Chao2 and what the codes in three and four documents add."""
    n, base = f.documents, chao2(f).estimate
    if n <= 3:
        return base
    q4 = max(f.of(4), 1)
    rest = f.of(1) - (n - 3) / (n - 1) * f.of(2) * f.of(3) / (2 * q4)
    return base + (n - 3) / n * f.of(3) / (4 * q4) * max(rest, 0.0)


def ice(f: Frequencies, holding_infrequent: int) -> float | str:
    """Return ICE in the form of EstimateS, or the reason ``no_coverage``.

    ``holding_infrequent``: documents with at least one infrequent code (at most ``ICE_CUT`` documents).
    """
    m = holding_infrequent
    infrequent, incidences, pairs = _infrequent(f)
    if not infrequent:
        return float(f.observed)
    coverage = 1 - f.of(1) / incidences
    if coverage <= 0 or m < 2:
        return "no_coverage"
    variation = infrequent / coverage * m / (m - 1) * pairs / incidences**2 - 1
    return f.observed - infrequent + infrequent / coverage + f.of(1) / coverage * max(variation, 0.0)


def ice_2016(f: Frequencies) -> float | str:
    """Return ICE in the form of Chao & Chiu (2016), or the reason ``no_coverage``."""
    n, q1, q2 = f.documents, f.of(1), f.of(2)
    infrequent, incidences, pairs = _infrequent(f)
    if not infrequent:
        return float(f.observed)
    seen = 1.0  # A': with no unique at all nothing is missed
    if q2:
        seen = 2 * q2 / ((n - 1) * q1 + 2 * q2)
    elif q1:
        seen = 2 / ((n - 1) * (q1 - 1) + 2)
    coverage = 1 - q1 / incidences * (1 - seen)
    if coverage <= 0 or incidences < 2:
        return "no_coverage"
    variation = infrequent / coverage * n / (n - 1) * pairs / (incidences * (incidences - 1)) - 1
    return f.observed - infrequent + infrequent / coverage + q1 / coverage * max(variation, 0.0)


def _infrequent(f: Frequencies) -> tuple[int, int, int]:
    """Return for the infrequent codes: how many, their incidences, and the sum of Y (Y - 1)."""
    low = {k: count for k, count in f.q.items() if k <= ICE_CUT}
    return (
        sum(low.values()),
        sum(k * count for k, count in low.items()),
        sum(k * (k - 1) * count for k, count in low.items()),
    )


def jack1(f: Frequencies) -> float:
    """Return the first-order jackknife."""
    return f.observed + f.of(1) * (f.documents - 1) / f.documents


def jack1_se(f: Frequencies, uniques: Mapping[int, int]) -> float:
    """Return the standard error of ``jack1``: that of deleting one document after the other."""
    n, q1 = f.documents, f.of(1)
    squares = sum(count**2 for count in uniques.values())
    return math.sqrt(max((n - 1) / n * (squares - q1**2 / n), 0.0))


def jack2(f: Frequencies) -> float | str:
    """Return the second-order jackknife, or the reason ``needs_3_documents``."""
    n = f.documents
    if n < 3:
        return "needs_3_documents"
    return f.observed + f.of(1) * (2 * n - 3) / n - f.of(2) * (n - 2) ** 2 / (n * (n - 1))


def bootstrap(f: Frequencies) -> float:
    """Return the bootstrap estimate of Smith & van Belle."""
    n = f.documents
    return f.observed + sum(count * (1 - k / n) ** n for k, count in f.q.items())


@dataclass(frozen=True, slots=True)
class Prospect:
    """What these data say about documents to come; all from Q0 = Chao2 - S and the uniques.

    ``unseen`` Q0; ``again`` A, the factor by which the uncovered share shrinks per document.
    """

    f: Frequencies
    unseen: float
    again: float

    @classmethod
    def of(cls, f: Frequencies) -> "Prospect":
        """Return the prospect of data for which ``refusal`` is None."""
        unseen, q1 = chao2(f).estimate - f.observed, f.of(1)
        scaled = f.documents * unseen
        return cls(f, unseen, scaled / (scaled + q1) if q1 else 1.0)

    def coverage(self, t: float | None = None) -> float:
        """Return the expected coverage of t documents (n when not given)."""
        n, u = self.f.documents, self.f.incidences
        if t is not None and t < n:
            # n - 1: the documents other than the one in which the code is met.
            missed = (k * c / u * missed_share(n - 1, k - 1, int(t)) for k, c in self.f.q.items())
            return 1 - sum(missed)
        return 1 - self.f.of(1) / u * self.again ** ((t or n) - n + 1)

    @property
    def turing_coverage(self) -> float:
        """Good's and Turing's 1 - Q1 / U."""
        return 1 - self.f.of(1) / self.f.incidences

    @property
    def expected_new_next(self) -> float:
        """How many new codes the next document is expected to bring."""
        return self.unseen * (1 - self.again)

    @property
    def p_new_next(self) -> float:
        """The chance that the next document brings a new code, under the model."""
        return float(1 - self.again**self.unseen)

    def extrapolate(self, further: float) -> float:
        """Return the expected number of codes after ``further`` more documents."""
        return float(self.f.observed + self.unseen * (1 - self.again**further))

    def further_documents(self, share: float) -> float:
        """Return how many more documents are needed for that share of Chao2 (1: less than half a code missing)."""
        if self.unseen <= 0:
            return 0.0
        total = self.f.observed + self.unseen
        missing = (1 - share) * total if share < 1 else 0.5
        return max(math.log(missing / self.unseen) / math.log(self.again), 0.0)

    def documents_for_coverage(self, level: float) -> float | None:
        """Return the number of documents at which this coverage is expected; None when already there."""
        if level <= self.coverage() or self.again <= 0:
            return None
        share = self.f.incidences * (1 - level) / self.f.of(1)
        return self.f.documents + math.log(share) / math.log(self.again) - 1


def flags(f: Frequencies) -> Sequence[str]:
    """Return what to say beside the estimates: unreliable, all_unique, single_unique, no_uniques."""
    if refusal(f) is not None:
        return ()
    found = []
    if f.documents < 5 or f.incidences < 10:
        found.append("unreliable")
    if f.of(1) == f.observed:
        found.append("all_unique")
    if f.of(1) == 1 and not f.of(2):
        found.append("single_unique")
    if not f.of(1):
        found.append("no_uniques")
    return tuple(found)
