"""What a report is about: a part of its round counts as if the rest had never been coded, and several rounds as one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from cast import Cast
from intercoder.errors import Conflict, InvalidInput, NotFound
from intercoder.jobs.runner import run_next
from intercoder.models import AgreementReport, Drawn, MakeReport, ReportCoefficient, ReportLevel, ReportSelection, Unit
from intercoder.policy import Permission
from intercoder.reports.choices import choice_notes
from intercoder.services import agreement, gathering, report_choices, results, rounds, segments
from intercoder.services.access import RoundAccess
from intercoder.services.coded_units import Cell
from intercoder.services.paging import Asked
from intercoder.services.reliability_data import reliability_data
from services.settled import make_test, settled_study

SENTENCES = MakeReport(Unit.SENTENCE, resamples=20)


@pytest.fixture
def two_documents(cast: Cast) -> UUID:
    """A compared round in which both coders coded several sentences of two documents; it came with the copy."""
    return cast.rounds["two documents"]


def made(cast: Cast, round_id: UUID, wanted: MakeReport) -> UUID:
    """Have a report made; return it."""
    with cast.acting("lena", Permission.AGREEMENT_RUN, "round", round_id) as (session, access):
        assert isinstance(access, RoundAccess)
        job = agreement.start_report(session, access, wanted).id
    assert run_next(cast.database, job)
    with cast.database.reading() as session:
        return agreement.reports(session, round_id)[0].id


def opened(cast: Cast, report_id: UUID) -> results.Contents:
    with cast.database.reading() as session:
        contents = results.open_report(session, agreement.get_report(session, cast.project, report_id))
        assert contents.provenance.unit  # read while there is a session
        return contents


def values(contents: results.Contents) -> Mapping[str, float | None]:
    return {name: estimate.value for name, estimate in contents.summary.overall.items()}


def about(cast: Cast, round_id: UUID, **chosen: Any) -> results.Contents:
    selection = ReportSelection(**chosen)
    return opened(cast, made(cast, round_id, replace(SENTENCES, selection=selection)))


def test_without_codings_in_doubt_it_is_as_if_they_had_not_been_made(cast: Cast, compared_round: UUID) -> None:
    # in the compared round one coding of four of ai's is in doubt
    without = cast.round(documents=("访谈一",))
    for coder, code, quote in (
        ("ai", "l1", "把旧机器都接上了网"),
        ("bo", "l1", "把旧机器都接上了网"),
        ("bo", "l3", "没有信任什么都谈不了"),
        ("ai", "l3", "平台把数据开放给我们"),
        ("bo", "l3", "把数据开放给我们"),
        ("bo", "c1", "订单一下子掉了六成"),
    ):
        cast.code(coder, without, "访谈一", code, quote)
    for coder in ("ai", "bo"):
        cast.submit(coder, without, "访谈一")
    cast.close(without)
    certain, never, all_of_it = (
        about(cast, compared_round, doubtful=False),
        about(cast, without),
        about(cast, compared_round),
    )
    assert values(certain) == values(never) != values(all_of_it)
    assert [row.alpha for row in certain.codes] == [row.alpha for row in never.codes]
    assert certain.provenance.choices is not None
    assert certain.provenance.choices.codings_doubted == 1
    (said,) = choice_notes(certain.provenance)
    assert said == "Without codings in doubt: 1 is left out, as if it had not been made."
    with cast.database.reading() as session:
        access = cast.access(session, "olga", Permission.AGREEMENT_VIEW, "report", certain.report.id)
        assert isinstance(access, RoundAccess)
        rows = segments.segments(session, access, certain.report, Cell()).rows
        assert not any("没有信任什么都谈不了" in codes for row in rows for codes in row.codes.values())
        row = agreement.get_report(session, cast.project, certain.report.id)
        units = [*reliability_data(session, access, row).units(lambda ids: dict.fromkeys(ids, " " * 200))]
        assert sum(unit.differs for unit in units) == sum(len(set(row.codes.values())) > 1 for row in rows)


def test_some_codes_and_what_is_below_them(cast: Cast, compared_round: UUID) -> None:
    whole = about(cast, compared_round)
    trust = about(cast, compared_round, codes=(cast.codes["k2"],))
    names = {code.name for code in trust.provenance.codes}
    assert names == {"信任嵌入", "关系治理", "信任先行", "数据互信", "没有信任什么都谈不了", "平台把数据开放"}
    by_code = {row.code: row.alpha for row in whole.codes}
    # A code is present or absent in a unit whatever else stands there: its own number does not move.
    assert all(row.alpha == by_code[row.code] for row in trust.codes)
    assert trust.provenance.choices is not None
    assert (trust.provenance.choices.codes, trust.provenance.choices.codings_not_chosen) == (("信任嵌入",), 3)
    assert trust.provenance.codings_left_out == 0
    # A concept at the level of its theme: what lies beside it under the theme does not count.
    selection = ReportSelection(codes=(cast.codes["c4"],))
    by_theme = replace(SENTENCES, level=ReportLevel.THEME, selection=selection)
    lifted = opened(cast, made(cast, compared_round, by_theme))
    assert [(code.name, code.level.value) for code in lifted.provenance.codes] == [("关系治理", "theme")]
    (row,) = lifted.codes
    assert row.positives == sum(
        trust_row.positives for trust_row in trust.codes if trust_row.code == str(cast.codes["l3"])
    )
    with cast.database.reading() as session:
        access = cast.access(session, "olga", Permission.AGREEMENT_VIEW, "report", lifted.report.id)
        assert isinstance(access, RoundAccess)
        shown = segments.segments(session, access, lifted.report, Cell(), Asked(None, 50)).rows
        assert {name for row in shown for codes in row.codes.values() for name in codes} == {"关系治理"}


def test_some_documents_give_the_number_of_these(cast: Cast, two_documents: UUID) -> None:
    round_id = two_documents
    whole = about(cast, round_id)
    one = cast.documents["年报节选"]
    part = about(cast, round_id, documents=(one,))
    (of_one,) = (row for row in whole.documents if row.document == str(one))
    assert part.summary.overall["alpha"].value == of_one.estimates["alpha"].value
    assert [document.title for document in part.provenance.documents] == ["年报节选"]
    assert "1 of 2 documents, chosen one by one." in choice_notes(part.provenance)
    assert part.report.narrowed
    # What was not chosen is no work that did not come back.
    assert (part.provenance.assignments, part.provenance.submitted) == (2, 2)
    # All of them is the same as no choice, and so is everybody.
    everything = about(
        cast,
        round_id,
        documents=tuple(cast.documents[d] for d in ("访谈一", "年报节选")),
        coders=tuple(cast.people[c].id for c in ("ai", "bo")),
    )
    assert (everything.report.narrowed, choice_notes(everything.provenance)) == (False, [])


def test_several_rounds_are_one_and_a_document_counts_as_it_was_coded_last(cast: Cast, two_documents: UUID) -> None:
    first = two_documents
    second = cast.compared_round()  # 访谈一 again
    both = about(cast, first, rounds=(second,))
    of_first, of_second = about(cast, first), about(cast, second)
    units = {row.document: row.estimates["alpha"].n_pairable for row in both.documents}
    interview, yearbook = str(cast.documents["访谈一"]), str(cast.documents["年报节选"])
    by_document = {row.document: row for row in of_first.documents} | {row.document: row for row in of_second.documents}
    assert set(units) == {interview, yearbook}
    for row in both.documents:
        assert row.estimates["alpha"].value == by_document[row.document].estimates["alpha"].value
    assert [other.number for other in both.provenance.rounds] == [of_second.provenance.round.number]
    assert both.provenance.assignments == both.provenance.submitted == 4
    assert {d.id: d.round for d in both.provenance.documents} == {interview: second, yearbook: first}
    assert "1 document was coded in several of these rounds: what counts is the latest." in choice_notes(
        both.provenance
    )
    with cast.database.reading() as session:
        access = cast.access(session, "olga", Permission.AGREEMENT_VIEW, "report", both.report.id)
        assert isinstance(access, RoundAccess)
        shown = segments.segments(session, access, both.report, Cell(), Asked(None, 50)).rows
        there = cast.access(session, "olga", Permission.AGREEMENT_VIEW, "report", of_second.report.id)
        assert isinstance(there, RoundAccess)
        alone = segments.segments(session, there, of_second.report, Cell(), Asked(None, 50)).rows
        # what settling one would bring depends on all the others of its report
        of_interview = [replace(row, gain=None) for row in shown if str(row.document_id) == interview]
        assert of_interview == [replace(row, gain=None) for row in alone]
        assert len(shown) > len(alone)
        kept = agreement.get_report(session, cast.project, both.report.id)
        assert reliability_data(session, access, kept).comparison.fingerprint == both.provenance.layers_sha256


def test_a_report_of_several_rounds_is_there_only_while_all_of_them_are_compared(
    cast: Cast, two_documents: UUID
) -> None:
    first, second = two_documents, cast.compared_round()
    report = made(cast, first, replace(SENTENCES, selection=ReportSelection(rounds=(second,)), name="两轮合并"))
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", second) as (session, access):
        assert isinstance(access, RoundAccess)
        rounds.reopen_round(session, access)
    with cast.database.reading() as session:
        assert session.get_one(AgreementReport, report).stale_at is not None
        assert report not in {r.id for r in agreement.reports(session, first)}
        looking = cast.access(session, "lena", Permission.AGREEMENT_VIEW)
        assert report not in {r.id for of in agreement.reports_by_round(session, looking).values() for r in of}
        assert report not in {r.id for r in agreement.reports_to_take(session, looking)}
        for person in ("ai", "lena", "olga", "ada"):
            with pytest.raises(NotFound):
                cast.access(session, person, Permission.AGREEMENT_VIEW, "report", report)


def test_independent_layers_only(cast: Cast, compared_round: UUID) -> None:
    again = cast.compared_round()  # by the same two, of the same document: what the first told lay open
    with cast.acting("lena", Permission.AGREEMENT_RUN, "round", again) as (session, access):
        assert isinstance(access, RoundAccess)
        job = agreement.start_report(session, access, replace(SENTENCES, selection=ReportSelection(dependent=False))).id
    run_next(cast.database, job)
    with cast.database.reading() as session:
        contents = results.open_report(session, agreement.reports(session, again)[0])
        assert contents.provenance.unit
    assert contents.provenance.choices is not None
    assert len(contents.provenance.choices.layers_dependent) == 2
    assert (contents.provenance.assignments, contents.provenance.submitted) == (0, 0)
    assert (contents.summary.coders, contents.summary.overall["alpha"].reason) == ((), "no_pairable_values")
    assert "Independent layers only: 2 others are left out." in choice_notes(contents.provenance)
    assert values(about(cast, compared_round, dependent=False)) == values(about(cast, compared_round))


def test_what_is_drawn_and_the_seed_move_the_interval_alone(cast: Cast, two_documents: UUID) -> None:
    round_id = two_documents
    units = replace(SENTENCES, drawn=Drawn.UNIT, resamples=200)
    first, same = (opened(cast, made(cast, round_id, units)) for _ in range(2))
    other = opened(cast, made(cast, round_id, replace(units, seed=7)))
    assert first.sections == same.sections
    assert values(first) == values(other)
    assert first.summary.overall["alpha"].interval != other.summary.overall["alpha"].interval
    assert first.summary.overall["alpha"].interval is not None
    assert first.summary.overall["alpha"].interval.clustered_by == "unit"
    assert (other.provenance.seed, other.summary.seed) == (7, 7)
    assert choice_notes(first.provenance)[0].startswith("Resamples draw single units")
    assert not first.report.narrowed


def test_by_document_and_by_row_a_unit_is_the_whole_text_or_a_paragraph(cast: Cast, compared_round: UUID) -> None:
    whole = opened(cast, made(cast, compared_round, replace(SENTENCES, unit=Unit.DOCUMENT)))
    assert whole.summary.overall["alpha"].n_pairable == 1
    rows = opened(cast, made(cast, compared_round, replace(SENTENCES, unit=Unit.ROW)))
    paragraphs = opened(cast, made(cast, compared_round, replace(SENTENCES, unit=Unit.PARAGRAPH)))
    assert values(rows) == values(paragraphs)
    assert choice_notes(rows.provenance) == ["What lies in no row of a table counts by paragraph."]


REFUSED = {
    "unknown_coder": ReportSelection(coders=(uuid4(), uuid4())),
    "unknown_document": ReportSelection(documents=(uuid4(),)),
    "unknown_round": ReportSelection(rounds=(uuid4(),)),
    "unknown_code": ReportSelection(codes=(uuid4(),)),
}


@pytest.mark.sqlite
@pytest.mark.parametrize("code", REFUSED)
def test_what_is_not_there_cannot_be_chosen(cast: Cast, compared_round: UUID, code: str) -> None:
    wanted = replace(SENTENCES, selection=REFUSED[code])
    with (
        pytest.raises(InvalidInput) as said,
        cast.acting("lena", Permission.AGREEMENT_RUN, "round", compared_round) as (session, access),
    ):
        assert isinstance(access, RoundAccess)
        agreement.start_report(session, access, wanted)
    assert said.value.code == code


@pytest.mark.sqlite
def test_neither_one_coder_nor_a_round_that_is_open_can_be_compared(cast: Cast, compared_round: UUID) -> None:
    still_open = cast.round()
    for selection, code in (
        (ReportSelection(coders=(cast.people["ai"].id,)), "one_coder"),
        (ReportSelection(rounds=(still_open,)), "unknown_round"),
        (ReportSelection(rounds=(compared_round,)), "unknown_round"),
    ):
        with (
            pytest.raises(InvalidInput) as said,
            cast.acting("lena", Permission.AGREEMENT_RUN, "round", compared_round) as (session, access),
        ):
            assert isinstance(access, RoundAccess)
            agreement.start_report(session, access, replace(SENTENCES, selection=selection))
        assert said.value.code == code


def test_a_figure_of_a_part_is_no_figure_of_the_round(cast: Cast, compared_round: UUID) -> None:
    about(cast, compared_round, codes=(cast.codes["k2"],))
    named = made(cast, compared_round, replace(SENTENCES, headline=ReportCoefficient.KAPPA, name=" 论文表 3 "))
    with cast.database.reading() as session:
        looking = cast.access(session, "lena", Permission.AGREEMENT_VIEW)
        latest = {r.round_id: r for r in agreement.latest_reports(session, looking)}[compared_round]
        assert (latest.id, latest.coefficient, latest.narrowed) == (named, "kappa", False)


def test_a_round_that_moved_meanwhile_keeps_a_report_of_several_from_being_kept(
    cast: Cast, two_documents: UUID
) -> None:
    first, second = two_documents, cast.compared_round()
    wanted = replace(SENTENCES, selection=ReportSelection(rounds=(second,)))
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.AGREEMENT_RUN, "round", first)
        assert isinstance(access, RoundAccess)
        assert [r.id for r in report_choices.beside(session, access)][-1:] == [second]
        compared = gathering.compare(
            session, access.round, Unit.SENTENCE, ReportLevel.AS_CODED, selection=wanted.selection
        )
        made_of = agreement.provenance(session, compared, wanted)
    numbers = agreement.compute(compared, wanted)
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", second) as (session, access):
        assert isinstance(access, RoundAccess)
        rounds.reopen_round(session, access)
    with cast.database.transaction() as session, pytest.raises(Conflict, match="in the meantime"):
        agreement.store_report(session, cast.people["lena"].id, compared, made_of, results.freeze(numbers, made_of))


def test_who_takes_a_test_on_one_of_its_rounds_knows_of_no_report_of_several(cast: Cast) -> None:
    hidden, later = settled_study(cast, "已定甲"), settled_study(cast, "已定乙")
    report = made(cast, later, replace(SENTENCES, selection=ReportSelection(rounds=(hidden,))))
    make_test(cast, "已定甲")
    with cast.database.reading() as session:
        assert cast.access(session, "olga", Permission.AGREEMENT_VIEW, "report", report)
        with pytest.raises(NotFound):
            cast.access(session, "ai", Permission.AGREEMENT_VIEW, "report", report)
        trainee = cast.access(session, "ai", Permission.AGREEMENT_VIEW)
        assert [of.round_id for of in agreement.latest_reports(session, trainee) if of.round_id == hidden] == []
        assert hidden not in agreement.reports_by_round(session, trainee)
        assert report not in {of.id for of in agreement.reports_by_round(session, trainee)[later]}
        lead = cast.access(session, "lena", Permission.AGREEMENT_VIEW)
        assert report in {of.id for of in agreement.reports_by_round(session, lead)[later]}
        assert hidden in {of.round_id for of in agreement.latest_reports(session, lead)}
