"""Which private labels of a closed open round may be the same: computed by a job, kept as rows, decided by people."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import queue
from intercoder.errors import Conflict
from intercoder.models import (
    AlignmentProposal,
    Assignment,
    AssignmentState,
    CodebookPolicy,
    CodeState,
    Coding,
    Document,
    Job,
    LabelPair,
    Level,
    ProposalKind,
    ProposeAlignment,
    Proposed,
    ProposedLabel,
    Round,
    uuid7,
)
from intercoder.services.access import RoundAccess
from intercoder.services.mapping import Mapped, mapping
from intercoder.text.pinyin import search_text

if TYPE_CHECKING:
    from intercoder.stats.open_coding.alignment import Proposal
    from intercoder.stats.open_coding.code_overlap import Evidence

#: names are alike from here on
ALIKE = 0.8
#: a label lies within another one when this share of its text does
WITHIN = 0.75
#: rows of one transaction: whoever places labels waits for as long as these take
BATCH = 500
_PROPOSALS, _LABELS = (model.metadata.tables[model.__tablename__] for model in (AlignmentProposal, ProposedLabel))
#: an identifier as text: as the statistics name things
_TEXT = sa.Uuid(as_uuid=False)


@dataclass(frozen=True)
class Applied:
    """A private label, by what its coder made of it while coding, on a span; ``code`` and ``key`` of the coding itself."""

    coder: str
    label: str
    document: str
    start: int
    end: int
    code: str
    key: str


@dataclass(frozen=True)
class Open:
    """The submitted layers of a round of open coding.

    ``finished``: document → coders, in the order of the study; ``names``: what the labels are called; ``revisions``:
    document → the text that was coded.
    """

    applied: Sequence[Applied]
    finished: Mapping[str, Collection[str]]
    revisions: Mapping[str, UUID]
    names: Mapping[str, str]
    mapped: Mapped


def own_end(mapped: Mapped, label: str) -> str:
    """Return the label of the same round as which a coder lets an own one count; itself where that is none."""
    round_id = mapped.codes[label].round
    while True:
        code = mapped.codes[label]
        into = mapped.codes.get(code.into) if code.state is CodeState.MERGED and code.into else None
        if into is None or into.round != round_id:
            return label
        label = into.id


def gather(session: Session, round_: Round) -> Open:
    """Gather which labels coders applied where, in the documents that they finished."""
    mapped = mapping(session, round_.project_id)
    rows = session.execute(
        sa.select(
            sa.type_coerce(Assignment.id, _TEXT),
            sa.type_coerce(Assignment.document_id, _TEXT),
            sa.type_coerce(Assignment.coder_id, _TEXT),
            Assignment.revision_id,
        )
        .join(Document, Document.id == Assignment.document_id)
        .where(Assignment.round_id == round_.id, Assignment.state == AssignmentState.SUBMITTED)
        .order_by(Document.position, Document.id, Assignment.coder_id)
    ).all()
    finished: dict[str, list[str]] = {}
    for _, document, coder, _ in rows:
        finished.setdefault(document, []).append(coder)
    whose = {assignment: (document, coder) for assignment, document, coder, _ in rows}
    marks = session.execute(
        sa.select(
            sa.type_coerce(Coding.assignment_id, _TEXT),
            sa.type_coerce(Coding.code_id, _TEXT),
            sa.type_coerce(Coding.key, _TEXT),
            Coding.start,
            Coding.end,
        )
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .where(
            Assignment.round_id == round_.id,
            Assignment.state == AssignmentState.SUBMITTED,
            Coding.deleted_at.is_(None),
        )
    )
    private = {
        code.id: own_end(mapped, code.id)
        for code in mapped.codes.values()
        if code.round == str(round_.id) and code.level is Level.LABEL
    }
    applied = []
    for assignment, code, key, start, end in marks:
        if code in private:
            document, coder = whose[assignment]
            applied.append(Applied(coder, private[code], document, start, end, code, key))
    return Open(
        applied,
        finished,
        {document: revision for _, document, _, revision in rows},
        {use.label: mapped.codes[use.label].name for use in applied},
        mapped,
    )


@dataclass(frozen=True)
class Made:
    """A proposal, before it is kept."""

    kind: ProposalKind
    score: float
    labels: Sequence[UUID]
    evidence: tuple[LabelPair, ...] = ()
    search: str = ""


def propose(coded: Open) -> list[Made]:
    """Return which labels may be the same, the most certain first, and last those that nothing was found for.

    Slow on purpose, and needs no database.
    """
    from intercoder.stats.open_coding.alignment import align  # numpy only when it is computed
    from intercoder.stats.open_coding.code_overlap import Use

    uses = [Use(use.coder, use.label, use.document, use.start, use.end) for use in coded.applied]
    names = {(use.coder, use.label): coded.names[use.label] for use in coded.applied}
    alignment = align(uses, finished=coded.finished, names=names)
    found = sorted([*alignment.proposals, *alignment.broader], key=lambda proposal: (-proposal.score, proposal.kind))
    sought = {label: search_text(name) for label, name in coded.names.items()}
    return [
        *(_made(proposal, sought) for proposal in found),
        *(Made(ProposalKind.SINGLE, 0.0, [UUID(label)], search=sought[label]) for _, label in alignment.unmatched),
    ]


def _made(proposal: "Proposal", sought: Mapping[str, str]) -> Made:
    return Made(
        ProposalKind(proposal.kind),
        proposal.score,
        [UUID(label) for _, label in proposal.members],
        tuple(_pair(pair) for pair in proposal.evidence),
        "\n".join(sought[label] for _, label in proposal.members),
    )


def _pair(pair: "Evidence") -> LabelPair:
    return LabelPair(
        UUID(pair.first[1]),
        UUID(pair.second[1]),
        pair.shared,
        pair.first_extent,
        pair.second_extent,
        pair.overlap,
        pair.names,
        pair.score,
    )


def within(pair: LabelPair) -> bool:
    """Return whether the text of one of two labels lies within that of the other, which has more."""
    least = min(pair.first_extent, pair.second_extent)
    return pair.first_extent != pair.second_extent and least > 0 and pair.shared >= WITHIN * least


def keep(session: Session, round_id: UUID, made: Sequence[Made]) -> Proposed:
    """Keep proposals in place of those that there were; what somebody put off stays put off."""
    put_off = _put_off(session, round_id)
    session.execute(sa.delete(_PROPOSALS).where(_PROPOSALS.c.round_id == round_id))
    rows = [
        {
            "id": uuid7(),
            "round_id": round_id,
            "position": position,
            "kind": proposal.kind,
            "score": proposal.score,
            "evidence": proposal.evidence,
            "later": frozenset(proposal.labels) in put_off,
            "search": proposal.search,
            "alike": any(pair.names >= ALIKE for pair in proposal.evidence),
            "within": any(within(pair) for pair in proposal.evidence),
        }
        for position, proposal in enumerate(made)
    ]
    labels = [
        {"proposal_id": row["id"], "code_id": label, "position": position}
        for row, proposal in zip(rows, made, strict=True)
        for position, label in enumerate(proposal.labels)
    ]
    for table, of_table in ((_PROPOSALS, rows), (_LABELS, labels)):
        for first in range(0, len(of_table), BATCH):
            session.execute(sa.insert(table), of_table[first : first + BATCH])
    single = sum(proposal.kind is ProposalKind.SINGLE for proposal in made)
    return Proposed(len({label for p in made for label in p.labels}), len(made) - single, single)


def _put_off(session: Session, round_id: UUID) -> set[frozenset[UUID]]:
    labels: dict[UUID, set[UUID]] = {}
    wanted = (
        sa.select(_LABELS.c.proposal_id, _LABELS.c.code_id)
        .join(_PROPOSALS, _PROPOSALS.c.id == _LABELS.c.proposal_id)
        .where(_PROPOSALS.c.round_id == round_id, _PROPOSALS.c.later)
    )
    for proposal, label in session.execute(wanted):
        labels.setdefault(proposal, set()).add(label)
    return {frozenset(held) for held in labels.values()}


def ask(session: Session, access: RoundAccess) -> Job:
    """Have the labels of a round looked through again; return the job. Refused as ``require_unaligned`` says."""
    require_unaligned(access)
    return queue.enqueue(session, access.project.id, access.actor.id, ProposeAlignment(), round_id=access.round.id)


def require_unaligned(access: RoundAccess) -> None:
    """Refuse where there is nothing to align.

    Raises
    ------
    Conflict : the round is none of open coding, or is aligned.
    """
    if access.round.policy is not CodebookPolicy.OPEN:
        raise Conflict("no_open_coding", "The coders of this round had no labels of their own.")
    if access.round.aligned_at is not None:
        raise Conflict("aligned_already", "The labels of this round have been aligned before.")
