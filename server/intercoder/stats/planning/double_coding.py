"""How many units to code twice so that the interval of alpha ends above a target: by formula and by simulation.

Both stand on one model of coders, stated in ``ASSUMPTIONS``: with probability a (the expected agreement)
a unit is clear, and all coders give it one and the same draw from the categories; otherwise each coder
draws alone. Under it nominal alpha is a for any number of coders, and for two coders and a yes/no code
the model is no restriction: every table with equal margins is of this form.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from scipy import stats

from intercoder.errors import WrongArgument, marked
from intercoder.stats.agreement.results import FEW_POSITIVES
from intercoder.stats.intervals import FEWEST_UNITS, SEED
from intercoder.stats.planning.growing_studies import GrowingStudies, lower_ends, pattern_number, smallest
from intercoder.stats.results import Plain, check

MOST_UNITS = 1_000_000
#: Different rows of counts (coders into categories) that a simulation keeps apart.
MOST_PATTERNS = 256

ASSUMPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "clear_or_chance": marked(
            "A unit is either clear, and all coders give it the same value, or each coder assigns it by chance; the expected agreement is the share of clear units."
        ),
        "same_shares": marked("Every coder uses each category equally often, with the given shares."),
        "complete": marked("Every coder codes every one of these units."),
        "independent_units": marked(
            "Units are independent; where the units of one document resemble one another, more of them are needed."
        ),
        "normal_interval": marked(
            "The interval is the value plus and minus a normal quantile times the linearised standard error; for few units a bootstrap interval ends elsewhere."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class UnitsNeeded(Plain):
    """The smallest number of units with which the target is reached with a given power, or why there is none.

    ``power``: the share of studies whose interval shall end at or above the target; 0.5 is the study that
    turns out as expected. ``left``: what remains after the units that are double-coded already.
    ``expected_rarest``: how many values of the rarest category these units will hold; ``rare`` when fewer
    than 5, as alpha then hangs on single values. For a simulation ``reached`` is the share of simulated studies that
    reach the target with ``units``, and ``low``..``high`` are the units at which that share is its 95 % Monte Carlo
    error below and above the power (``high`` None: beyond 1,000,000). None of the three for a formula.
    """

    power: float
    method: Literal["formula", "simulation"]
    units: int | None
    reason: str | None
    left: int | None = None
    expected_rarest: float | None = None
    rare: bool = False
    reached: float | None = None
    low: int | None = None
    high: int | None = None

    def __post_init__(self) -> None:
        check(self.method, self.units, self.reason)


@dataclass(frozen=True, slots=True)
class DoubleCodingPlan(Plain):
    """How many units to double-code, by formula and by simulation, each for power 0.5 and the wanted one.

    ``shares``: of the categories; of a yes/no code absent, present. ``unit_variance``: N times the large-sample
    variance of alpha, so that its standard error with N units is the root of ``unit_variance`` / N.
    ``units_for_rarest``: units that are expected to hold 5 values of the rarest category.
    ``assumptions``: keys of ``ASSUMPTIONS``.
    """

    shares: tuple[float, ...]
    coders: int
    expected_agreement: float
    target: float
    level: float
    already: int
    unit_variance: float
    units_for_rarest: int
    formula: tuple[UnitsNeeded, ...]
    simulation: tuple[UnitsNeeded, ...]
    simulations: int
    seed: int
    assumptions: tuple[str, ...] = tuple(ASSUMPTIONS)


def units_to_double_code(
    prevalence: float | Sequence[float],
    coders: int,
    expected_agreement: float,
    target: float,
    *,
    power: float = 0.8,
    level: float = 0.95,
    already: int = 0,
    simulations: int = 2_000,
    seed: int = SEED,
) -> DoubleCodingPlan:
    """Return how many units all coders must code so that the interval of alpha ends at the target or above.

    Parameters
    ----------
    prevalence
        the share of units with the code, or the shares of all categories (positive, summing to 1).
    coders
        how many code each unit, at least 2.
    expected_agreement
        the nominal alpha expected, in (0, 1]; from a pilot, better too low than too high.
    target
        what the lower end of the interval shall reach, for instance .667 or .8.
    power
        the share of studies that shall reach it, in [0.5, 1); always reported for 0.5 as well.
    level
        of the two-sided interval.
    already
        units that are double-coded already.
    simulations, seed
        simulated studies (0 for the formula only); numpy's PCG64.

    Returns
    -------
    DoubleCodingPlan. At least 10 units are asked for, as no interval is shown below that. Reasons:
    ``target_out_of_reach`` (the target is not below the expected agreement), ``too_many_units_needed`` (more
    than 1,000,000), and for the simulation ``not_simulated`` (0 asked for), ``too_many_patterns``.

    Raises
    ------
    WrongArgument : numbers outside their ranges.

    Notes
    -----
    Formula: alpha is taken as normal with variance V(a) / N, the interval's own standard error at what was
    observed. N is the smallest for which b - z sqrt(V(b) / N) >= target, where b = a - z_power sqrt(V(a) / N);
    with power 0.5 that is V(a) z^2 / (a - target)^2. O(1).

    Simulation: every simulated study is one sequence of units that grows (between two looks it is filled by
    drawing without replacement), so all sizes are compared on the same studies. O(simulations x patterns x
    categories x log N); a pattern is a row of counts, coders + 1 of them for a yes/no code. A study without any
    disagreement has no standard error: its lower end comes from the exact upper limit of the share of units
    with disagreement (Clopper & Pearson 1934), which counts as complete disagreement.

    References
    ----------
    For two coders and a yes/no code V is that of Bloch & Kraemer 1989 (Biometrics 45:269-287) and, with equal
    margins, of Fleiss, Cohen & Everitt 1969 (doi 10.1037/h0028106). The purpose, with another interval: Rotondi
    & Donner 2012 (Journal of Clinical Epidemiology 65:778-784).
    """
    shares = _shares(prevalence)
    _check_arguments(coders, expected_agreement, power, level, already, simulations)
    z = float(stats.norm.ppf((1.0 + level) / 2.0))
    powers = sorted({0.5, power})
    rarest = min(shares) * coders
    formula, simulation = [], []
    studies = None
    if simulations and target < expected_agreement and pattern_number(coders, len(shares)) <= MOST_PATTERNS:
        studies = GrowingStudies(shares, coders, expected_agreement, simulations, seed)
    for asked in powers:
        units = _by_formula(shares, coders, expected_agreement, target, z, asked)
        formula.append(_needed("formula", asked, units, already, rarest))
        if target >= expected_agreement:
            simulation.append(_needed("simulation", asked, "target_out_of_reach", already, rarest))
        elif studies is None:
            why = "too_many_patterns" if simulations else "not_simulated"
            simulation.append(_needed("simulation", asked, why, already, rarest))
        else:
            simulation.append(_by_simulation(studies, target, level, asked, already, rarest))
    return DoubleCodingPlan(
        shares=shares,
        coders=coders,
        expected_agreement=expected_agreement,
        target=target,
        level=level,
        already=already,
        unit_variance=alpha_variance(shares, coders, expected_agreement),
        units_for_rarest=math.ceil(FEW_POSITIVES / rarest),
        formula=tuple(formula),
        simulation=tuple(simulation),
        simulations=simulations,
        seed=seed,
    )


def alpha_variance(shares: Sequence[float], coders: int, alpha: float) -> float:
    """Return N times the large-sample variance of nominal alpha under the model of this module. O(categories).

    ``shares`` of the categories, ``coders`` m per unit, ``alpha`` a in [0, 1].

    Notes
    -----
    With s = sum p^2, t = sum p^3 - s^2 and the agreement A of m independent values, whose variance as a
    U-statistic is W = 2 (2 (m - 2) t + s (1 - s)) / (m (m - 1)), the delta method gives

    V = ((1 - a) W + a (1 - a) (1 - s)^2 + 4 (1 - a)^2 t (a + (1 - a) / m - 2 / m)) / (1 - s)^2.
    """
    p = np.asarray(shares, dtype=np.float64)
    m, rest = float(coders), 1.0 - alpha
    s = float(p @ p)
    t = float((p**3).sum()) - s * s
    w = 2.0 * (2.0 * (m - 2.0) * t + s * (1.0 - s)) / (m * (m - 1.0))
    total = rest * w + alpha * rest * (1.0 - s) ** 2 + 4.0 * rest**2 * t * (alpha + rest / m - 2.0 / m)
    return max(total, 0.0) / (1.0 - s) ** 2


def _shares(prevalence: float | Sequence[float]) -> tuple[float, ...]:
    shares = (1.0 - prevalence, prevalence) if isinstance(prevalence, (int, float)) else tuple(map(float, prevalence))
    if len(shares) < 2 or not all(0.0 < share < 1.0 for share in shares) or abs(sum(shares) - 1.0) > 1e-9:
        raise WrongArgument(
            "bad_shares",
            "A prevalence lies between 0 and 1; the shares of several categories are positive and sum to 1.",
        )
    return tuple(map(float, shares))


def _check_arguments(coders: int, agreement: float, power: float, level: float, already: int, simulations: int) -> None:
    if coders < 2:
        raise WrongArgument("two_coders_at_least", "Double-coding needs at least two coders.")
    if not 0.0 < agreement <= 1.0:
        raise WrongArgument("bad_expected_agreement", "The expected agreement lies above 0 and at most at 1.")
    if not 0.5 <= power < 1.0 or not 0.0 < level < 1.0:
        raise WrongArgument("bad_power", "The power lies from 0.5 to below 1, the level between 0 and 1.")
    if already < 0 or simulations < 0:
        raise WrongArgument("negative_number", "Numbers of units and of simulations cannot be negative.")


def _needed(
    method: Literal["formula", "simulation"],
    power: float,
    units: int | str,
    already: int,
    rarest: float,
    *,
    reached: float | None = None,
    low: int | None = None,
    high: int | None = None,
) -> UnitsNeeded:
    if isinstance(units, str):
        return UnitsNeeded(power, method, None, units)
    expected = units * rarest
    left, rare = max(0, units - already), expected < FEW_POSITIVES
    return UnitsNeeded(power, method, units, None, left, expected, rare, reached=reached, low=low, high=high)


def _by_formula(
    shares: Sequence[float], coders: int, expected: float, target: float, z: float, power: float
) -> int | str:
    if target >= expected:
        return "target_out_of_reach"
    spread = math.sqrt(alpha_variance(shares, coders, expected))
    z_power = float(stats.norm.ppf(power))

    def reaches(n: int) -> bool:
        observed = expected - z_power * spread / math.sqrt(n)
        if observed < max(target, 0.0):
            return observed >= target  # below 0 the model has no variance, and no study plans for that
        return observed - z * math.sqrt(alpha_variance(shares, coders, observed) / n) >= target

    return smallest(reaches, FEWEST_UNITS, MOST_UNITS) or "too_many_units_needed"


def _by_simulation(
    studies: GrowingStudies, target: float, level: float, power: float, already: int, rarest: float
) -> UnitsNeeded:
    def reached(units: int) -> float:
        return float((lower_ends(studies.at(units), studies.patterns, level=level) >= target).mean())

    units = smallest(lambda n: reached(n) >= power, FEWEST_UNITS, MOST_UNITS)
    if units is None:
        return _needed("simulation", power, "too_many_units_needed", already, rarest)
    error = 1.96 * math.sqrt(power * (1.0 - power) / studies.simulations)
    low = smallest(lambda n: reached(n) >= power - error, FEWEST_UNITS, MOST_UNITS)
    high = None
    if power + error <= 1.0:
        high = smallest(lambda n: reached(n) >= power + error, FEWEST_UNITS, MOST_UNITS)
    return _needed("simulation", power, units, already, rarest, reached=reached(units), low=low, high=high)
