"""Looking at jobs: the latest of each round, imports that go on, and nothing of another project."""

from collections.abc import Callable
from uuid import UUID

import pytest

from cast import Cast
from intercoder.errors import NotFound
from intercoder.models import JobState, MakeReport, ReportLevel, Unit
from intercoder.policy import Permission
from intercoder.services import agreement, ingest, jobs

pytestmark = pytest.mark.sqlite


def start_report(cast: Cast, round_id: UUID, level: ReportLevel) -> UUID:
    with cast.acting("lena", Permission.AGREEMENT_RUN, "round", round_id) as (session, access):
        return agreement.start_report(session, access, MakeReport(Unit.SENTENCE, level, 0)).id


def start_import(cast: Cast, name: str) -> UUID:
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        file = ingest.stage_file(session, access, f"{name}.txt", f"{name}：先有信任。".encode())
        return ingest.start_import(session, access, [file.id]).id


def test_of_each_round_the_latest_job_is_shown(cast: Cast, compared_round: UUID) -> None:
    other = cast.compared_round()
    start_report(cast, compared_round, ReportLevel.CONCEPT)
    last = start_report(cast, compared_round, ReportLevel.THEME)
    with cast.database.reading() as session:
        latest = jobs.latest_of_rounds(session, cast.project, jobs.COMPARING)
        assert latest.keys() == {compared_round, other}
        assert latest[compared_round].id == last
        of_one = jobs.latest_of_round(session, cast.project, other, jobs.COMPARING)
        assert of_one is not None
        assert of_one.id == latest[other].id
        assert jobs.latest_of_round(session, cast.other_project, other, jobs.COMPARING) is None


def test_imports_that_go_on_come_first_and_of_those_that_ended_only_the_last(
    cast: Cast, run_jobs: Callable[[], int]
) -> None:
    ended = [start_import(cast, name) for name in ("甲", "乙")]
    assert run_jobs() == 2
    going = [start_import(cast, name) for name in ("丙", "丁")]
    with cast.database.reading() as session:
        assert [j.id for j in jobs.imports(session, cast.project)] == [going[1], going[0], ended[1]]
        assert [j.id for j in jobs.latest(session, cast.project, limit=2)] == [going[1], going[0]]


def test_a_job_of_another_project_does_not_exist_here(cast: Cast) -> None:
    job_id = start_import(cast, "甲")
    with cast.database.reading() as session:
        assert jobs.get(session, cast.project, job_id).state is JobState.QUEUED
        with pytest.raises(NotFound):
            jobs.get(session, cast.other_project, job_id)
        assert jobs.latest(session, cast.other_project) == []
