"""The queue of the alignment desk: which proposals wait, are put off or placed, and those of them that are looked for."""

import enum
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import AlignmentProposal, Code, CodeState, Level, ProposalKind, ProposedLabel, User
from intercoder.models.base import digits, read_identifier, unread
from intercoder.services.access import RoundAccess
from intercoder.text.canonical import name_key

#: entries of the queue on each side of the one shown
REACH = 20


class Shown(enum.StrEnum):
    """Which proposals are in the queue."""

    WAITING = "waiting"  #: labels of several coders that are not placed
    SINGLE = "single"  #: labels that nothing was found for
    LATER = "later"  #: put off
    PLACED = "placed"  #: all of whose labels have their place


@dataclass(frozen=True)
class Row:
    """A proposal in the queue; ``names`` and ``authors`` of its labels, in their order."""

    id: UUID
    kind: ProposalKind
    score: float
    names: Sequence[str]
    authors: Sequence[UUID]
    alike: bool
    within: bool


@dataclass(frozen=True)
class Queue:
    """A stretch of the queue around a proposal; ``place`` from 1, 0 where there is none; ``counts`` of every list."""

    counts: Mapping[Shown, int]
    rows: Sequence[Row]
    total: int
    place: int
    current: UUID | None
    previous: UUID | None
    next: UUID | None


class Only(enum.StrEnum):
    """What is special about a proposal."""

    ALIKE = "alike"  #: two of its names are nearly the same
    WITHIN = "within"  #: the text of one of its labels lies within that of another


@dataclass(frozen=True)
class Sought:
    """Which proposals are looked for: ``find`` words in the names of their labels, their pinyin or its initials.

    ``coder``: with a label of one coder.
    """

    find: str = ""
    only: Only | None = None
    coder: UUID | None = None

    def fits(self) -> list[sa.ColumnElement[bool]]:
        """Return what is asked of a proposal."""
        words = name_key(self.find).split()
        fits = [AlignmentProposal.search.contains(word, autoescape=True) for word in words]
        if self.only is not None:
            special = {Only.ALIKE: AlignmentProposal.alike, Only.WITHIN: AlignmentProposal.within}
            fits.append(special[self.only].is_(True))
        if self.coder is not None:
            of_coder = sa.select(ProposedLabel.proposal_id).join(Code, Code.id == ProposedLabel.code_id)
            fits.append(AlignmentProposal.id.in_(of_coder.where(Code.author_id == self.coder)))
        return fits


ALL = Sought()


def queue(session: Session, access: RoundAccess, shown: Shown, sought: Sought = ALL, at: UUID | None = None) -> Queue:
    """Return the queue around a proposal, or from its beginning, of those that are sought.

    Where the proposal is in another list now, the one that followed it is the next.
    """
    waits = _waiting(access, sought)
    listed = _listed(waits)
    found = session.execute(sa.select(unread(waits.c.id), waits.c.position, listed).order_by(waits.c.position)).all()
    ordered = [(position, identifier) for identifier, position, place in found if place == shown.value]
    current = at if at is not None else next((read_identifier(identifier) for _, identifier in ordered), None)
    named = None if current is None else digits(current)
    place = next((n for n, (_, identifier) in enumerate(ordered) if digits(identifier) == named), None)
    if place is None:
        position = session.scalar(
            sa.select(AlignmentProposal.position).where(
                AlignmentProposal.id == current, AlignmentProposal.round_id == access.round.id
            )
        )
        here = sum(other < (position or 0) for other, _ in ordered)
        following = here
    else:
        here, following = place, place + 1
    first = max(here - REACH, 0)
    near = [read_identifier(identifier) for _, identifier in ordered[first : here + REACH + 1]]
    return Queue(
        counts=dict.fromkeys(Shown, 0) | {Shown(name): many for name, many in Counter(row[2] for row in found).items()},
        rows=_rows(session, near),
        total=len(ordered),
        place=0 if place is None else place + 1,
        current=current,
        previous=near[here - first - 1] if here else None,
        next=next(iter(near[following - first :]), None),
    )


def _waiting(access: RoundAccess, sought: Sought) -> sa.Subquery:
    """Return the proposals of a round that are sought, each with how many of its labels have no place."""
    private = sa.func.count(sa.case((Code.state == CodeState.PRIVATE, Code.id)))
    return (
        sa.select(
            AlignmentProposal.id,
            AlignmentProposal.position,
            AlignmentProposal.kind,
            AlignmentProposal.later,
            private.label("private"),
        )
        .join(ProposedLabel, ProposedLabel.proposal_id == AlignmentProposal.id)
        .join(Code, Code.id == ProposedLabel.code_id)
        .where(AlignmentProposal.round_id == access.round.id, *sought.fits())
        .group_by(AlignmentProposal.id, AlignmentProposal.position, AlignmentProposal.kind, AlignmentProposal.later)
        .subquery()
    )


def _listed(waits: sa.Subquery) -> sa.ColumnElement[str]:
    """Return in which list a proposal is; that one covers others is worth a look while two of them wait."""
    least = sa.case((waits.c.kind == ProposalKind.BROADER, 2), else_=1)
    return sa.case(
        (waits.c.private < least, Shown.PLACED.value),
        (waits.c.later, Shown.LATER.value),
        (waits.c.kind == ProposalKind.SINGLE, Shown.SINGLE.value),
        else_=Shown.WAITING.value,
    )


def _rows(session: Session, ids: Sequence[UUID]) -> list[Row]:
    proposals = session.execute(
        sa.select(
            AlignmentProposal.id,
            AlignmentProposal.kind,
            AlignmentProposal.score,
            AlignmentProposal.alike,
            AlignmentProposal.within,
        )
        .where(AlignmentProposal.id.in_(ids))
        .order_by(AlignmentProposal.position)
    ).all()
    labels: dict[UUID, list[tuple[str, UUID]]] = {identifier: [] for identifier in ids}
    members = session.execute(
        sa.select(ProposedLabel.proposal_id, Code.name, Code.author_id)
        .join(Code, Code.id == ProposedLabel.code_id)
        .where(ProposedLabel.proposal_id.in_(ids))
        .order_by(ProposedLabel.position)
    )
    for proposal, name, author in members:
        if author is not None:  # a label always has one
            labels[proposal].append((name, author))
    return [
        Row(
            row.id,
            row.kind,
            row.score,
            [name for name, _ in labels[row.id]],
            [author for _, author in labels[row.id]],
            row.alike,
            row.within,
        )
        for row in proposals
    ]


def coders(session: Session, access: RoundAccess) -> dict[UUID, str]:
    """Return the names of those who made labels in the round, in an order that is the same on every page."""
    rows = session.execute(
        sa.select(User.id, User.name)
        .where(
            User.id.in_(sa.select(Code.author_id).where(Code.round_id == access.round.id, Code.level == Level.LABEL))
        )
        .order_by(User.id)
    )
    return {coder: name for coder, name in rows}
