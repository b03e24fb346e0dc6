"""Krippendorff's alphas for units on a continuum (2016): whether the marking agrees, and whether the coding does.

They need units that do not overlap within one coder's work; overlapping codes are compared code by
code (``binary_u_alpha``). Several documents are one continuum in which no unit crosses a border;
documents with other coders count with their own number of coders. Reasons of all intervals: ``no_value``,
``not_requested``, ``too_few_documents``, ``too_many_undefined``.

References
----------
Krippendorff, Mathet, Bouvry, Widlöcher 2016, On the reliability of unitizing textual continua,
Quality & Quantity 50:2347-2364, doi 10.1007/s11135-015-0266-1.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, TypeAlias, get_args

import numpy as np
from scipy import sparse

from intercoder.errors import WrongArgument
from intercoder.stats.agreement.distances import distance_table
from intercoder.stats.arrays import Floats, Rows, Sparse, Statistic
from intercoder.stats.intervals import SEED, Method
from intercoder.stats.quotients import beyond_chance
from intercoder.stats.results import Parameter
from intercoder.stats.spans.coincidences import Coincidences, Continuum
from intercoder.stats.spans.continuum import Spans
from intercoder.stats.spans.results import SpanEstimate, over_documents, over_documents_each

#: "nominal", "interval", "ratio", a function of two codes, or a table in the order of the codes.
Distance: TypeAlias = str | Callable[[str, str], float] | Floats
#: How much of a unit the other coders marked, with more than two: mean over them, or by any of them (quallmer).
Variant: TypeAlias = Literal["pairs", "union"]


def u_alpha(
    spans: Spans | Continuum, *, resamples: int = 0, seed: int = SEED, method: Method = "percentile"
) -> SpanEstimate:
    """Return u-alpha: whether the coders mark the same text, and with the same codes.

    Every character of every coder has a value, a code or "gap", in units whose lengths count:
    alpha = 1 - (l.. - sum l_cc) / (l.. - sum e_cc).

    Parameters
    ----------
    spans
        of any documents and coders, or their ``Continuum``; documents that fewer than two coders
        finished are left out.
    resamples
        of whole documents, when at least two coders finished at least 10; 0 for no interval.
    seed
        of the resamples.
    method
        of the interval: ``percentile`` or ``bca``.

    Returns
    -------
    SpanEstimate : 1 perfect, 0 as by chance. Reasons: ``no_pairable_values`` (no text that two coders
        finished), ``overlapping_units``, ``no_variation`` (all gap, or one code everywhere).

    Notes
    -----
    O(S log S + S x coders) for S spans, of a ``Continuum`` O(S); B resamples O(B x documents x codes).
    """
    data = Continuum.of(spans)
    given = u_alpha_sums(data)
    if isinstance(given, str):
        return SpanEstimate.on(data.units, "u_alpha", given)
    rows, statistic = given
    return _estimate(
        data.units, "u_alpha", rows, statistic, "no_variation", resamples=resamples, seed=seed, method=method
    )


def u_alpha_sums(data: Continuum) -> tuple[Rows, Statistic] | str:
    """Return one row of sums per compared document, and u-alpha from such sums; or the reason why there is none."""
    given = data.sums
    if given is None:
        return data.reason or "no_pairable_values"
    rows = sparse.hstack([_columns(given.total, given.squares, given.disagreement), given.length], format="csr")
    return rows, u_alpha_of_sums


def bar_u_alpha(
    spans: Spans | Continuum, *, resamples: int = 0, seed: int = SEED, method: Method = "percentile"
) -> SpanEstimate:
    """Return |u-alpha: whether the coders mark the same text, whatever the code.

    As ``u_alpha`` with two values, marked and gap: 1 - (l_g. - l_gg) / (e_g. - e_gg).

    Returns
    -------
    SpanEstimate : reasons as ``u_alpha``, but ``not_used`` when nobody marked anything and ``no_gap``
        when everybody marked everything. Cost as ``u_alpha``, B resamples O(B x documents).
    """
    data = Continuum.of(spans)
    units, given, reason = data.units, data.sums, data.reason
    if given is None:
        return SpanEstimate.on(units, "bar_u_alpha", reason)
    marked = np.asarray(given.length.sum(axis=1)).reshape(-1)
    rows = np.column_stack([given.total, given.squares, given.half, marked])
    undefined = "no_gap" if marked.any() else "not_used"
    return _estimate(
        units, "bar_u_alpha", rows, bar_u_alpha_of_sums, undefined, resamples=resamples, seed=seed, method=method
    )


def cu_alpha(
    spans: Spans | Continuum,
    distance: Distance = "nominal",
    *,
    variant: Variant = "pairs",
    resamples: int = 0,
    seed: int = SEED,
    method: Method = "percentile",
) -> SpanEstimate:
    """Return cu-alpha: whether text that two coders marked gets the same code from both.

    1 - sum d l' / sum d e' over the text that both marked. ``coverage`` is the share of all text times
    coders this is: a high value over 5 % of the text means little.

    Parameters
    ----------
    spans, resamples, seed, method
        as in ``u_alpha``.
    distance
        ``nominal``; ``interval`` or ``ratio`` when the codes are numbers; a function of two codes, such
        as ``CodeTree.distance``; or a table in the order of ``spans.codes``. Functions and tables are
        used as they are, not squared.
    variant
        of the correction for chance with more than two coders: ``pairs`` (the mean over pairs of coders) or ``union``
        (the part of a unit that any other coder marked, as quallmer 0.4 for R does); the same with two.

    Returns
    -------
    SpanEstimate : reasons as ``u_alpha``; ``no_pairable_values`` also when no text was marked by two,
        ``no_variation`` when only one code lies on such text, ``no_expected_disagreement``,
        ``too_little_shared`` (the correction for chance then exceeds what it corrects), ``not_numeric``,
        ``mixed_signs``.

    Raises
    ------
    WrongArgument : an unknown distance or variant; a table that is no distance (negative, not symmetric, not 0
        between a code and itself, of the wrong size).

    Notes
    -----
    As ``u_alpha``; with a distance other than nominal O(S x coders x codes + codes^2) more, B resamples
    O(B (documents x codes + codes^2)).
    """
    name = distance if isinstance(distance, str) else "given"
    data = Continuum.of(spans)
    table = _table(distance, data.units.codes)
    units, given, reason = data.units, data.sums, data.reason
    parameters: dict[str, Parameter] = {"distance": name, **_named(variant)}
    if given is None:
        return SpanEstimate.on(units, "cu_alpha", reason, parameters=parameters)
    coverage = float(given.shared.sum() / given.total.sum())
    used = np.flatnonzero(np.asarray(given.shared.sum(axis=0)).reshape(-1)).tolist()
    reason = _undefined([units.codes[c] for c in used], table)
    if reason:
        return SpanEstimate.on(units, "cu_alpha", reason, coverage=coverage, parameters=parameters)
    if isinstance(table, str) and table != "nominal":
        numbers = [float(units.codes[c]) for c in used]
        table = np.zeros((len(units.codes), len(units.codes)))
        table[np.ix_(used, used)] = distance_table(numbers, "interval" if name == "interval" else "ratio")
    if isinstance(table, str):
        apart, statistic = np.asarray(given.apart.sum(axis=1)).reshape(-1), cu_alpha_of_sums
    else:
        counts = given.interval_counts
        apart = given.interval_weights @ np.asarray(counts.multiply(counts @ table).sum(axis=1)).reshape(-1)
        fixed = table

        def statistic(sums: Floats) -> Floats:
            return _cu_tabled(sums, fixed)

    rows = sparse.hstack(
        [_columns(apart, np.asarray(_inside(given, variant).sum(axis=1)).reshape(-1)), given.shared], format="csr"
    )
    differ = isinstance(table, str) or bool(table[np.ix_(used, used)].any())
    undefined = "too_little_shared" if differ else "no_expected_disagreement"
    estimate = _estimate(units, "cu_alpha", rows, statistic, undefined, resamples=resamples, seed=seed, method=method)
    return replace(estimate, coverage=coverage, parameters=parameters)


def ku_alpha(
    spans: Spans | Continuum,
    *,
    variant: Variant = "pairs",
    resamples: int = 0,
    seed: int = SEED,
    method: Method = "percentile",
) -> dict[str, SpanEstimate]:
    """Return (k)u-alpha of every code: whether its text, where others marked it too, got this code from them.

    1 - e'_k. (l'_k. - l'_kk) / (l'_k. (e'_k. - e'_kk)); ``coverage`` l'_k. / l_k. is the share of the
    code's text that another coder marked at all; ``variant`` as in ``cu_alpha``.

    Returns
    -------
    dict : code -> SpanEstimate, for all codes of the spans. Reasons as ``u_alpha``; ``not_used``;
        ``no_pairable_values`` when nobody else marked its text; ``no_variation`` when no other code
        was used on text that two marked; ``too_little_shared``. Cost as ``u_alpha``, all codes together.
    """
    data = Continuum.of(spans)
    units, given, reason = data.units, data.sums, data.reason
    named = _named(variant)
    if given is None:
        return {code: SpanEstimate.on(units, "ku_alpha", reason, parameters=named) for code in units.codes}
    size = len(units.codes)
    rows = sparse.hstack([given.shared, given.apart, _inside(given, variant)], format="csr")
    sums = np.asarray(rows.sum(axis=0)).reshape(1, -1)
    values, length = _ku_alpha(sums, size)[0], np.asarray(given.length.sum(axis=0)).reshape(-1)
    shared = sums[0, :size]
    times = np.bincount(units.code, minlength=size)
    estimates = []
    for c in range(size):
        result: float | str = float(values[c])
        if not length[c]:
            result = "no_pairable_values" if data.elsewhere[c] else "not_used"
        elif not shared[c]:
            result = "no_pairable_values"
        elif np.isnan(values[c]):
            result = "no_variation" if np.count_nonzero(shared) < 2 else "too_little_shared"
        coverage = float(shared[c] / length[c]) if length[c] else None
        estimates.append(
            SpanEstimate.on(units, "ku_alpha", result, spans=int(times[c]), coverage=coverage, parameters=named)
        )
    with_intervals = over_documents_each(
        estimates, rows, lambda s: _ku_alpha(s, size), resamples=resamples, seed=seed, method=method
    )
    return dict(zip(units.codes, with_intervals, strict=True))


def _estimate(
    units: Spans,
    name: str,
    rows: Rows,
    statistic: Callable[[Floats], Floats],
    undefined: str,
    *,
    resamples: int,
    seed: int,
    method: Method,
) -> SpanEstimate:
    value = float(statistic(np.asarray(rows.sum(axis=0), dtype=np.float64).reshape(1, -1))[0])
    estimate = SpanEstimate.on(units, name, undefined if np.isnan(value) else value)
    interval, reason = over_documents(estimate.value, rows, statistic, resamples=resamples, seed=seed, method=method)
    return replace(estimate, interval=interval, interval_reason=reason)


def _columns(*columns: Floats) -> Sparse:
    table: Sparse = sparse.csr_array(np.column_stack(columns))
    return table


def u_alpha_of_sums(sums: Floats) -> Floats:
    """From l.., squares, disagreement, l_c. (V); the expected e_cc of the paper, put in and simplified."""
    total, squares, apart, length = sums[:, 0], sums[:, 1], sums[:, 2], sums[:, 3:]
    gap = total - length.sum(axis=1)
    differing = (length * (total[:, None] - length)).sum(axis=1) + gap * (total - gap)
    return beyond_chance(apart * (total**2 - squares - gap), total * differing)


def bar_u_alpha_of_sums(sums: Floats) -> Floats:
    """From l.., squares, l_gap,marked, l_marked."""
    total, squares, half, marked = sums.T
    gap = total - marked
    return beyond_chance(half * (total**2 - squares - gap), total * gap * marked)


def cu_alpha_of_sums(sums: Floats) -> Floats:
    """From the disagreement, R and l'_c. (V)."""
    apart, inside, shared = sums[:, 0], sums[:, 1], sums[:, 2:]
    total = shared.sum(axis=1)
    differing = np.where((shared > 0).sum(axis=1) > 1, (shared * (total[:, None] - shared)).sum(axis=1), 0.0)
    return beyond_chance(apart * _room(total, total, inside), total * differing)


