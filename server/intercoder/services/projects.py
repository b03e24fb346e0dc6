"""Projects, who is in them, and the one door: load a thing through membership, or not at all."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, lazyload

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, Gone, InvalidInput, NotFound
from intercoder.models import (
    AgreementReport,
    Assignment,
    Case,
    Code,
    CodebookVersion,
    CodeState,
    Disagreement,
    Document,
    Event,
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
    User,
)
from intercoder.policy import Permission, Situation, decide
from intercoder.services.accounts import Actor, clean_email, hash_token
from intercoder.text.canonical import canonical, clean_name, name_key

INVITATION_VALID = timedelta(days=14)


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


def projects_of(session: Session, actor: Actor) -> list[Member]:
    """Return the person's memberships with their projects, latest project first."""
    return list(
        session.scalars(
            sa.select(Member)
            .join(Project)
            .where(Member.user_id == actor.id)
            .order_by(Project.created_at.desc(), Project.id)
            .options(sa.orm.contains_eager(Member.project))
        )
    )


def instance_counts(session: Session) -> dict[str, int]:
    """Return how much the instance holds: accounts, projects, documents, jobs that wait.

    Nothing that grows when somebody codes: whoever reads it may be a blind coder.
    """
    queries = {
        "accounts": sa.select(sa.func.count()).select_from(User),
        "projects": sa.select(sa.func.count()).select_from(Project),
        "documents": sa.select(sa.func.count()).select_from(Document).where(Document.removed_at.is_(None)),
        "jobs": sa.select(sa.func.count()).select_from(Job).where(Job.state.in_(["queued", "running"])),
    }
    return {name: session.scalar(query) or 0 for name, query in queries.items()}


def create_project(session: Session, actor: Actor, name: str, description: str = "", language: str = "zh") -> Project:
    """Start a study; its creator leads it."""
    project = Project(
        name=_project_name(name),
        description=canonical(description).strip(),
        language=_language(language),
        created_at=now(),
    )
    session.add(project)
    session.flush()
    session.add(Member(project_id=project.id, user_id=actor.id, roles=[Role.LEAD.value], joined_at=now()))
    session.flush()
    events.record(
        session, project.id, actor.id, "project.created", "project", project.id, {"name": project.name}, public=True
    )
    return project


def change_project(session: Session, access: Access, *, name: str | None, description: str | None) -> Project:
    """Rename a study or describe it anew."""
    project = access.project
    if name is not None:
        project.name = _project_name(name)
    if description is not None:
        project.description = canonical(description).strip()
    events.record(
        session,
        project.id,
        access.actor.id,
        "project.changed",
        "project",
        project.id,
        {"name": project.name},
        public=True,
    )
    return project


def _project_name(name: str) -> str:
    name = clean_name(name)
    if not name:
        raise InvalidInput("no_name", "Give the project a name.")
    if len(name) > 200:
        raise InvalidInput("long_name", "A name has at most {n} characters.", n=200)
    return name


def _language(language: str) -> str:
    if language not in {"zh", "en"}:
        raise InvalidInput("bad_language", "The language must be zh or en.")
    return language


def clean_roles(roles: Iterable[str]) -> list[str]:
    """Return the roles, each once, in a fixed order; ``InvalidInput`` for an unknown one or none."""
    given = set(roles)
    unknown = given - {r.value for r in Role}
    if unknown or not given:
        raise InvalidInput("bad_roles", "Choose at least one role: lead, coder, adjudicator, observer.")
    return [r.value for r in Role if r.value in given]


# --- members -------------------------------------------------------------------------------------


def members(session: Session, project_id: UUID) -> list[Member]:
    """Return the members by name."""
    return list(
        session.scalars(
            sa.select(Member)
            .join(Member.user)
            .where(Member.project_id == project_id)
            .options(sa.orm.contains_eager(Member.user))
            .order_by(User.name, User.id)
        )
    )


