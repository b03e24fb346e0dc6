"""Gates: what a coder must have reached in a test before a round is coded, who has, and for whom a lead lifted it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import (
    Assignment,
    Gate,
    GateAsked,
    GateLift,
    Member,
    ReportLevel,
    Role,
    RoundState,
    User,
    VersionCode,
)
from intercoder.policy import Permission, decide
from intercoder.services import scores
from intercoder.services.access import RoundAccess, blind_rounds
from intercoder.services.command import Command
from intercoder.services.mapping import mapping
from intercoder.services.scores import Taken

if TYPE_CHECKING:
    from intercoder.stats.agreement.gate import Judgement


class GateIn(Command):
    """What a gate asks for."""

    alpha: Annotated[float, Field(gt=0, le=1)] = 0.70
    #: where the interval of alpha may begin at the earliest; null: not asked for
    end: Annotated[float, Field(ge=-1, le=1)] | None = 0.55
    #: each of them; none: every code that the test has often enough
    codes: Annotated[tuple[UUID, ...], Field(max_length=500)] = ()
    #: codings are lifted to this level of the codebook before they are compared
    level: ReportLevel = ReportLevel.AS_CODED


class LiftIn(Command):
    """For whom a gate is lifted, and why."""

    coder_id: UUID
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


@dataclass(frozen=True)
class Lift:
    """Who lifted a gate for somebody, when and why."""

    by: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Standing:
    """Where one coder stands before a gate: the best attempt, and the judgement on it; both None without a finished one."""

    coder_id: UUID
    coder: str
    #: whether the coder was given something in the round
    assigned: bool
    attempts: int
    attempt: Taken | None
    judgement: "Judgement | None"
    lift: Lift | None

    @property
    def passed(self) -> bool:
        """Whether an attempt reached what is asked for."""
        return self.judgement is not None and self.judgement.outcome == "passed"

    @property
    def open(self) -> bool:
        """Whether the coder may code the round."""
        return self.passed or self.lift is not None


def gate(session: Session, round_id: UUID) -> GateAsked | None:
    """Return what the gate of a round asks for; None: there is none."""
    return session.scalar(sa.select(Gate.rule).where(Gate.round_id == round_id))


def set_gate(session: Session, access: RoundAccess, wanted: GateIn | None) -> GateAsked | None:
    """Say what must be reached before the round is coded, or that nothing must; only while it is prepared.

    Raises
    ------
    Conflict : the round was opened, or is a test itself.
    InvalidInput : a code that the round's version of the codebook lacks, or the level of the gate; an interval that begins above alpha.
    """
    round_ = access.round
    if round_.state is not RoundState.DRAFT:
        raise Conflict("round_not_draft", "The round has been opened: its gate can no longer be changed.")
    if scores.is_test(session, round_.id):
        raise Conflict("test_gate", "A test has no gate: it is what a gate asks about.")
    gone = session.scalars(sa.delete(Gate).where(Gate.round_id == round_.id).returning(Gate.round_id)).all()
    if wanted is None and not gone:
        return None
    rule = None
    if wanted is not None:
        if wanted.end is not None and wanted.end > wanted.alpha:
            raise InvalidInput(
                "bad_gate", "A gate asks for an alpha above 0, and for an interval that begins below it."
            )
        pinned = set(session.scalars(sa.select(VersionCode.code_id).where(VersionCode.version_id == round_.version_id)))
        if set(wanted.codes) - pinned:
            raise InvalidInput("unknown_code", "One of the codes is not in the codebook of this round.")
        if scores.lacking(mapping(session, access.project.id), wanted.codes, wanted.level):
            raise InvalidInput("no_such_level", "One of the codes has no code above it at the level of the gate.")
        rule = GateAsked(wanted.alpha, wanted.end, wanted.codes, wanted.level)
        session.add(Gate(round_id=round_.id, project_id=access.project.id, rule=rule))
        session.flush()
    access.log(session, events.GateSet(round_.id, round_.id, number=round_.number, name=round_.name, rule=rule))
    return rule


def lift(session: Session, access: RoundAccess, wanted: LiftIn) -> None:
    """Let a coder code the round without having passed; ``Conflict`` where there is no gate, or it is lifted already."""
    round_ = access.round
    if gate(session, round_.id) is None:
        raise Conflict("no_gate", "This round has no gate.")
    members = session.scalars(sa.select(Member).where(Member.project_id == access.project.id))
    if wanted.coder_id not in {m.user_id for m in members if Role.CODER in m.roles}:
        raise InvalidInput("not_a_coder", "One of the people is not a coder of this project.")
    if session.get(GateLift, (round_.id, wanted.coder_id)) is not None:
        raise Conflict("lifted", "The gate is lifted for this coder already.")
    session.add(
        GateLift(
            round_id=round_.id, coder_id=wanted.coder_id, lifted_by=access.actor.id, reason=wanted.reason, at=now()
        )
    )
    session.flush()
    access.log(
        session,
        events.GateLifted(round_.id, round_.id, number=round_.number, coder=wanted.coder_id, reason=wanted.reason),
    )


def standings(session: Session, access: RoundAccess, coders: Collection[UUID] | None = None) -> list[Standing]:
    """Return where coders of the project stand before the gate of a round, by name; nothing without a gate.

    What others do in an open test that the person takes too stays hidden and counts for nothing yet. Slow where attempts are
    judged anew.
    """
    round_ = access.round
    asked = gate(session, round_.id)
    if asked is None:
        return []
    people = [
        (id_, name)
        for id_, name, roles in session.execute(
            sa.select(User.id, User.name, Member.roles)
            .join(Member, Member.user_id == User.id)
            .where(Member.project_id == round_.project_id)
            .order_by(User.name, User.id)
        )
        if Role.CODER in roles and (coders is None or id_ in coders)
    ]
    lifter = sa.orm.aliased(User)
    lifts = {
        coder: Lift(by, reason, at)
        for coder, by, reason, at in session.execute(
            sa.select(GateLift.coder_id, lifter.name, GateLift.reason, GateLift.at)
            .join(lifter, lifter.id == GateLift.lifted_by)
            .where(GateLift.round_id == round_.id)
        )
    }
    blind = blind_rounds(session, access.project.id, access.actor.id)
    own = Assignment.coder_id == access.actor.id if access.situation.blind else sa.true()
    given = set(session.scalars(sa.select(Assignment.coder_id).where(Assignment.round_id == round_.id, own)))
    done: dict[UUID, list[Taken]] = {}
    for taken in scores.taken_tests(session, round_.project_id):
        if taken.done and (taken.round.id not in blind or taken.coder_id == access.actor.id):
            done.setdefault(taken.coder_id, []).append(taken)
    found = []
    for id_, name in people:
        best = _best(session, done.get(id_, ()), asked)
        attempt, judgement = best or (None, None)
        found.append(Standing(id_, name, id_ in given, len(done.get(id_, ())), attempt, judgement, lifts.get(id_)))
    return found


def _best(session: Session, attempts: Sequence[Taken], asked: GateAsked) -> "tuple[Taken, Judgement] | None":
    """Return the latest attempt that passed, else the latest one."""
    judged = []
    for taken in attempts:
        judgement = scores.judgement(session, taken, asked)
        if judgement.outcome == "passed":
            return taken, judgement
        judged.append((taken, judgement))
    return judged[0] if judged else None


def shown(session: Session, access: RoundAccess) -> list[Standing]:
    """Return the standings that the person may read: everybody's, or the own one alone."""
    everybody = decide(Permission.SCORES_VIEW, access.roles).allowed
    return standings(session, access, None if everybody else [access.actor.id])


def kept_out(session: Session, access: RoundAccess) -> list[str]:
    """Return who was given something in the round and may not code it, by name, as far as the person may know who was given what."""
    return [one.coder for one in standings(session, access) if one.assigned and not one.open]


def require_passed(session: Session, access: RoundAccess, coders: Collection[UUID]) -> None:
    """Refuse when one of these coders has neither passed the gate of a round nor had it lifted.

    Raises
    ------
    Conflict : with a sentence that says who, and what to do.
    """
    for standing in standings(session, access, coders):
        if standing.open:
            continue
        if standing.judgement is None:
            raise Conflict(
                "gate",
                "{name} has taken no test to the end, and this round has a gate. Give a test, take the coder out, or lift the gate "
                "for the coder with a reason.",
                name=standing.coder,
            )
        raise Conflict(
            "gate",
            "{name} has not passed the gate of this round. Read the attempt, give another test, take the coder out, or lift the "
            "gate for the coder with a reason.",
            name=standing.coder,
        )
