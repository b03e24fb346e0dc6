"""The page of two adjudicators: places drawn to be ruled on by both, how far they agree, and where they do not."""

from collections.abc import Mapping

from flask import render_template

from intercoder.language import LANGUAGES, speaking
from intercoder.models import DrawnFrom, TwiceState
from intercoder.policy import Permission
from intercoder.reports.numbers import ends, number, percent, remark
from intercoder.reports.rulers import paragraph
from intercoder.services import between_rulers, disagreements
from intercoder.services.access import RoundAccess
from intercoder.services.round_plans import MOST_SEEDS
from intercoder.web.adjudicator.blueprint import blueprint
from intercoder.web.pages import page
from intercoder.web.session import db


@page(blueprint, "/rounds/<uuid:round>/adjudication/two", Permission.DISAGREEMENTS_VIEW, tab="adjudication")
def two(access: RoundAccess) -> str:
    """Show the draws and what came of them; a lead draws here, and ends a draw."""
    found = between_rulers.between_rulers(db(), access)
    return render_template(
        "adjudicator/two.html",
        found=found,
        summary=disagreements.summary(db(), access),
        paragraphs=_paragraphs(found),
        manage=access.may(Permission.ROUND_MANAGE),
        most_seeds=MOST_SEEDS - 1,
        drawn_from=DrawnFrom,
        states=TwiceState,
        numbers={"number": number, "percent": percent, "ends": ends, "remark": remark},
    )


def _paragraphs(found: between_rulers.BetweenRulers) -> Mapping[str, str]:
    """Return what a paper says of it, by language."""
    said = {}
    for code in LANGUAGES:
        with speaking(code):
            said[code] = paragraph(found)
    return said
