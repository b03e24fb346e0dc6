"""The one door: a thing of a project is loaded through membership, or not at all."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, lazyload

from intercoder.errors import Conflict, NotFound
from intercoder.models import (
    AgreementReport,
    Assignment,
    Case,
    Code,
    CodebookVersion,
    CodeState,
    Disagreement,
    Document,
    Invitation,
    Job,
    Member,
    Project,
    Revision,
    Role,
    Round,
    RoundState,
    Ruling,
    SourceFile,
)
from intercoder.policy import Permission, Situation, decide
from intercoder.services.accounts import Actor


@dataclass(frozen=True)
class Access:
    """A door that was opened: who, in which project, with which roles, at which round."""

    actor: Actor
    project: Project
    roles: frozenset[Role]
    round: Round | None
    situation: Situation

    def may(self, permission: Permission) -> bool:
        """Whether the same person may also do this, in the same situation."""
        return decide(permission, self.roles, self.situation).allowed


_NO_ROUND = sa.cast(sa.null(), sa.Uuid())


def _direct(model: Any, *, round_id: Any = None) -> sa.Select[Any]:
    return sa.select(
        model.id.label("id"),
        model.project_id.label("project_id"),
        (_NO_ROUND if round_id is None else round_id).label("round_id"),
    )


#: how each kind of thing in a URL leads to its project and round
_THINGS: dict[str, Any] = {
    "project": sa.select(Project.id.label("id"), Project.id.label("project_id"), _NO_ROUND.label("round_id")),
    "member": _direct(Member),
    "invitation": _direct(Invitation),
    "case": _direct(Case),
    "document": _direct(Document),
    "file": _direct(SourceFile),
    # A coder's private code or proposal is nobody's thing to ask for: 403 would tell that it exists.
    "code": _direct(Code).where(Code.state.in_([CodeState.ACTIVE, CodeState.RETIRED])),
    "version": _direct(CodebookVersion),
    "job": _direct(Job),
    "round": _direct(Round, round_id=Round.id),
    "assignment": _direct(Assignment, round_id=Assignment.round_id),
    "report": _direct(AgreementReport, round_id=AgreementReport.round_id),
    "disagreement": _direct(Disagreement, round_id=Disagreement.round_id),
    "revision": sa.select(
        Revision.id.label("id"), Document.project_id.label("project_id"), _NO_ROUND.label("round_id")
    ).join(Document, Document.id == Revision.document_id),
    "ruling": sa.select(
        Ruling.id.label("id"), Disagreement.project_id.label("project_id"), Disagreement.round_id.label("round_id")
    ).join(Disagreement, Disagreement.id == Ruling.disagreement_id),
}
KINDS = frozenset(_THINGS)


def no_such_thing() -> NotFound:
    """Return the one refusal for what does not exist and what is not shared: they read the same."""
    return NotFound("not_found", "There is no such thing here, or it is not shared with you.")


@cache
def _door(kind: str) -> sa.Select[Project, Member, Round, bool]:
    """Return the query that leads from a thing to its project, membership and round; built once a kind."""
    thing = _THINGS[kind].subquery()
    codes_in_round = (
        sa.exists()
        .where(Assignment.round_id == thing.c.round_id, Assignment.coder_id == sa.bindparam("actor"))
        .correlate(thing)
    )
    return (
        sa.select(Project, Member, Round, codes_in_round)
        .select_from(thing)
        .join(Project, Project.id == thing.c.project_id)
        .join(Member, sa.and_(Member.project_id == Project.id, Member.user_id == sa.bindparam("actor")))
        .outerjoin(Round, Round.id == thing.c.round_id)
        .where(thing.c.id == sa.bindparam("thing"))
        .options(lazyload(Member.user))
    )


def authorise(session: Session, actor: Actor, permission: Permission, kind: str, identifier: UUID) -> Access:
    """Return the access that ``actor`` has to a thing, or raise what ``policy`` says.

    One query: the thing, its project, the membership, the round, and whether the actor codes in it.
    """
    row = session.execute(_door(kind), {"thing": identifier, "actor": actor.id}).first()
    if row is None:
        raise no_such_thing()
    project, member, round_, codes = row
    situation = Situation(RoundState(round_.state) if round_ else None, bool(codes))
    decision = decide(permission, member.role_set, situation)
    if decision.refusal is not None:
        raise decision.refusal
    return Access(actor, project, member.role_set, round_, situation)


def blind_rounds(session: Session, project_id: UUID, user_id: UUID) -> frozenset[UUID]:
    """Return the open rounds in which the person codes: of these nothing but own work may be seen."""
    return frozenset(
        session.scalars(
            sa.select(Round.id)
            .join(Assignment, Assignment.round_id == Round.id)
            .where(Round.project_id == project_id, Round.state == RoundState.OPEN, Assignment.coder_id == user_id)
        )
    )


def require_open(session: Session, access: Access) -> None:
    """Refuse when the round has closed since the door was opened; the caller holds the lock on an assignment of it.

    SQLite's transactions begin with the one write lock, so what the door read is still true there.
    """
    assert access.round is not None
    if session.info.get("sqlite"):
        return
    session.refresh(access.round, ["state"])
    if access.round.state != RoundState.OPEN:
        raise Conflict("round_closed", "This round is closed.")
