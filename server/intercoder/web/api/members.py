"""The API of members and invitations."""

from datetime import datetime
from uuid import UUID

from flask import current_app, request

from intercoder.models import Member, Role
from intercoder.policy import Permission
from intercoder.services import members
from intercoder.services.access import Access
from intercoder.services.accounts import Actor
from intercoder.services.members import MemberRoles, NewInvitation
from intercoder.web import mail
from intercoder.web.api.endpoint import Created, endpoint
from intercoder.web.api.shapes import In, Name, Out
from intercoder.web.session import db


class MemberOut(Out):
    """A member of a project."""

    id: UUID
    user_id: UUID
    name: str
    roles: list[Role]


def member_out(member: Member) -> MemberOut:
    """Return a member as the API shows one."""
    return MemberOut.of(member, name=member.user.name)


@endpoint("GET", "/projects/<uuid:project>/members", Permission.MEMBERS_VIEW, tag="members")
def list_members(access: Access) -> list[MemberOut]:
    """The members of a project."""
    return [member_out(m) for m in members.members(db(), access.project.id)]


@endpoint("PATCH", "/members/<uuid:member>", Permission.MEMBERS_MANAGE, tag="members")
def change_member(access: Access, member: UUID, body: MemberRoles) -> MemberOut:
    """Give a member other roles."""
    return member_out(members.set_roles(db(), access, member, body))


@endpoint("DELETE", "/members/<uuid:member>", Permission.MEMBERS_MANAGE, tag="members")
def remove_member(access: Access, member: UUID) -> None:
    """Take a person out of the project; what the person coded stays."""
    members.remove_member(db(), access, member)


# --- invitations ---------------------------------------------------------------------------------


class InvitationOut(Out):
    """An invitation that can still be used."""

    id: UUID
    email: str
    roles: list[Role]
    created_at: datetime
    expires_at: datetime


class InvitationMade(InvitationOut):
    """A new invitation with its link: the only time that it is shown."""

    link: str
    mailed: bool


class AcceptIn(In):
    """The secret of an invitation's link."""

    token: Name


@endpoint("GET", "/projects/<uuid:project>/invitations", Permission.MEMBERS_MANAGE, tag="invitations")
def list_invitations(access: Access) -> list[InvitationOut]:
    """The invitations that can still be used."""
    return [InvitationOut.of(invitation) for invitation in members.invitations(db(), access.project.id)]


@endpoint("POST", "/projects/<uuid:project>/invitations", Permission.MEMBERS_MANAGE, tag="invitations")
def create_invitation(access: Access, body: NewInvitation) -> Created[InvitationMade]:
    """Invite a person: a single-use link, mailed when the server has mail."""
    invitation, secret = members.invite(db(), access, body)
    base = current_app.extensions["settings"].public_url or request.host_url.rstrip("/")
    link = f"{base}/invitations/{secret}"
    about = {"project": access.project.name, "inviter": access.actor.name, "link": link}
    mailed = mail.send_after_commit(db(), invitation.email, "invitation", **about)
    return Created(InvitationMade.of(invitation, link=link, mailed=mailed))


@endpoint("DELETE", "/invitations/<uuid:invitation>", Permission.MEMBERS_MANAGE, tag="invitations")
def withdraw_invitation(access: Access, invitation: UUID) -> None:
    """Make an invitation's link useless."""
    members.withdraw_invitation(db(), access, invitation)


@endpoint("POST", "/invitations/accept", Permission.SIGNED_IN, tag="invitations")
def accept_invitation(actor: Actor, body: AcceptIn) -> Created[MemberOut]:
    """Join a project with the secret of an invitation's link."""
    member = members.accept_invitation(db(), body.token, actor.id)
    return Created(MemberOut.of(member, name=actor.name))
