"""The log: who did what and when, as far as the person who reads may know."""

from uuid import UUID

from flask import render_template

from intercoder.policy import Permission
from intercoder.services import log
from intercoder.services.access import Access
from intercoder.web.access import needs
from intercoder.web.arguments import chosen, identifier
from intercoder.web.pages import at_tab
from intercoder.web.project import activity
from intercoder.web.project.blueprint import blueprint
from intercoder.web.session import db

PAGE = 50


@blueprint.get("/projects/<uuid:project>/log", endpoint="log")
@needs(Permission.LOG_VIEW, "project")
def log_page(access: Access, project: UUID) -> str:
    """Show a page of the log, newest first."""
    at_tab("log")
    group = chosen("group", ("all", *activity.GROUPS), "all")
    before, after = identifier("before"), identifier("after")
    kinds = None if group == "all" else activity.GROUPS[group]
    rows = log.rows(db(), access, before=before, after=after, kinds=kinds, limit=PAGE + 1)
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if after is not None:
        rows.reverse()
    return render_template(
        "project/log.html",
        lines=activity.lines(access, rows),
        group=group,
        groups=activity.GROUPS,
        older=more if after is None else bool(rows),
        newer=before is not None or (after is not None and more),
    )
