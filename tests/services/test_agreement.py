"""Agreement reports: by units that the round offers, frozen with what they were computed from, marked when they are stale."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.errors import Conflict, InvalidInput, NotFound
from intercoder.models import MakeReport, ReportLevel, Unit
from intercoder.policy import Permission
from intercoder.services import agreement, gathering, report_choices, results, rounds, segments
from intercoder.services.codebook import CodeChange, change_code
from intercoder.services.coded_units import Cell, Only


def test_a_report_says_what_it_was_computed_from_and_opens_its_evidence(cast: Cast, compared_round: UUID) -> None:
    with cast.database.reading() as session:
        report = agreement.reports(session, compared_round)[0]
        access = cast.access(session, "lena", Permission.AGREEMENT_VIEW, "report", report.id)
        opened = results.open_report(session, report)
        made_of = opened.provenance
        assert {c.name for c in made_of.coders} == {"Ai", "Bo"}
        assert (made_of.codebook_version, made_of.unit, made_of.submitted) == (1, "sentence", 2)
        assert "krippendorff" in made_of.software
        row = next(row for row in opened.codes if row.code == str(cast.codes["l3"]))
        evidence = segments.segments(session, access, report, Cell(code=cast.codes["l3"])).rows
        assert len(evidence) == row.units_used
        differing = segments.segments(session, access, report, Cell(code=cast.codes["l3"], only=Only.DIFFER)).rows
        assert [s.text for s in differing] == ["陈总：没有信任什么都谈不了。"]
        assert differing[0].codes[str(cast.people["bo"].id)] == ("平台把数据开放",)


def test_agreement_at_a_higher_level_forgives_sibling_codes(cast: Cast, compared_round: UUID) -> None:
    with cast.database.reading() as session:
        round_ = cast.access(session, "lena", Permission.AGREEMENT_VIEW, "round", compared_round).round
        assert round_ is not None
        percent = {
            level: agreement.compute(gathering.compare(session, round_, Unit.SENTENCE, level), NO_DRAWS)
            .overall["percent"]
            .value
            for level in (ReportLevel.AS_CODED, ReportLevel.THEME)
        }
    as_coded, theme = percent[ReportLevel.AS_CODED], percent[ReportLevel.THEME]
    assert as_coded is not None
    assert theme is not None
    assert theme > as_coded


NO_DRAWS = MakeReport(Unit.SENTENCE, resamples=0)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("unit", "offered"),
    [
        ("span", ["sentence", "paragraph", "turn", "row", "document", "span"]),
        ("sentence", ["sentence", "paragraph", "turn", "row", "document"]),
        ("paragraph", ["paragraph", "document"]),
        ("turn", ["turn", "document"]),
    ],
)
def test_a_round_is_compared_by_units_no_smaller_than_those_it_was_coded_by(
    cast: Cast, unit: str, offered: list[str]
) -> None:
    round_id = cast.round(unit=Unit(unit))
    cast.close(round_id, unfinished=True)
    with cast.acting("lena", Permission.AGREEMENT_RUN, "round", round_id) as (session, access):
        assert list(report_choices.units_offered(access.round)) == offered
        for wanted in (Unit.SENTENCE, Unit.PARAGRAPH):
            if wanted.value in offered:
                assert agreement.start_report(session, access, MakeReport(wanted)).round_id == round_id
            else:
                with pytest.raises(InvalidInput, match="can be compared by"):
                    agreement.start_report(session, access, MakeReport(wanted))


@pytest.mark.sqlite
def test_a_report_keeps_the_names_of_its_day(cast: Cast, compared_round: UUID) -> None:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        change_code(session, access, cast.codes["l1"], None, CodeChange(name="旧设备上网"))
    with cast.database.reading() as session:
        (report,) = agreement.reports(session, compared_round)
        names = {code.name for code in results.open_report(session, report).provenance.codes}
    assert "旧机器接上网" in names
    assert "旧设备上网" not in names


@pytest.mark.sqlite
def test_what_is_shown_is_the_latest_report_of_each_compared_round_unless_it_is_stale(
    cast: Cast, compared_round: UUID
) -> None:
    other = cast.compared_round()
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.AGREEMENT_RUN, "round", compared_round)
        comparison = gathering.compare(session, access.round, Unit.SENTENCE, ReportLevel.CONCEPT)
        made_of = agreement.provenance(session, comparison, NO_DRAWS)
        numbers = agreement.compute(comparison, NO_DRAWS)
        second = agreement.store_report(
            session, access.actor.id, comparison, made_of, results.freeze(numbers, made_of)
        ).id
    with cast.database.reading() as session:
        latest = agreement.latest_reports(session, cast.access(session, "lena", Permission.AGREEMENT_VIEW))
        assert [(r.round_id, r.id == second) for r in latest] == [(compared_round, True), (other, False)]
        made = agreement.reports_by_round(session, cast.access(session, "lena", Permission.AGREEMENT_VIEW))
        assert {round_id: len(reports) for round_id, reports in made.items()} == {compared_round: 2, other: 1}
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", compared_round) as (session, access):
        rounds.reopen_round(session, access)
        rounds.close_round(session, access)  # and is not compared again yet
    with cast.database.reading() as session:
        assert [
            r.round_id
            for r in agreement.latest_reports(session, cast.access(session, "lena", Permission.AGREEMENT_VIEW))
        ] == [other]
        assert all(r.stale_at is not None for r in agreement.reports(session, compared_round))


@pytest.mark.sqlite
def test_no_number_is_told_of_a_round_that_is_open(cast: Cast) -> None:
    round_id = cast.coded_round()
    for person in ("lena", "ai", "ada", "olga"):
        door = cast.acting(person, Permission.AGREEMENT_VIEW, "round", round_id)
        with pytest.raises(Conflict, match="blind until it closes"), door:
            pass


@pytest.mark.sqlite
def test_a_report_of_another_project_is_not_found(cast: Cast, compared_round: UUID) -> None:
    with cast.database.reading() as session:
        (report,) = agreement.reports(session, compared_round)
        with pytest.raises(NotFound):
            agreement.get_report(session, cast.other_project, report.id)
