"""Every figure is of what codes count as: under one mapping, which it names; an old report stays what it was."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict
from intercoder.jobs.runner import run_next
from intercoder.models import (
    AgreementReport,
    Disagreement,
    DisagreementState,
    Job,
    JobState,
    Level,
    MakeReport,
    ReportLevel,
    Round,
    Unit,
)
from intercoder.policy import Permission
from intercoder.services import (
    agreement,
    coded_units,
    comparing,
    evidence,
    gathering,
    remapping,
    results,
    saturation,
    segments,
    taking_back,
)
from intercoder.services.arriving import Asked
from intercoder.services.codebook import CodeChange, change_code
from intercoder.services.mapping import mapping
from intercoder.services.paging import BEGINNING
from intercoder.services.remapping import MergeIn, PassageIn, PassagesIn, SplitIn
from intercoder.services.submitted import submitted_layers
from intercoder.services.targets import Target

pytestmark = pytest.mark.sqlite


def merge(cast: Cast, into: str, *codes: str) -> UUID:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        given = MergeIn(codes=tuple(cast.codes[code] for code in codes), into=cast.codes[into])
        return remapping.merge(session, access, given).id


def undo(cast: Cast, act: UUID) -> None:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        taking_back.undo(session, access, act)


def again(cast: Cast, round_id: UUID) -> None:
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        job = comparing.compare_again(session, access).id
    run_next(cast.database, job)
    with cast.database.reading() as session:
        assert session.get_one(Job, job).state is JobState.DONE


def places(cast: Cast, round_id: UUID) -> list[str]:
    with cast.database.reading() as session:
        wanted = sa.select(Disagreement).where(
            Disagreement.round_id == round_id, Disagreement.state != DisagreementState.VOID
        )
        return [f"{d.kind} {d.start}" for d in session.scalars(wanted.order_by(Disagreement.position))]


def reported(cast: Cast, round_id: UUID) -> list[tuple[int | None, float | None]]:
    """Return the mapping and the headline of each report, the first one first."""
    with cast.database.reading() as session:
        wanted = sa.select(AgreementReport).where(AgreementReport.round_id == round_id)
        rows = session.scalars(wanted.order_by(AgreementReport.created_at, AgreementReport.id))
        return [(report.mapping, report.value) for report in rows]


def codes_of_segments(cast: Cast, round_id: UUID, number: int) -> set[str]:
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.AGREEMENT_VIEW, "round", round_id)
        report = agreement.reports(session, round_id)[number]
        found = segments.segments(session, access, report, coded_units.Cell()).rows
        return {name for segment in found for names in segment.codes.values() for name in names}


def test_coders_who_used_parts_of_one_code_agree_and_the_old_report_is_what_it_was(
    cast: Cast, compared_round: UUID
) -> None:
    before = places(cast, compared_round)
    merge(cast, "l2", "l3")
    with cast.database.reading() as session:
        assert comparing.compared_under_another(session, session.get_one(Round, compared_round))
    again(cast, compared_round)
    assert len(places(cast, compared_round)) == len(before) - 1
    (_, first), (_, second) = old, new = reported(cast, compared_round)
    assert (old[0], new[0]) == (0, 1)
    assert first is not None
    assert second is not None
    assert second > first
    assert "平台把数据开放" not in codes_of_segments(cast, compared_round, 0)
    assert "平台把数据开放" in codes_of_segments(cast, compared_round, 1)


def test_taking_a_merge_back_restores_every_figure_to_the_bit(cast: Cast, compared_round: UUID) -> None:

    def figures() -> object:
        with cast.database.reading() as session:
            round_ = session.get_one(Round, compared_round)
            compared = gathering.compare(session, round_, Unit.SENTENCE, ReportLevel.CONCEPT)
            numbers = agreement.compute(compared, MakeReport(Unit.SENTENCE, resamples=50))
            access = cast.access(session, "lena", Permission.SATURATION_VIEW)
            picture = saturation.picture(session, access, Asked(Level.LABEL))
            return numbers, compared.fingerprint, [a.codes for a in picture.arrivals], picture.result

    before, there = figures(), places(cast, compared_round)
    act = merge(cast, "l2", "l3")
    assert figures() != before
    again(cast, compared_round)
    undo(cast, act)
    assert figures() == before
    again(cast, compared_round)
    assert places(cast, compared_round) == there


def test_a_round_is_compared_again_only_where_something_counts_otherwise(cast: Cast, compared_round: UUID) -> None:
    with pytest.raises(Conflict, match="Nothing has changed"):
        again(cast, compared_round)
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        change_code(session, access, cast.codes["l2"], None, CodeChange(name="先有信任"))
    with pytest.raises(Conflict, match="Nothing has changed"):
        again(cast, compared_round)


def test_passages_of_a_split_code_count_as_the_old_one_until_they_are_put(cast: Cast, compared_round: UUID) -> None:

    def labels() -> tuple[set[str], int]:
        with cast.database.reading() as session:
            access = cast.access(session, "lena", Permission.SATURATION_VIEW)
            picture = saturation.picture(session, access, Asked(Level.LABEL))
            return {picture.names[code] for arrival in picture.arrivals for code in arrival.codes}, picture.waiting

    def quotes(code: str) -> int:
        with cast.database.reading() as session:
            access = cast.access(session, "lena", Permission.SATURATION_VIEW)
            named = next(c.id for c in mapping(session, cast.project).codes.values() if c.name == code)
            found = evidence.evidence(session, access, BEGINNING, level=Level.LABEL, code_id=UUID(named))
            return len(found.rows)

    assert labels() == ({"旧机器接上网", "没有信任什么都谈不了", "平台把数据开放"}, 0)
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        parts = SplitIn(into=(Target(name="开放接口"), Target(name="开放数据")))
        remapping.split(session, access, cast.codes["l3"], parts)
    assert labels() == ({"旧机器接上网", "没有信任什么都谈不了", "平台把数据开放"}, 3)
    with cast.database.reading() as session:
        mapped = mapping(session, cast.project)
        compared = gathering.compare(session, session.get_one(Round, compared_round), Unit.SENTENCE, ReportLevel.LABEL)
        assert compared.waiting == 3
        part = next(UUID(code.id) for code in mapped.codes.values() if code.name == "开放数据")
        waiting = [
            (UUID(mark.coder), UUID(mark.id))
            for layer in submitted_layers(session, [compared_round], mapped)
            for marks in layer.codings.values()
            for mark in marks
            if mark.code == str(cast.codes["l3"])
        ]
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        put = tuple(PassageIn(coder=coder, key=key, at=part) for coder, key in waiting)
        remapping.put_passages(session, access, cast.codes["l3"], PassagesIn(passages=put))
    assert labels() == ({"旧机器接上网", "没有信任什么都谈不了", "开放数据"}, 0)
    assert (quotes("开放数据"), quotes("平台把数据开放")) == (3, 0)


def test_a_report_of_format_3_has_the_codes_as_its_version_had_them(cast: Cast, compared_round: UUID) -> None:
    with cast.database.transaction() as session:
        report = session.scalars(sa.select(AgreementReport).where(AgreementReport.round_id == compared_round)).one()
        kept = dict(report.provenance)  # type: ignore[arg-type]
        del kept["mapping"], kept["codings_waiting"]
        report.format, report.mapping, report.provenance = 3, None, kept
    merge(cast, "l2", "l3")
    with cast.database.reading() as session:
        assert results.open_report(session, agreement.reports(session, compared_round)[0]).provenance.mapping is None
    assert "平台把数据开放" in codes_of_segments(cast, compared_round, 0)


def test_a_report_that_is_asked_for_later_names_the_mapping_of_its_day(cast: Cast, compared_round: UUID) -> None:
    merge(cast, "c3", "c4")
    with cast.acting("lena", Permission.AGREEMENT_RUN, "round", compared_round) as (session, access):
        job = agreement.start_report(session, access, MakeReport(Unit.SENTENCE, ReportLevel.CONCEPT, resamples=20)).id
    run_next(cast.database, job)
    assert [number for number, _ in reported(cast, compared_round)] == [0, 1]
    with cast.database.reading() as session:
        made = results.open_report(session, agreement.reports(session, compared_round)[0]).provenance
        assert "数据互信" not in {code.name for code in made.codes}
