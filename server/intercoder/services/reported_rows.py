"""The long tables of a report, a part at a time: its codes, and its documents; each worst first, as its page has them."""

from dataclasses import replace

from sqlalchemy.orm import Session

from intercoder.models import AgreementReport, ReportSection
from intercoder.services.paging import BEGINNING, Asked, Page, part_of
from intercoder.services.results import HEADLINE, open_cells, open_page, open_report
from intercoder.stats.agreement.results import CodeAgreement, DocumentAgreement
from intercoder.stats.results import worst_first


def reported_codes(session: Session, report: AgreementReport, asked: Asked = BEGINNING) -> Page[CodeAgreement]:
    """Return some codes over all coders: lowest alpha first, then those applied fewer than 5 times; none of a report by free span.

    Reads the codes of the part alone.
    """
    contents = open_page(session, report)
    names = {code.id: code.name for code in contents.provenance.codes}
    ordered = sorted(contents.brief, key=lambda row: (row.few_positives, *worst_first(row.alpha), names[row.code]))
    part = part_of([row.code for row in ordered], asked)
    opened = replace(contents, cells=open_cells(session, report, part.rows))
    rows = opened.rows_of(part.rows)
    return part.map(lambda code: rows[code])


def reported_documents(session: Session, report: AgreementReport, asked: Asked = BEGINNING) -> Page[DocumentAgreement]:
    """Return some documents, lowest alpha first."""
    contents = open_report(session, report, ReportSection.SUMMARY, ReportSection.DOCUMENTS)
    titles = {document.id: document.title for document in contents.provenance.documents}
    return part_of(
        sorted(contents.documents, key=lambda row: (*worst_first(row.estimates[HEADLINE].value), titles[row.document])),
        asked,
    )
