"""Agreement reports as they are kept: every format that was ever written opens, section by section."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict
from intercoder.models import AgreementReport, ReportContent, ReportLevel, ReportSection, Round, Unit
from intercoder.policy import Permission
from intercoder.reports.independence import independence_note
from intercoder.services import agreement, results, rounds
from intercoder.stats.agreement.results import AgreementReport as Result

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


def test_a_report_of_format_1_opens_and_says_that_independence_was_not_computed(cast: Cast) -> None:
    round_id = cast.round()
    old = json.loads((STORED / "agreement_report_format_1.json").read_text("utf-8"))
    with cast.database.transaction() as session:
        row = AgreementReport(
            project_id=cast.project,
            round_id=round_id,
            unit=Unit(old["unit"]),
            level=ReportLevel(old["level"]),
            format=1,
            provenance=old["provenance"],
            coefficient="alpha",
            value=old["value"],
            n_pairable=old["n_pairable"],
            created_by=cast.people["lena"].id,
            created_at=datetime.now(UTC),
        )
        session.add(row)
        session.flush()
        session.add_all(
            ReportContent(report_id=row.id, section=ReportSection(section), content=content)
            for section, content in old["sections"].items()
        )
        session.flush()
        opened = results.open_report(session, row)
        assert opened.result().overall["alpha"].value == old["value"]
        assert (opened.provenance.independence, opened.summary.independent) == (None, None)
        assert "not computed" in independence_note(opened.provenance, opened.summary).sentence


def test_a_report_reads_back_equal_to_what_was_computed(cast: Cast, compared_round: UUID) -> None:
    with cast.database.reading() as session:
        report = agreement.reports(session, compared_round)[0]
        comparison = agreement.compare(session, session.get_one(Round, compared_round), report.unit, report.level)
        computed = agreement.compute(comparison)
        opened = results.open_report(session, report)
        assert report.format == results.FORMAT
        assert opened.result() == computed
        assert opened.provenance == agreement.provenance(session, comparison)
        assert isinstance(opened.result(), Result)


def test_the_headline_in_the_columns_is_that_of_the_result(cast: Cast, compared_round: UUID) -> None:
    with cast.database.reading() as session:
        report = agreement.reports(session, compared_round)[0]
        alpha = results.open_report(session, report, ReportSection.SUMMARY).summary.overall["alpha"]
        assert (report.coefficient, report.value, report.reason) == ("alpha", alpha.value, alpha.reason)
        assert (report.n_pairable, report.interval_reason) == (alpha.n_pairable, alpha.interval_reason)


def test_a_section_is_read_without_the_others(cast: Cast, compared_round: UUID) -> None:
    with cast.database.reading() as session:
        opened = results.open_report(session, agreement.reports(session, compared_round)[0], ReportSection.PAIRS)
        assert [sorted(pair.coders) for pair in opened.pairs] == [sorted(str(cast.people[n].id) for n in ("ai", "bo"))]
        with pytest.raises(KeyError):
            _ = opened.codes


def test_lists_of_reports_load_no_section(cast: Cast, compared_round: UUID) -> None:
    statements: list[str] = []

    def keep(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    sa.event.listen(cast.database.engine, "before_cursor_execute", keep)
    with cast.database.reading() as session:
        assert [r.round_id for r in agreement.reports(session, compared_round)] == [compared_round]
    assert not any("report_content" in s or "provenance" in s for s in statements)


def test_a_report_whose_round_was_reopened_while_it_was_computed_is_not_kept(cast: Cast, compared_round: UUID) -> None:
    with cast.database.reading() as session:
        comparison = agreement.compare(
            session, session.get_one(Round, compared_round), Unit.SENTENCE, ReportLevel.AS_CODED
        )
        made_of = agreement.provenance(session, comparison)
    result = agreement.compute(comparison, resamples=0)
    for verb in (rounds.reopen_round, rounds.close_round):  # closed again, yet not the round that was compared
        with cast.database.transaction() as session:
            verb(session, cast.access(session, "lena", Permission.ROUND_MANAGE, "round", compared_round))
        with cast.database.transaction() as session, pytest.raises(Conflict, match="in the meantime"):
            agreement.store_report(
                session, cast.people["lena"].id, comparison, made_of, results.freeze(result, made_of)
            )
