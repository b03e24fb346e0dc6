"""The log: who did what and when, as far as the person who reads may know."""

from flask import render_template

from intercoder.policy import Permission
from intercoder.services import log
from intercoder.services.access import Access
from intercoder.web import activity
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.queries import PartQuery
from intercoder.web.session import db

PAGE = 50


class RowsAsked(PartQuery):
    """Which rows of the log: of a group of things, from where on."""

    group: activity.Group = activity.Group.ALL


@page(blueprint, "/projects/<uuid:project>/log", Permission.LOG_VIEW, tab="log", name="log")
def log_page(access: Access, query: RowsAsked) -> str:
    """Show a page of the log, newest first."""
    part = log.rows(db(), access, query.part(PAGE), kinds=activity.GROUPS.get(query.group))
    return render_template(
        "project/log.html",
        lines=activity.lines(access, part.rows),
        part=part,
        group=query.group,
        groups=activity.GROUPS,
    )
