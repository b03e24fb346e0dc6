"""Putting documents or cases aside for the hold-out test of saturation (理论饱和度检验), and opening what was put aside.

What is put aside is drawn by a seed, or chosen with a reason, before it is coded, and is coded last. That it was replaced by another
draw, and who looked at it before it was opened, is kept and printed: a test that was looked at is none.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import (
    Assignment,
    Case,
    Document,
    Incidence,
    Project,
    ReserveLook,
    ReserveState,
    SamplingUnit,
    SaturationReserve,
)
from intercoder.services.access import Access, no_such_thing
from intercoder.services.command import Command, Text
from intercoder.services.held_out import hidden_reserve
from intercoder.services.materials import get_document
from intercoder.services.round_plans import MOST_SEEDS
from intercoder.services.saturation import compared_rounds


class ReserveIn(Command):
    """What is put aside: a share in percent that is drawn, or the cases and documents that are named."""

    unit: SamplingUnit
    share: Annotated[int, Field(ge=1, le=90)] = 33
    seed: Annotated[int, Field(ge=0, lt=MOST_SEEDS)] | None = None
    #: cases, or documents; empty: they are drawn
    chosen: Annotated[tuple[UUID, ...], Field(max_length=5000)] = ()
    reason: Text


class LookIn(Command):
    """Which document is looked at before the test is opened, and why."""

    document_id: UUID
    reason: Text


@dataclass(frozen=True)
class Offered:
    """A case or a document that can be put aside: nobody was given any of it."""

    id: UUID
    title: str
    #: documents are drawn within case and kind of source, cases among all
    stratum: tuple[str, str]
    documents: tuple[UUID, ...]


@dataclass(frozen=True)
class Offer:
    """What can be put aside, and how many documents of the study were given out already."""

    units: Sequence[Offered]
    begun: int


def offer(session: Session, project_id: UUID, unit: SamplingUnit) -> Offer:
    """Return what can be put aside, in the order of the study."""
    given = sa.exists().where(Assignment.document_id == Document.id)
    rows = session.execute(
        sa.select(Document.id, Document.title, Document.source_type, Case.id, Case.name, given)
        .outerjoin(Case, Case.id == Document.case_id)
        .where(Document.project_id == project_id, Document.removed_at.is_(None))
        .order_by(Document.position, Document.id)
    ).all()
    begun = sum(bool(row[-1]) for row in rows)
    if unit is SamplingUnit.DOCUMENT:
        free = [
            Offered(id_, title, (case or "", source), (id_,))
            for id_, title, source, _, case, was_given in rows
            if not was_given
        ]
        return Offer(free, begun)
    found: dict[UUID, list[tuple[str, UUID, bool]]] = {}
    for id_, title, _, case_id, case, was_given in rows:
        found.setdefault(case_id or id_, []).append((case or title, id_, was_given))
    whole = [
        Offered(key, of[0][0], ("", ""), tuple(id_ for _, id_, _ in of))
        for key, of in found.items()
        if not any(was_given for *_, was_given in of)
    ]
    return Offer(whole, begun)


def drawn(units: Sequence[Offered], share: int, seed: int) -> list[Offered]:
    """Return the units that a seed draws: of each stratum its share, what does not divide going to chance.

    The same units in the same order, share and seed give the same on every machine. One is left at least. O(n log n).
    """
    chance = Random(seed)
    many = min(max(1, round(len(units) * share / 100)), len(units) - 1)
    places = sorted(range(len(units)), key=lambda i: (units[i].stratum, i))
    strata = [list(of) for _, of in groupby(places, key=lambda i: units[i].stratum)]
    exact = [len(of) * many / len(units) for of in strata]
    quota = [int(part) for part in exact]
    left = many - sum(quota)
    by_rest = sorted(range(len(strata)), key=lambda s: (quota[s] - exact[s], chance.random()))
    for s in by_rest[:left]:
        quota[s] += 1
    chosen = [of[i] for of, n in zip(strata, quota, strict=True) for i in chance.sample(range(len(of)), n)]
    return [units[i] for i in sorted(chosen)]


def reserve(session: Session, access: Access, given: ReserveIn) -> SaturationReserve:
    """Put units aside; what was put aside before and not opened is given back, which is kept.

    Raises
    ------
    InvalidInput : no reason; something is named that cannot be put aside.
    Conflict : there are not two units of which nothing was given out.
    """
    reason = given.reason.strip()
    if not reason:
        raise InvalidInput(
            "no_reserve_reason", "Say why these are put aside, and why so many: it is printed with the test."
        )
    _lock(session, access)
    project = access.project.id
    before = hidden_reserve(session, project)
    if before is not None:
        _end(session, access, before, ReserveState.REPLACED)
    offered = offer(session, project, given.unit)
    if len(offered.units) < 2:
        raise Conflict(
            "nothing_to_reserve",
            "A test needs two cases or documents of which nothing was given out: one to put aside, one to code before it.",
        )
    seed = None
    if given.chosen:
        units = [unit for unit in offered.units if unit.id in given.chosen]
        if len(units) != len(set(given.chosen)):
            raise InvalidInput(
                "not_offered", "One of them cannot be put aside: it is not in this project, or was given out already."
            )
        if len(units) == len(offered.units) and not offered.begun:
            raise InvalidInput("all_reserved", "All of them are put aside: nothing is left to code before them.")
    else:
        seed = secrets.randbelow(MOST_SEEDS) if given.seed is None else given.seed
        units = drawn(offered.units, given.share, seed)
    documents = tuple(id_ for unit in units for id_ in unit.documents)
    number = sa.select(sa.func.count(SaturationReserve.id)).where(SaturationReserve.project_id == project)
    row = SaturationReserve(
        project_id=project,
        number=1 + (session.scalar(number) or 0),
        unit=given.unit,
        seed=seed,
        share=None if seed is None else given.share,
        reason=reason,
        units=tuple(unit.id for unit in units),
        offered=len(offered.units),
        begun=offered.begun,
        documents=documents,
        reserved_by=access.actor.id,
        reserved_at=now(),
    )
    session.add(row)
    session.flush()
    _hide(session, documents, hidden=True)
    access.log(
        session,
        events.SaturationReserved(
            row.id, number=row.number, unit=row.unit, seed=seed, share=row.share, documents=documents
        ),
    )
    return row


def look(session: Session, access: Access, reserve_id: UUID, given: LookIn) -> ReserveLook:
    """Open the text of a document that is held out to the person who asks, with a reason; it is kept and printed."""
    _lock(session, access)
    row = find(session, access, reserve_id)
    reason = given.reason.strip()
    if not reason:
        raise InvalidInput("no_look_reason", "Say why it has to be looked at now: it is printed with the test.")
    document = get_document(session, access.project.id, given.document_id)
    if row.state is not ReserveState.HIDDEN or not document.held_out:
        raise Conflict("not_hidden", "This document is not hidden: it can be read.")
    made = ReserveLook(
        reserve_id=row.id, document_id=document.id, reason=reason, looked_by=access.actor.id, looked_at=now()
    )
    session.add(made)
    session.flush()
    access.log(session, events.SaturationReserveLookedAt(row.id, number=row.number, document=document.id))
    return made


def open_reserve(session: Session, access: Access, reserve_id: UUID) -> SaturationReserve:
    """Open what was put aside: from now on it can be given out, and coded last."""
    _lock(session, access)
    row = find(session, access, reserve_id)
    if row.state is not ReserveState.HIDDEN:
        raise Conflict("reserve_ended", "What was put aside is no longer hidden.")
    held = session.scalars(
        sa.select(Document.id)
        .where(Document.project_id == access.project.id, Document.held_out)
        .order_by(Document.position, Document.id)
    ).all()
    # What came into one of its cases meanwhile belongs to it; what was removed is still told.
    row.documents = (*row.documents, *(id_ for id_ in held if id_ not in row.documents))
    row.unfinished = _unfinished(session, access)
    _end(session, access, row, ReserveState.OPENED)
    access.log(session, events.SaturationReserveOpened(row.id, number=row.number, documents=row.documents))
    return row


def _unfinished(session: Session, access: Access) -> int:
    """Return how many documents that are not held out are in no compared round."""
    compared = sa.select(Incidence.document_id).where(
        Incidence.round_id.in_([r.id for r in compared_rounds(session, access.project.id)])
    )
    wanted = sa.select(sa.func.count(Document.id)).where(
        Document.project_id == access.project.id,
        Document.removed_at.is_(None),
        Document.held_out.is_(False),
        Document.id.not_in(compared),
    )
    return session.scalar(wanted) or 0


def _end(session: Session, access: Access, row: SaturationReserve, state: ReserveState) -> None:
    row.state, row.ended_by, row.ended_at = state, access.actor.id, now()
    hidden = session.scalars(
        sa.select(Document.id).where(Document.project_id == access.project.id, Document.held_out)
    ).all()
    _hide(session, hidden, hidden=False)


def _hide(session: Session, documents: Sequence[UUID], *, hidden: bool) -> None:
    session.execute(sa.update(Document).where(Document.id.in_(documents)).values(held_out=hidden))
    session.flush()


def find(session: Session, access: Access, reserve_id: UUID) -> SaturationReserve:
    """Return a reservation of the project."""
    row = session.get(SaturationReserve, reserve_id)
    if row is None or row.project_id != access.project.id:
        raise no_such_thing()
    return row


def _lock(session: Session, access: Access) -> None:
    """Let one after another put aside: two would hide twice."""
    session.execute(sa.select(Project.id).where(Project.id == access.project.id).with_for_update(key_share=True))
