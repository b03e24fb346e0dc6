"""A share of units with its interval."""

from intercoder.stats.results import Estimate, Interval


def share_of(method: str, found: int, of: int, reason: str) -> Estimate:
    """Return a share of ``of`` units with Wilson's 95 % interval, in 0..1, or the reason why there is none.

    References
    ----------
    Wilson 1927, Journal of the American Statistical Association 22:209-212, doi 10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> half = share_of("sensitivity", 5, 10, "not_in_consensus")
    >>> half.value, round(half.interval.low, 3), round(half.interval.high, 3)
    (0.5, 0.237, 0.763)
    >>> share_of("sensitivity", 0, 0, "not_in_consensus").reason
    'not_in_consensus'
    """
    if not of:
        return Estimate(None, reason, 0, 0, 0, 0, 2, method, interval_reason="no_value")
    from scipy import stats  # the command line and pages that only name its callers need no numbers

    limits = stats.binomtest(found, of).proportion_ci(method="wilson")
    return Estimate(
        found / of,
        None,
        of,
        of,
        2 * of,
        0,
        2,
        method,
        interval=Interval(float(limits.low), float(limits.high), "Wilson"),
    )
