"""The paragraph on saturation for a paper, in English and in Chinese."""

from uuid import UUID

from flask import render_template

from intercoder.language import LANGUAGES, speaking
from intercoder.policy import Permission
from intercoder.services import hold_out, judgements, saturation
from intercoder.services.access import Access
from intercoder.stats.saturation.study.whose import View
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.project.saturation import Asked
from intercoder.web.session import db


@page(blueprint, "/projects/<uuid:project>/saturation/paper", Permission.SATURATION_VIEW, tab="saturation")
def saturation_paper(access: Access, project: UUID, query: Asked) -> str:
    """Everything that a methodologist asks for, to be copied."""
    from intercoder.reports.saturation_paper import (
        paragraph,  # its figures need numpy, which the other pages do without
    )

    rounds = saturation.visible_rounds(db(), access)
    picture = saturation.picture(db(), access, query.wanted, rounds)
    view = View.of(query.view)
    coder = saturation.coders(db(), rounds).get(view.coder, "")
    rules = judgements.rules(db(), access, query.wanted, picture.count)
    declarations, notes = judgements.declarations(db(), access), judgements.notes(db(), access)
    reserves = hold_out.reserves(db(), access)
    test = hold_out.latest(reserves)
    found = hold_out.verdict(db(), access, test.row, view) if test else None
    paragraphs = []
    for code, spoken in LANGUAGES.items():
        with speaking(code):
            text = paragraph(picture, rules, declarations, notes, reserves, found, coder)
            paragraphs.append((code, spoken.tag, text))
    return render_template(
        "project/saturation_paper.html",
        paragraphs=paragraphs,
        open_rounds=picture.provenance.open_rounds,
        back=query.address("project.saturation", project),
    )
