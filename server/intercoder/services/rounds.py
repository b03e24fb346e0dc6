"""Rounds and assignments: who codes what; opening, closing, reopening, settling; deciding on the codes that coders propose."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session, aliased

from intercoder import events, queue
from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput, marked
from intercoder.models import (
    AgreementReport,
    Assignment,
    AssignmentState,
    CodebookPolicy,
    CodebookVersion,
    CompareRound,
    Disagreement,
    DisagreementState,
    ReportRound,
    Round,
    RoundDesign,
    RoundPurpose,
    RoundState,
    Unit,
)
from intercoder.policy import Permission, decide
from intercoder.services import alignment
from intercoder.services.access import Access, RoundAccess, authorise, require_aligned
from intercoder.services.assigning import Pair, Place, assign, every_pair, given_pairs
from intercoder.services.command import Command, Name, named
from intercoder.services.gates import require_passed
from intercoder.services.paging import Asked, Key, Page, page
from intercoder.services.round_plans import (
    MOST_CODERS,
    MOST_DOCUMENTS,
    DesignIn,
    GoalIn,
    PlanRequest,
    plan_round,
    require_goal,
)
from intercoder.services.versions import get_version
from intercoder.text.units import CodedBy


def rounds(session: Session, project_id: UUID) -> list[Round]:
    """Return the rounds of a project, latest first."""
    return list(
        session.scalars(
            sa.select(Round)
            .where(Round.project_id == project_id)
            .order_by(Round.number.desc())
            .options(sa.orm.joinedload(Round.version))
        )
    )


def page_of_rounds(session: Session, project_id: UUID, asked: Asked) -> Page[Round]:
    """Return a part of the rounds of a project, latest first."""
    wanted = sa.select(Round).where(Round.project_id == project_id).options(sa.orm.joinedload(Round.version))
    return page(session, wanted, [Key(Round.number, int, descending=True)], asked)


def latest_rounds(session: Session, project_ids: Collection[UUID]) -> dict[UUID, Round]:
    """Return the latest round of each of these projects that has one."""
    number = (
        sa.select(Round.project_id, sa.func.max(Round.number).label("number"))
        .where(Round.project_id.in_(project_ids))
        .group_by(Round.project_id)
        .subquery()
    )
    latest = sa.and_(Round.project_id == number.c.project_id, Round.number == number.c.number)
    return {r.project_id: r for r in session.scalars(sa.select(Round).join(number, latest))}


def open_rounds(session: Session, project_id: UUID) -> list[Round]:
    """Return the open rounds of a project, latest first."""
    wanted = sa.select(Round).where(Round.project_id == project_id, Round.state == RoundState.OPEN)
    return list(session.scalars(wanted.order_by(Round.number.desc()).options(sa.orm.joinedload(Round.version))))


def rounds_of_version(session: Session, version_id: UUID) -> list[Round]:
    """Return the rounds that use a version of the codebook, latest first."""
    return list(session.scalars(sa.select(Round).where(Round.version_id == version_id).order_by(Round.number.desc())))


def told_purpose(round_: Round, access: Access) -> RoundPurpose | None:
    """Return what a round is for; None where it is not told to those who only code, which says not whether it looks for drift."""
    manages = decide(Permission.ROUND_MANAGE, access.roles).allowed
    return None if round_.purpose.untold and not round_.state.compared and not manages else round_.purpose


def numbers_of(session: Session, round_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the numbers of some rounds."""
    if not round_ids:
        return {}
    return dict(session.execute(sa.select(Round.id, Round.number).where(Round.id.in_(round_ids))).all())


# --- preparing -----------------------------------------------------------------------------------


RoundName = Annotated[Name, named(marked("Give the round a name."), cut=True)]


class NewRound(Command):
    """A new round: every document for every coder, the pairs given, or as a design gives them out."""

    name: RoundName
    #: open coding may begin without one
    version_id: UUID | None = None
    unit: CodedBy = Unit.SPAN
    policy: CodebookPolicy = CodebookPolicy.FROZEN
    purpose: RoundPurpose = RoundPurpose.MAIN
    live_figures: bool = True
    documents: Annotated[tuple[UUID, ...], Field(max_length=MOST_DOCUMENTS)] = ()
    coders: Annotated[tuple[UUID, ...], Field(max_length=MOST_CODERS)] = ()
    pairs: tuple[Pair, ...] | None = None
    design: DesignIn | None = None
    goal: GoalIn | None = None
    #: for every assignment
    due_on: date | None = None
    #: the coders can begin at once
    open: bool = False


class RoundChange(Command):
    """A change of a round that is not open yet."""

    name: RoundName | None = None
    version_id: UUID | None = None
    unit: CodedBy | None = None
    policy: CodebookPolicy | None = None
    purpose: RoundPurpose | None = None
    live_figures: bool | None = None
    documents: tuple[UUID, ...] | None = None
    coders: tuple[UUID, ...] | None = None

    @property
    def redesigns(self) -> bool:
        """Whether it changes what coders work with, which nobody may once they have begun."""
        return bool(self.model_fields_set - {"name", "purpose", "live_figures"})


