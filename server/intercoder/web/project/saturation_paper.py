"""The paragraph on saturation for a paper, in English and in Chinese."""

from uuid import UUID

from flask import render_template

from intercoder.language import LANGUAGES, speaking
from intercoder.policy import Permission
from intercoder.services.access import Access
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.project.saturation import Asked
from intercoder.web.session import db


@page(blueprint, "/projects/<uuid:project>/saturation/paper", Permission.SATURATION_VIEW, tab="saturation")
def saturation_paper(access: Access, project: UUID, query: Asked) -> str:
    """Everything that a methodologist asks for, to be copied."""
    from intercoder.reports.saturation_paper import told  # its figures need numpy, which the other pages do without

    of = told(db(), access, query.wanted)
    paragraphs = []
    for code, spoken in LANGUAGES.items():
        with speaking(code):
            paragraphs.append((code, spoken.tag, of.paragraph()))
    return render_template(
        "project/saturation_paper.html",
        paragraphs=paragraphs,
        open_rounds=of.picture.provenance.open_rounds,
        back=query.address("project.saturation", project),
    )
