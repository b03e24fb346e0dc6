"""Overlapping codes, the normal case of open coding: every code on its own against everything else.

References
----------
Krippendorff, Mathet, Bouvry, Widlöcher 2016, doi 10.1007/s11135-015-0266-1: |u-alpha, here of a text
on which only one code exists.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from intercoder.stats.arrays import Bools, Floats, Ints, Sparse, Statistic
from intercoder.stats.intervals import SEED, Method
from intercoder.stats.quotients import beyond_chance
from intercoder.stats.spans.continuum import Axis, Spans
from intercoder.stats.spans.results import SpanEstimate, mean_of, over_documents, over_documents_each


@dataclass(frozen=True)
class BinarySums:
    """What D compared documents say about C codes, each as marked or not (scipy sparse where D x C).

    ``spans``: the compared documents, touching and overlapping spans of one coder and code made one;
    ``elsewhere`` (C): was the code used, also in documents that fewer than two coders finished;
    ``total`` (D): characters times coders; ``marked`` (D x C): of which marked; ``squares`` (D x C):
    the sum of squared lengths of the spans; ``half`` (D x C): the length on which a coder marked and
    another did not, over ordered pairs of coders, / (m - 1).
    """

    spans: Spans
    elsewhere: Bools
    total: Floats
    marked: Sparse
    squares: Sparse
    half: Sparse

    @classmethod
    def of(cls, spans: Spans) -> "BinarySums":
        """Return the sums of any spans; one sweep for all codes: O(S log S), whatever the text's length."""
        data = spans.compared.merged
        size = (len(data.documents), len(data.codes))
        elsewhere = np.bincount(spans.code, minlength=size[1]) > 0
        coders = data.per_document.astype(np.float64)
        length = (data.end - data.start).astype(np.float64)
        cell = (data.document, data.code)
        axis = Axis.of(data, data.document * max(size[1], 1) + data.code)
        edges = np.concatenate([axis.start, axis.end])
        order = np.argsort(edges, kind="stable")
        marking = np.cumsum(np.repeat([1, -1], len(length))[order])
        apart = np.diff(edges[order], append=edges[order][-1:])  # between two groups nobody marks
        document, code = np.tile(data.document, 2)[order], np.tile(data.code, 2)[order]
        m = coders[document]
        half = apart * marking * (m - marking) / (m - 1.0)
        return cls(
            spans=data,
            elsewhere=elsewhere,
            total=coders * data.lengths,
            marked=sparse.csr_array((length, cell), shape=size),
            squares=sparse.csr_array((length**2, cell), shape=size),
            half=sparse.csr_array((half, (document, code)), shape=size),
        )

    @cached_property
    def by_coder(self) -> Ints:
        """Coders x codes: how many characters the coder marked with the code. O(S + coders x codes)."""
        size = (len(self.spans.coders), len(self.spans.codes))
        cell = self.spans.coder * max(size[1], 1) + self.spans.code
        lengths = np.bincount(cell, weights=self.spans.end - self.spans.start, minlength=size[0] * size[1])
        return np.rint(lengths).astype(np.int64).reshape(size)

    @cached_property
    def sums(self) -> Floats:
        """1 x (1 + 3 C): total, and by code marked, squares, half, over all documents. O(S + C)."""
        parts = [np.asarray(part.sum(axis=0)).reshape(-1) for part in (self.marked, self.squares, self.half)]
        return np.concatenate([[self.total.sum()], *parts])[None, :]

    def values(self, *, characters: bool = False) -> list[float | str]:
        """Return |u-alpha, or nominal alpha with characters as units, of every code; or the reason for none.

        Reasons as in ``binary_u_alpha``. O(C) after ``sums``.
        """
        size = len(self.spans.codes)
        if not self.sums[0, 0]:
            return ["no_pairable_values"] * size
        alphas = alpha_of_sums(self.sums, size, characters=characters)[0]
        marked = self.sums[0, 1 : size + 1]
        return [
            float(alphas[c])
            if not np.isnan(alphas[c])
            else "no_gap"
            if marked[c]
            else "no_pairable_values"
            if self.elsewhere[c]
            else "not_used"
            for c in range(size)
        ]

    def sums_by_document(self) -> tuple[Sparse, Statistic]:
        """Return one row of sums per document (sparse), and |u-alpha of every code from such sums.

        B resamples cost O(B (D + marked cells + C)), marked cells: (document, code) that anybody marked.
        """
        size = len(self.spans.codes)
        total = sparse.csr_array(self.total[:, None])
        rows = sparse.hstack([total, self.marked, self.squares, self.half], format="csr")
        return rows, lambda sums: alpha_of_sums(sums, size)


