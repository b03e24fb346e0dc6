"""The API of accounts, projects, members and invitations."""

from typing import Any
from uuid import UUID

from flask import current_app, request

from intercoder.models import Member
from intercoder.policy import Permission
from intercoder.services import accounts, members, projects
from intercoder.services.access import Access
from intercoder.services.accounts import Actor
from intercoder.web import mail
from intercoder.web.api import schemas as s
from intercoder.web.api.endpoint import Answer, endpoint, location
from intercoder.web.session import db


@endpoint("GET", "/me", Permission.SIGNED_IN, tag="account", returns=s.Me)
def me(actor: Actor) -> Actor:
    """The person who asks."""
    return actor


@endpoint("GET", "/tokens", Permission.SIGNED_IN, tag="account", returns=list[s.TokenOut])
def list_tokens(actor: Actor) -> Any:
    """The person's access tokens, without their secrets."""
    return accounts.tokens_of(db(), actor.id)


@endpoint("POST", "/tokens", Permission.SIGNED_IN, tag="account", body=s.TokenIn, returns=s.TokenMade, status=201)
def create_token(actor: Actor, body: s.TokenIn) -> Any:
    """Make an access token; its secret is shown this once."""
    token, secret = accounts.create_token(db(), actor.id, body.name, body.days)
    made = s.TokenOut.model_validate(token)
    return {**made.model_dump(), "token": secret}


@endpoint("DELETE", "/tokens/<uuid:token>", Permission.SIGNED_IN, tag="account")
def delete_token(actor: Actor, token: UUID) -> None:
    """End an access token at once."""
    accounts.delete_token(db(), actor.id, token)


@endpoint("GET", "/projects", Permission.SIGNED_IN, tag="projects", returns=list[s.ProjectWithRoles])
def list_projects(actor: Actor) -> Any:
    """The projects in which the person is a member."""
    return [
        {**s.ProjectOut.model_validate(m.project).model_dump(), "roles": m.roles}
        for m in projects.projects_of(db(), actor)
    ]


@endpoint("POST", "/projects", Permission.SIGNED_IN, tag="projects", body=s.ProjectIn, returns=s.ProjectOut, status=201)
def create_project(actor: Actor, body: s.ProjectIn) -> Answer:
    """Start a project; its creator leads it."""
    project = projects.create_project(db(), actor, body.name, body.description, body.language)
    return Answer(project, 201, location("projects", project.id))


@endpoint(
    "GET", "/projects/<uuid:project>", Permission.PROJECT_VIEW, "project", tag="projects", returns=s.ProjectWithRoles
)
def get_project(access: Access, project: UUID) -> Any:
    """One project."""
    return {**s.ProjectOut.model_validate(access.project).model_dump(), "roles": sorted(access.roles)}


@endpoint(
    "PATCH",
    "/projects/<uuid:project>",
    Permission.PROJECT_EDIT,
    "project",
    tag="projects",
    body=s.ProjectChange,
    returns=s.ProjectOut,
)
def change_project(access: Access, project: UUID, body: s.ProjectChange) -> Any:
    """Rename a project or describe it anew."""
    return projects.change_project(db(), access, name=body.name, description=body.description)


def member_out(member: Member) -> dict[str, Any]:
    """Return a member as the API shows one."""
    return {"id": member.id, "user_id": member.user_id, "name": member.user.name, "roles": member.roles}


@endpoint(
    "GET",
    "/projects/<uuid:project>/members",
    Permission.MEMBERS_VIEW,
    "project",
    tag="members",
    returns=list[s.MemberOut],
)
def list_members(access: Access, project: UUID) -> Any:
    """The members of a project."""
    return [member_out(m) for m in members.members(db(), project)]


@endpoint(
    "PATCH",
    "/members/<uuid:member>",
    Permission.MEMBERS_MANAGE,
    "member",
    tag="members",
    body=s.RolesIn,
    returns=s.MemberOut,
)
def change_member(access: Access, member: UUID, body: s.RolesIn) -> Any:
    """Give a member other roles."""
    return member_out(members.set_roles(db(), access, member, body.roles))


@endpoint("DELETE", "/members/<uuid:member>", Permission.MEMBERS_MANAGE, "member", tag="members")
def remove_member(access: Access, member: UUID) -> None:
    """Take a person out of the project; what the person coded stays."""
    members.remove_member(db(), access, member)


@endpoint(
    "GET",
    "/projects/<uuid:project>/invitations",
    Permission.MEMBERS_MANAGE,
    "project",
    tag="invitations",
    returns=list[s.InvitationOut],
)
def list_invitations(access: Access, project: UUID) -> Any:
    """The invitations that can still be used."""
    return members.invitations(db(), project)


@endpoint(
    "POST",
    "/projects/<uuid:project>/invitations",
    Permission.MEMBERS_MANAGE,
    "project",
    tag="invitations",
    body=s.InvitationIn,
    returns=s.InvitationMade,
    status=201,
)
def create_invitation(access: Access, project: UUID, body: s.InvitationIn) -> Any:
    """Invite a person: a single-use link, mailed when the server has mail."""
    invitation, secret = members.invite(db(), access, body.email, body.roles)
    base = current_app.extensions["settings"].public_url or request.host_url.rstrip("/")
    link = f"{base}/invitations/{secret}"
    mailed = mail.send_after_commit(
        db(),
        invitation.email,
        "invitation",
        project=access.project.name,
        inviter=access.actor.name,
        link=link,
    )
    return {**s.InvitationOut.model_validate(invitation).model_dump(), "link": link, "mailed": mailed}


@endpoint("DELETE", "/invitations/<uuid:invitation>", Permission.MEMBERS_MANAGE, "invitation", tag="invitations")
def withdraw_invitation(access: Access, invitation: UUID) -> None:
    """Make an invitation's link useless."""
    members.withdraw_invitation(db(), access, invitation)


@endpoint(
    "POST",
    "/invitations/accept",
    Permission.SIGNED_IN,
    tag="invitations",
    body=s.AcceptIn,
    returns=s.MemberOut,
    status=201,
)
def accept_invitation(actor: Actor, body: s.AcceptIn) -> Any:
    """Join a project with the secret of an invitation's link."""
    member = members.accept_invitation(db(), body.token, actor.id)
    return {"id": member.id, "user_id": actor.id, "name": actor.name, "roles": member.roles}
