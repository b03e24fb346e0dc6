"""Every coefficient of one matrix of ratings, each with its interval or the reason why there is none."""

from collections.abc import Sequence
from dataclasses import replace

from intercoder.stats.agreement.alpha import Measurement, Method, krippendorff_alpha
from intercoder.stats.agreement.coefficients import (
    VARIANTS,
    Weights,
    bennett_s,
    cohen_kappa,
    cohen_kappa_se,
    holsti,
    holsti_reliability,
    mean_pairwise_cohen_kappa,
    percent_agreement,
    scott_pi,
)
from intercoder.stats.agreement.gwet import (
    alpha_standard_error,
    brennan_prediger,
    conger_kappa,
    fleiss_kappa,
    gwet_ac,
    standard_error,
)
from intercoder.stats.agreement.mv_alpha import mv_alpha
from intercoder.stats.agreement.pair_bootstrap import METHOD, krippendorff_algorithm
from intercoder.stats.intervals import FEWEST_UNITS, SEED, SLACK, beside, normal_interval, refusal
from intercoder.stats.reliability import Ratings
from intercoder.stats.results import Estimate
from intercoder.stats.tree import CodeTree

SET_MEASUREMENTS: Sequence[Measurement] = ("nominal", "jaccard", "masi")


def coefficients(
    ratings: Ratings,
    level: Measurement = "nominal",
    *,
    weights: Weights | None = None,
    resamples: int = 1000,
    seed: int = SEED,
    method: Method = "percentile",
    tree: CodeTree[str] | None = None,
) -> dict[str, Estimate]:
    """Return every coefficient that these data allow, alpha first, raw agreement next.

    Parameters
    ----------
    ratings
        coders x units. When the values are sets, mv-alpha comes first, and alpha is given on the exact sets, with Jaccard and
        with MASI distance, whatever ``level`` says, and along the tree when there is one.
    level, resamples, seed, method, tree
        of alpha, as in ``krippendorff_alpha``.
    weights
        of the kappas, AC and Brennan-Prediger: None, ``linear``, ``quadratic`` or ``ordinal``.

    Returns
    -------
    name -> Estimate. Alpha has the bootstrap interval and, where it exists, Gwet's analytic ``se``;
    ``krippendorff_alpha_own`` is the same value with the interval by Krippendorff's algorithm; Cohen's kappa has
    the large-sample interval (Fleiss, Cohen & Everitt 1969), the others Gwet's (t, n - 1 degrees of
    freedom, for these coders). Coefficients for two coders are left out when there are more, Cohen's
    kappa then is the mean over pairs. Raw agreement, Holsti's two, the mean over pairs, Scott's pi, Bennett's S,
    weighted kappa, and for sets all but alpha have the reason ``no_interval``.

    Raises
    ------
    WrongArgument : as ``krippendorff_alpha``.

    Notes
    -----
    The sum of its parts: O(pairs of coders x units + values + units log units), with weights and the standard
    error of Cohen's kappa O(V^2), and the B resamples of ``krippendorff_alpha`` and ``krippendorff_algorithm``.

    Examples
    --------
    >>> estimates = coefficients(Ratings.from_rows([[1, 2, 1, 2], [1, 2, 2, 2]]), resamples=0)
    >>> {name: round(e.value, 3) for name, e in estimates.items() if name in ("krippendorff_alpha", "cohen_kappa")}
    {'krippendorff_alpha': 0.533, 'cohen_kappa': 0.5}
    """
    sets = any(isinstance(value, frozenset) for value in ratings.values)

    def alpha_at(measurement: Measurement) -> Estimate:
        return krippendorff_alpha(ratings, measurement, resamples=resamples, seed=seed, method=method, tree=tree)

    estimates: dict[str, Estimate] = {}
    if sets:
        along_the_tree: Sequence[Measurement] = () if tree is None else ("tree",)
        estimates["mv_alpha"] = mv_alpha(ratings, resamples=resamples, seed=seed, method=method)
        for measurement in (*SET_MEASUREMENTS, *along_the_tree):
            estimates[f"krippendorff_alpha_{measurement}"] = alpha_at(measurement)
    else:
        alpha = _with_alpha_se(alpha_at(level), ratings, level)
        estimates["krippendorff_alpha"] = alpha
        own, reason = None, refusal(alpha.value, ratings.n_pairable, resamples)
        if reason is None:
            assert alpha.value is not None
            drawn = krippendorff_algorithm(ratings, level, resamples=resamples, seed=seed, tree=tree)
            own, reason = beside(alpha.value, *drawn)
        if reason == "too_few_units" and alpha.interval is not None:
            own, reason = replace(alpha.interval, method=METHOD, clustered_by="pair"), None  # perfect agreement
        estimates["krippendorff_alpha_own"] = replace(alpha, interval=own, interval_reason=reason, se=None)
    for variant in VARIANTS:
        estimates[f"percent_agreement_{variant}"] = percent_agreement(ratings, variant)  # type: ignore[arg-type]
    estimates["holsti"] = holsti(ratings)
    estimates["holsti_reliability"] = holsti_reliability(ratings)
    estimates.update(_chance_corrected(ratings, None if sets else weights, intervals=not sets))
    return {name: _with_reason(estimate) for name, estimate in estimates.items()}


