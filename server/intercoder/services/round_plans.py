"""How a round would give out its documents: computed from a design, shown, and stored only with the round."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder.errors import InvalidInput
from intercoder.models import (
    Assignment,
    AssignmentState,
    Case,
    CodingOrder,
    Document,
    Member,
    Revision,
    Role,
    Round,
    RoundDesign,
    RoundGoal,
    RoundPurpose,
    RoundState,
    SourceType,
    SpreadBy,
    User,
)
from intercoder.services.access import Access, answers_hidden, blind_rounds
from intercoder.services.assigning import Place
from intercoder.services.command import Command
from intercoder.services.own_ceilings import ceilings
from intercoder.stats.planning import assignment_wishes as wished
from intercoder.stats.planning.assignment_sums import AssignmentPlan
from intercoder.stats.planning.assignments import plan_assignments

MOST_SEEDS = 2**31
MOST_DOCUMENTS, MOST_CODERS = 5000, 500
_ORDERS: Mapping[CodingOrder, wished.Order] = {
    CodingOrder.GIVEN: "given",
    CodingOrder.RANDOM: "random",
    CodingOrder.LEAST_CODED: "least_coded",
}


class DesignIn(Command):
    """How many coders a document gets, and by what chance. Without a seed one is chosen, and told."""

    each: Annotated[int, Field(ge=1, le=50)] = 2
    #: so many of a hundred documents go to ``more`` coders instead
    more: Annotated[int, Field(ge=2, le=50)] | None = None
    percent: Annotated[int, Field(ge=0, le=100)] = 0
    spread_by: tuple[SpreadBy, ...] = ()
    order: CodingOrder = CodingOrder.GIVEN
    seed: Annotated[int, Field(ge=0, lt=MOST_SEEDS)] | None = None
    #: at most so many characters for a coder, those of other open rounds counted, instead of what the coder said
    ceilings: Annotated[dict[UUID, Annotated[int, Field(ge=0, le=10**9)]], Field(max_length=500)] = Field(default={})

    @property
    def several(self) -> int | None:
        """How many coders the share has that has more: one more than the rest where nothing is said."""
        return self.more or (self.each + 1 if self.percent else None)

    def kept(self) -> RoundDesign:
        """Return what is kept with the round."""
        if self.seed is None:
            raise ValueError("a design is kept with its seed")
        ceilings = tuple(sorted(self.ceilings.items(), key=str))
        return RoundDesign(self.each, self.percent, self.spread_by, self.order, self.seed, ceilings, self.several)


Share = Annotated[float, Field(gt=0, lt=1)]


class GoalIn(Command):
    """How far the coders should agree, and what is expected: from a compared round, or from shares that codes may have."""

    target: Annotated[float, Field(gt=0, lt=1)] = 0.667
    power: Annotated[float, Field(ge=0.5, le=0.99)] = 0.8
    intra: Annotated[float, Field(ge=0, le=1)] = 0.05
    agreement: Annotated[float, Field(gt=0, le=1)] | None = None
    like: UUID | None = None
    prevalences: Annotated[tuple[Share, ...], Field(max_length=20)] = (0.3, 0.1, 0.03)
    several_codes: bool = True
    wants_kappa: bool = False
    used_nvivo: bool = False

    def kept(self) -> RoundGoal:
        """Return what is kept with the round."""
        return RoundGoal(**{field: getattr(self, field) for field in GoalIn.model_fields})


class PlanRequest(Command):
    """Documents and coders, in any order, and how the former go to the latter."""

    documents: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_DOCUMENTS)]
    coders: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_CODERS)]
    design: DesignIn


@dataclass(frozen=True)
class Overlap:
    """Another round in which documents of the plan are or were coded: what lies open there is seen by who codes them again."""

    number: int
    name: str
    state: RoundState
    #: documents of the plan, and pairs of document and coder that are the same in both
    documents: int
    same: int


@dataclass(frozen=True)
class RoundPlan:
    """Who would code what, with its sums. Ids in it are those of documents and people, as text; ``design`` has its seed."""

    sums: AssignmentPlan
    overlaps: tuple[Overlap, ...]
    design: DesignIn
    #: ids → titles, and the names of people
    titles: Mapping[str, str]
    names: Mapping[str, str]
    #: what coders said that they can take; ``design`` has only what a lead set, which goes before it
    own: Mapping[UUID, int]

    @property
    def places(self) -> list[Place]:
        """Every document of every coder, in the coder's order."""
        return [
            Place(UUID(document), UUID(load.coder), position)
            for load in self.sums.coders
            for position, document in enumerate(load.documents)
        ]