def binary_u_alpha(
    spans: Spans | BinarySums, *, resamples: int = 0, seed: int = SEED, method: Method = "percentile"
) -> dict[str, SpanEstimate]:
    """Return |u-alpha of every code on its own: whether the coders mark the same text with it.

    Touching and overlapping spans of one coder and code are one unit; what other codes lie on the text
    plays no part, so codes may overlap as they like.

    Parameters
    ----------
    spans
        of any documents and coders, or their ``BinarySums``; documents that fewer than two coders
        finished are left out.
    resamples
        of whole documents, when at least two coders finished at least 10; 0 for no interval.
    seed
        of the resamples; all codes are computed in the same ones.
    method
        of the interval: ``percentile`` or ``bca``.

    Returns
    -------
    dict : code -> SpanEstimate, for all codes of the spans. Reasons: ``no_pairable_values`` (no text
        that two coders finished, or the code was used elsewhere only), ``not_used``, ``no_gap``.

    Notes
    -----
    O(S log S) for all codes; B resamples in one matrix product, O(B x documents x codes). Reasons of the
    interval: ``no_value``, ``not_requested``, ``too_few_documents``, ``too_many_undefined``.
    """
    data = spans if isinstance(spans, BinarySums) else BinarySums.of(spans)
    times = np.bincount(data.spans.code, minlength=len(data.spans.codes))
    estimates = [
        SpanEstimate.on(data.spans, "binary_u_alpha", result, spans=int(times[c]))
        for c, result in enumerate(data.values())
    ]
    rows, statistic = data.sums_by_document()
    return dict(
        zip(
            data.spans.codes,
            over_documents_each(estimates, rows, statistic, resamples=resamples, seed=seed, method=method),
            strict=True,
        )
    )


def mean_binary_u_alpha(
    spans: Spans | BinarySums, *, resamples: int = 0, seed: int = SEED, method: Method = "percentile"
) -> SpanEstimate:
    """Return the plain mean of ``binary_u_alpha`` over the codes that have one; never without their table.

    Parameters
    ----------
    spans, resamples, seed, method
        as there; a resample is the mean of the codes that have a value in it.

    Returns
    -------
    SpanEstimate : ``parameters`` say how many ``codes`` it is the mean of, and ``undefined_codes``.
        Reason: ``no_defined_code``. O(S log S), of ``BinarySums`` O(codes); B resamples as for ``binary_u_alpha``.
    """
    data = spans if isinstance(spans, BinarySums) else BinarySums.of(spans)
    values = [None if isinstance(value, str) else value for value in data.values()]
    mean = mean_of("mean_binary_u_alpha", data.spans, values)
    rows, statistic = mean_sums(data)
    interval, reason = over_documents(mean.value, rows, statistic, resamples=resamples, seed=seed, method=method)
    return replace(mean, interval=interval, interval_reason=reason)


def mean_sums(data: BinarySums) -> tuple[Sparse, Statistic]:
    """Return one row of sums per document, and from such sums the mean of |u-alpha over the codes that have one."""
    rows, by_code = data.sums_by_document()
    return rows, lambda sums: _mean(by_code(sums))


def _mean(values: Floats) -> Floats:
    """B x C -> the mean of each row over what is defined, NaN where nothing is."""
    defined = ~np.isnan(values)
    means: Floats = np.where(defined, values, 0.0).sum(axis=1) / np.where(
        defined.any(axis=1), defined.sum(axis=1), np.nan
    )
    return means


def alpha_of_sums(sums: Floats, codes: int, *, characters: bool = False) -> Floats:
    """From l.., and by code l_marked, squares, l_gap,marked: one value per code, NaN where undefined.

    With units of one character the sum of squared lengths is the length: then it is nominal alpha.
    """
    total, marked = sums[:, :1], sums[:, 1 : codes + 1]
    squares, half = sums[:, codes + 1 : 2 * codes + 1], sums[:, 2 * codes + 1 :]
    gap = total - marked
    expected = total * gap * marked
    above = half * (total**2 - (marked if characters else squares) - gap)
    return beyond_chance(above, expected)
