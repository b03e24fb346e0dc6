"""Two coders' spans, one against the other: which have a counterpart, and how much text they share.

None of these corrects for chance, which is ill-defined for free spans; so no kappa is made of them.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from intercoder.errors import WrongArgument
from intercoder.stats.arrays import Ints
from intercoder.stats.results import Plain, check
from intercoder.stats.spans.continuum import Axis, Spans

#: A span agrees with one that shares nine tenths of the stretch both take up together.
THRESHOLD = 0.9


@dataclass(frozen=True, slots=True)
class SegmentAgreement(Plain):
    """Of ``total`` spans of two coders, ``agreements`` have a counterpart; ``percent`` is their share (0..1).

    ``code`` is None for all codes together; ``percent`` is None, with a ``reason``, without spans.
    """

    coders: tuple[str, str]
    code: str | None
    threshold: float
    agreements: int
    total: int
    percent: float | None
    reason: str | None

    def __post_init__(self) -> None:
        check("segment_agreement", self.percent, self.reason)


@dataclass(frozen=True, slots=True)
class SpanF1(Plain):
    """How far two coders' spans of the same codes coincide, 0..1; None, with a ``reason``, without spans.

    ``exact``: same start, end and code; ``overlap``: any shared character, matched one to one so that
    as many as possible find a partner; ``characters``: over (character, code). ``first`` and ``second``
    count the spans of the two coders, ``exact_pairs`` and ``overlap_pairs`` the matched ones.
    """

    coders: tuple[str, str]
    first: int
    second: int
    exact_pairs: int
    overlap_pairs: int
    exact: float | None
    overlap: float | None
    characters: float | None
    reason: str | None

    def __post_init__(self) -> None:
        for value in (self.exact, self.overlap, self.characters):
            check("span_f1", value, self.reason)


@dataclass(frozen=True)
class Paired:
    """The units of two coders in the documents both finished, and which overlap with the same code: what both comparisons look at."""

    units: Spans
    first: Ints
    second: Ints
    shared: Ints
    extent: Ints
    mine: Ints
    theirs: Ints

    @classmethod
    def of(cls, spans: Spans, coders: tuple[str, str]) -> "Paired":
        """Find them: O(S log S)."""
        if len(set(coders)) != 2:
            raise WrongArgument("needs_a_pair", "Two different coders are compared.")
        units = spans.select(coders=coders).compared.units
        axis = Axis.of(units, units.document * max(len(units.codes), 1) + units.code)
        order = np.argsort(axis.start, kind="stable")
        whose = units.coder[order] == units.coders.index(coders[0])
        mine, theirs = order[whose], order[~whose]
        # One coder's spans of one code do not overlap: those that meet a span are a run.
        low = np.searchsorted(axis.end[theirs], axis.start[mine], side="right")
        times = np.searchsorted(axis.start[theirs], axis.end[mine], side="left") - low
        before = np.repeat(np.cumsum(times) - times, times)
        first = np.repeat(mine, times)
        second = theirs[np.repeat(low, times) + np.arange(len(first)) - before]
        shared = np.minimum(axis.end[first], axis.end[second]) - np.maximum(axis.start[first], axis.start[second])
        extent = np.maximum(axis.end[first], axis.end[second]) - np.minimum(axis.start[first], axis.start[second])
        return cls(units, first, second, shared, extent, mine, theirs)

    @property
    def reason(self) -> str | None:
        """Why there is nothing to compare, or None."""
        if len(self.units.start):
            return None
        return "not_used" if self.units.length else "no_pairable_values"


def segment_agreement(
    spans: Spans | Paired, coders: tuple[str, str], threshold: float = THRESHOLD
) -> tuple[SegmentAgreement, dict[str, SegmentAgreement]]:
    """Return the share of two coders' spans that the other coder has too, for all codes and by code.

    Every span of either coder is looked up among the other's spans with the same code; it has a
    counterpart when the shared text is at least ``threshold`` of the stretch that both take up
    together. Overlapping spans of one coder and code are one span first.

    Parameters
    ----------
    spans
        of any documents; those that both coders finished count. Or what ``Paired.of`` made of these and the two.
    coders
        the two.
    threshold
        above 0, at most 1: 0.9 as a default, 0.5 lenient, 1 for equal borders.

    Returns
    -------
    (all codes, {code: that code}). Reasons: ``not_used``, ``no_pairable_values``.

    Raises
    ------
    WrongArgument : a threshold out of range, a coder compared with themselves, or an unknown one.

    Notes
    -----
    O(S log S). As the two-way look-up "code overlap at segments of at least" of MAXQDA; its exact
    denominator for the overlap is not published.
    """
    if not 0 < threshold <= 1:
        raise WrongArgument("bad_threshold", "The threshold is a share above 0 and at most 1.")
    pair = spans if isinstance(spans, Paired) else Paired.of(spans, coders)
    near = pair.shared / pair.extent >= threshold
    agreeing = np.unique(np.concatenate([pair.first[near], pair.second[near]]))
    codes = pair.units.codes
    agreements = np.bincount(pair.units.code[agreeing], minlength=len(codes)).tolist()
    total = np.bincount(pair.units.code, minlength=len(codes)).tolist()

    def row(code: str | None, agreed: int, of: int) -> SegmentAgreement:
        reason = None if of else pair.reason or "not_used"
        return SegmentAgreement(coders, code, threshold, agreed, of, agreed / of if of else None, reason)

    rows = {code: row(code, agreements[c], total[c]) for c, code in enumerate(codes)}
    return row(None, len(agreeing), len(pair.units.start)), rows


def span_f1(spans: Spans | Paired, coders: tuple[str, str]) -> tuple[SpanF1, dict[str, SpanF1]]:
    """Return how far two coders' spans coincide, for all codes and by code: 2 x matched / (spans of both), and so of characters.

    Symmetric, so neither coder is taken for the truth. Overlapping spans of one coder and code are one
    span first.

    Parameters
    ----------
    spans
        of any documents; those that both coders finished count. Or what ``Paired.of`` made of these and the two.
    coders
        the two.

    Returns
    -------
    (all codes, {code: that code}) : reasons ``not_used``, ``no_pairable_values``.

    Raises
    ------
    WrongArgument : a coder compared with themselves, or an unknown one.

    Notes
    -----
    O(S log S) to find the overlaps, at most S of them; the matching is Hopcroft's and Karp's (1973, doi
    10.1137/0202019), O(S^1.5) at worst, and falls apart by code and by stretch of overlapping spans.
    van Rijsbergen 1979, Information Retrieval, 2nd ed., ch. 7 (F).
    """
    pair = spans if isinstance(spans, Paired) else Paired.of(spans, coders)
    units, size, codes = pair.units, len(pair.units.start), pair.units.codes
    graph = sparse.csr_array((np.ones(len(pair.first), dtype=np.int8), (pair.first, pair.second)), shape=(size, size))
    partner = csgraph.maximum_bipartite_matching(graph, perm_type="column") if size else np.zeros(0, dtype=np.int64)
    of_code = units.code[pair.first]

    def tally(code: Ints, weights: Ints | None = None) -> list[int]:
        return [round(float(n)) for n in np.bincount(code, weights=weights, minlength=len(codes))]

    columns = [
        tally(units.code[pair.mine]),
        tally(units.code[pair.theirs]),
        tally(of_code[pair.shared == pair.extent]),
        tally(units.code[np.flatnonzero(partner >= 0)]),
        tally(units.code, units.end - units.start),
        tally(of_code, pair.shared),
    ]

    def row(first: int, second: int, exact: int, overlap: int, characters: int, shared: int) -> SpanF1:
        every = first + second
        return SpanF1(
            coders=coders,
            first=first,
            second=second,
            exact_pairs=exact,
            overlap_pairs=overlap,
            exact=2 * exact / every if every else None,
            overlap=2 * overlap / every if every else None,
            characters=2 * shared / characters if every else None,
            reason=None if every else pair.reason or "not_used",
        )

    rows = {code: row(*(column[c] for column in columns)) for c, code in enumerate(codes)}
    return row(*(sum(column) for column in columns)), rows