def get_member(session: Session, project_id: UUID, member_id: UUID) -> Member:
    """Return a member of this project."""
    member = session.get(Member, member_id)
    if member is None or member.project_id != project_id:
        raise no_such_thing()
    return member


def set_roles(session: Session, access: Access, member_id: UUID, roles: Iterable[str]) -> Member:
    """Give a member other roles; the last lead stays lead."""
    member = get_member(session, access.project.id, member_id)
    cleaned = clean_roles(roles)
    if Role.LEAD.value in member.roles and Role.LEAD.value not in cleaned:
        _keep_a_lead(session, access.project.id)
    before, member.roles = member.roles, cleaned
    events.record(
        session,
        access.project.id,
        access.actor.id,
        "member.roles",
        "member",
        member.id,
        {"user": str(member.user_id), "before": before, "roles": cleaned},
        public=True,
    )
    return member


def remove_member(session: Session, access: Access, member_id: UUID) -> None:
    """Take a person out of the project at once; what the person coded stays."""
    member = get_member(session, access.project.id, member_id)
    if Role.LEAD.value in member.roles:
        _keep_a_lead(session, access.project.id)
    session.delete(member)
    events.record(
        session,
        access.project.id,
        access.actor.id,
        "member.removed",
        "member",
        member.id,
        {"user": str(member.user_id)},
        public=True,
    )


def _keep_a_lead(session: Session, project_id: UUID) -> None:
    leads = [m for m in members(session, project_id) if Role.LEAD.value in m.roles]
    if len(leads) < 2:
        raise Conflict("last_lead", "A project needs a lead: give somebody else this role first.")


def add_member(session: Session, project_id: UUID, user_id: UUID, roles: Sequence[str]) -> Member:
    """Put a person into a project; somebody who is in it gets the roles in addition."""
    member = session.scalar(sa.select(Member).where(Member.project_id == project_id, Member.user_id == user_id))
    if member is None:
        member = Member(project_id=project_id, user_id=user_id, roles=clean_roles(roles), joined_at=now())
        session.add(member)
    else:
        member.roles = clean_roles([*member.roles, *roles])
    session.flush()
    events.record(
        session,
        project_id,
        user_id,
        "member.joined",
        "member",
        member.id,
        {"user": str(user_id), "roles": member.roles},
        public=True,
    )
    return member


# --- invitations ---------------------------------------------------------------------------------


def invite(session: Session, access: Access, email: str, roles: Iterable[str]) -> tuple[Invitation, str]:
    """Make a single-use link into the project; return it with the secret, which is not kept."""
    email, cleaned = clean_email(email), clean_roles(roles)
    taken = session.scalar(
        sa.select(Member.id)
        .join(Member.user)
        .where(Member.project_id == access.project.id, User.email_key == name_key(email))
    )
    if taken:
        raise Conflict("already_member", "“{email}” is already in this project.", email=email)
    secret = secrets.token_urlsafe(24)
    invitation = Invitation(
        project_id=access.project.id,
        email=email,
        roles=cleaned,
        token_hash=hash_token(secret),
        invited_by=access.actor.id,
        created_at=now(),
        expires_at=now() + INVITATION_VALID,
    )
    session.add(invitation)
    session.flush()
    events.record(
        session, access.project.id, access.actor.id, "member.invited", "invitation", invitation.id, {"roles": cleaned}
    )
    return invitation, secret


def invitations(session: Session, project_id: UUID) -> list[Invitation]:
    """Return the invitations that can still be used, latest first."""
    return list(
        session.scalars(
            sa.select(Invitation)
            .where(
                Invitation.project_id == project_id,
                Invitation.used_at.is_(None),
                Invitation.withdrawn_at.is_(None),
                Invitation.expires_at > now(),
            )
            .order_by(Invitation.created_at.desc())
        )
    )


def withdraw_invitation(session: Session, access: Access, invitation_id: UUID) -> None:
    """Make a link useless."""
    invitation = session.get(Invitation, invitation_id)
    if invitation is None or invitation.project_id != access.project.id:
        raise no_such_thing()
    if invitation.used_at:
        raise Conflict("invitation_used", "This invitation was already used.")
    invitation.withdrawn_at = now()
    events.record(session, access.project.id, access.actor.id, "member.uninvited", "invitation", invitation.id)


