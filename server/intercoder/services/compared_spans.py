"""One document of a report by free span with what each coder marked, character by character, a part at a time.

The text is cut wherever anybody's span begins or ends: within a piece everybody's codes stay the same, so a boundary that
differs is a piece of its own. Spans of one coder and one code that touch or overlap are one, as the numbers count them.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from intercoder.models import AgreementReport, DisagreementKind, ReportSection
from intercoder.services.access import RoundAccess, no_such_thing
from intercoder.services.coded_units import Cell
from intercoder.services.compared_text import (
    ComparedText,
    Line,
    alike,
    at_place,
    part_of,
    passage,
    require_holding,
    stretch,
)
from intercoder.services.results import open_report
from intercoder.services.walked_segments import Made, Span, Under, spans_of, texts_of

#: coder and code → the ends of that coder's spans of it: begins and ends, both in their order
Marked = Mapping[tuple[str, str], tuple[Sequence[int], Sequence[int]]]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text in which nobody's span begins or ends, and which codes each coder gave it: those who gave one."""

    start: int
    end: int
    codes: Mapping[str, tuple[str, ...]]


def compared_spans(
    session: Session, access: RoundAccess, report: AgreementReport, cell: Cell, at: int | None, part: int
) -> ComparedText:
    """Return the part of a document in which a place lies, else the part with that number from 0; the first document when none is named.

    Raises
    ------
    Conflict : ``report_stale`` (its round was opened again).
    NotFound : the document is none of the report.
    """
    require_holding(report)
    made = open_report(session, report, ReportSection.SUMMARY).provenance
    of = Made.of(session, access.round, made)
    document = next((one for one in of.titles if cell.document in {None, one}), None)
    if document is None:
        raise no_such_thing()
    round_ = of.round_of[document]
    under = Under.of(session, access.round, report, of.selection)
    layers = spans_of(session, round_, [document], of, under, cell)[document]
    wanted = None if cell.code is None else str(cell.code)
    marked = joined(layers, wanted)
    # In the order in which the report names them, as on every other page of it.
    coders = [coder.id for coder in made.coders if coder.id in layers]
    found = list(pieces(marked, coders))
    differs = [piece for piece in found if len({piece.codes.get(coder, ()) for coder in coders}) > 1]
    shown, part, parts = part_of([piece.end for piece in found], at, part)
    begin = found[shown.start - 1].end if part else 0
    end = found[shown.stop].start if part + 1 < parts else None
    text = texts_of(session, round_, [document])[document][1][begin:end]
    lines = []
    reached = begin
    starts = {piece.start for piece in differs}
    for piece in found[shown.start : shown.stop]:
        before = stretch(text[reached - begin : piece.start - begin])
        here = passage(text[piece.start - begin : piece.end - begin])
        reached = piece.end
        given = alike({coder: piece.codes.get(coder, ()) for coder in coders})
        other = piece.start in starts
        kind = kind_of(piece, coders, marked) if other else None
        lines.append(Line(piece.start, piece.end, before, here, given, (), kind, None, other))
    after = stretch(text[reached - begin :])
    return ComparedText(
        document,
        coders,
        lines,
        after,
        part,
        parts,
        at_place(((line.start, line.end) for line in lines), at),
        [piece.start for piece in differs],
    )


def joined(layers: Mapping[str, Sequence[Span]], wanted: str | None = None) -> Marked:
    """Return the spans of each coder and code in their order, those that touch made one; of one code when it is named."""
    by_code: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for coder, spans in layers.items():
        for start, end, code in spans:
            if end > start and wanted in {None, code}:
                by_code.setdefault((coder, code), []).append((start, end))
    marked = {}
    for key, spans_here in by_code.items():
        begins: list[int] = []
        ends: list[int] = []
        for start, end in sorted(spans_here):
            if ends and start <= ends[-1]:
                ends[-1] = max(ends[-1], end)
            else:
                begins.append(start)
                ends.append(end)
        marked[key] = (begins, ends)
    return marked


def pieces(marked: Marked, coders: Sequence[str]) -> Iterator[Piece]:
    """Give the pieces that anybody coded, in the order of the text."""
    edges: dict[int, list[tuple[str, str, bool]]] = {}
    for (coder, code), (begins, ends) in marked.items():
        for start in begins:
            edges.setdefault(start, []).append((coder, code, True))
        for end in ends:
            edges.setdefault(end, []).append((coder, code, False))
    here: dict[str, set[str]] = {coder: set() for coder in coders}
    told: dict[str, tuple[str, ...]] = {}
    places = sorted(edges)
    for place, after in zip(places, [*places[1:], None], strict=True):
        for coder, code, begins_here in edges[place]:
            (here[coder].add if begins_here else here[coder].discard)(code)
        for coder in {coder for coder, _, _ in edges[place]}:
            told[coder] = tuple(sorted(here[coder]))
        codes = {coder: given for coder, given in told.items() if given}
        if codes and after is not None:
            yield Piece(place, after, codes)


def kind_of(piece: Piece, coders: Sequence[str], marked: Marked) -> DisagreementKind:
    """Return in what coders differ in a piece: in where a span ends, where whoever lacks a code there gave it to a part of what others did."""
    every = {code for given in piece.codes.values() for code in given}
    lacking = [(coder, code) for coder in coders for code in sorted(every) if code not in piece.codes.get(coder, ())]
    if all(_elsewhere(piece, coder, code, coders, marked) for coder, code in lacking):
        return DisagreementKind.BOUNDARY
    sets = {piece.codes.get(coder, ()) for coder in coders} - {()}
    return DisagreementKind.DIFFERENT_CODE if len(sets) > 1 else DisagreementKind.OMISSION


def _elsewhere(piece: Piece, coder: str, code: str, coders: Sequence[str], marked: Marked) -> bool:
    """Return whether a coder gave a code to another part of a span that somebody has around a piece."""
    if (coder, code) not in marked:
        return False
    begins, ends = marked[coder, code]
    for other in coders:
        if code in piece.codes.get(other, ()):
            their_begins, their_ends = marked[other, code]
            place = bisect_right(their_begins, piece.start) - 1
            # The first of the coder's spans that ends behind where the other's begins must begin before that ends.
            mine = bisect_right(ends, their_begins[place])
            if mine < len(begins) and begins[mine] < their_ends[place]:
                return True
    return False
