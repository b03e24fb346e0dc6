"""The layers that a report was made of, read again; and the segments behind a number of one that kept no units.

The layers of a compared round are locked, and reopening it marks its reports: a report without that mark still has the
layers that it was made of.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    AgreementReport,
    Assignment,
    AssignmentState,
    Coding,
    DisagreementKind,
    ReportSection,
    ReportSelection,
    Revision,
    Round,
)
from intercoder.models.base import dashed, few_dashed, unread
from intercoder.models.values import WHOLE
from intercoder.services.access import no_such_thing
from intercoder.services.codebook import ancestors_at
from intercoder.services.coded_units import Cell, Fit
from intercoder.services.mapping import Mapped, mapping
from intercoder.services.missing_units import NONE_MISSING, walked_by
from intercoder.services.paging import BEGINNING, Asked, Mark, Page, marked_by
from intercoder.services.provenance import Provenance
from intercoder.services.report_choices import chosen_places
from intercoder.services.results import open_report
from intercoder.services.submitted import missing_units_of, round_codebook
from intercoder.services.units import units_of
from intercoder.stats.units import Cuts

#: texts read at once: a page is mostly full before the second batch
BATCH = 8

Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Segment:
    """One unit behind a number: its place, its words, and which coders gave it which codes."""

    document_id: UUID
    title: str
    start: int
    end: int
    text: str
    #: coder → codes of the unit (names at the level of the report)
    codes: Mapping[str, tuple[str, ...]]
    #: coders to whom the unit is a missing value: they skipped it or a part of it, or did not look at it
    missing: frozenset[str] = frozenset()
    #: in what the coders differ, and by how much alpha would rise if the majority stood here; None where they agree, or
    #: where the report kept neither
    kind: DisagreementKind | None = None
    gain: float | None = None


def walked(
    session: Session, round_: Round, report: AgreementReport, cell: Cell, asked: Asked = BEGINNING
) -> Page[Segment]:
    """Return a part of the units behind a cell, in the order of the texts.

    Read from the layers a few documents at a time, no further than asked for.
    """
    mark = marked_by(asked.cursor, (UUID, int)) if asked.cursor else None
    backward = mark is not None and mark.backward
    rows = list(islice(_segments(session, round_, report, cell, mark), asked.limit + 1))
    more, rows = len(rows) > asked.limit, rows[: asked.limit]
    if backward:
        rows.reverse()
    if not rows:
        return Page([])
    return Page(
        rows,
        _place(rows[0], backward=True) if (more if backward else mark is not None) else None,
        _place(rows[-1]) if backward or more else None,
    )


@dataclass(frozen=True)
class Under:
    """The mapping that a report used, and where each code counts at its level under it."""

    mapped: Mapped
    places: Mapping[str, str]

    @classmethod
    def of(cls, session: Session, round_: Round, report: AgreementReport, selection: ReportSelection) -> "Under":
        """Return the mapping of then; up to format 3 a report had the tree of the version that its round pinned."""
        level = report.level.level
        if report.mapping is not None:
            mapped = mapping(session, round_.project_id, report.mapping)
            return cls(mapped, chosen_places(selection, mapped.tree, mapped.places(level)))
        entries = round_codebook(session, round_)
        lifted = {e.id: e.id for e in entries} if level is None else ancestors_at(entries, level)
        places = {str(code): str(place) for code, place in lifted.items() if place is not None}
        return cls(Mapped(0, {}), places)

    def place(self, code: str, coder: str, key: str) -> str | None:
        """Return the code as which a coding counts at the level of the report; None: it counts nowhere there."""
        return self.places.get(self.mapped.resolved(code, coder, key).code)

    def behind(self, code: str) -> list[UUID]:
        """Return the codes whose codings may count as one of the report."""
        below = {applied for applied, place in self.places.items() if place == code}
        return [UUID(applied) for applied in below | self.mapped.map.by_passage]


@dataclass(frozen=True)
class Made:
    """What a report was made of: its layers, by the round that they are of."""

    round_of: Mapping[UUID, Round]
    titles: Mapping[UUID, str]
    coders: Sequence[UUID]
    selection: ReportSelection
    #: (document, coder) of layers that are not among them
    without: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, session: Session, round_: Round, made: Provenance) -> "Made":
        """Return what a report of a round was made of."""
        rounds = {round_.id: round_}
        if made.rounds:
            others = sa.select(Round).where(Round.id.in_([other.id for other in made.rounds]))
            rounds |= {other.id: other for other in session.scalars(others)}
        return cls(
            {UUID(document.id): rounds[document.round or round_.id] for document in made.documents},
            {UUID(document.id): document.title for document in made.documents},
            [UUID(coder.id) for coder in made.coders],
            made.choices.selection if made.choices else WHOLE,
            frozenset(made.choices.layers_dependent if made.choices else ()),
        )

    def batches(self, documents: Sequence[UUID]) -> Iterator[tuple[Round, list[UUID]]]:
        """Yield documents that are read at once: some that follow on one another and are of one round."""
        for _, run in groupby(documents, lambda document: self.round_of[document].id):
            same = list(run)
            for i in range(0, len(same), BATCH):
                yield self.round_of[same[i]], same[i : i + BATCH]


def _place(segment: Segment, *, backward: bool = False) -> str:
    return Mark((segment.document_id, segment.start), backward).cursor()


def _segments(
    session: Session, round_: Round, report: AgreementReport, cell: Cell, mark: Mark | None
) -> Iterator[Segment]:
    """Yield the units behind a cell from a mark on; backwards from a backward one."""
    made = open_report(session, report, ReportSection.SUMMARY).provenance
    names = {code.id: code.name for code in made.codes}
    of = Made.of(session, round_, made)
    under = Under.of(session, round_, report, of.selection)
    documents = _documents(session, of, under, cell)
    step = -1 if mark is not None and mark.backward else 1
    documents = documents[::step]
    begin, past = _begin(documents, [*of.titles], mark, step)
    documents = documents[begin:]
    for in_round, batch in of.batches(documents):
        texts = texts_of(session, in_round, batch)
        spans = spans_of(session, in_round, batch, of, under, cell)
        missing = missing_units_of(session, in_round, batch)
        for document in batch:
            (revision, text), layers = texts[document], spans.get(document, {})
            if len(layers) < 2:
                continue
            units = units_of(session, revision, walked_by(report.unit))
            cuts = Cuts(units)
            sets = {
                coder: cuts.judged(marks, missing.get((document, UUID(coder)), NONE_MISSING).places)
                for coder, marks in layers.items()
            }
            for i in _touched(sets, cell.code)[::step]:
                start, end = units[i]
                if past is not None and document == past[0] and (start <= past[1] if step > 0 else start >= past[1]):
                    continue
                here = {coder: given for coder, by_unit in sets.items() if (given := by_unit[i]) is not None}
                sets_here = list(dict.fromkeys(here.values()))
                fit = Fit(cell, list(here), sets_here)
                if fit.fits([sets_here.index(given) for given in here.values()]):
                    codes = {coder: tuple(sorted(names[code] for code in given)) for coder, given in here.items()}
                    without = frozenset(layers.keys() - here.keys())
                    yield Segment(document, of.titles[document], start, end, text[start:end], codes, without)


def _touched(sets: Mapping[str, Sequence[frozenset[str] | None]], code: UUID | None) -> list[int]:
    """Return the units that anybody has coded, with the code where there is one, in their order."""
    wanted = None if code is None else str(code)
    touched = {
        i
        for by_unit in sets.values()
        for i, given in enumerate(by_unit)
        if given and (wanted is None or wanted in given)
    }
    return sorted(touched)


def _begin(
    documents: Sequence[UUID], ordered: Sequence[UUID], mark: Mark | None, step: int
) -> tuple[int, tuple[UUID, int] | None]:
    """Return the number of documents that lie before a mark, and the place in its document that was reached."""
    if mark is None:
        return 0, None
    document, start = mark.values
    if not isinstance(document, UUID) or not isinstance(start, int) or document not in ordered:
        raise no_such_thing()
    rank = {d: place * step for place, d in enumerate(ordered)}
    return sum(rank[d] < rank[document] for d in documents), (document, start)


def _documents(session: Session, of: Made, under: Under, cell: Cell) -> list[UUID]:
    """Return the documents in which the cell has segments, in their order."""
    ordered = [*of.titles]
    if cell.document is not None:
        return [d for d in ordered if d == cell.document]
    if cell.code is None:
        return ordered
    holding = set(
        session.scalars(
            sa.select(Assignment.document_id)
            .join(Coding, Coding.assignment_id == Assignment.id)
            .where(
                Assignment.round_id.in_({round_.id for round_ in of.round_of.values()}),
                Coding.code_id.in_(under.behind(str(cell.code))),
                Coding.deleted_at.is_(None),
            )
            .distinct()
        )
    )
    return [d for d in ordered if d in holding]


def texts_of(session: Session, round_: Round, documents: list[UUID]) -> dict[UUID, tuple[UUID, str]]:
    """Return document → its revision in the round, and the text of that."""
    coded = sa.select(Assignment.revision_id).where(
        Assignment.round_id == round_.id, Assignment.document_id.in_(documents)
    )
    rows = session.execute(
        sa.select(Revision.document_id, Revision.id, Revision.text)
        .where(Revision.id.in_(coded))
        .order_by(Revision.number)
    )
    return {document: (revision, text) for document, revision, text in rows}


def spans_of(
    session: Session, round_: Round, documents: list[UUID], of: Made, under: Under, cell: Cell
) -> dict[UUID, dict[str, list[Span]]]:
    """Return document → coder → spans with their code at the level of the report, of everybody who finished."""
    finished = sa.and_(
        Assignment.round_id == round_.id,
        Assignment.document_id.in_(documents),
        Assignment.state == AssignmentState.SUBMITTED,
        Assignment.coder_id.in_(cell.pair or of.coders),
    )
    counted = sa.true() if of.selection.doubtful else Coding.doubt == 0
    columns = (unread(Assignment.document_id), unread(Assignment.coder_id), Coding.start, Coding.end)
    rows = session.execute(
        sa.select(*columns, unread(Coding.code_id), unread(Coding.key))
        .outerjoin(Coding, sa.and_(Coding.assignment_id == Assignment.id, Coding.deleted_at.is_(None), counted))
        .where(finished)
        .order_by(Assignment.coder_id, Coding.start, Coding.end)
    )
    spans: dict[str, dict[str, list[Span]]] = {str(document): {} for document in documents}
    for document, coder, start, end, code, key in rows:
        named, there = few_dashed(coder), few_dashed(document)
        if (there, named) in of.without:
            continue
        marks = spans[there].setdefault(named, [])
        at_level = None if code is None else under.place(few_dashed(code), named, dashed(key))
        if at_level is not None:
            marks.append((start, end, at_level))
    return {document: spans[str(document)] for document in documents}