def plan_round(session: Session, access: Access, wanted: PlanRequest) -> RoundPlan:
    """Return how documents would be given out. Nothing is stored; the same request with the same seed gives the same.

    Documents are taken in the order of the materials, and coders by when they came into the project, so that it does not
    matter in which order they were asked for. Counted as given out already are the unfinished documents of other open
    rounds, but for those in which the person who asks codes.

    Raises
    ------
    InvalidInput : for a document that is not in the project, somebody who is no coder of it, and what the engine refuses.
    """
    design = wanted.design
    if design.seed is None:
        design = design.model_copy(update={"seed": secrets.randbelow(MOST_SEEDS)})
    documents = _documents(session, access.project.id, wanted.documents)
    coders = _coders(session, access.project.id, wanted.coders)
    already = already_to_code(session, access, [id_ for id_, _ in coders])
    own = ceilings(session, access.project.id, [id_ for id_, _ in coders])
    most = {**own, **design.ceilings}
    sums = plan_assignments(
        [wished.Document(str(d.id), d.length, _stratum(d, design.spread_by)) for d in documents],
        [wished.Coder(str(id_), most.get(id_), already.get(id_, 0)) for id_, _ in coders],
        wished.Design(design.each, design.several, design.percent / 100),
        order=_ORDERS[design.order],
        coded=_coded(session, access.project.id),
        seed=design.seed or 0,
    )
    titles = {str(d.id): d.title for d in documents}
    overlaps = overlaps_of(session, access, {UUID(d.document): {UUID(c) for c in d.coders} for d in sums.documents})
    return RoundPlan(sums, overlaps, design, titles, {str(id_): name for id_, name in coders}, own)


def require_goal(session: Session, access: Access, goal: GoalIn | None) -> Round | None:
    """Return the compared round that a goal is taken from; refuse one that is none, and a goal that expects nothing."""
    if goal is None or goal.like is None:
        if goal and goal.agreement is None:
            raise InvalidInput(
                "nothing_expected", "Say which agreement is expected, or choose a compared round to plan from."
            )
        return None
    # Of a round with whose answers the person is tested nothing is told, not even how often a code stands.
    shown = sa.select(Round).where(
        Round.id == goal.like,
        Round.project_id == access.project.id,
        Round.id.not_in(answers_hidden(access.project.id, access.actor.id)),
    )
    like = session.scalars(shown).one_or_none()
    if like is None or not like.state.compared:
        raise InvalidInput("not_compared_round", "A goal can only be taken from a compared round of this project.")
    return like


def overlaps_of(session: Session, access: Access, planned: Mapping[UUID, Collection[UUID]]) -> tuple[Overlap, ...]:
    """Return the other rounds, drafts apart, that hold these documents; ``planned``: who is to code each.

    Not those that look for drift: they close after all in which their documents are coded. Of rounds in which the person codes own work only.
    """
    blind = blind_rounds(session, access.project.id, access.actor.id)
    rows = session.execute(
        sa.select(Round.number, Round.name, Round.state, Assignment.document_id, Assignment.coder_id)
        .join(Assignment, Assignment.round_id == Round.id)
        .where(
            Round.project_id == access.project.id,
            Round.state != RoundState.DRAFT,
            Round.purpose != RoundPurpose.DRIFT,
            Assignment.document_id.in_(planned),
            sa.or_(Round.id.not_in(blind), Assignment.coder_id == access.actor.id),
        )
        .order_by(Round.number)
    )
    held: dict[tuple[int, str, RoundState], list[tuple[UUID, UUID]]] = {}
    for number, name, state, document, coder in rows:
        held.setdefault((number, name, state), []).append((document, coder))
    return tuple(
        Overlap(number, name, state, len({d for d, _ in pairs}), sum(c in planned[d] for d, c in pairs))
        for (number, name, state), pairs in held.items()
    )


