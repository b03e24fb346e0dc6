"""How far a study is, for those who may see it: by round, coder or case."""

from uuid import UUID

from flask import render_template

from intercoder.clock import now
from intercoder.policy import Permission
from intercoder.services.access import Access, blind_rounds
from intercoder.services.funnel import By, funnels
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.queries import Query
from intercoder.web.session import db


class FunnelQuery(Query):
    """By what the tasks are counted."""

    by: By = By.ROUND


@page(blueprint, "/projects/<uuid:project>/progress", Permission.PROGRESS_VIEW, tab="rounds")
def progress(access: Access, project: UUID, query: FunnelQuery) -> str:
    """Show how far the tasks of the study are."""
    return render_template(
        "project/progress.html",
        by=query.by,
        rows=funnels(db(), access, query.by, now().date()),
        blind=blind_rounds(db(), project, access.actor.id),
    )
