"""How many codes there may be, when each of them could be in a document or not.

Estimators for incidence data. Chao2 is a lower bound: say "at least about". All take n and Q, for which
``refusal`` is None, and return numbers of codes, never below S but for the second-order jackknife. Every
function here is O(different frequencies).

References
----------
Chao 1987 (Biometrics 43: 783-791); Chiu et al. 2014 (Biometrics 70: 671-682) for iChao2; Lee & Chao 1994
(Biometrics 50: 88) and Chao & Chiu 2016 (Wiley StatsRef) for ICE; Heltshe & Forrester 1983 (Biometrics 39: 1)
for the first-order jackknife and its standard error; Burnham & Overton 1979 for the second-order one; Smith &
van Belle 1984 (Biometrics 40: 119) for the bootstrap.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from intercoder.stats.normal import Z
from intercoder.stats.results import Plain
from intercoder.stats.saturation.incidence import Frequencies

#: Codes in at most so many documents are "infrequent" for ICE.
ICE_CUT = 10


@dataclass(frozen=True, slots=True)
class Richness(Plain):
    """An estimated number of codes with its standard error and 95 % interval."""

    estimate: float
    se: float
    ci95: tuple[float, float]

    @property
    def interval(self) -> tuple[float, float] | None:
        """The interval that can stand beside the estimate; None where the published one leaves the estimate out."""
        low, high = self.ci95
        return self.ci95 if low <= self.estimate <= high else None


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
    """Return the bias-corrected Chao2, with its own variance and the interval of ``chao2``."""
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
        spread = math.exp(Z * math.sqrt(math.log1p(variance / beyond**2)))
        return Richness(estimate, math.sqrt(variance), (s + beyond / spread, s + beyond * spread))
    # No unseen code is estimated: the interval comes from the frequencies of the seen ones.
    p = sum(count * math.exp(-k) for k, count in f.q.items()) / s
    weighted = sum(k * math.exp(-k) * count for k, count in f.q.items())
    variance = sum(c * (math.exp(-k) - math.exp(-2 * k)) for k, c in f.q.items()) - weighted**2 / n
    se = math.sqrt(max(variance, 0.0))
    middle, half = s / (1 - p), Z * se / (1 - p)
    return Richness(estimate, se, (max(float(s), middle - half), middle + half))


def ichao2(f: Frequencies) -> float:
    """Return iChao2: Chao2 and what the codes in three and four documents add; Chao2 alone up to 3 documents."""
    n, base = f.documents, chao2(f).estimate
    if n <= 3:
        return base
    q4 = max(f.of(4), 1)
    rest = f.of(1) - (n - 3) / (n - 1) * f.of(2) * f.of(3) / (2 * q4)
    return base + (n - 3) / n * f.of(3) / (4 * q4) * max(rest, 0.0)


def ice(f: Frequencies, holding_infrequent: int) -> float | str:
    """Return ICE in the form of EstimateS, or the reason ``no_coverage``.

    ``holding_infrequent``: documents with at least one infrequent code (at most ``ICE_CUT`` documents). No
    coverage: all infrequent codes are unique, or one document holds them all.
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
    """Return the standard error of ``jack1``: that of deleting one document after the other.

    ``uniques``: document -> how many of its codes occur nowhere else. O(documents with any).
    """
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


#: A Chao2 whose interval ends beyond so many times the codes seen says little more than "many".
FAR = 10


def flags(f: Frequencies) -> tuple[str, ...]:
    """Return what to say beside the estimates; keys of ``reading.CAVEATS``.

    ``unreliable``: fewer than 5 documents or 10 incidences. ``all_unique``: every code occurs once; show
    only what was observed, and coverage. ``single_unique``: one code occurs once and none twice, so Chao2
    says nothing is missing. ``no_uniques``: no code occurs in only one document. ``more_than_tenfold``: the
    interval of Chao2 ends beyond 10 times the codes seen.
    """
    if refusal(f) is not None:
        return ()
    once, twice = f.of(1), f.of(2)
    said = {
        "unreliable": f.documents < 5 or f.incidences < 10,
        "all_unique": once == f.observed,
        "single_unique": once == 1 and not twice,
        "no_uniques": not once,
        "more_than_tenfold": chao2(f).ci95[1] > FAR * f.observed,
    }
    return tuple(flag for flag, holds in said.items() if holds)
