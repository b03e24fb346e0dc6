"""What the page of a report shows is one row, which says what the sections say."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.models import ReportPage
from intercoder.services import agreement, report_pages, results


def test_the_page_of_a_report_is_read_in_one_piece_and_as_its_sections_say(cast: Cast, compared_round: UUID) -> None:
    with cast.database.transaction() as session:
        report = agreement.reports(session, compared_round)[0]
        whole = results.open_report(session, report)
        found = []
        for _ in range(2):  # as it is kept, and as a report of before this was kept is read
            session.expire_all()
            page = results.open_page(session, report)
            assert page.provenance == whole.provenance
            found.append((page.provenance, page.summary, page.brief, page.pairs, page.left_out, page.remedies))
            assert sorted(page.documents, key=repr) == sorted(whole.documents, key=repr)
            assert page.confusions == whole.confusions
            session.execute(sa.delete(ReportPage))
        assert found[0] == found[1]
        assert found[0] == (
            whole.provenance,
            whole.summary,
            tuple(code.brief() for code in whole.codes),
            whole.pairs,
            whole.left_out,
            whole.remedies,
        )


def test_the_documents_and_confusions_on_the_page_of_a_report_are_the_first_ones(
    cast: Cast, compared_round: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cast.database.reading() as session:
        report = agreement.reports(session, compared_round)[0]
        whole = results.open_report(session, report)
        computed, made_of = whole.result(), whole.provenance
    one, low = computed.by_document[0], replace(computed.by_document[0].estimates["alpha"], value=-1.0)
    other = replace(one, estimates={**one.estimates, "alpha": low})
    monkeypatch.setattr(report_pages, "DOCUMENTS", 1)
    monkeypatch.setattr(report_pages, "CONFUSIONS", 1)
    frozen = results.freeze(replace(computed, by_document=(one, other)), made_of)
    with cast.database.transaction() as session:
        frozen.report.project_id, frozen.report.round_id = cast.project, compared_round
        frozen.report.created_by, frozen.report.created_at = cast.people["lena"].id, datetime.now(UTC)
        results.keep(session, frozen)
        page = results.open_page(session, frozen.report)
        assert (page.documents, page.confusions) == ((other,), computed.confusions[:1])
