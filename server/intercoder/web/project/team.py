"""The team: members with their roles, and invitations."""

from uuid import UUID

from flask import render_template

from intercoder.policy import Permission
from intercoder.services import members
from intercoder.services.access import Access
from intercoder.web.access import needs
from intercoder.web.pages import at_tab
from intercoder.web.project.blueprint import blueprint
from intercoder.web.session import db


@blueprint.get("/projects/<uuid:project>/team")
@needs(Permission.MEMBERS_VIEW, "project")
def team(access: Access, project: UUID) -> str:
    """Show who is in the project, and for a lead who is invited."""
    at_tab("team")
    manage = access.may(Permission.MEMBERS_MANAGE)
    return render_template(
        "project/team.html",
        members=members.members(db(), project),
        manage=manage,
        invitations=members.invitations(db(), project) if manage else [],
    )
