"""The consensus: what stands in the end, from unanimity and from rulings, as a layer of its own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.clock import now
from intercoder.models import (
    Assignment,
    AssignmentState,
    ConsensusCoding,
    Disagreement,
    DisagreementState,
    Document,
    Revision,
    Ruling,
    uuid7,
)
from intercoder.models.comparison import CONSENSUS_KEY
from intercoder.services.access import RoundAccess, comparison_finished
from intercoder.services.rulings import IN_FORCE, counted_at
from intercoder.services.submitted import round_codebook

#: a coding of a consensus that is whole
FINISHED = comparison_finished(ConsensusCoding.round_id)


#: code, as it counts, start, end
Stands = tuple[UUID, int, int]


def let_stand(session: Session, d: Disagreement, ruling: Ruling, codings: Collection[Stands]) -> None:
    """Let codings stand by a ruling at a place; those that stand already, by unanimity or another ruling, stay as they are."""
    rows = [
        {
            "id": uuid7(),
            "project_id": d.project_id,
            "round_id": d.round_id,
            "document_id": d.document_id,
            "revision_id": d.revision_id,
            "code_id": code,
            "start": start,
            "end": end,
            "ruling_id": ruling.id,
        }
        # Always in the same order: two rulings that say the same wait for one another, never for each other.
        for code, start, end in sorted(codings)
    ]
    if not rows:
        return
    stays = {"ruling_id": ConsensusCoding.ruling_id}
    # Not "do nothing": on PostgreSQL that would not lock what is there, and a ruling that is taken back at the same time
    # would take it away.
    if session.get_bind().dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        session.execute(sqlite.insert(ConsensusCoding).values(rows).on_conflict_do_update(CONSENSUS_KEY, set_=stays))
    else:
        from sqlalchemy.dialects import postgresql  # of which a laptop needs nothing

        added = postgresql.insert(ConsensusCoding).values(rows)
        session.execute(added.on_conflict_do_update(index_elements=CONSENSUS_KEY, set_=stays))


def in_force(session: Session, d: Disagreement) -> Ruling | None:
    """Return the ruling that holds at a place."""
    return _last(session, d) if d.state is DisagreementState.RULED else None


def _last(session: Session, d: Disagreement) -> Ruling | None:
    """Return the ruling at a place that was neither taken back nor followed by another; it may sleep."""
    return session.scalar(sa.select(Ruling).where(Ruling.disagreement_id == d.id, Ruling.ended_at.is_(None)))


def end_rulings(session: Session, d: Disagreement) -> None:
    """End the ruling that holds or sleeps at a place, and take what followed from it alone out of the consensus."""
    ruling = _last(session, d)
    if ruling is None:
        return
    ruling.ended_at = now()
    held = sa.select(ConsensusCoding).where(ConsensusCoding.ruling_id == ruling.id).order_by(ConsensusCoding.id)
    rows = session.scalars(held.with_for_update()).all()
    others = _said_by_others(session, ruling, d, rows) if rows else {}
    for row in rows:
        other = others.get((row.code_id, row.start, row.end))
        if other is None:
            session.delete(row)
        else:
            row.ruling_id = other
    session.flush()


def _said_by_others(
    session: Session, ended: Ruling, d: Disagreement, rows: Sequence[ConsensusCoding]
) -> dict[Stands, UUID]:
    """Return the first ruling in force at another place of the document that lets each of these codings stand, where there is one.

    Places overlap: a long coding is a place of its own beside those of the short ones in it.
    """
    spans = {(row.start, row.end) for row in rows}
    others = (
        sa.select(Ruling)
        .join(Disagreement, Disagreement.id == Ruling.disagreement_id)
        .where(
            Disagreement.round_id == d.round_id,
            Disagreement.document_id == d.document_id,
            IN_FORCE,
            Ruling.id != ended.id,
        )
    )
    said: dict[Stands, UUID] = {}
    for other in session.scalars(others.order_by(Ruling.id)):
        for coding in other.codings:
            if (coding.start, coding.end) in spans:
                counted = counted_at(session, d.round, other.disagreement_id, coding.code)
                said.setdefault((counted, coding.start, coding.end), other.id)
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


def standing(session: Session, access: RoundAccess, document_id: UUID) -> list[Standing]:
    """Return the consensus on one document as it is read: words, code, unanimous or ruled and why."""
    names = {e.id: e for e in round_codebook(session, access.round)}
    rows = session.execute(
        sa.select(
            ConsensusCoding,
            sa.func.substr(Revision.text, ConsensusCoding.start + 1, ConsensusCoding.end - ConsensusCoding.start),
            Ruling.disagreement_id,
            Ruling.reason,
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
        )
        for c, text, disagreement, reason in rows
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
    standing_: dict[tuple[UUID, bool], int] = {}
    for document, ruled, count in session.execute(
        sa.select(ConsensusCoding.document_id, ConsensusCoding.ruling_id.is_not(None), sa.func.count())
        .where(ConsensusCoding.round_id == round_id, FINISHED)
        .group_by(ConsensusCoding.document_id, ConsensusCoding.ruling_id.is_not(None))
    ):
        standing_[document, bool(ruled)] = count
    left = dict(
        session.execute(
            sa.select(Disagreement.document_id, sa.func.count())
            .where(
                Disagreement.round_id == round_id,
                Disagreement.state.not_in([DisagreementState.VOID, DisagreementState.RULED]),
                comparison_finished(Disagreement.round_id),
            )
            .group_by(Disagreement.document_id)
        ).all()
    )
    return [
        Settled(d, title, standing_.get((d, False), 0), standing_.get((d, True), 0), left.get(d, 0))
        for d, title in titles.items()
    ]