@dataclass(frozen=True)
class _Document:
    id: UUID
    title: str
    case: str | None
    source_type: SourceType
    length: int


def _documents(session: Session, project_id: UUID, wanted: Sequence[UUID]) -> list[_Document]:
    rows = session.execute(
        sa.select(Document.id, Document.title, Case.name, Document.source_type, Revision.length)
        .join(Revision, Revision.document_id == Document.id)
        .outerjoin(Case, Case.id == Document.case_id)
        .where(Document.project_id == project_id, Document.removed_at.is_(None), Document.id.in_(wanted))
        .order_by(Document.position, Document.id, Revision.number)
    )
    found = {row[0]: _Document(*row) for row in rows}  # of several texts the latest
    if set(wanted) - found.keys():
        raise InvalidInput("unknown_document", "One of the documents is not in this project.")
    return list(found.values())


def people_of(session: Session, project_id: UUID, wanted: Collection[UUID]) -> list[tuple[UUID, str]]:
    """Return these people by when they came into the project; who left it stands at the end."""
    rows = session.execute(
        sa.select(User.id, User.name)
        .outerjoin(Member, sa.and_(Member.user_id == User.id, Member.project_id == project_id))
        .where(User.id.in_(wanted))
        .order_by(Member.joined_at.is_(None), Member.joined_at, User.id)
    )
    return [(id_, name) for id_, name in rows]


def _coders(session: Session, project_id: UUID, wanted: Sequence[UUID]) -> list[tuple[UUID, str]]:
    rows = session.execute(
        sa.select(User.id, User.name, Member.roles)
        .join(Member, Member.user_id == User.id)
        .where(Member.project_id == project_id, User.id.in_(wanted))
        .order_by(Member.joined_at, User.id)
    )
    found = [(id_, name) for id_, name, roles in rows if Role.CODER in roles]
    if set(wanted) - {id_ for id_, _ in found}:
        raise InvalidInput("not_a_coder", "One of the people is not a coder of this project.")
    return found


def already_to_code(
    session: Session, access: Access, coders: Sequence[UUID], *, but: UUID | None = None
) -> dict[UUID, int]:
    """Return how many characters each of these has still to code in open rounds of which the person may know, ``but`` one."""
    blind = blind_rounds(session, access.project.id, access.actor.id)
    rows = session.execute(
        sa.select(Assignment.coder_id, sa.func.sum(Revision.length))
        .join(Round, Round.id == Assignment.round_id)
        .join(Revision, Revision.id == Assignment.revision_id)
        .where(
            Round.project_id == access.project.id,
            Round.state == RoundState.OPEN,
            Round.id.not_in(blind),
            Round.id != but if but else sa.true(),
            Assignment.state != AssignmentState.SUBMITTED,
            Assignment.coder_id.in_(coders),
        )
        .group_by(Assignment.coder_id)
    )
    return {coder: int(characters) for coder, characters in rows}


def _coded(session: Session, project_id: UUID) -> dict[str, int]:
    """Return how many layers of each document were compared: what goes on in open rounds is not told by an order."""
    rows = session.execute(
        sa.select(Assignment.document_id, sa.func.count())
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Round.project_id == project_id,
            Round.state.in_([RoundState.CLOSED, RoundState.SETTLED]),
            Assignment.state == AssignmentState.SUBMITTED,
        )
        .group_by(Assignment.document_id)
    )
    return {str(document): count for document, count in rows}


def _stratum(document: _Document, spread_by: Sequence[SpreadBy]) -> tuple[str, ...]:
    parts = {SpreadBy.CASE: document.case or "", SpreadBy.SOURCE_TYPE: document.source_type.value}
    return tuple(parts[by] for by in dict.fromkeys(spread_by))
