"""What the alignment desk shows: a proposal with its passages, and the codes to join."""

from collections.abc import Sequence
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

#: passages of a label on a card; characters around a passage
PASSAGES, CONTEXT = 6, 60


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
class Passage:
    """Words that a label was applied to, with a little text before and after them."""

    coder: UUID
    key: UUID
    document_id: UUID
    revision_id: UUID
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

    What its coder merged into a label while coding counts as the label. The round is not asked for: its labels are
    applied in it alone, and SQLite would go through all that was coded in it.
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
        .where(Coding.deleted_at.is_(None), Assignment.state == AssignmentState.SUBMITTED)
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
                row.revision_id,
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
