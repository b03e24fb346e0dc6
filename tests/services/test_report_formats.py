"""Reports of the oldest format, which kept everything in one piece."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from cast import Cast
from intercoder.models import AgreementReport, ReportContent, ReportLevel, ReportSection, Unit
from intercoder.services import results
from intercoder.services.report_formats import SECTION_OF, upgrade_0

STORED = Path(__file__).parent / "stored"


def kept_since_format_0(cast: Cast, round_id: UUID) -> UUID:
    """Put the report of the first version into the database as the migration leaves it."""
    old = json.loads((STORED / "agreement_report_format_0.json").read_text("utf-8"))
    with cast.database.transaction() as session:
        row = AgreementReport(
            project_id=cast.project,
            round_id=round_id,
            unit=Unit(old["unit"]),
            level=ReportLevel(old["level"]),
            format=0,
            provenance=old["provenance"],
            coefficient="alpha",
            value=old["result"]["overall"]["alpha"]["value"],
            n_pairable=old["result"]["overall"]["alpha"]["n_pairable"],
            created_by=cast.people["lena"].id,
            created_at=datetime.now(UTC),
        )
        session.add(row)
        session.flush()
        session.add(ReportContent(report_id=row.id, section=ReportSection.WHOLE, content=old["result"]))
        return row.id


def test_a_report_of_format_0_opens_with_the_same_numbers(cast: Cast) -> None:
    identifier = kept_since_format_0(cast, cast.round())
    old = json.loads((STORED / "agreement_report_format_0.json").read_text("utf-8"))
    with cast.database.reading() as session:
        opened = results.open_report(session, session.get_one(AgreementReport, identifier))
        assert opened.result().to_json() == old["result"]
        assert [coder.name for coder in opened.provenance.coders] == ["Ai", "Bo"]
        assert (opened.provenance.unit, opened.provenance.level) == (Unit.SENTENCE, ReportLevel.AS_CODED)


def test_a_result_in_one_piece_becomes_the_sections_of_today() -> None:
    old = json.loads((STORED / "agreement_report_format_0.json").read_text("utf-8"))["result"]
    sections = {section: json.loads(text) for section, text in upgrade_0(old).items()}
    assert sections.keys() == {ReportSection.SUMMARY, *SECTION_OF.values()}
    assert {**sections[ReportSection.SUMMARY], **{name: sections[kept] for name, kept in SECTION_OF.items()}} == old
