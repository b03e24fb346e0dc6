"""Agreement reports as they are kept: every format that was ever written opens, section by section."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cast import Cast
from intercoder.errors import Conflict
from intercoder.models import (
    AgreementReport,
    MakeReport,
    ReportContent,
    ReportLevel,
    ReportSection,
    Round,
    Unit,
)
from intercoder.policy import Permission
from intercoder.reports.independence import independence_note
from intercoder.services import agreement, gathering, results, rounds
from intercoder.stats.agreement.results import AgreementReport as Result
from intercoder.stats.results import plain_fields

STORED = Path(__file__).parent / "stored"

#: the report that comes of closing a round
AS_CLOSED = MakeReport(Unit.SENTENCE)


def kept_since(cast: Cast, session: Session, number: int, old: dict[str, Any]) -> AgreementReport:
    """Put a report of format 1 or 2 into the database."""
    row = AgreementReport(
        project_id=cast.project,
        round_id=cast.rounds["kept"],
        unit=Unit(old["unit"]),
        level=ReportLevel(old["level"]),
        format=number,
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
    return row


def test_a_report_of_format_2_has_its_codes_and_pairs_in_one_section(cast: Cast) -> None:
    cast.rounds["kept"] = cast.round()
    old = json.loads((STORED / "agreement_report_format_2.json").read_text("utf-8"))
    with cast.database.transaction() as session:
        row = kept_since(cast, session, 2, old)
        opened = results.open_report(session, row, cells=())
        assert opened.result().to_json()["by_code_and_pair"] == old["sections"]["code_pairs"]
        assert opened.plain()["by_code"] == old["sections"]["codes"]
        some = [cell["code"] for cell in old["sections"]["code_pairs"]][:2]
        found = opened.cells_of(some)
        assert [[plain_fields(cell) for cell in found[code]] for code in some] == [
            [cell for cell in old["sections"]["code_pairs"] if cell["code"] == code] for code in some
        ]
        assert results.open_cells(session, row, some) == {}


def test_codes_and_pairs_are_read_for_the_codes_that_are_asked_for(cast: Cast, compared_round: UUID) -> None:
    with cast.database.reading() as session:
        report = agreement.reports(session, compared_round)[0]
        opened = results.open_report(session, report)
        some = [row.code for row in opened.codes][1:3]
        part = results.open_report(session, report, ReportSection.CODE_PAIRS, cells=some)
        assert sorted(part.cells) == sorted(some)
        everything = {code: [c for c in opened.code_pairs if c.code == code] for code in some}
        assert part.cells_of(some) == everything
        assert part.cells_of(some, [frozenset({"nobody", "else"})]) == {code: [] for code in some}
        assert "by_code_and_pair" not in opened.plain()
        assert {**opened.plain(), "by_code_and_pair": []} == {**opened.result().to_json(), "by_code_and_pair": []}
        for most in (1, 2, 20):
            first = results.open_report(session, report, ReportSection.CONFUSIONS, confusions=most)
            assert first.confusions == opened.confusions[:most]
        assert opened.lowest() in {row.code for row in opened.codes}


def test_a_report_of_format_1_opens_and_says_that_independence_was_not_computed(cast: Cast) -> None:
    cast.rounds["kept"] = cast.round()
    old = json.loads((STORED / "agreement_report_format_1.json").read_text("utf-8"))
    with cast.database.transaction() as session:
        row = kept_since(cast, session, 1, old)
        opened = results.open_report(session, row)
        assert opened.result().overall["alpha"].value == old["value"]
        assert (opened.provenance.independence, opened.summary.independent) == (None, None)
        assert "not computed" in independence_note(opened.provenance, opened.summary).sentence


def test_a_report_reads_back_equal_to_what_was_computed(cast: Cast, compared_round: UUID) -> None:
    with cast.database.reading() as session:
        report = agreement.reports(session, compared_round)[0]
        comparison = gathering.compare(session, session.get_one(Round, compared_round), report.unit, report.level)
        computed = agreement.compute(comparison, AS_CLOSED)
        opened = results.open_report(session, report)
        assert report.format == results.FORMAT
        assert opened.result() == computed
        assert opened.provenance == agreement.provenance(session, comparison, AS_CLOSED)
        assert isinstance(opened.result(), Result)


def test_a_section_is_read_without_the_others(cast: Cast, compared_round: UUID) -> None:
    with cast.database.reading() as session:
        opened = results.open_report(session, agreement.reports(session, compared_round)[0], ReportSection.PAIRS)
        assert [sorted(pair.coders) for pair in opened.pairs] == [sorted(str(cast.people[n].id) for n in ("ai", "bo"))]
        with pytest.raises(KeyError):
            _ = opened.codes


def test_codes_are_sorted_and_shown_without_reading_all_of_them(cast: Cast, compared_round: UUID) -> None:
    with cast.database.transaction() as session:
        report = agreement.reports(session, compared_round)[0]
        everything = results.open_report(session, report)
        some = [code.code for code in everything.codes][1:3]
        asked = (ReportSection.SUMMARY, ReportSection.BRIEF, ReportSection.CODE_PAIRS)
        for number in (results.FORMAT, 4):
            report.format = number
            opened = results.open_report(session, report, *asked, cells=some)
            assert (ReportSection.CODES in opened.sections) is (number == 4)
            assert opened.brief == everything.brief == tuple(code.brief() for code in everything.codes)
            assert opened.rows_of(some) == {code.code: code for code in everything.codes[1:3]}
            session.execute(sa.delete(ReportContent).where(ReportContent.section == ReportSection.BRIEF))


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
        comparison = gathering.compare(
            session, session.get_one(Round, compared_round), Unit.SENTENCE, ReportLevel.AS_CODED
        )
        made_of = agreement.provenance(session, comparison, AS_CLOSED)
    result = agreement.compute(comparison, MakeReport(Unit.SENTENCE, resamples=0))
    for verb in (rounds.reopen_round, rounds.close_round):  # closed again, yet not the round that was compared
        with cast.database.transaction() as session:
            verb(session, cast.access(session, "lena", Permission.ROUND_MANAGE, "round", compared_round))
        with cast.database.transaction() as session, pytest.raises(Conflict, match="in the meantime"):
            agreement.store_report(
                session, cast.people["lena"].id, comparison, made_of, results.freeze(result, made_of)
            )
