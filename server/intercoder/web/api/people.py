"""The API of the person who asks: account, access tokens, projects."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from intercoder.models import Role
from intercoder.policy import Permission
from intercoder.services import accounts, projects, tokens
from intercoder.services.access import Access
from intercoder.services.accounts import Actor
from intercoder.services.describing import said
from intercoder.services.projects import NewProject, ProjectChange
from intercoder.services.tokens import NewToken
from intercoder.web.api.endpoint import Created, endpoint, location
from intercoder.web.api.shapes import Out
from intercoder.web.session import db


class Me(Out):
    """The person who asks."""

    id: UUID
    name: str
    email: str
    language: str | None
    is_admin: bool


@endpoint("GET", "/me", Permission.SIGNED_IN, tag="account")
def me(actor: Actor) -> Me:
    """The person who asks."""
    return Me.of(actor)


# --- access tokens -------------------------------------------------------------------------------


class TokenOut(Out):
    """An access token, without its secret."""

    id: UUID
    name: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


class TokenMade(TokenOut):
    """A new access token: the only time that its secret is shown."""

    token: str


@endpoint("GET", "/tokens", Permission.SIGNED_IN, tag="account")
def list_tokens(actor: Actor) -> list[TokenOut]:
    """The person's access tokens, without their secrets."""
    return [TokenOut.of(token, expires_at=token.ends_at) for token in tokens.tokens_of(db(), actor.id)]


@endpoint("POST", "/tokens", Permission.BROWSER, tag="account")
def create_token(actor: Actor, body: NewToken) -> Created[TokenMade]:
    """Make an access token; its secret is shown this once."""
    token, secret = tokens.create_token(db(), actor.id, body)
    return Created(TokenMade.of(token, token=secret))


@endpoint("DELETE", "/tokens/<uuid:token>", Permission.SIGNED_IN, tag="account")
def delete_token(actor: Actor, token: UUID) -> None:
    """End an access token at once."""
    tokens.delete_token(db(), actor.id, token)


# --- signed-in browsers --------------------------------------------------------------------------


class BrowserOut(Out):
    """A browser in which the person is signed in."""

    id: UUID
    agent: str
    created_at: datetime
    seen_at: datetime


@endpoint("GET", "/browsers", Permission.SIGNED_IN, tag="account")
def list_browsers(actor: Actor) -> list[BrowserOut]:
    """The browsers in which the person is signed in, the latest first."""
    return [BrowserOut.of(kept) for kept in accounts.sessions_of(db(), actor.id)]


@endpoint("DELETE", "/browsers/<uuid:browser>", Permission.BROWSER, tag="account")
def end_browser(actor: Actor, browser: UUID) -> None:
    """Sign a browser out at once."""
    accounts.end_browser(db(), actor.id, browser)


# --- projects ------------------------------------------------------------------------------------


class ProjectOut(Out):
    """A project."""

    id: UUID
    name: str
    description: str
    language: str
    coders_may_rule: bool
    coders_see_drift: bool
    masked_names: bool
    coders_see_rulings: bool
    information_power: bool
    created_at: datetime


class ProjectWithRoles(ProjectOut):
    """A project and what the person who asks does in it."""

    roles: list[Role]


class OneProject(ProjectWithRoles):
    """A project, and how it describes its materials, as PATCH takes it."""

    source_types: dict[str, str]
    case_attributes: dict[str, str]
    document_attributes: dict[str, str]
    citation: str


@endpoint("GET", "/projects", Permission.SIGNED_IN, tag="projects")
def list_projects(actor: Actor) -> list[ProjectWithRoles]:
    """The projects in which the person is a member."""
    return [ProjectWithRoles.of(m.project, roles=m.roles) for m in projects.projects_of(db(), actor)]


@endpoint("POST", "/projects", Permission.SIGNED_IN, tag="projects")
def create_project(actor: Actor, body: NewProject) -> Created[ProjectOut]:
    """Start a project; its creator leads it."""
    project = projects.create_project(db(), actor, body)
    return Created(ProjectOut.of(project), location("projects", project.id))


@endpoint("GET", "/projects/<uuid:project>", Permission.PROJECT_VIEW, tag="projects")
def get_project(access: Access) -> OneProject:
    """One project."""
    described = asdict(said(access.project.described))
    return OneProject.of(access.project, roles=sorted(access.roles), **described)


@endpoint("PATCH", "/projects/<uuid:project>", Permission.PROJECT_EDIT, tag="projects")
def change_project(access: Access, body: ProjectChange) -> ProjectOut:
    """Rename a project, describe it or its materials anew, or say whether adjudicators may rule on documents that they coded."""
    return ProjectOut.of(projects.change_project(db(), access, body))
