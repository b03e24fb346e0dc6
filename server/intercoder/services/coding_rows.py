"""The codings of compared rounds as rows of a file: each with its words, where they stand, who coded it, what it counts as."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    Assignment,
    AssignmentState,
    Case,
    Coding,
    Document,
    Revision,
    Round,
    RoundPurpose,
    SourceType,
    Unit,
    User,
)
from intercoder.models.base import Digits, FewJson, FewUuids, ToTheSecond, dashed, few_dashed
from intercoder.services.access import Access
from intercoder.services.counting import COMPARED, seen
from intercoder.services.mapping import Mapped, MappedCode
from intercoder.text.units import Units

#: code points of the text before and after a passage
CONTEXT = 60


class CodedLayer(NamedTuple):
    """A coder's submitted work on one document in one round."""

    id: UUID
    round_number: int
    round_name: str
    purpose: RoundPurpose
    document_id: UUID
    title: str
    case: str | None
    source_type: SourceType
    is_primary: bool
    attributes: Mapping[str, str]
    revision_id: UUID
    coder_id: UUID
    coder: str
    #: how many codings it has, those that were taken back among them
    size: int


class CodingRow(NamedTuple):
    """A coding with its words.

    ``code`` is what it counts as, ``applied`` what its coder applied; ``waits``: which part of a split code it is nobody has
    said yet. ``before`` and ``after`` are of the same paragraph; ``paragraph`` counts from 1. Offsets are code points, half-open.
    """

    layer: CodedLayer
    start: int
    end: int
    paragraph: int
    before: str
    text: str
    after: str
    code: MappedCode
    applied: MappedCode
    waits: bool
    memo: str
    doubt: int
    typical: bool
    #: in UTC, to the second: 2026-11-29 09:12:07
    coded_at: str


class Place(NamedTuple):
    """The words between two offsets of a text, and those around them in the same paragraph; ``paragraph`` counts from 1."""

    paragraph: int
    before: str
    text: str
    after: str


@dataclass(frozen=True, eq=False, slots=True)
class Counts:
    """What codings of a code count as, see ``CodingRow``; codings that count alike share one of these."""

    code: MappedCode
    applied: MappedCode
    waits: bool


class CountsAs:
    """What codings count as under a mapping: those of most codes all as their code, which is asked once."""

    def __init__(self, mapped: Mapped) -> None:
        self._mapped = mapped
        self._elsewhere = {*mapped.map.into, *mapped.map.split}
        self._alike: dict[str, Counts] = {}
        self._apart: dict[tuple[str, str, bool], Counts] = {}

    def of(self, coder: str) -> Callable[[str, str], Counts]:
        """Return what gives what a coder's codings count as, by code and key as 32 digits."""
        known = self._alike

        def counts(code: str, key: str) -> Counts:
            return known.get(code) or self._asked(code, coder, key)

        return counts

    def _asked(self, code: str, coder: str, key: str) -> Counts:
        applied, codes = few_dashed(code), self._mapped.codes
        if applied not in self._elsewhere:
            return self._alike.setdefault(code, Counts(codes[applied], codes[applied], waits=False))
        counted = self._mapped.resolved(applied, coder, dashed(key))
        return self._apart.setdefault(
            (applied, counted.code, counted.waits), Counts(codes[counted.code], codes[applied], counted.waits)
        )


class LayerCodings(NamedTuple):
    """The codings of a layer as they are stored, in the order of its text: what a table of 200,000 rows is made from.

    ``rows``: layer, key and code as 32 digits each, start, end, memo, doubt, whether it is starred, when it was coded (UTC, to the second).
    """

    layer: CodedLayer
    rows: Sequence[sa.Row[*tuple[Any, ...]]]
    #: gives the words between two offsets
    place: Callable[[int, int], Place]
    #: gives what a coding counts as, by its code and key
    counts: Callable[[str, str], Counts]

    def in_full(self) -> Iterator[CodingRow]:
        """Yield them with their words."""
        for _, key, code, start, end, memo, doubt, typical, at in self.rows:
            paragraph, before, text, after = self.place(start, end)
            counts = self.counts(code, key)
            yield CodingRow(
                self.layer,
                start,
                end,
                paragraph,
                before,
                text,
                after,
                counts.code,
                counts.applied,
                counts.waits,
                memo,
                doubt,
                typical,
                at,
            )


def _may_leave(access: Access) -> sa.ColumnElement[bool]:
    """Return the condition of the assignments whose codings the person may take away: seen by that person, in a compared round."""
    compared = sa.select(Round.id).where(Round.project_id == access.project.id, Round.state.in_(COMPARED))
    return sa.and_(Assignment.project_id == access.project.id, Assignment.round_id.in_(compared), seen(access))


