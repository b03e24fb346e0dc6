"""Krippendorff's alpha_U of 1995, for comparison with older papers only; ``u_alpha`` has replaced it.

References
----------
Krippendorff 1995, On the reliability of unitizing continuous data, Sociological Methodology 25:47-76,
doi 10.2307/271061; Krippendorff 2004, Content Analysis, 2nd ed., p. 251-256.
"""

import numpy as np

from intercoder.stats.arrays import Floats
from intercoder.stats.spans.continuum import Spans
from intercoder.stats.spans.results import SpanEstimate


def alpha_u_1995(spans: Spans) -> dict[str, SpanEstimate]:
    """Return alpha_U of 1995 for every code; not for new work, and not shown unless asked for.

    D_o is the mean over pairs of coders of the squared distances of borders where units overlap, and
    of the squared lengths of units that lie in a gap of the other; D_e is what the same units would
    give at random places. With more than two coders it can reward disagreement, which is why its
    author replaced it in 2016.

    Parameters
    ----------
    spans
        the documents that all coders finished are put one after the other, without joining gaps
        or units across a border of documents.

    Returns
    -------
    dict : code -> SpanEstimate, for all codes of the spans. Reasons: ``no_pairable_values`` (no text
        that two coders and all others finished), ``not_used``, ``no_expected_disagreement``.

    Notes
    -----
    O(codes x (S + coders x documents) + coders x S), each with a logarithm for sorting. No interval.
    """
    names = [name for name, who in zip(spans.documents, spans.finished, strict=True) if who.all()]
    data = spans.select(documents=names)
    units = data.units
    begin = np.concatenate([[0], np.cumsum(data.lengths)])
    estimates = {}
    for c, code in enumerate(data.codes):
        of_code = units.take(units.code == c)
        shift = begin[of_code.document]
        rows = [
            np.column_stack([of_code.start + shift, of_code.end + shift])[of_code.coder == m].astype(np.float64)
            for m in range(len(data.coders))
        ]
        result = _alpha(rows, begin.astype(np.float64))
        if isinstance(result, str) and result == "not_used" and (spans.code == c).any():
            result = "no_pairable_values"
        estimates[code] = SpanEstimate.on(data, "alpha_u_1995", result, spans=len(of_code.start))
    return estimates


def _alpha(rows: list[Floats], borders: Floats) -> float | str:
    """``rows``: units x (start, end) of every coder, sorted; ``borders``: 0, the ends of the documents."""
    length, m = float(borders[-1]), len(rows)
    if m < 2 or not length:
        return "no_pairable_values"
    units = np.concatenate(rows)
    if not len(units):
        return "not_used"
    observed = sum(_apart(rows[i], rows[j]) for i in range(m) for j in range(m) if i != j)
    gaps = np.concatenate([_gaps(spans, borders) for spans in rows])
    size = units[:, 1] - units[:, 0]
    total = m * length
    pieces = float(np.sum(size * (size - 1.0)))
    # Against the other units: 2 l^3 - 3 l^2 + l, as for two units of this length at random places.
    among = (len(units) - 1) / 3.0 * float(np.sum(2 * size**3 - 3 * size**2 + size))
    gaps = np.sort(gaps)
    later = np.concatenate([np.cumsum(gaps[::-1])[::-1], [0.0]])
    fits = np.searchsorted(gaps, size)
    inside = float(np.sum(size**2 * (later[fits] - (len(gaps) - fits) * (size - 1.0))))
    expected = 2.0 / length * (among + inside) / (total * (total - 1.0) - pieces)
    if expected <= 0:
        return "no_expected_disagreement"
    return 1.0 - observed / (m * (m - 1) * length**2) / expected


def _apart(first: Floats, second: Floats) -> float:
    """Return the observed disagreement of two coders, halves of which the other order of them gives again."""
    low = np.searchsorted(second[:, 1], first[:, 0], side="right")
    times = np.searchsorted(second[:, 0], first[:, 1], side="left") - low
    a = np.repeat(np.arange(len(first)), times)
    b = np.repeat(low, times) + np.arange(len(a)) - np.repeat(np.cumsum(times) - times, times)
    alone = first[times == 0]  # within a gap of the other, in either order of the two
    return float(np.sum((first[a] - second[b]) ** 2) + 2.0 * np.sum((alone[:, 1] - alone[:, 0]) ** 2))


def _gaps(spans: Floats, borders: Floats) -> Floats:
    """Return the lengths of the gaps of one coder; none goes across a border."""
    edges = np.sort(np.concatenate([spans.reshape(-1), borders, borders]))[1:-1]
    gaps = np.diff(edges)[::2]
    return np.asarray(gaps[gaps > 0])
