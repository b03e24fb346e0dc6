"""The team: members with their roles, and invitations."""

from uuid import UUID

from flask import render_template

from intercoder.policy import Permission
from intercoder.reports.coder_sheets import in_words
from intercoder.services import coder_sheets, members
from intercoder.services.access import Access
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.session import db


@page(blueprint, "/projects/<uuid:project>/team", Permission.MEMBERS_VIEW, tab="team")
def team(access: Access, project: UUID) -> str:
    """Show who is in the project, and for a lead who is invited."""
    manage = access.may(Permission.MEMBERS_MANAGE)
    return render_template(
        "project/team.html",
        members=members.members(db(), project),
        manage=manage,
        invitations=members.invitations(db(), project) if manage else [],
        sheets=[(s, in_words(s, s.user.name)) for s in coder_sheets.readable(db(), access)],
        own=coder_sheets.own(db(), access),
    )
