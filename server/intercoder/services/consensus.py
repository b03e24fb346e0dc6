"""The consensus: what stands in the end, from unanimity and from rulings, as a layer of its own."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.clock import now
from intercoder.db import within
from intercoder.models import (
    Assignment,
    AssignmentState,
    ConsensusCoding,
    Disagreement,
    DisagreementState,
    Document,
    Revision,
    Round,
    Ruling,
    RulingTag,
    uuid7,
)
from intercoder.models.comparison import CONSENSUS_KEY
from intercoder.prepared import Prepared, change
from intercoder.services.access import RoundAccess, comparison_finished
from intercoder.services.rulings import IN_FORCE, counted_at
from intercoder.services.submitted import round_codebook

#: a coding of a consensus that is whole
FINISHED = comparison_finished(ConsensusCoding.round_id)


#: rows of one statement
AT_ONCE = 500

#: code, as it counts, start, end
Stands = tuple[UUID, int, int]


@dataclass(frozen=True, slots=True)
class Ruled:
    """What stands at a place by a ruling."""

    place: Disagreement
    ruling_id: UUID
    stands: Collection[Stands]


def let_stand(session: Session, ruled: Iterable[Ruled]) -> None:
    """Let codings stand by rulings; those that stand already, by unanimity or another ruling, stay as they are."""
    rows: dict[tuple[UUID, Stands], dict[str, object]] = {}
    for one in ruled:
        for code, start, end in one.stands:
            rows.setdefault(
                (one.place.document_id, (code, start, end)),
                {
                    "id": uuid7(),
                    "project_id": one.place.project_id,
                    "round_id": one.place.round_id,
                    "document_id": one.place.document_id,
                    "revision_id": one.place.revision_id,
                    "code_id": code,
                    "start": start,
                    "end": end,
                    "ruling_id": one.ruling_id,
                },
            )
    # Always in the same order: two rulings that say the same wait for one another, never for each other.
    ordered = [rows[key] for key in sorted(rows)]
    if ordered:
        transaction = within(session)
        transaction.send_rows(_adding(transaction.dialect.name), ordered)


@cache
def _adding(dialect: str) -> Prepared[None]:
    """Return what adds a coding, or leaves the same one as it is, in a kind of database; built once."""
    stays = {"ruling_id": ConsensusCoding.ruling_id}
    # Not "do nothing": on PostgreSQL that would not lock what is there, and a ruling that is taken back at the same time
    # would take it away.
    if dialect == "sqlite":
        from sqlalchemy.dialects import sqlite

        return change(sqlite.insert(ConsensusCoding).on_conflict_do_update(index_elements=CONSENSUS_KEY, set_=stays))
    from sqlalchemy.dialects import postgresql  # of which a laptop needs nothing

    return change(postgresql.insert(ConsensusCoding).on_conflict_do_update(index_elements=CONSENSUS_KEY, set_=stays))


def in_force(session: Session, d: Disagreement) -> Ruling | None:
    """Return the ruling that holds at a place."""
    return _last(session, d) if d.state is DisagreementState.RULED else None


def _last(session: Session, d: Disagreement) -> Ruling | None:
    """Return the ruling at a place that was neither taken back nor followed by another; it may sleep."""
    return session.scalar(_last_at(), {"place": d.id})


@cache
def _last_at() -> sa.Select[Ruling]:
    """Return the query of the ruling at a place that nothing has ended, built once."""
    return sa.select(Ruling).where(Ruling.disagreement_id == sa.bindparam("place"), Ruling.ended_at.is_(None))


def end_rulings(session: Session, d: Disagreement) -> None:
    """End the ruling that holds or sleeps at a place, and take what followed from it alone out of the consensus."""
    ruling = _last(session, d)
    if ruling is not None:
        end_all(session, d.round, [ruling])


def end_all(session: Session, round_: Round, rulings: Sequence[Ruling]) -> None:
    """End rulings of a round, and take what followed from them alone out of the consensus."""
    at = now()
    for ruling in rulings:
        ruling.ended_at = at
    fall(session, round_, rulings)


def fall(session: Session, round_: Round, rulings: Sequence[Ruling]) -> None:
    """Take what followed from rulings that do not hold any more, and from them alone, out of the consensus of their round."""
    session.flush()
    rows: list[ConsensusCoding] = []
    for first in range(0, len(rulings), AT_ONCE):
        ids = [ruling.id for ruling in rulings[first : first + AT_ONCE]]
        rows += session.scalars(_held(), {"rulings": ids})
    others = _said_by_others(session, round_, rows) if rows else {}
    for row in rows:
        other = others.get((row.document_id, (row.code_id, row.start, row.end)))
        if other is None:
            session.delete(row)
        else:
            row.ruling_id = other
    session.flush()


@cache
def _held() -> sa.Select[ConsensusCoding]:
    """Return the query of what stands by some rulings, locked; built once."""
    held = sa.select(ConsensusCoding).where(ConsensusCoding.ruling_id.in_(sa.bindparam("rulings", expanding=True)))
    return held.order_by(ConsensusCoding.id).with_for_update()


@cache
def _others() -> sa.Select[Ruling, UUID]:
    """Return the query of the rulings in force on some documents of a round, and of their documents; built once."""
    documents = sa.bindparam("documents", type_=sa.Uuid(), expanding=True)
    here = (Disagreement.round_id == sa.bindparam("round"), Disagreement.document_id.in_(documents), IN_FORCE)
    wanted = sa.select(Ruling, Disagreement.document_id)
    return wanted.join(Disagreement, Disagreement.id == Ruling.disagreement_id).where(*here).order_by(Ruling.id)


def _said_by_others(
    session: Session, round_: Round, rows: Sequence[ConsensusCoding]
) -> dict[tuple[UUID, Stands], UUID]:
    """Return, of codings that rulings let stand which are ended now, the first ruling in force that says the same.

    Places overlap: a long coding is a place of its own beside those of the short ones in it.
    """
    spans = {(row.document_id, row.start, row.end) for row in rows}
    asked = {"round": round_.id, "documents": [*{document for document, _, _ in spans}]}
    said: dict[tuple[UUID, Stands], UUID] = {}
    for other, document in session.execute(_others(), asked):
        for coding in other.codings:
            if (document, coding.start, coding.end) in spans:
                counted = counted_at(session, round_, other.disagreement_id, coding.code)
                said.setdefault((document, (counted, coding.start, coding.end)), other.id)
    return said


# --- what stands ---------------------------------------------------------------------------------


def consensus(session: Session, access: RoundAccess, document_id: UUID | None = None) -> list[ConsensusCoding]:
    """Return the consensus layer of the round in the order of the text."""
    wanted = (
        sa.select(ConsensusCoding)
        .join(Document, Document.id == ConsensusCoding.document_id)
        .where(ConsensusCoding.round_id == access.round.id, FINISHED)
        .order_by(Document.position, ConsensusCoding.start, ConsensusCoding.end, ConsensusCoding.code_id)
    )
    if document_id is not None:
        wanted = wanted.where(ConsensusCoding.document_id == document_id)
    return list(session.scalars(wanted))


@dataclass(frozen=True)
class Standing:
    """A coding of the consensus with its words, and where it comes from."""

    start: int
    end: int
    text: str
    code_id: UUID
    name: str
    level: str
    colour: int
    #: of the ruling it follows from; None when all coders agreed
    disagreement_id: UUID | None
    reason: str | None
    #: why coders differed; "two meanings, both stand" is an outcome of its own
    tag: RulingTag | None


def standing(session: Session, access: RoundAccess, document_id: UUID) -> list[Standing]:
    """Return the consensus on one document as it is read: words, code, unanimous or ruled and why."""
    names = {e.id: e for e in round_codebook(session, access.round)}
    rows = session.execute(
        sa.select(
            ConsensusCoding,
            sa.func.substr(Revision.text, ConsensusCoding.start + 1, ConsensusCoding.end - ConsensusCoding.start),
            Ruling.disagreement_id,
            Ruling.reason,
            Ruling.tag,
        )
        .join(Revision, Revision.id == ConsensusCoding.revision_id)
        .outerjoin(Ruling, Ruling.id == ConsensusCoding.ruling_id)
        .where(ConsensusCoding.round_id == access.round.id, ConsensusCoding.document_id == document_id, FINISHED)
        .order_by(ConsensusCoding.start, ConsensusCoding.end, ConsensusCoding.code_id)
    ).all()
    return [
        Standing(
            c.start,
            c.end,
            text,
            c.code_id,
            names[c.code_id].name,
            names[c.code_id].level.value,
            names[c.code_id].mark.hue,
            disagreement,
            reason,
            tag,
        )
        for c, text, disagreement, reason, tag in rows
    ]


@dataclass(frozen=True)
class Settled:
    """How far the consensus on a document is: codings all agreed on, codings ruled, places still undecided."""

    document_id: UUID
    title: str
    unanimous: int
    ruled: int
    undecided: int


def consensus_by_document(session: Session, access: RoundAccess) -> list[Settled]:
    """Return how far each compared document of the round is, in the order of the study."""
    round_id = access.round.id
    titles = dict(
        session.execute(
            sa.select(Document.id, Document.title)
            .join(Assignment, Assignment.document_id == Document.id)
            .where(Assignment.round_id == round_id, Assignment.state == AssignmentState.SUBMITTED)
            .group_by(Document.id, Document.title, Document.position)
            .having(sa.func.count() > 1)
            .order_by(Document.position, Document.id)
        ).all()
    )
    c, d = ConsensusCoding, Disagreement
    stands = sa.select(c.document_id, c.ruling_id.is_not(None), sa.func.count()).where(c.round_id == round_id, FINISHED)
    waits = sa.select(d.document_id, sa.null(), sa.func.count()).where(
        d.round_id == round_id,
        d.state.not_in([DisagreementState.VOID, DisagreementState.RULED]),
        comparison_finished(d.round_id),
    )
    of_each = stands.group_by(c.document_id, c.ruling_id.is_not(None)).union_all(waits.group_by(d.document_id))
    counts: dict[tuple[UUID, bool | None], int] = {
        (document, ruled): count for document, ruled, count in session.execute(of_each)
    }
    return [
        Settled(one, title, counts.get((one, False), 0), counts.get((one, True), 0), counts.get((one, None), 0))
        for one, title in titles.items()
    ]
