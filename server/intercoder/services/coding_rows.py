"""The codings of compared rounds as rows of a file: each with its words, where they stand, who coded it, what it counts as."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
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
from intercoder.models.base import FewUuids, dashed, few_dashed, unread, unread_time
from intercoder.services.access import Access
from intercoder.services.counting import COMPARED, seen
from intercoder.services.mapping import Mapped, MappedCode
from intercoder.text.units import Units

#: code points of the text before and after a passage
CONTEXT = 60
#: layers that are read at once
TOGETHER = 200


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
    rows = session.execute(
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
            Document.attributes,
            sa.type_coerce(Assignment.revision_id, FewUuids()),
            sa.type_coerce(User.id, FewUuids()).label("coder_id"),
            User.name,
        )
        .join(Round, Round.id == Assignment.round_id)
        .join(Document, Document.id == Assignment.document_id)
        .outerjoin(Case, Case.id == Document.case_id)
        .join(User, User.id == Assignment.coder_id)
        .where(_may_leave(access), Assignment.round_id == round_id if round_id else sa.true())
        .order_by(Document.position, Document.id, Round.number, User.name, User.id)
    )
    return [CodedLayer._make(row) for row in rows]


def coding_rows(session: Session, access: Access, mapped: Mapped, layers: Sequence[CodedLayer]) -> Iterator[CodingRow]:
    """Yield the codings of some layers in their order, each layer in the order of its text.

    Which of the layers may be seen is asked again: a round may have been opened since they were listed.
    """
    # Of tables and not of models: what these would read of each row anew costs a tenth of the file.
    coding, given = Coding.metadata.tables[Coding.__tablename__].c, Assignment.metadata.tables[Assignment.__tablename__]
    rows = session.execute(
        sa.select(
            unread(coding.assignment_id),
            unread(coding.key),
            unread(coding.code_id),
            coding.start,
            coding.end,
            coding.memo,
            coding.doubt,
            coding.typical,
            unread_time(coding.created_at),
        )
        .join_from(given, Coding.__table__, coding.assignment_id == given.c.id)
        .where(
            given.c.id.in_(sa.bindparam("layers", [layer.id for layer in layers], expanding=True)),
            _may_leave(access),
            coding.deleted_at.is_(None),
        )
        .order_by(coding.start, coding.end, coding.key)
    ).all()
    by_layer: dict[str, list[sa.Row[*tuple[Any, ...]]]] = {str(layer.id): [] for layer in layers}
    for row in rows:
        by_layer[few_dashed(row[0])].append(row)
    coded = {layer.revision_id for layer in layers if by_layer[str(layer.id)]}
    texts = dict(
        session.execute(
            sa.select(Revision.id, Revision.text).where(
                Revision.id.in_(sa.bindparam("coded", [*coded], expanding=True))
            )
        ).all()
    )
    begin = {revision: Units.of(text, Unit.PARAGRAPH).starts for revision, text in texts.items()}
    for layer in layers:
        if found := by_layer[str(layer.id)]:
            yield from _of_layer(layer, found, texts[layer.revision_id], begin[layer.revision_id], mapped)


def _of_layer(
    layer: CodedLayer, rows: Sequence[sa.Row[*tuple[Any, ...]]], text: str, starts: Sequence[int], mapped: Mapped
) -> Iterator[CodingRow]:
    coder, codes = str(layer.coder_id), mapped.codes
    # Most codes count as themselves: of those one look into a table is all that the mapping costs.
    elsewhere = {*mapped.map.into, *mapped.map.split}
    for _, key, code, start, end, memo, doubt, typical, created_at in rows:
        applied = few_dashed(code)
        counts = mapped.resolved(applied, coder, dashed(key)) if applied in elsewhere else None
        before = text[max(start - CONTEXT, 0) : start]
        yield CodingRow(
            layer,
            start,
            end,
            bisect_right(starts, start),
            before[before.rfind("\n") + 1 :],
            text[start:end],
            text[end : end + CONTEXT].partition("\n")[0],
            codes[counts.code] if counts else codes[applied],
            codes[applied],
            counts is not None and counts.waits,
            memo,
            doubt,
            typical,
            created_at[:19] if type(created_at) is str else _second(created_at),
        )


def text_of_layers(session: Session, layers: Sequence[CodedLayer]) -> str:
    """Return the text that layers of one document and one round were coded in; the door to these layers was opened."""
    return session.scalars(sa.select(Revision.text).where(Revision.id == layers[0].revision_id)).one()


def _second(moment: datetime) -> str:
    """Return a time that was selected unread, to the second; SQLite keeps it as text in UTC, of which the beginning is this."""
    return moment.astimezone(UTC).isoformat(" ")[:19]
