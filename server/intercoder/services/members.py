"""Who is in a project, with which roles, and the links by which people come in."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import AfterValidator
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, Gone, InvalidInput
from intercoder.models import (
    Invitation,
    Member,
    Role,
    User,
)
from intercoder.services.access import Access, no_such_thing
from intercoder.services.accounts import clean_email, hash_token
from intercoder.services.command import Command, Name, checked
from intercoder.services.quotas import room_for_member
from intercoder.text.canonical import name_key

INVITATION_VALID = timedelta(days=14)


def ordered(roles: Iterable[Role]) -> tuple[Role, ...]:
    """Return the roles, each once, in a fixed order; ``InvalidInput`` for none."""
    given = set(roles)
    if not given:
        raise InvalidInput("bad_roles", "Choose at least one role: lead, coder, adjudicator, observer.")
    return tuple(role for role in Role if role in given)


Roles = Annotated[tuple[Role, ...], AfterValidator(ordered)]


class MemberRoles(Command):
    """The roles of a member."""

    roles: Roles


class NewInvitation(Command):
    """An invitation into a project."""

    email: Annotated[Name, checked(clean_email)]
    roles: Roles


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


def set_roles(session: Session, access: Access, member_id: UUID, given: MemberRoles) -> Member:
    """Give a member other roles; the last lead stays lead."""
    member = get_member(session, access.project.id, member_id)
    if Role.LEAD in member.roles and Role.LEAD not in given.roles:
        _keep_a_lead(session, access.project.id)
    before, member.roles = member.roles, given.roles
    changed = events.MemberRolesChanged(member.id, user=member.user_id, before=before, roles=given.roles)
    access.log(session, changed)
    return member


def remove_member(session: Session, access: Access, member_id: UUID) -> None:
    """Take a person out of the project at once; what the person coded stays."""
    member = get_member(session, access.project.id, member_id)
    if Role.LEAD in member.roles:
        _keep_a_lead(session, access.project.id)
    session.delete(member)
    access.log(session, events.MemberRemoved(member.id, user=member.user_id))


def _keep_a_lead(session: Session, project_id: UUID) -> None:
    leads = [m for m in members(session, project_id) if Role.LEAD in m.roles]
    if len(leads) < 2:
        raise Conflict("last_lead", "A project needs a lead: give somebody else this role first.")


def add_member(session: Session, project_id: UUID, user_id: UUID, roles: Iterable[Role]) -> Member:
    """Put a person into a project; somebody who is in it gets the roles in addition."""
    member = session.scalar(sa.select(Member).where(Member.project_id == project_id, Member.user_id == user_id))
    if member is None:
        room_for_member(session, project_id)
        member = Member(project_id=project_id, user_id=user_id, roles=ordered(roles), joined_at=now())
        session.add(member)
    else:
        member.roles = ordered([*member.roles, *roles])
    session.flush()
    joined = events.MemberJoined(member.id, user=user_id, roles=member.roles)
    events.record(session, project_id, user_id, joined)
    return member


# --- invitations ---------------------------------------------------------------------------------


def invite(session: Session, access: Access, given: NewInvitation) -> tuple[Invitation, str]:
    """Make a single-use link into the project; return it with the secret, which is not kept."""
    taken = session.scalar(
        sa.select(Member.id)
        .join(Member.user)
        .where(Member.project_id == access.project.id, User.email_key == name_key(given.email))
    )
    if taken:
        raise Conflict("already_member", "“{email}” is already in this project.", email=given.email)
    secret = secrets.token_urlsafe(24)
    invitation = Invitation(
        project_id=access.project.id,
        email=given.email,
        roles=given.roles,
        token_hash=hash_token(secret),
        invited_by=access.actor.id,
        created_at=now(),
        expires_at=now() + INVITATION_VALID,
    )
    session.add(invitation)
    session.flush()
    access.log(session, events.MemberInvited(invitation.id, roles=given.roles))
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
    access.log(session, events.MemberUninvited(invitation.id))


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
