"""Passages that are quoted: chosen among what coders or the consensus hold, read with their words, and what became of them.

Of compared rounds alone. A round that is opened again takes what was quoted from it out of sight until it is closed.
"""

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.clock import now
from intercoder.errors import InvalidInput
from intercoder.models import (
    Assignment,
    AssignmentState,
    Case,
    CodeState,
    Coding,
    ConsensusCoding,
    Document,
    Quoted,
    Revision,
    Round,
    SourceType,
)
from intercoder.services.access import Access, answers_hidden
from intercoder.services.command import Command
from intercoder.services.consensus import FINISHED
from intercoder.services.counting import COMPARED
from intercoder.services.mapping import Mapped

#: characters of a passage that may be quoted
LONGEST = 2000

Row = TypeVar("Row", bound=Quoted)


class Chosen(Command):
    """The passage that is meant: a coder's coding by its coder and key, or a coding of the consensus."""

    coder: UUID | None = None
    key: UUID | None = None
    consensus: UUID | None = None


class Holds(enum.StrEnum):
    """What became of a quoted passage."""

    HOLDS = "holds"
    NO_CONSENSUS = "no_consensus"  #: it does not stand in the consensus any more
    NO_CODING = "no_coding"  #: its coder took the coding back, or changed where it lies
    OTHER_CODE = "other_code"  #: it counts as another code today
    NO_CODE = "no_code"  #: its code is not in the codebook any more
    WAITS = "waits"  #: its code was split, and nobody has said where it belongs
    NO_TEXT = "no_text"  #: its document was taken out of the study, or its words are not in the latest text


@dataclass(frozen=True)
class Cited:
    """Where a quoted passage stands, and its words."""

    words: str
    title: str
    document_position: int
    case_id: UUID | None
    case: str | None
    case_position: int | None
    source_type: SourceType
    is_primary: bool
    #: whether the document is in the study and its latest text has the words
    there: bool


@dataclass(frozen=True)
class Found:
    """A passage as it is kept: the columns of ``Quoted``."""

    project_id: UUID
    round_id: UUID
    document_id: UUID
    revision_id: UUID
    start: int
    end: int
    coder_id: UUID | None
    key: UUID | None
    applied_id: UUID
    added_by: UUID
    added_at: datetime


@dataclass(frozen=True)
class Became:
    """What became of a quoted passage: ``code`` is what it counts as today, ``agreed`` whether that stands in the consensus."""

    holds: Holds
    code: str | None
    agreed: bool


def visible(access: Access, round_id: sa.SQLColumnExpression[UUID]) -> sa.ColumnElement[bool]:
    """Return the condition of what is quoted from rounds that a person may see the codings of."""
    rounds = sa.select(Round.id).where(
        Round.project_id == access.project.id, Round.state.in_(COMPARED), Round.compared_at.is_not(None)
    )
    return sa.and_(round_id.in_(rounds), round_id.not_in(answers_hidden(access.project.id, access.actor.id)))


def passage(session: Session, access: Access, given: Chosen) -> Found:
    """Return a passage that a person may see, to be kept.

    Raises
    ------
    InvalidInput : there is no such passage, none is named or more than one, it is too long to be quoted.
    """
    if (given.consensus is None) == (given.key is None) or (given.coder is None) != (given.key is None):
        raise InvalidInput("which_passage", "Name one passage: a coding by its coder and key, or one of the consensus.")
    row = session.execute(_coding(access, given) if given.key else _consensus(access, given)).first()
    if row is None:
        raise InvalidInput(
            "no_such_passage", "There is no such passage in a compared round, or it is not shown to you."
        )
    round_id, document, revision, start, end, code = row
    if end - start > LONGEST:
        raise InvalidInput("long_passage", "A passage that is quoted has at most {n} characters.", n=LONGEST)
    return Found(
        access.project.id,
        round_id,
        document,
        revision,
        start,
        end,
        given.coder,
        given.key,
        code,
        access.actor.id,
        now(),
    )


