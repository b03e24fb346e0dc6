"""The log: who did what and when, as far as the person who reads may know."""

from uuid import UUID

from flask import render_template

from intercoder.policy import Permission
from intercoder.services import log
from intercoder.services.access import Access
from intercoder.web.pages import Query, page
from intercoder.web.project import activity
from intercoder.web.project.blueprint import blueprint
from intercoder.web.session import db

PAGE = 50


class Asked(Query):
    """Which rows of the log: of a group of things, before or after one that is known."""

    group: activity.Group = activity.Group.ALL
    before: UUID | None = None
    after: UUID | None = None


@page(blueprint, "/projects/<uuid:project>/log", Permission.LOG_VIEW, tab="log", name="log")
def log_page(access: Access, query: Asked) -> str:
    """Show a page of the log, newest first."""
    kinds = activity.GROUPS.get(query.group)
    rows = log.rows(db(), access, before=query.before, after=query.after, kinds=kinds, limit=PAGE + 1)
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if query.after is not None:
        rows.reverse()
    return render_template(
        "project/log.html",
        lines=activity.lines(access, rows),
        group=query.group,
        groups=activity.GROUPS,
        older=more if query.after is None else bool(rows),
        newer=query.before is not None or (query.after is not None and more),
    )
