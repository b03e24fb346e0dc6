"""The coefficients of every document by itself: rows of the sums that all of them share, not a study for each."""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import sparse

from intercoder.stats.arrays import Bools, Floats, Sparse, Statistic
from intercoder.stats.intervals import refusal_of_documents
from intercoder.stats.results import Parameter
from intercoder.stats.spans.binary import BinarySums, alpha_of_sums
from intercoder.stats.spans.coincidences import Coincidences
from intercoder.stats.spans.continuum import Axis, Spans
from intercoder.stats.spans.results import SpanEstimate
from intercoder.stats.spans.unitizing import bar_u_alpha_of_sums, cu_alpha_of_sums, u_alpha_of_sums

#: entries of the largest array made at once
_CHUNK = 1_048_576


def estimates_by_document(spans: Spans, data: BinarySums, joined: BinarySums) -> list[dict[str, SpanEstimate]]:
    """Return the coefficients of each document, without intervals.

    Parameters
    ----------
    spans
        documents with text, each finished by two coders at least; some codes.
    data
        their sums.
    joined
        their sums when all codes are one.

    Notes
    -----
    O(S log S + S x coders + documents x codes), in blocks of 8 MiB. Reasons: those of the coefficients.
    """
    documents = _Documents(spans, spans.units)
    overlapping = _overlapping(spans)
    clear = np.flatnonzero(~overlapping).tolist()
    of_units: dict[int, dict[str, SpanEstimate]] = {}
    if clear:
        sums = Coincidences.of(spans.select(documents=[spans.documents[d] for d in clear]).units)
        of_units = dict(zip(clear, _of_units(documents, clear, sums), strict=True))
    return [
        {
            **(of_units.get(d) or {name: documents.without(d, name, "overlapping_units") for name in _OF_UNITS}),
            "any_code_u_alpha": marked,
            "mean_binary_u_alpha": mean,
        }
        for d, (marked, mean) in enumerate(zip(_any_code(joined), _means(data), strict=True))
    ]


#: undefined where a coder put two codes on the same text
_OF_UNITS = ("u_alpha", "bar_u_alpha", "cu_alpha")


class _Documents:
    """What is said of a document with each number: how many coders finished it, its length, how many spans it has."""

    def __init__(self, spans: Spans, units: Spans) -> None:
        self._coders = spans.per_document.tolist()
        self._lengths = spans.lengths.tolist()
        self._spans = np.bincount(units.document, minlength=len(spans.documents)).tolist()

    def without(self, d: int, method: str, reason: str, coverage: float | None = None) -> SpanEstimate:
        """Return why a document has no such number, whatever its sums."""
        given: dict[str, Parameter] = {"distance": "nominal"} if method == "cu_alpha" else {}
        counts = self._coders[d], 1, self._lengths[d], self._spans[d]
        return SpanEstimate(None, reason, method, *counts, coverage, given)

    def estimate(
        self,
        d: int,
        method: str,
        value: float,
        undefined: str,
        coverage: float | None = None,
        parameters: dict[str, Parameter] | None = None,
    ) -> SpanEstimate:
        """Return a number on a document; NaN is the reason ``undefined``."""
        known, reason = (None, undefined) if np.isnan(value) else (float(value), None)
        counts = self._coders[d], 1, self._lengths[d], self._spans[d]
        without_interval = refusal_of_documents(known, 1, 0)
        return SpanEstimate(
            known, reason, method, *counts, coverage, parameters or {}, interval_reason=without_interval
        )


def _overlapping(spans: Spans) -> Bools:
    """Return in which documents a coder put two codes on the same text."""
    units = spans.units
    axis = Axis.of(units, units.document * len(spans.coders) + units.coder)
    reached = np.maximum.accumulate(axis.end)[:-1]
    found = np.zeros(len(spans.documents), dtype=np.bool_)
    found[units.document[1:][axis.start[1:] < reached]] = True
    return found


def _of_units(documents: _Documents, clear: Sequence[int], sums: Coincidences) -> Iterator[dict[str, SpanEstimate]]:
    """Yield the coefficients that need units which do not overlap."""
    marked, apart, inside = _by_row(sums.length), _by_row(sums.apart), _by_row(sums.inside)
    u = [*map(float, _values([_columns(sums.total, sums.squares, sums.disagreement), sums.length], u_alpha_of_sums))]
    bar = bar_u_alpha_of_sums(np.column_stack([sums.total, sums.squares, sums.half, marked])).tolist()
    cu = [*map(float, _values([_columns(apart, inside), sums.shared], cu_alpha_of_sums))]
    for row, d in enumerate(clear):
        # Summed as the whole of one document is: to the last digit the same.
        shared = sums.shared[row : row + 1]
        used, coverage = np.count_nonzero(shared.sum(axis=0)), float(shared.sum() / sums.total[row])
        yield {
            "u_alpha": documents.estimate(d, "u_alpha", u[row], "no_variation"),
            "bar_u_alpha": documents.estimate(d, "bar_u_alpha", bar[row], "no_gap" if marked[row] else "not_used"),
            "cu_alpha": documents.estimate(
                d, "cu_alpha", cu[row], "too_little_shared", coverage, {"distance": "nominal"}
            )
            if used > 1
            else documents.without(d, "cu_alpha", "no_variation" if used else "no_pairable_values", coverage),
        }


def _any_code(joined: BinarySums) -> Iterator[SpanEstimate]:
    """Yield for each document whether its coders mark the same text at all."""
    documents = _Documents(joined.spans, joined.spans)
    marked = _by_row(joined.marked)
    for d, value in enumerate(_values(_parts(joined), lambda sums: alpha_of_sums(sums, 1)[:, 0])):
        yield documents.estimate(d, "binary_u_alpha", float(value), "no_gap" if marked[d] else "not_used")


def _means(data: BinarySums) -> Iterator[SpanEstimate]:
    """Yield for each document the mean over the codes that have a value there."""
    documents, size = _Documents(data.spans, data.spans), len(data.spans.codes)
    for d, alphas in enumerate(_values(_parts(data), lambda sums: alpha_of_sums(sums, size))):
        defined = alphas[~np.isnan(alphas)].tolist()
        mean = sum(defined) / len(defined) if defined else np.nan
        of: dict[str, Parameter] = {"codes": len(defined), "undefined_codes": size - len(defined)}
        yield documents.estimate(d, "mean_binary_u_alpha", mean, "no_defined_code", parameters=of)


def _parts(data: BinarySums) -> list[Sparse]:
    return [_columns(data.total), data.marked, data.squares, data.half]


def _values(parts: Sequence[Sparse], of_sums: Statistic) -> Iterator[Floats]:
    """Yield what follows from the sums of each document, which are columns of several tables; some documents at a time."""
    step = max(1, _CHUNK // sum(part.shape[1] for part in parts))
    for first in range(0, parts[0].shape[0], step):
        yield from of_sums(sparse.hstack([part[first : first + step] for part in parts], format="csr").toarray())


def _by_row(table: Sparse) -> Floats:
    return np.asarray(table.sum(axis=1), dtype=np.float64).reshape(-1)


def _columns(*columns: Floats) -> Sparse:
    table: Sparse = sparse.csr_array(np.column_stack(columns))
    return table
