"""What the alignment desk shows: the queue of proposals, a proposal with its passages, and the codes to join."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from intercoder.models import (
    AlignmentProposal,
    Assignment,
    AssignmentState,
    Code,
    CodeState,
    Coding,
    Document,
    LabelPair,
    Level,
    ProposalKind,
    ProposedLabel,
    Revision,
)
from intercoder.services.access import RoundAccess, no_such_thing
from intercoder.services.paging import BEGINNING, Asked, Key, Page, page
from intercoder.text.canonical import name_key

#: entries of the queue on each side of the one shown; passages of a label on a card; characters around a passage
REACH, PASSAGES, CONTEXT = 20, 6, 60
#: names are alike from here on
ALIKE = 0.8
#: a label lies within another one when this share of its text does
WITHIN = 0.75


class Shown(enum.StrEnum):
    """Which proposals are in the queue."""

    WAITING = "waiting"  #: labels of several coders that are not placed
    SINGLE = "single"  #: labels that nothing was found for
    LATER = "later"  #: put off
    PLACED = "placed"  #: all of whose labels have their place


@dataclass(frozen=True)
class Proposal:
    """A proposal as programs read it."""

    id: UUID
    kind: ProposalKind
    score: float
    labels: Sequence[UUID]
    evidence: Sequence[LabelPair]
    later: bool


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


@dataclass(frozen=True)
class Passage:
    """Words that a label was applied to, with a little text before and after them."""

    coder: UUID
    key: UUID
    document_id: UUID
    title: str
    start: int
    end: int
    before: str
    text: str
    after: str


@dataclass(frozen=True)
class Label:
    """A private label; ``group``: where its coder put it; ``place``: the code as which it counts, None while it waits.

    ``passages``: the first of ``uses``, or a further part of them.
    """

    id: UUID
    name: str
    author: UUID
    group: str
    place: str | None
    uses: int
    passages: Sequence[Passage]


@dataclass(frozen=True)
class Card:
    """A proposal as it is decided; ``seen``: the number of the last act on codes that it knows."""

    id: UUID
    kind: ProposalKind
    score: float
    later: bool
    evidence: Sequence[LabelPair]
    labels: Sequence[Label]
    seen: int


def queue(session: Session, access: RoundAccess, shown: Shown, find: str = "", at: UUID | None = None) -> Queue:
    """Return the queue around a proposal, or from its beginning; ``find``: only those with a label so called.

    Where the proposal is in another list now, the one that followed it is the next.
    """
    waits = _waiting(access)
    listed = _listed(waits)
    counts = session.execute(sa.select(listed, sa.func.count()).select_from(waits).group_by(listed))
    wanted = sa.select(waits.c.id, waits.c.position).where(listed == shown.value).order_by(waits.c.position)
    if find:
        wanted = wanted.where(
            sa.exists().where(
                ProposedLabel.proposal_id == waits.c.id,
                Code.id == ProposedLabel.code_id,
                Code.name_key.contains(name_key(find), autoescape=True),
            )
        )
    ordered = session.execute(wanted).all()
    ids = [identifier for identifier, _ in ordered]
    current = at if at is not None else next(iter(ids), None)
    if current in ids:
        place = ids.index(current)
        before, after = ids[:place][-1:], ids[place + 1 :][:1]
    else:
        position = session.scalar(
            sa.select(AlignmentProposal.position).where(
                AlignmentProposal.id == current, AlignmentProposal.round_id == access.round.id
            )
        )
        place = sum(other < (position or 0) for _, other in ordered)
        before, after = ids[:place][-1:], ids[place:][:1]
    first = max(place - REACH, 0)
    return Queue(
        counts=dict.fromkeys(Shown, 0) | {Shown(name): count for name, count in counts},
        rows=_rows(session, ids[first : place + REACH + 1]),
        total=len(ids),
        place=place + 1 if current in ids else 0,
        current=current,
        previous=next(iter(before), None),
        next=next(iter(after), None),
    )


def _waiting(access: RoundAccess) -> sa.Subquery:
    """Return the proposals of a round, each with how many of its labels have no place."""
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
        .where(AlignmentProposal.round_id == access.round.id)
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
        sa.select(AlignmentProposal.id, AlignmentProposal.kind, AlignmentProposal.score, AlignmentProposal.evidence)
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
            identifier,
            kind,
            score,
            [name for name, _ in labels[identifier]],
            [author for _, author in labels[identifier]],
            alike=any(pair.names >= ALIKE for pair in evidence),
            within=any(within(pair) for pair in evidence),
        )
        for identifier, kind, score, evidence in proposals
    ]


def within(pair: LabelPair) -> bool:
    """Return whether the text of one of two labels lies within that of the other, which has more."""
    least = min(pair.first_extent, pair.second_extent)
    return pair.first_extent != pair.second_extent and least > 0 and pair.shared >= WITHIN * least


def card(session: Session, access: RoundAccess, proposal_id: UUID, part: int = 0) -> Card:
    """Return a proposal with a part of the passages of each of its labels, from 0 on."""
    proposal = session.get(AlignmentProposal, proposal_id)
    if proposal is None or proposal.round_id != access.round.id:
        raise no_such_thing()
    group, target = aliased(Code), aliased(Code)
    rows = session.execute(
        sa.select(Code.id, Code.name, Code.author_id, Code.state, group.name, target.name)
        .join(ProposedLabel, ProposedLabel.code_id == Code.id)
        .join(group, group.id == Code.parent_id, isouter=True)
        .join(target, target.id == Code.into_id, isouter=True)
        .where(ProposedLabel.proposal_id == proposal_id)
        .order_by(ProposedLabel.position)
    ).all()
    passages, uses = _passages(session, access, [row.id for row in rows], part)
    return Card(
        proposal.id,
        proposal.kind,
        proposal.score,
        proposal.later,
        proposal.evidence,
        [
            Label(
                identifier,
                name,
                author,
                group_name or "",
                None if state is CodeState.PRIVATE else into or "",
                uses.get(identifier, 0),
                passages.get(identifier, ()),
            )
            for identifier, name, author, state, group_name, into in rows
            if author is not None
        ],
        access.project.mapping,
    )


def _passages(
    session: Session, access: RoundAccess, labels: Sequence[UUID], part: int
) -> tuple[dict[UUID, list[Passage]], dict[UUID, int]]:
    """Return a part of the passages of some labels, and how many each has.

    What its coder merged into a label while coding counts as the label.
    """
    own = sa.select(Code.id, Code.id.label("label")).where(Code.id.in_(labels)).cte("own", recursive=True)
    own = own.union_all(
        sa.select(Code.id, own.c.label).where(
            Code.into_id == own.c.id, Code.round_id == access.round.id, Code.state == CodeState.MERGED
        )
    )
    whole = (Document.position, Document.id, Coding.start, Coding.end, Coding.key)
    place = sa.func.row_number().over(partition_by=own.c.label, order_by=whole)
    counted = (
        sa.select(
            own.c.label,
            place.label("place"),
            sa.func.count().over(partition_by=own.c.label).label("uses"),
            Coding.coder_id,
            Coding.key,
            Coding.start,
            Coding.end,
            Assignment.revision_id,
            Document.id.label("document"),
            Document.title,
        )
        .select_from(own)
        .join(Coding, Coding.code_id == own.c.id)
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .join(Document, Document.id == Assignment.document_id)
        .where(
            Coding.deleted_at.is_(None),
            Assignment.round_id == access.round.id,
            Assignment.state == AssignmentState.SUBMITTED,
        )
        .subquery()
    )
    first = sa.case((counted.c.start > CONTEXT, counted.c.start - CONTEXT), else_=0)
    found = session.execute(
        sa.select(
            counted,
            first.label("first"),
            sa.func.substr(Revision.text, first + 1, counted.c.end + CONTEXT - first).label("words"),
        )
        .join(Revision, Revision.id == counted.c.revision_id)
        .where(counted.c.place > part * PASSAGES, counted.c.place <= (part + 1) * PASSAGES)
        .order_by(counted.c.label, counted.c.place)
    )
    passages: dict[UUID, list[Passage]] = {}
    uses: dict[UUID, int] = {}
    for row in found:
        uses[row.label] = row.uses
        start, end = row.start - row.first, row.end - row.first
        passages.setdefault(row.label, []).append(
            Passage(
                row.coder_id,
                row.key,
                row.document,
                row.title,
                row.start,
                row.end,
                row.words[:start],
                row.words[start:end],
                row.words[end:],
            )
        )
    return passages, uses


@dataclass(frozen=True)
class Choice:
    """A code that labels can join, or that stands above a new one."""

    id: UUID
    name: str
    level: Level


def choices(session: Session, access: RoundAccess) -> list[Choice]:
    """Return the labels and concepts of the codebook, by name."""
    rows = session.execute(
        sa.select(Code.id, Code.name, Code.level)
        .where(
            Code.project_id == access.project.id,
            Code.state == CodeState.ACTIVE,
            Code.level.in_([Level.LABEL, Level.CONCEPT]),
        )
        .order_by(Code.name_key, Code.level)
    )
    return [Choice(*row) for row in rows]


def put_off(session: Session, access: RoundAccess, proposal_id: UUID, *, later: bool) -> AlignmentProposal:
    """Put a proposal off until later, or take it up again."""
    proposal = session.get(AlignmentProposal, proposal_id)
    if proposal is None or proposal.round_id != access.round.id:
        raise no_such_thing()
    proposal.later = later
    return proposal


def proposals(session: Session, access: RoundAccess, asked: Asked = BEGINNING) -> Page[Proposal]:
    """Return a part of the proposals of a round, the most certain first."""
    part = page(
        session,
        sa.select(AlignmentProposal).where(AlignmentProposal.round_id == access.round.id),
        [Key(AlignmentProposal.position, int)],
        asked,
    )
    labels: dict[UUID, list[UUID]] = {row.id: [] for row in part.rows}
    members = (
        sa.select(ProposedLabel.proposal_id, ProposedLabel.code_id)
        .where(ProposedLabel.proposal_id.in_(labels))
        .order_by(ProposedLabel.position)
    )
    for proposal, label in session.execute(members):
        labels[proposal].append(label)
    return part.map(lambda row: Proposal(row.id, row.kind, row.score, labels[row.id], row.evidence, row.later))