def _cu_tabled(sums: Floats, table: Floats) -> Floats:
    apart, inside, shared = sums[:, 0], sums[:, 1], sums[:, 2:]
    total = shared.sum(axis=1)
    return beyond_chance(apart * _room(total, total, inside), total * ((shared @ table) * shared).sum(axis=1))


def _ku_alpha(sums: Floats, codes: int) -> Floats:
    """From l'_k. (V), l'_k. - l'_kk (V), R_k (V): one value per code."""
    shared, apart, inside = sums[:, :codes], sums[:, codes : 2 * codes], sums[:, 2 * codes :]
    total = shared.sum(axis=1, keepdims=True)
    others = np.where((shared > 0).sum(axis=1, keepdims=True) > 1, total - shared, 0.0)
    above = _room(shared, total, inside) * apart + 0.0 * _room(total, total, inside.sum(axis=1, keepdims=True))
    return beyond_chance(above, shared**2 * others)


def _room(extent: Floats, total: Floats, inside: Floats) -> Floats:
    """Return l'_c. l'.. - R_c, NaN unless positive: with more than two coders and little shared text R_c is larger."""
    room = extent * total - inside
    return np.where(room > 1e-9 * extent * total, room, np.nan)


def _inside(given: Coincidences, variant: Variant) -> Sparse:
    return given.inside if variant == "pairs" else given.inside_union