def _coding(access: Access, given: Chosen) -> sa.Select[UUID, UUID, UUID, int, int, UUID]:
    place = (Assignment.round_id, Assignment.document_id, Assignment.revision_id)
    return (
        sa.select(*place, Coding.start, Coding.end, Coding.code_id)
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .where(
            Coding.coder_id == given.coder,
            Coding.key == given.key,
            Coding.deleted_at.is_(None),
            Assignment.project_id == access.project.id,
            Assignment.state == AssignmentState.SUBMITTED,
            visible(access, Assignment.round_id),
        )
    )


def _consensus(access: Access, given: Chosen) -> sa.Select[UUID, UUID, UUID, int, int, UUID]:
    layer = ConsensusCoding
    place = (layer.round_id, layer.document_id, layer.revision_id, layer.start, layer.end, layer.code_id)
    return sa.select(*place).where(
        layer.id == given.consensus, layer.project_id == access.project.id, visible(access, layer.round_id)
    )


def quoted(
    session: Session, access: Access, kind: type[Row], *conditions: sa.ColumnElement[bool]
) -> list[tuple[Row, Cited]]:
    """Return quoted passages of one kind that a person may see, with their words, in the order of the documents; one statement."""
    return quoted_where(
        session, kind, kind.project_id == access.project.id, visible(access, kind.round_id), *conditions
    )