def check_invitation(session: Session, secret: str) -> Invitation:
    """Return the invitation of a link; ``Gone`` when it was used, withdrawn or is too old."""
    invitation = session.scalar(
        sa.select(Invitation).where(Invitation.token_hash == hash_token(secret)).with_for_update(key_share=True)
    )
    if invitation is None or invitation.withdrawn_at:
        raise Gone("invitation_gone", "This invitation does not exist or was withdrawn. Ask for a new one.")
    if invitation.used_at:
        raise Gone("invitation_used", "This invitation was already used. Sign in, or ask for a new one.")
    if invitation.expires_at < now():
        raise Gone("invitation_expired", "This invitation is too old. Ask for a new one.")
    return invitation


def accept_invitation(session: Session, secret: str, user_id: UUID) -> Member:
    """Use a link: the person becomes a member and the link is burnt."""
    invitation = check_invitation(session, secret)
    invitation.used_at = now()
    return add_member(session, invitation.project_id, user_id, invitation.roles)


# --- the log and the jobs ------------------------------------------------------------------------


def log_rows(
    session: Session,
    access: Access,
    *,
    before: UUID | None = None,
    after: UUID | None = None,
    kinds: Collection[str] | None = None,
    limit: int = 100,
) -> list[Event]:
    """Return the rows of the log that the person may see, of all kinds of things or of some.

    A blind coder sees what is public, own acts, and nothing else of the rounds in which the person
    codes; somebody who only codes sees no more than that of any round that is still open.
    """
    open_rounds = sa.select(Round.id).where(Round.project_id == access.project.id, Round.state == RoundState.OPEN)
    hidden: sa.ColumnElement[bool]
    if access.roles & {Role.LEAD, Role.OBSERVER, Role.ADJUDICATOR}:
        hidden = Event.round_id.in_(blind_rounds(session, access.project.id, access.actor.id))
    else:
        hidden = Event.round_id.in_(open_rounds)
    codings = sa.and_(Event.subject_kind == "coding", Event.round_id.in_(open_rounds))
    visible = sa.and_(
        Event.project_id == access.project.id,
        sa.or_(
            Event.actor_id == access.actor.id,
            Event.public,
            Event.round_id.is_(None),
            sa.and_(sa.not_(hidden), sa.not_(codings)),
        ),
    )
    wanted = sa.select(Event).where(visible)
    if kinds is not None:
        wanted = wanted.where(Event.subject_kind.in_(kinds))
    for mark, later in ((before, False), (after, True)):
        if mark is None:
            continue
        known = session.execute(sa.select(Event.at, Event.id).where(visible, Event.id == mark)).first()
        if known is None:
            raise no_such_thing()
        at = sa.literal(known.at, Event.at.type)
        same = sa.and_(Event.at == at, Event.id > known.id if later else Event.id < known.id)
        wanted = wanted.where(sa.or_(Event.at > at if later else Event.at < at, same))
    newest_first = after is None
    order = (Event.at.desc(), Event.id.desc()) if newest_first else (Event.at, Event.id)
    return list(session.scalars(wanted.order_by(*order).limit(limit)))


def jobs(session: Session, project_id: UUID, limit: int = 50) -> list[Job]:
    """Return the latest jobs of a project."""
    return list(
        session.scalars(
            sa.select(Job).where(Job.project_id == project_id).order_by(Job.created_at.desc(), Job.id).limit(limit)
        )
    )


def get_job(session: Session, project_id: UUID, job_id: UUID, *, lock: bool = False) -> Job:
    """Return a job of this project."""
    wanted = sa.select(Job).where(Job.id == job_id, Job.project_id == project_id)
    job = session.scalar(wanted.with_for_update() if lock else wanted)
    if job is None:
        raise no_such_thing()
    return job
