"""What the page of a report shows, in one piece: one row to read, instead of whole sections of which a few lines are seen.

A section in it is as it is kept by itself, but for those that are cut: the documents with the lowest alpha, and the codes
most confused. What is left out is read from the section when it is asked for.
"""

import re
import zlib
from collections.abc import Mapping
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import AgreementReport, ReportPage, ReportSection
from intercoder.services.provenance import Provenance
from intercoder.stats.agreement import results as stats
from intercoder.stats.results import worst_first

#: documents, and codes in one another's place, at most
DOCUMENTS, CONFUSIONS = 25, 200
#: characters of a confusion at most: two identifiers, three names and a count
LONGEST_CONFUSION = 200
#: sections that the page of a report shows whole, and those of which it shows the first lines
ON_THE_PAGE = frozenset(
    {
        ReportSection.SUMMARY,
        ReportSection.BRIEF,
        ReportSection.PAIRS,
        ReportSection.LEFT_OUT,
        ReportSection.REMEDIES,
        ReportSection.SPANS,
    }
)
CUT = frozenset({ReportSection.DOCUMENTS, ReportSection.CONFUSIONS})
#: what a report was computed from, which is no section
PROVENANCE = "provenance"


def packed_page(provenance: str, sections: Mapping[ReportSection, str]) -> bytes:
    """Return texts of JSON, none of which has a line break, as one."""
    lines = {PROVENANCE: provenance, **{section.value: text for section, text in sections.items()}}
    return zlib.compress("\n".join(f"{name} {text}" for name, text in lines.items()).encode())


def kept_page(session: Session, report: AgreementReport) -> tuple[str, dict[ReportSection, str]] | None:
    """Return what ``packed_page`` was given; None of a report that was made before there was such a row."""
    packed = session.scalar(sa.select(ReportPage.packed).where(ReportPage.report_id == report.id))
    if packed is None:
        return None
    parts = (line.partition(" ") for line in zlib.decompress(packed).decode().split("\n"))
    lines = {name: text for name, _, text in parts}
    return lines.pop(PROVENANCE), {ReportSection(name): text for name, text in lines.items()}


def lowest_documents(result: stats.AgreementReport, provenance: Provenance) -> tuple[stats.DocumentAgreement, ...]:
    """Return the documents with the lowest alpha, in the order in which they are shown."""
    titles = {document.id: document.title for document in provenance.documents}
    ordered = sorted(
        result.by_document, key=lambda row: (*worst_first(row.estimates["alpha"].value), titles[row.document])
    )
    return tuple(ordered[:DOCUMENTS])


def first_confusions(content: str, most: int) -> str:
    """Return a text that begins with so many confusions, closed behind the last of them."""
    ends = [match.end() for match in islice(re.finditer("}", content), most)]
    return content[: ends[-1]] + "]" if ends else "[]"