def quoted_where(session: Session, kind: type[Row], *conditions: sa.ColumnElement[bool]) -> list[tuple[Row, Cited]]:
    """Return quoted passages of one kind in the same way; the conditions say which rounds may be known."""
    newest = sa.orm.aliased(Revision)
    words = sa.func.substr(Revision.text, kind.start + 1, kind.end - kind.start)
    latest = (
        sa.select(newest.text)
        .where(newest.document_id == kind.document_id)
        .order_by(newest.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    position = sa.func.instr if session.get_bind().dialect.name == "sqlite" else sa.func.strpos
    last = sa.select(sa.func.max(newest.number)).where(newest.document_id == kind.document_id).scalar_subquery()
    there = sa.and_(Document.removed_at.is_(None), sa.or_(Revision.number == last, position(latest, words) > 0))
    rows = session.execute(
        sa.select(
            kind,
            words,
            Document.title,
            Document.position,
            Case.id,
            Case.name,
            Case.position,
            Document.source_type,
            Document.is_primary,
            there,
        )
        .join(Document, Document.id == kind.document_id)
        .join(Revision, Revision.id == kind.revision_id)
        .outerjoin(Case, Case.id == Document.case_id)
        .where(*conditions)
        .order_by(Document.position, Document.id, kind.start, kind.end, kind.id)
    )
    return [(row, Cited(*place)) for row, *place in rows]


def became(
    session: Session,
    mapped: Mapped,
    rows: Sequence[tuple[Row, Cited]],
    target: Callable[[Row], str | None] = lambda _: None,
    *,
    agreed: bool = True,
) -> dict[UUID, Became]:
    """Return what became of quoted passages, by their identifiers; two statements at most.

    ``target``: the code of which a passage is to be an instance, None where any code will do. Without ``agreed`` it is not asked of
    a coder’s passage whether it stands in the consensus.
    """
    codings = _codings(session, [row for row, _ in rows if row.key])
    layer = _layer(session, [row for row, _ in rows if agreed or not row.key])
    told = {}
    for row, cited in rows:
        stands = {
            end
            for code in layer.get((row.round_id, row.document_id, row.start, row.end), ())
            for end in mapped.map.ends(code)
        }
        found = _of_coding(mapped, row, codings) if row.key else _of_consensus(mapped, row, stands)
        holds, code = _against(mapped, found, target(row))
        if not cited.there:
            holds = Holds.NO_TEXT
        told[row.id] = Became(holds, code, code in stands)
    return told


def _codings(session: Session, rows: Sequence[Quoted]) -> Mapping[tuple[UUID, UUID], tuple[str, int, int]]:
    if not rows:
        return {}
    found = session.execute(
        sa.select(Coding.coder_id, Coding.key, Coding.code_id, Coding.start, Coding.end).where(
            Coding.coder_id.in_({row.coder_id for row in rows}),
            Coding.key.in_({row.key for row in rows}),
            Coding.deleted_at.is_(None),
        )
    )
    return {(coder, key): (str(code), start, end) for coder, key, code, start, end in found}


def _layer(session: Session, rows: Sequence[Quoted]) -> Mapping[tuple[UUID, UUID, int, int], set[str]]:
    if not rows:
        return {}
    layer = ConsensusCoding
    found = session.execute(
        sa.select(layer.round_id, layer.document_id, layer.start, layer.end, layer.code_id).where(
            layer.round_id.in_({row.round_id for row in rows}),
            layer.document_id.in_({row.document_id for row in rows}),
            layer.start.in_({row.start for row in rows}),
            FINISHED,
        )
    )
    stands: dict[tuple[UUID, UUID, int, int], set[str]] = {}
    for round_id, document, start, end, code in found:
        stands.setdefault((round_id, document, start, end), set()).add(str(code))
    return stands


def _of_coding(
    mapped: Mapped, row: Quoted, codings: Mapping[tuple[UUID, UUID], tuple[str, int, int]]
) -> tuple[Holds, list[str]]:
    coding = codings.get((row.coder_id, row.key)) if row.coder_id and row.key else None
    if coding is None or coding[1:] != (row.start, row.end):
        return Holds.NO_CODING, []
    counts = mapped.resolved(coding[0], str(row.coder_id), str(row.key))
    return (Holds.WAITS if counts.waits else Holds.HOLDS), [counts.code]


def _of_consensus(mapped: Mapped, row: Quoted, stands: set[str]) -> tuple[Holds, list[str]]:
    # What it was coded as comes first: another code on the same words is no loss.
    ends = mapped.map.ends(str(row.applied_id))
    codes = sorted(stands & ends) or sorted(stands)
    if not codes:
        return Holds.NO_CONSENSUS, []
    waiting = all(mapped.codes[code].state is CodeState.SPLIT for code in codes)
    return (Holds.WAITS if waiting else Holds.HOLDS), codes


def _against(mapped: Mapped, found: tuple[Holds, list[str]], target: str | None) -> tuple[Holds, str | None]:
    """Return what became of a passage as an instance of a code, and as what it counts."""
    holds, codes = found
    if not codes:
        return holds, None
    living = [code for code in codes if code in mapped.tree.parents]
    if target is not None:
        below = [code for code in living if instance(mapped, code, target)]
        if below:
            return holds, below[0]
        if holds is Holds.HOLDS:
            holds = Holds.OTHER_CODE
    if not living:
        return Holds.NO_CODE, codes[0]
    return holds, living[0]


def instance(mapped: Mapped, code: str, target: str) -> bool:
    """Whether what counts as a code is an instance of another: of itself, of one above it, or of what one of these was split from."""
    ends = mapped.map.ends(target)
    return not ends.isdisjoint(mapped.tree.path(code))


def today(mapped: Mapped, code: str) -> str:
    """Return what a code is today that something was said of: what it was merged into, what is left of it after a split, else itself."""
    end = mapped.map.settled.get(code, code)
    while (row := mapped.codes[end]).state is CodeState.SPLIT and row.into:
        end = mapped.map.settled.get(row.into, row.into)
    return end


def once(mapped: Mapped, code: str) -> list[str]:
    """Return the codes that are today what a code is, itself included. O(codes)."""
    end = today(mapped, code)
    return [other for other in mapped.codes if today(mapped, other) == end]


def stands_today(mapped: Mapped, code: str) -> bool:
    """Whether a code that something was said of is in the codebook today, itself or as what it was merged into."""
    return mapped.codes[today(mapped, code)].state is CodeState.ACTIVE
