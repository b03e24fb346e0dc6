"""What to say beside a coefficient, when its number alone would mislead."""

from intercoder.errors import marked

PARADOX = marked(
    "One category dominates: alpha has little variation to work with. Read AC1 beside it, and check the rare codes one by one."
)
#: Percent agreement this high with alpha this low, or one category with this share of the values.
HIGH_PERCENT, LOW_ALPHA, LARGE_SHARE = 0.85, 0.6, 0.9


def low_despite_agreement(percent: float | None, alpha: float | None) -> bool:
    """Return whether a high percent agreement meets a low alpha. O(1)."""
    return percent is not None and alpha is not None and percent >= HIGH_PERCENT and alpha < LOW_ALPHA


def paradox(percent: float | None, alpha: float | None, largest: float | None, ac1: float | None) -> bool:
    """Return whether high agreement meets a low alpha, or one category holds nine values of ten. O(1).

    Never where AC1 has no value: the sentence sends people to a number that is not there.

    Parameters
    ----------
    percent, alpha, ac1
        the three numbers, None where undefined.
    largest
        share of the most frequent category among the values, 0..1.

    References
    ----------
    The first paradox of Feinstein & Cicchetti 1990, J Clin Epidemiol 43: 543-549, doi 10.1016/0895-4356(90)90158-L;
    the limits are this project's.
    """
    if percent is None or largest is None or ac1 is None:
        return False
    return low_despite_agreement(percent, alpha) or largest >= LARGE_SHARE
