"""The sums from which the coefficients for units that do not overlap follow, document by document."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from intercoder.stats.arrays import Bools, Floats, Ints, Sparse
from intercoder.stats.spans.continuum import Axis, Spans


@dataclass(frozen=True)
class Coincidences:
    """What D compared documents contribute, V codes (scipy sparse where D x V).

    With l_ck the length on which a coder has c where another has k, averaged over the m - 1 others:

    ``total`` (D) l.., the characters times coders; ``length`` (D x V) l_c.; ``squares`` (D) the sum of
    squared lengths of the units; ``disagreement`` (D) the sum of l_ck, c not k, gaps among the values;
    ``half`` (D) the sum of l_gap,k over codes k.

    The same on text that both coders marked (dashes in the paper): ``shared`` (D x V) l'_c.; ``apart``
    (D x V) l'_c. - l'_cc; ``inside`` (D x V) R_c / (m - 1), with R_c the sum over the units of c and
    the other coders of the squared length of the unit that the other coder marked; ``inside_union`` (D x V) the sum
    over the units of c of the squared length that any other coder marked, the reading of R_c of quallmer.

    ``interval_counts`` (T x V): how many coders have the code in each elementary interval;
    ``interval_weights`` (D x T): its length / (m - 1), in the row of its document.
    """

    total: Floats
    length: Sparse
    squares: Floats
    disagreement: Floats
    half: Floats
    shared: Sparse
    apart: Sparse
    inside: Sparse
    inside_union: Sparse
    interval_counts: Sparse
    interval_weights: Sparse

    @classmethod
    def of(cls, spans: Spans) -> "Coincidences":
        """Return the sums for spans of which no coder's overlap; every document with two coders at least.

        One sweep over the sorted boundaries: O(S log S + intervals x distinct values + S x coders)
        time, O(S x coders) memory; the length of the documents does not matter.
        """
        size = (len(spans.documents), len(spans.codes))
        axis = Axis.of(spans, spans.document)
        edges, inverse = np.unique(np.concatenate([axis.start, axis.end]), return_inverse=True)
        first, last = inverse[: len(axis.start)], inverse[len(axis.start) :]
        interval, unit = _covered(first, last)
        lengths = np.diff(edges, append=edges[-1:]).astype(np.float64)
        document = np.zeros(len(edges), dtype=np.int64)
        document[interval] = spans.document[unit]
        shape = (len(edges), size[1])
        counts = sparse.csr_array((np.ones(len(unit)), (interval, spans.code[unit])), shape=shape)
        valued = np.asarray(counts.sum(axis=1)).reshape(-1)
        coders = spans.per_document.astype(np.float64)
        weight = lengths / (coders[document] - 1.0) if len(coders) else lengths
        place = (document, np.arange(len(edges)))
        weights = sparse.csr_array((weight, place), shape=(size[0], len(edges)))
        squared = counts.multiply(counts)
        agreeing = np.asarray(squared.sum(axis=1)).reshape(-1)
        gap = (coders[document] if len(coders) else lengths) - valued
        unit_length = (spans.end - spans.start).astype(np.float64)
        cell = (spans.document, spans.code)
        return cls(
            total=coders * spans.lengths,
            length=sparse.csr_array((unit_length, cell), shape=size),
            squares=np.bincount(spans.document, weights=unit_length**2, minlength=size[0]).astype(np.float64),
            disagreement=weights @ ((valued + gap) ** 2 - agreeing - gap**2),
            half=weights @ (gap * valued),
            shared=weights @ counts.multiply((valued - 1.0)[:, None]),
            apart=weights @ (counts.multiply(valued[:, None]) - squared),
            inside=sparse.csr_array((_inside(spans, first, last, lengths), cell), shape=size),
            inside_union=sparse.csr_array((_within(valued >= 2.0, first, last, lengths) ** 2, cell), shape=size),
            interval_counts=counts,
            interval_weights=weights,
        )


@dataclass(frozen=True)
class Continuum:
    """The units of the compared documents with their sums, or the reason why they have none.

    Reasons: ``no_pairable_values`` (no text that two coders finished), ``overlapping_units`` (a coder
    put two codes on the same text; nothing is dropped or cut, the coefficients are undefined).
    ``elsewhere`` (V): was the code used, also in documents that fewer than two coders finished.
    """

    units: Spans
    elsewhere: Bools
    sums: Coincidences | None
    reason: str

    @classmethod
    def of(cls, spans: "Spans | Continuum") -> "Continuum":
        """Return the continuum of these spans, so that several coefficients share one sweep.

        The cost of ``Coincidences.of``; of a continuum O(1).
        """
        if isinstance(spans, Continuum):
            return spans
        units = spans.compared.units
        elsewhere = np.bincount(spans.code, minlength=len(spans.codes)) > 0
        if not units.length:
            return cls(units, elsewhere, None, "no_pairable_values")
        if units.overlapping:
            return cls(units, elsewhere, None, "overlapping_units")
        return cls(units, elsewhere, Coincidences.of(units), "")


def _covered(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Return (interval, unit) for every elementary interval that a unit covers."""
    times = last - first
    unit = np.repeat(np.arange(len(first)), times)
    before = np.repeat(np.cumsum(times) - times, times)
    return first[unit] + np.arange(len(unit)) - before, unit


def _inside(spans: Spans, first: Ints, last: Ints, lengths: Floats) -> Floats:
    """Return for every unit the sum, over the other coders, of (its length they marked)^2 / (m - 1)."""
    squares = np.zeros(len(first))
    for other in range(len(spans.coders)):
        theirs = spans.coder == other
        steps = np.bincount(first[theirs], minlength=len(lengths)) - np.bincount(last[theirs], minlength=len(lengths))
        squares += np.where(theirs, 0.0, _within(np.cumsum(steps) > 0, first, last, lengths)) ** 2
    return np.asarray(squares / (spans.per_document[spans.document] - 1.0))


def _within(marked: Bools, first: Ints, last: Ints, lengths: Floats) -> Floats:
    """Return the length of every unit that lies in marked elementary intervals.

    A coder's units do not overlap, so where one lies others have marked exactly where two have.
    """
    before = np.concatenate([[0.0], np.cumsum(marked * lengths)])
    return np.asarray(before[last] - before[first])
