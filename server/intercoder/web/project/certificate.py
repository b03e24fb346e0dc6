"""The certificate of independence of a round: the page, and the PDF in each language."""

from typing import Literal
from uuid import UUID

from flask import Response, render_template

from intercoder.clock import now
from intercoder.language import LANGUAGES, language, speaking
from intercoder.policy import Permission
from intercoder.reports.certificate import COMMAND, certificate_pdf, written
from intercoder.services.access import RoundAccess
from intercoder.services.certificate import certificate
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.queries import Query
from intercoder.web.session import db


@page(blueprint, "/rounds/<uuid:round>/certificate", Permission.AGREEMENT_VIEW, tab="rounds", name="certificate")
def certificate_page(access: RoundAccess, round: UUID) -> str:
    """Show who submitted what when, and what each could see before."""
    words = written(certificate(db(), access, now()))
    return render_template(
        "project/certificate.html", words=words, command=COMMAND, round=access.round, languages=LANGUAGES
    )


class InLanguage(Query):
    """In which language; the reader's own when none is named."""

    language: Literal["en", "zh"] | None = None


@page(
    blueprint, "/rounds/<uuid:round>/certificate.pdf", Permission.AGREEMENT_VIEW, tab="rounds", name="certificate_pdf"
)
def pdf_of_certificate(access: RoundAccess, round: UUID, query: InLanguage) -> Response:
    """Send the certificate as a PDF."""
    told = certificate(db(), access, now())
    code = query.language or language()
    with speaking(code):
        made = certificate_pdf(told)
    name = f"certificate-round-{told.number}-{code}.pdf"
    return Response(made, mimetype="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'})