def next_number(session: Session, project_id: UUID) -> int:
    """Return the number that the next round of a project gets."""
    return 1 + (session.scalar(sa.select(sa.func.max(Round.number)).where(Round.project_id == project_id)) or 0)


def create_round(session: Session, access: Access, design: NewRound) -> Round:
    """Prepare a round: documents, coders, codebook version, unit, policy. Nobody can code in it yet, unless it is opened at once."""
    version = _version(session, access, design.version_id)
    _require_codebook(version, design.policy)
    places, kept = _given_out(session, access, design)
    require_goal(session, access, design.goal)
    number = next_number(session, access.project.id)
    round_ = Round(
        project_id=access.project.id,
        number=number,
        name=design.name,
        version_id=version.id if version else None,
        created_at=now(),
        unit=design.unit,
        policy=design.policy,
        purpose=design.purpose,
        design=kept,
        goal=design.goal.kept() if design.goal else None,
        live_figures=design.live_figures,
    )
    session.add(round_)
    session.flush()
    assign(session, round_, places, due_on=design.due_on)
    access.log(
        session,
        events.RoundCreated(
            round_.id,
            number=number,
            name=round_.name,
            unit=round_.unit,
            policy=round_.policy,
            version=version.number if version else None,
        ),
    )
    # Apart from that: what is public says the same of a round that looks for drift and of any other.
    access.log(
        session,
        events.RoundPlanned(
            round_.id,
            round_.id,
            number=number,
            name=round_.name,
            purpose=round_.purpose,
            design=round_.design,
            goal=round_.goal,
        ),
    )
    if design.open:
        open_round(session, authorise(session, access.actor, Permission.ROUND_MANAGE, "round", round_.id))
    return round_


def _given_out(session: Session, access: Access, wanted: NewRound) -> tuple[Sequence[Place], RoundDesign | None]:
    if wanted.design:
        if wanted.pairs is not None:
            raise InvalidInput(
                "pairs_and_design", "Give either the pairs of documents and coders or a design, not both."
            )
        if not wanted.documents or not wanted.coders:
            raise InvalidInput("nothing_chosen", "Choose at least one document and one coder.")
        asked = PlanRequest(documents=wanted.documents, coders=wanted.coders, design=wanted.design)
        plan = plan_round(session, access, asked)
        return plan.places, plan.design.kept()
    if wanted.pairs is None:
        return every_pair(wanted.documents, wanted.coders), None
    return given_pairs(wanted.pairs), None


def change_round(session: Session, access: RoundAccess, change: RoundChange) -> Round:
    """Change a round that is not open yet; once it is open only assignments can be added."""
    round_ = access.round
    if round_.state != RoundState.DRAFT and change.redesigns:
        raise Conflict("round_not_draft", "The round has been opened: its design can no longer be changed.")
    if change.says("version_id"):
        round_.version = _version(session, access, change.version_id)
    round_.name = change.name or round_.name
    round_.unit = change.unit or round_.unit
    round_.policy = change.policy or round_.policy
    round_.purpose = change.purpose or round_.purpose
    _require_codebook(round_.version, round_.policy)
    round_.live_figures = round_.live_figures if change.live_figures is None else change.live_figures
    if change.documents is not None and change.coders is not None:
        session.execute(sa.delete(Assignment).where(Assignment.round_id == round_.id))
        round_.design = None
        assign(session, round_, every_pair(change.documents, change.coders))
    access.log(session, events.RoundChanged(round_.id, name=round_.name))
    return round_


def _version(session: Session, access: Access, version_id: UUID | None) -> CodebookVersion | None:
    return None if version_id is None else get_version(session, access.project.id, version_id)


def _require_codebook(version: CodebookVersion | None, policy: CodebookPolicy) -> None:
    if version is None and policy is not CodebookPolicy.OPEN:
        raise InvalidInput("no_codebook", "Choose a version of the codebook: only open coding can begin without one.")


# --- the life of a round -------------------------------------------------------------------------


def open_round(session: Session, access: RoundAccess) -> Round:
    """Let the coders begin."""
    round_ = access.round
    _require(round_, {RoundState.DRAFT}, marked("This round was opened before."))
    coders = set(session.scalars(sa.select(Assignment.coder_id).where(Assignment.round_id == round_.id).distinct()))
    if not coders:
        raise Conflict("nothing_assigned", "Choose at least one document and one coder before you open the round.")
    require_passed(session, access, coders)
    from intercoder.services.enough import keep  # what opens reports is loaded for who opens rounds alone

    keep(session, round_)
    return _move(session, access, RoundState.OPEN, events.RoundOpened, opened_at=now())