def _with_reason(estimate: Estimate) -> Estimate:
    """Where no interval was tried there is none to be had, or no value."""
    if estimate.interval is not None or estimate.interval_reason is not None:
        return estimate
    return replace(estimate, interval_reason="no_interval" if estimate.reason is None else "no_value")


def _chance_corrected(ratings: Ratings, weights: Weights | None, *, intervals: bool) -> dict[str, Estimate]:
    estimates: dict[str, Estimate] = {}
    if len(ratings.coders) == 2:
        kappa = cohen_kappa(ratings, weights)
        se = cohen_kappa_se(ratings) if weights is None and intervals else None
        estimates["cohen_kappa"] = with_standard_error(kappa, se) if se else kappa
        estimates["scott_pi"] = scott_pi(ratings)
        estimates["bennett_s"] = bennett_s(ratings)
    else:
        estimates["mean_pairwise_cohen_kappa"] = mean_pairwise_cohen_kappa(ratings)
    units = int((ratings.per_unit >= 1).sum())
    for key, estimate in (
        ("fleiss_kappa", fleiss_kappa(ratings, weights)),
        ("conger_kappa", conger_kappa(ratings, weights)),
        ("gwet_ac", gwet_ac(ratings, weights)),
        ("brennan_prediger", brennan_prediger(ratings, weights)),
    ):
        if intervals:
            se = standard_error(ratings, key, weights)  # type: ignore[arg-type]
            estimate = with_standard_error(estimate, se, freedom=units - 1)  # noqa: PLW2901
        estimates[estimate.method] = estimate
    return estimates


def with_standard_error(estimate: Estimate, se: Estimate, *, freedom: int | None = None) -> Estimate:
    """Return the estimate with a standard error and the interval of it: normal, or t with ``freedom``.

    No interval below 10 pairable units (``too_few_units``) unless they agree perfectly, without a value (``no_value``), nor where there is
    no standard error (its reason). O(1).
    """
    if estimate.value is None or se.value is None:
        return replace(estimate, interval_reason="no_value" if estimate.value is None else se.reason)
    perfect = estimate.value >= 1.0 - SLACK
    if estimate.n_pairable < FEWEST_UNITS and not perfect:
        return replace(estimate, se=se.value, interval_reason="too_few_units")
    name = "normal" if freedom is None else f"t, {freedom} degrees of freedom"
    interval = normal_interval(estimate.value, se.value, name, freedom=freedom)
    return replace(estimate, se=se.value, interval=replace(interval, degenerate=perfect))


def _with_alpha_se(estimate: Estimate, ratings: Ratings, level: Measurement) -> Estimate:
    if level not in ("nominal", "interval"):
        return estimate
    return replace(estimate, se=alpha_standard_error(ratings, level).value)
