"""How many documents to plan for. Assumptions for a proposal, never evidence of saturation."""

import math

from scipy import stats


def galvin(prevalence: float, probability: float) -> int:
    """Return n such that a code of this prevalence is met at least once with this probability (Galvin 2015)."""
    return math.ceil(math.log(1 - probability) / math.log(1 - prevalence) - 1e-12)


def fugard_potts(prevalence: float, instances: int, power: float) -> int:
    """Return the smallest n with P(at least ``instances`` of n) >= power (Fugard & Potts 2015)."""
    n = instances
    while stats.binom.sf(instances - 1, n, prevalence) < power:
        n += 1
    return n


def random_chance(chance: float, codes: int, level: float = 0.95) -> int:
    """Return n such that all codes are met with this probability, each having the same chance per document.

    The "random chance" scenario of van Rijnsoever (2017) in closed form; homogeneous chances are an
    assumption, so this is a lower limit for real studies.
    """
    return math.ceil(math.log(1 - level ** (1 / codes)) / math.log(1 - chance) - 1e-12)
