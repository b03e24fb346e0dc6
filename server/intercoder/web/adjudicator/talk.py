"""The talk about one place, as a page and as a part of the desk."""

from uuid import UUID

from flask import render_template

from intercoder.policy import Permission
from intercoder.services import threads
from intercoder.services.access import RoundAccess
from intercoder.services.disagreements import get_disagreement
from intercoder.web.adjudicator.blueprint import blueprint
from intercoder.web.pages import page
from intercoder.web.session import db


@page(blueprint, "/disagreements/<uuid:disagreement>/talk", Permission.DISAGREEMENTS_VIEW, tab="adjudication")
def talk(access: RoundAccess, disagreement: UUID) -> str:
    """Return the talk about a place; the desk takes it from here once it is in view, and again when somebody speaks."""
    d = get_disagreement(db(), access, disagreement)
    told = threads.threads(db(), access, disagreement)
    return render_template(
        "adjudicator/talk.html",
        d=d,
        threads=told,
        called=threads.called_at(db(), access, d),
        contested=any(one.contests for one in told),
        may_speak=access.may(Permission.DISCUSS),
        may_contest=threads.may_contest(access),
    )
