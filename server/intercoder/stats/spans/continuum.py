"""Span data: what every coder marked in every document they finished, and what they left unmarked."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from intercoder.errors import WrongArgument
from intercoder.stats.arrays import Bools, Ints, Picked


class Span(NamedTuple):
    """One coder put one code on the code points from ``start`` up to, not including, ``end``."""

    coder: str
    code: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DocumentSpans:
    """The independent work on one document of ``length`` code points.

    ``coders``: who finished it. Somebody who is listed and has no span has coded nothing: all gap;
    somebody who is not listed is missing there.
    """

    document: str
    length: int
    coders: Sequence[str]
    spans: Iterable[Span | tuple[str, str, int, int]] = ()


@dataclass(frozen=True, eq=False)
class Spans:
    """All spans of a study, as columns.

    ``documents`` and ``lengths`` (D, code points) in the order of the study; ``finished`` is D x M:
    did coder m finish document d. Span s is ``code[s]`` (a position in ``codes``) by ``coder[s]`` in
    ``document[s]`` from ``start[s]`` up to, not including, ``end[s]``; sorted by document, coder and
    start. ``codes`` are the declared ones in their order, or the used ones, sorted.
    """

    documents: tuple[str, ...]
    lengths: Ints
    coders: tuple[str, ...]
    finished: Bools
    codes: tuple[str, ...]
    document: Ints
    coder: Ints
    code: Ints
    start: Ints
    end: Ints

    @classmethod
    def of(cls, documents: Sequence[DocumentSpans], codes: Iterable[str] | None = None) -> "Spans":
        """Return the spans of these documents.

        Parameters
        ----------
        documents
            in the order of the study.
        codes
            the codebook in its order; then a code nobody used is reported as such, and a span
            with any other code is an error.

        Raises
        ------
        WrongArgument : a document or code given twice, a negative length, an empty span or one outside
            its document, a span of a coder who did not finish the document, an unknown code, an offset
            that is no whole number.

        Notes
        -----
        O(S log S + S x coders + documents x coders) for S spans.
        """
        names = [document.document for document in documents]
        declared = None if codes is None else list(codes)
        if len(set(names)) != len(names) or (declared is not None and len(set(declared)) != len(declared)):
            raise WrongArgument("given_twice", "A document or a code is given twice.")
        rows = [(d, Span(*span)) for d, document in enumerate(documents) for span in document.spans]
        for d, span in rows:
            _check(documents[d], span)
        for document in documents:
            if document.length < 0:
                raise WrongArgument(
                    "negative_length", "The length of {document} must not be negative.", document=document.document
                )
        used = sorted({span.code for _, span in rows})
        known = declared if declared is not None else used
        strange = sorted(set(used) - set(known))
        if strange:
            raise WrongArgument("unknown_code", "Codes that are not in the list: {codes}.", codes=", ".join(strange))
        coders = list(dict.fromkeys(coder for document in documents for coder in document.coders))
        place = {coder: i for i, coder in enumerate(coders)}
        number = {code: i for i, code in enumerate(known)}
        finished = np.zeros((len(documents), len(coders)), dtype=np.bool_)
        for d, document in enumerate(documents):
            finished[d, [place[coder] for coder in document.coders]] = True
        columns = np.array(
            [(d, place[span.coder], number[span.code], span.start, span.end) for d, span in rows], dtype=np.int64
        ).reshape(len(rows), 5)
        lengths = np.array([document.length for document in documents], dtype=np.int64)
        return cls(tuple(names), lengths, tuple(coders), finished, tuple(known), *columns.T).in_order()

    def in_order(self) -> "Spans":
        """Return the same, sorted by document, coder, start, end and code. O(S log S)."""
        return self.take(np.lexsort((self.code, self.end, self.start, self.coder, self.document)))

    def take(self, rows: Picked) -> "Spans":
        """Return the data with some of the spans only (positions or mask). O(S)."""
        return replace(
            self,
            document=self.document[rows],
            coder=self.coder[rows],
            code=self.code[rows],
            start=self.start[rows],
            end=self.end[rows],
        )

    def select(
        self,
        *,
        coders: Collection[str] | None = None,
        documents: Collection[str] | None = None,
        codes: Collection[str] | None = None,
    ) -> "Spans":
        """Return the spans of some coders, documents and codes; without a code its text is gap.

        O(S + documents x coders).

        Raises
        ------
        WrongArgument : a name that these data do not have.
        """
        d, document = _chosen(self.documents, documents)
        m, coder = _chosen(self.coders, coders)
        c, code = _chosen(self.codes, codes)
        moved = replace(
            self,
            documents=tuple(self.documents[i] for i in d),
            lengths=self.lengths[d],
            coders=tuple(self.coders[i] for i in m),
            finished=self.finished[np.ix_(d, m)],
            codes=tuple(self.codes[i] for i in c),
            document=document[self.document],
            coder=coder[self.coder],
            code=code[self.code],
        )
        return moved.take((moved.document >= 0) & (moved.coder >= 0) & (moved.code >= 0))

    def lift(self, places: Mapping[str, str | None]) -> "Spans":
        """Return the spans with every code replaced, as for agreement at a level of the code tree.

        ``places``: code -> its place there, for example ``CodeTree.lift``; None, or a code that is not
        a key, has no place there and its text becomes gap. O(S log S).
        """
        above = [places.get(code) for code in self.codes]
        codes = tuple(dict.fromkeys(code for code in above if code is not None))
        number = {code: i for i, code in enumerate(codes)}
        table = np.array([-1 if code is None else number[code] for code in above], dtype=np.int64)
        moved = replace(self, codes=codes, code=table[self.code])
        return moved.take(moved.code >= 0).in_order()

    @cached_property
    def length(self) -> int:
        """Code points of all documents."""
        return int(self.lengths.sum())

    @cached_property
    def per_document(self) -> Ints:
        """How many coders finished each document (D). O(D M)."""
        return np.asarray(self.finished.sum(axis=1), dtype=np.int64)

    @cached_property
    def compared(self) -> "Spans":
        """The documents that at least two coders finished, the only ones that say anything on agreement. O(S + D M)."""
        if bool((self.per_document >= 2).all()):
            return self
        rows = np.flatnonzero(self.per_document >= 2)
        return self.select(documents=[self.documents[d] for d in rows])

    @cached_property
    def units(self) -> "Spans":
        """The same with overlapping spans of one coder and code made one; spans that touch stay two units.

        O(S log S).
        """
        return self._merged(touching=False)

    @cached_property
    def merged(self) -> "Spans":
        """The same with overlapping or touching spans of one coder and code made one. O(S log S)."""
        return self._merged(touching=True)

    @cached_property
    def overlapping(self) -> tuple[str, ...]:
        """The coders who put two codes on the same text somewhere: their work is no row of units and gaps.

        O(S log S).
        """
        units = self.units
        axis = Axis.of(units, units.document * len(self.coders) + units.coder)
        reached = np.maximum.accumulate(axis.end)[:-1]
        coders = set(units.coder[1:][axis.start[1:] < reached].tolist())
        return tuple(coder for i, coder in enumerate(self.coders) if i in coders)

    def _merged(self, *, touching: bool) -> "Spans":
        """O(S log S)."""
        group = (self.document * max(len(self.coders), 1) + self.coder) * max(len(self.codes), 1) + self.code
        order = np.lexsort((self.end, self.start, group))
        rows = self.take(order)
        axis = Axis.of(rows, group[order])
        reached = np.maximum.accumulate(axis.end)
        opens = np.ones(len(reached), dtype=np.bool_)
        opens[1:] = axis.start[1:] > reached[:-1] if touching else axis.start[1:] >= reached[:-1]
        first = np.flatnonzero(opens)
        if len(first) == len(reached):
            return self
        last = np.append(first[1:], len(reached)) - 1
        ends = reached[last] - axis.shift[last]
        return replace(rows.take(first), end=ends).in_order()


@dataclass(frozen=True)
class Axis:
    """Spans of several groups laid out on one axis, group after group, so that one sweep serves all.

    ``start`` and ``end`` are positions on that axis, ``shift`` is where the group of the span begins.
    Groups neither overlap nor touch: between two of them lies at least one free position.
    """

    start: Ints
    end: Ints
    shift: Ints

    @classmethod
    def of(cls, spans: Spans, group: Ints) -> "Axis":
        """Return the layout for these groups (any non-negative numbers, one per span). O(S log S)."""
        if bool((group[1:] >= group[:-1]).all()):  # in order already, as most are
            number = np.cumsum(np.diff(group, prepend=group[:1]) > 0, dtype=np.int64)
        else:
            number = np.unique(group, return_inverse=True)[1].astype(np.int64)
        shift = np.asarray(number.reshape(-1) * (int(spans.lengths.max(initial=0)) + 1), dtype=np.int64)
        return cls(spans.start + shift, spans.end + shift, shift)


def _check(document: DocumentSpans, span: Span) -> None:
    if not (isinstance(span.start, (int, np.integer)) and isinstance(span.end, (int, np.integer))):
        raise WrongArgument("bad_offset", "Offsets are whole numbers of characters.")
    if span.coder not in document.coders:
        raise WrongArgument(
            "unknown_coder",
            "{coder} has a span in {document} and is not among those who finished it.",
            coder=span.coder,
            document=document.document,
        )
    if span.end <= span.start:
        raise WrongArgument(
            "empty_span",
            "The span {start}–{end} of {coder} in {document} is empty.",
            start=span.start,
            end=span.end,
            coder=span.coder,
            document=document.document,
        )
    if span.start < 0 or span.end > document.length:
        raise WrongArgument(
            "span_outside",
            "The span {start}–{end} of {coder} lies outside {document}, which has {length} characters.",
            start=span.start,
            end=span.end,
            coder=span.coder,
            document=document.document,
            length=document.length,
        )


def _chosen(names: tuple[str, ...], wanted: Collection[str] | None) -> tuple[list[int], Ints]:
    """Return the positions of the wanted names, and old position -> new one or -1."""
    if wanted is not None:
        strange = sorted(set(wanted) - set(names))
        if strange:
            raise WrongArgument("unknown_name", "These data do not have {names}.", names=", ".join(strange))
    chosen = set(names if wanted is None else wanted)
    kept = [i for i, name in enumerate(names) if name in chosen]
    table = np.full(len(names), -1, dtype=np.int64)
    table[kept] = np.arange(len(kept))
    return kept, table
