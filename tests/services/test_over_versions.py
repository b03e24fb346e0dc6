"""A report beside that of the round before: alpha then and now, and what changed between the versions of the codebook."""

from uuid import UUID

import sqlalchemy as sa

from cast import Cast
from intercoder.models import AgreementReport, ReportLevel, ReportSection, RoundState, Unit
from intercoder.models import Round as RoundRow
from intercoder.policy import Permission
from intercoder.services import codebook, over_versions, versions
from intercoder.services.access import RoundAccess
from intercoder.services.agreement import get_report
from intercoder.services.over_versions import OverVersions
from intercoder.services.results import open_report
from services.settled import make_test, settled_study


def over(cast: Cast, round_id: object, person: str = "olga") -> OverVersions | None:
    with cast.database.reading() as session:
        row = session.scalars(sa.select(AgreementReport).where(AgreementReport.round_id == round_id)).one()
        access = cast.access(session, person, Permission.AGREEMENT_VIEW, "report", row.id)
        assert isinstance(access, RoundAccess)
        row = get_report(session, access.project.id, row.id)
        contents = open_report(session, row, ReportSection.SUMMARY, ReportSection.BRIEF)
        return over_versions.over_versions(session, access, contents)


def change_definition(cast: Cast, code: str, definition: str) -> None:
    """Publish another version in which a code is defined otherwise."""
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.CODEBOOK_EDIT)
        change = codebook.CodeChange(definition=definition)
        codebook.change_code(session, access, cast.codes[code], None, change)
        cast.version = versions.publish(session, access, "next").id


def test_a_code_stands_beside_what_it_was_and_beside_what_its_definition_said(cast: Cast, compared_round: UUID) -> None:
    assert over(cast, compared_round) is None
    change_definition(cast, "l3", "平台向商户开放数据")
    second = cast.compared_round()
    found = over(cast, second)
    assert found is not None
    assert found.earlier.round_id == compared_round
    assert (found.before, found.now) == (1, 2)
    rows = {row.code: row for row in found.codes}
    row = rows[str(cast.codes["l3"])]
    assert row.entry.fields["definition"][1] == "平台向商户开放数据"
    assert row.before == row.now is not None
    assert row.delta == 0
    assert rows[str(cast.codes["l1"])].entry.fields == {}
    deltas = [abs(row.delta) for row in found.codes if row.delta is not None]
    assert deltas == sorted(deltas, reverse=True)


def test_what_cannot_stand_beside_it_is_passed_over(cast: Cast) -> None:
    first, second, third = (cast.compared_round() for _ in range(3))

    def earlier() -> object:
        found = over(cast, third)
        return found and found.earlier.round_id

    assert earlier() == second
    of_second = AgreementReport.round_id == second
    for change in ({"unit": Unit.PARAGRAPH}, {"level": ReportLevel.THEME}, {"narrowed": True}):
        with cast.database.transaction() as session:
            kept = session.execute(sa.select(AgreementReport.unit, AgreementReport.level).where(of_second)).one()
            session.execute(sa.update(AgreementReport).where(of_second).values(change))
        assert earlier() == first
        with cast.database.transaction() as session:
            back = {"unit": kept.unit, "level": kept.level, "narrowed": False}
            session.execute(sa.update(AgreementReport).where(of_second).values(back))
    assert earlier() == second
    # A round that was opened again is no ground to stand on.
    with cast.database.transaction() as session:
        session.execute(sa.update(RoundRow).where(RoundRow.id == second).values(state=RoundState.OPEN))
    assert earlier() == first
    with cast.database.transaction() as session:
        session.execute(sa.update(AgreementReport).where(AgreementReport.round_id == third).values(narrowed=True))
    assert earlier() is None


def test_a_round_whose_answers_are_hidden_is_passed_over_by_who_takes_a_test_on_it(cast: Cast) -> None:
    hidden = settled_study(cast, "已定甲")
    later = settled_study(cast, "已定乙")
    make_test(cast, "已定甲")
    for person, seen in (("lena", hidden), ("olga", hidden), ("ai", None)):
        found = over(cast, later, person)
        assert (found and found.earlier.round_id) == seen, person