def close_round(session: Session, access: RoundAccess, *, unfinished: bool = False) -> Round:
    """Lock all layers; a job compares them. Unsubmitted documents are left out, and only if that is said.

    A lead who codes in the round must not learn how far the others are: only the lead's own
    documents are asked about.
    """
    round_ = access.round
    _require(round_, {RoundState.OPEN}, marked("Only an open round can be closed."))
    _require_last(session, round_)
    # Waits for every coding that is being written, each of which holds a share of this row, and keeps later ones out.
    session.execute(sa.select(Round.id).where(Round.id == round_.id).with_for_update(key_share=True))
    asked = Assignment.coder_id == access.actor.id if access.situation.blind else sa.true()
    missing = session.scalar(
        sa.select(sa.func.count())
        .select_from(Assignment)
        .where(Assignment.round_id == round_.id, Assignment.state != AssignmentState.SUBMITTED, asked)
    )
    if missing and not unfinished:
        raise Conflict(
            "unsubmitted",
            "{n} documents are not submitted yet. Close anyway, and they are left out of every figure.",
            n=missing,
        )
    # Where nobody made a label of their own there is nothing to align: the codes are compared at once.
    own_words = round_.policy is CodebookPolicy.OPEN
    waits = own_words and alignment.labels_used(session, round_)
    stamps = {"closed_at": now(), "compared_at": None, "aligned_at": now() if own_words and not waits else None}
    closed = _move(session, access, RoundState.CLOSED, events.RoundClosed, **stamps)
    queue.enqueue(session, access.project.id, access.actor.id, CompareRound(), round_id=closed.id)
    return closed


def _require_last(session: Session, round_: Round) -> None:
    """Refuse to close a round that looks for drift while its documents are coded elsewhere: coders would read one another's work."""
    if round_.purpose.compares_coders:
        return
    mine, others = aliased(Assignment), aliased(Assignment)
    number = session.scalar(
        sa.select(sa.func.min(Round.number))
        .join(others, others.round_id == Round.id)
        .join(mine, mine.document_id == others.document_id)
        .where(
            mine.round_id == round_.id,
            Round.state == RoundState.OPEN,
            Round.purpose != RoundPurpose.DRIFT,
            # A test that was handed in is scored and never handed back; it may stay open for others.
            sa.or_(Round.purpose != RoundPurpose.TRAINING, others.state != AssignmentState.SUBMITTED),
        )
    )
    if number is not None:
        raise Conflict(
            "coded_elsewhere",
            "Round {number} is open and has documents of this one: its coders could read here what others made of them. Close it "
            "first.",
            number=number,
        )


def reopen_round(session: Session, access: RoundAccess) -> Round:
    """Open a closed round again: coders are blind again, and reports made of it are marked stale."""
    _require(access.round, {RoundState.CLOSED, RoundState.SETTLED}, marked("Only a closed round can be reopened."))
    session.execute(
        sa.update(AgreementReport)
        .where(
            sa.or_(
                AgreementReport.round_id == access.round.id,
                AgreementReport.id.in_(sa.select(ReportRound.report_id).where(ReportRound.round_id == access.round.id)),
            ),
            AgreementReport.stale_at.is_(None),
        )
        .values(stale_at=now())
    )
    # What is coded from now on waits for alignment again; labels that have their place keep it.
    again = {"closed_at": None, "compared_at": None, "aligned_at": None}
    return _move(session, access, RoundState.OPEN, events.RoundReopened, **again)


def settle_round(session: Session, access: RoundAccess) -> Round:
    """End adjudication; every disagreement must have been ruled or deferred."""
    round_ = access.round
    _require(round_, {RoundState.CLOSED}, marked("Only a closed round can be settled."))
    if round_.compared_at is None:
        raise Conflict(
            "not_compared", "The layers of this round are still being compared. Try again when that is done."
        )
    require_aligned(round_)
    left = session.scalar(
        sa.select(sa.func.count())
        .select_from(Disagreement)
        .where(
            Disagreement.round_id == round_.id,
            Disagreement.state.in_([DisagreementState.OPEN, DisagreementState.DISCUSSION, DisagreementState.TWICE]),
        )
    )
    if left:
        raise Conflict("open_disagreements", "{n} disagreements still wait for a ruling.", n=left)
    return _move(session, access, RoundState.SETTLED, events.RoundSettled)


def _require(round_: Round, states: set[RoundState], sentence: str) -> None:
    if round_.state not in states:
        raise Conflict.saying(f"round_{round_.state}", sentence)


def _move(
    session: Session, access: RoundAccess, state: RoundState, act: type[events.RoundMoved], **stamps: datetime | None
) -> Round:
    round_ = access.round
    changed = session.scalars(
        sa.update(Round)
        .where(Round.id == round_.id, Round.state == round_.state)
        .values(state=state, **stamps)
        .returning(Round.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not changed:
        raise Conflict("round_moved", "Somebody changed the state of this round in the meantime.")
    session.refresh(round_)
    access.log(session, act(round_.id, number=round_.number, name=round_.name))
    return round_
