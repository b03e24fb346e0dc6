"""How many documents to plan for. Assumptions for a proposal, never evidence of saturation."""

import math

from scipy import stats

from intercoder.errors import WrongArgument

#: Rounding must not add a document where the logarithms meet a whole number.
_SLACK = 1e-12


def galvin(prevalence: float, probability: float) -> int:
    """Return how many documents meet a code at least once with this probability.

    Parameters
    ----------
    prevalence
        the share of documents that hold the code, in (0, 1].
    probability
        in (0, 1).

    Returns
    -------
    int
        n = ln(1 - P) / ln(1 - R), rounded up, at least 1. O(1).

    Raises
    ------
    WrongArgument : a chance outside its range.

    References
    ----------
    Galvin 2015, J. Build. Eng. 1: 2-12, doi 10.1016/j.jobe.2014.12.001.
    """
    _check(prevalence, probability)
    if prevalence == 1:
        return 1
    return max(math.ceil(math.log1p(-probability) / math.log1p(-prevalence) - _SLACK), 1)


def fugard_potts(prevalence: float, instances: int, power: float) -> int:
    """Return the smallest number of documents with P(the code is in at least ``instances`` of them) >= power.

    Parameters
    ----------
    prevalence
        the share of documents that hold the code, in (0, 1].
    instances
        in how many it should be met, at least 1.
    power
        the probability, in (0, 1).

    Returns
    -------
    int
        documents, at least ``instances``.

    Raises
    ------
    WrongArgument : a chance outside its range, or no instance.

    Notes
    -----
    O(log n) binomial probabilities for the answer n.

    References
    ----------
    Fugard & Potts 2015, Int. J. Soc. Res. Methodol. 18: 669-684, doi 10.1080/13645579.2015.1005453.
    """
    _check(prevalence, power)
    if instances < 1:
        raise WrongArgument("bad_count", "At least one is needed, not {n}.", n=instances)

    def enough(n: int) -> bool:
        return bool(stats.binom.sf(instances - 1, n, prevalence) >= power)

    low, high = instances - 1, instances
    while not enough(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def random_chance(chance: float, codes: int, level: float = 0.95) -> int:
    """Return how many documents meet all codes with this probability, each having the same chance per document.

    The "random chance" scenario of van Rijnsoever (2017) in closed form, (1 - (1 - p)^n)^k >= level. That
    all codes have the same chance is our assumption, so this is a lower limit for real studies.

    Parameters
    ----------
    chance
        of a code to be in a document, in (0, 1].
    codes
        how many there are, at least 1.
    level
        the probability, in (0, 1).

    Returns
    -------
    int
        documents, at least 1. O(1).

    Raises
    ------
    WrongArgument : a chance outside its range, or no code.

    References
    ----------
    van Rijnsoever 2017, PLoS ONE 12(7): e0181689.
    """
    _check(chance, level)
    if codes < 1:
        raise WrongArgument("bad_count", "At least one is needed, not {n}.", n=codes)
    if chance == 1:
        return 1
    return max(math.ceil(math.log(-math.expm1(math.log(level) / codes)) / math.log1p(-chance) - _SLACK), 1)


def _check(chance: float, probability: float) -> None:
    if not (0 < chance <= 1 and 0 < probability < 1):
        raise WrongArgument("bad_probability", "Chances and probabilities lie between 0 and 1.")
