"""The hold-out test of saturation: what is put aside, hidden, coded last and opened, and what it found."""

from uuid import UUID

from flask import render_template
from pydantic import Field

from intercoder.language import LANGUAGES, speaking
from intercoder.models import SamplingUnit
from intercoder.policy import Permission
from intercoder.services import hold_out as held
from intercoder.services import reserving, saturation
from intercoder.services.access import Access
from intercoder.stats.saturation.study.whose import View
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.project.saturation import views_offered
from intercoder.web.queries import Query
from intercoder.web.session import db

#: more boxes to tick are no choice by hand; the API takes any number
LISTED = 300


class HoldOutAsked(Query):
    """Whose codings count, what is to be put aside, and whether another reservation is being made."""

    view: str = Field(default="consensus", max_length=50)
    unit: SamplingUnit = SamplingUnit.CASE
    more: bool = False


@page(blueprint, "/projects/<uuid:project>/saturation/hold-out", Permission.SATURATION_VIEW, tab="saturation")
def hold_out(access: Access, project: UUID, query: HoldOutAsked) -> str:
    """Show the test as far as it has come; a lead without one, or who wants another, is asked what to put aside."""
    from intercoder.reports import hold_out as words  # its figures need numpy, which the other pages do without

    reserves = held.reserves(db(), access)
    latest = held.latest(reserves)
    found = held.verdict(db(), access, latest.row, View.of(query.view)) if latest else None
    asks = access.may(Permission.SATURATION_JUDGE) and (latest is None or query.more)
    offer = reserving.offer(db(), project, query.unit) if asks else None
    coders = saturation.coders(db(), saturation.visible_rounds(db(), access)) if found else {}
    paragraphs = []
    if latest is not None:
        for code, spoken in LANGUAGES.items():
            with speaking(code):
                paragraphs.append((code, spoken.tag, words.paragraph(reserves, latest, found)))
    return render_template(
        "project/hold_out.html",
        asked=query,
        latest=latest,
        found=found,
        offer=offer,
        listed=LISTED,
        rows=words.rows(found) if found else [],
        worth=words.worth(found) if found else "",
        many=words.many_in_words(latest) if latest else "",
        way=words.way_in_words(latest) if latest else "",
        history=words.history(reserves),
        paragraphs=paragraphs,
        views=views_offered(coders),
    )