def _named(variant: Variant) -> dict[str, Parameter]:
    """Return the variant as a parameter of the result, where it is not the usual one; checked."""
    if variant not in get_args(Variant):
        raise WrongArgument(
            "unknown_variant",
            "There is no variant {given}; choose among: {choices}.",
            given=str(variant),
            choices=", ".join(get_args(Variant)),
        )
    return {} if variant == "pairs" else {"variant": variant}


def _table(distance: Distance, codes: tuple[str, ...]) -> Floats | str:
    """Return the table of a given distance, or the name of a level, checked."""
    if isinstance(distance, str):
        if distance not in ("nominal", "interval", "ratio"):
            raise WrongArgument(
                "unknown_level",
                "There is no level {given}; choose among: {choices}.",
                given=distance,
                choices="nominal, interval, ratio",
            )
        return distance
    if callable(distance):
        rows = [[distance(first, second) for second in codes] for first in codes]
        table = np.array(rows, dtype=np.float64).reshape(len(codes), len(codes))
    else:
        table = np.asarray(distance, dtype=np.float64)
    if (
        table.shape != (len(codes), len(codes))
        or not np.isfinite(table).all()
        or (table < 0).any()
        or np.diagonal(table).any()
        or not np.allclose(table, table.T, rtol=0.0, atol=1e-12)
    ):
        raise WrongArgument(
            "no_distance",
            "A distance is a number from 0 on for every two codes, the same both ways, and 0 between a code and itself.",
        )
    return table


def _undefined(codes: list[str], distance: Floats | str) -> str:
    """Return why there is no cu-alpha when these codes meet on text that two marked; empty when there is."""
    if len(codes) < 2:
        return "no_variation" if codes else "no_pairable_values"
    if not isinstance(distance, str) or distance == "nominal":
        return ""
    try:
        numbers = [float(code) for code in codes]
    except ValueError:
        return "not_numeric"
    if not all(np.isfinite(number) for number in numbers):
        return "not_numeric"
    return "mixed_signs" if distance == "ratio" and min(numbers) < 0 < max(numbers) else ""