def coders_in_order(session: Session, access: Access) -> dict[UUID, str]:
    """Return who submitted work in compared rounds, with their names: by the first round of each, so that who comes later comes behind."""
    first = sa.func.min(Round.number)
    rows = session.execute(
        sa.select(User.id, User.name)
        .join(Assignment, Assignment.coder_id == User.id)
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Round.project_id == access.project.id,
            Round.state.in_(COMPARED),
            Assignment.state == AssignmentState.SUBMITTED,
        )
        .group_by(User.id, User.name)
        .order_by(first, User.id)
    )
    return {person: name for person, name in rows}


def coded_layers(session: Session, access: Access, round_id: UUID | None = None) -> list[CodedLayer]:
    """Return the submitted layers of compared rounds that a person may see, of one round if named, in the order of the texts."""
    # From the connection: what the session does to each row is a third of what these layers cost.
    rows = session.connection().execute(
        sa.select(
            Assignment.id,
            Round.number,
            Round.name,
            Round.purpose,
            sa.type_coerce(Document.id, FewUuids()).label("document_id"),
            Document.title,
            Case.name,
            Document.source_type,
            Document.is_primary,
            sa.type_coerce(Document.attributes, FewJson()),
            sa.type_coerce(Assignment.revision_id, FewUuids()),
            sa.type_coerce(User.id, FewUuids()).label("coder_id"),
            User.name,
            sa.select(sa.func.count()).where(Coding.assignment_id == Assignment.id).scalar_subquery(),
        )
        .join(Round, Round.id == Assignment.round_id)
        .join(Document, Document.id == Assignment.document_id)
        .outerjoin(Case, Case.id == Document.case_id)
        .join(User, User.id == Assignment.coder_id)
        .where(_may_leave(access), Assignment.round_id == round_id if round_id else sa.true())
        .order_by(Document.position, Document.id, Round.number, User.name, User.id)
    )
    return [CodedLayer._make(row) for row in rows]


#: of a row of ``LayerCodings``: where it begins and ends, and its key
_PLACE = itemgetter(3, 4, 1)


def layer_codings(
    session: Session, access: Access, counts_as: CountsAs, layers: Sequence[CodedLayer]
) -> Iterator[LayerCodings]:
    """Yield some layers in their order with their codings, those without one left out.

    Which of the layers may be seen is asked again: a round may have been opened since they were listed.
    """
    # Of tables and from the connection: what models and the session do to each row costs a tenth of the file.
    coding, given = Coding.metadata.tables[Coding.__tablename__].c, Assignment.metadata.tables[Assignment.__tablename__]
    rows = (
        session.connection()
        .execute(
            sa.select(
                Digits(given.c.id),
                Digits(coding.key),
                Digits(coding.code_id),
                coding.start,
                coding.end,
                coding.memo,
                coding.doubt,
                coding.typical,
                ToTheSecond(coding.created_at),
            )
            .join_from(given, Coding.__table__, coding.assignment_id == given.c.id)
            .where(
                given.c.id.in_(sa.bindparam("layers", [layer.id for layer in layers], expanding=True)),
                _may_leave(access),
                coding.deleted_at.is_(None),
            )
            # The index gives them so; those that begin at the same place are put in order here, which costs half.
            .order_by(given.c.id, coding.start)
        )
        .all()
    )
    by_layer = {UUID(layer): sorted(found, key=_PLACE) for layer, found in groupby(rows, key=itemgetter(0))}
    coded = [layer for layer in layers if layer.id in by_layer]
    texts = session.execute(
        sa.select(Revision.id, Revision.text).where(
            Revision.id.in_(sa.bindparam("coded", [*{layer.revision_id for layer in coded}], expanding=True))
        )
    ).all()
    places = {revision: _places(text) for revision, text in texts}
    for layer in coded:
        counts = counts_as.of(str(layer.coder_id))
        yield LayerCodings(layer, by_layer[layer.id], places[layer.revision_id], counts)


def _places(text: str) -> Callable[[int, int], Place]:
    """Return what gives the words between two offsets of a text, looked up once however many coded there."""
    starts = Units.of(text, Unit.PARAGRAPH).starts

    @cache
    def place(start: int, end: int) -> Place:
        before = text[max(start - CONTEXT, 0) : start]
        return Place(
            bisect_right(starts, start),
            before[before.rfind("\n") + 1 :],
            text[start:end],
            text[end : end + CONTEXT].partition("\n")[0],
        )

    return place


def coding_rows(session: Session, access: Access, mapped: Mapped, layers: Sequence[CodedLayer]) -> Iterator[CodingRow]:
    """Yield the codings of some layers in their order, each layer in the order of its text."""
    for coded in layer_codings(session, access, CountsAs(mapped), layers):
        yield from coded.in_full()


def text_of_layers(session: Session, layers: Sequence[CodedLayer]) -> str:
    """Return the text that layers of one document and one round were coded in; the door to these layers was opened."""
    return session.scalars(sa.select(Revision.text).where(Revision.id == layers[0].revision_id)).one()
