"""Information power in the place of saturation, for studies whose method rejects it."""

from uuid import UUID

from flask import render_template

from intercoder.language import LANGUAGES, speaking
from intercoder.policy import Permission
from intercoder.reports import information_power as words
from intercoder.services import information_power as judged
from intercoder.services.access import Access
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.session import db


@page(blueprint, "/projects/<uuid:project>/information-power", Permission.PROJECT_VIEW, tab="information_power")
def information_power(access: Access, project: UUID) -> str:
    """Show what was judged, the paragraph for the paper, and the form of a new judgement."""
    shown = judged.judgements_of_power(db(), access)
    paragraphs = []
    for code, spoken in LANGUAGES.items() if shown else ():
        with speaking(code):
            paragraphs.append((code, spoken.tag, words.paragraph(shown[0])))
    return render_template(
        "project/information_power.html",
        judgements=[(one, words.verdict(one), words.said_of(one)) for one in shown],
        latest=words.vars_of(shown[0]) if shown else {},
        dimensions=words.dimensions(),
        paragraphs=paragraphs,
        send=f"/api/v1/projects/{project}/information-power",
    )
