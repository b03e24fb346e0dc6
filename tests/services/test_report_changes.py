"""Two reports side by side: computed by a job, kept, and for those only who may see both."""

from dataclasses import replace
from uuid import UUID

import pytest

from cast import Cast
from intercoder.errors import Conflict, NotFound
from intercoder.jobs.runner import run_next
from intercoder.models import AgreementReport, CompareReports, JobState, MakeReport, ReportsCompared, Unit
from intercoder.policy import Permission
from intercoder.reports import changes as words
from intercoder.services import agreement, jobs, report_changes, results, rounds
from intercoder.services.access import RoundAccess


def two_reports(cast: Cast) -> tuple[UUID, UUID]:
    """The reports of two compared rounds, the earlier one first."""
    with cast.database.reading() as session:
        made = [agreement.reports(session, cast.rounds["compared"])[0].id]
    second = cast.compared_round()
    with cast.database.reading() as session:
        return made[0], agreement.reports(session, second)[0].id


def pair(cast: Cast, session: object, person: str, first: UUID, second: UUID) -> report_changes.Pair:
    doors = [cast.access(session, person, Permission.AGREEMENT_RUN, "report", one) for one in (first, second)]  # type: ignore[call-overload]
    return report_changes.pair(session, doors[0], first, doors[1], second)  # type: ignore[arg-type]


def test_changes_are_computed_once_and_read_in_either_order(cast: Cast, compared_round: UUID) -> None:
    first, second = two_reports(cast)
    with cast.database.transaction() as session:
        of = pair(cast, session, "lena", second, first)
        assert (of.first.id, of.second.id) == (first, second)
        assert report_changes.changes_of(session, of) is None
        access = cast.access(session, "lena", Permission.AGREEMENT_RUN, "report", second)
        assert isinstance(access, RoundAccess)
        job = report_changes.start_changes(session, access, of)
        assert job.task == CompareReports(first, second)
        started = job.id
    assert run_next(cast.database, started)
    with cast.database.reading() as session:
        job = jobs.get(session, cast.project, started)
        assert (job.state, job.outcome) == (JobState.DONE, ReportsCompared(first, second))
        of = pair(cast, session, "lena", first, second)
        told = report_changes.changes_of(session, of)
        assert told is not None
        one, two = (results.open_report(session, report) for report in (of.first, of.second))
        values = [contents.summary.overall["alpha"].value or 0.0 for contents in (one, two)]
        assert [told.overall["alpha"].first, told.overall["alpha"].second] == pytest.approx(values)
        # Two documents are too few for an interval, and the page says so.
        assert told.overall["alpha"].reason == "too_few_documents"
        assert next(iter(words.about(told))).startswith("No interval of a change: at least 10 documents")
        rows = {row.key: row for row in words.overall_rows(one, two, told)}
        assert rows["alpha"].by == pytest.approx(values[1] - values[0])
        same = {fact.name: fact.same for fact in words.what_changed(one, two)}
        assert (same["Round"], same["Coders"], same["Unit"], same["Codebook"]) == (False, True, True, True)
        assert [row.name for row in words.code_rows(one, two, told)]
        assert words.only_in(one, two) == []
        looking = cast.access(session, "olga", Permission.AGREEMENT_VIEW, "report", first)
        (kept,) = report_changes.computed(session, looking, second)
        assert (kept.first, kept.second, kept.changes) == (first, second, told)
        assert report_changes.computed(session, looking, second, second) == []


def test_what_cannot_be_compared(cast: Cast, compared_round: UUID) -> None:
    first, second = two_reports(cast)
    with cast.database.transaction() as session:
        with pytest.raises(Conflict, match="the same as itself"):
            pair(cast, session, "lena", first, first)
        access = cast.access(session, "lena", Permission.AGREEMENT_RUN, "report", first)
        assert isinstance(access, RoundAccess)
        elsewhere = replace(
            access, project=cast.access(session, "otto", Permission.PROJECT_VIEW, "project", cast.other_project).project
        )
        with pytest.raises(NotFound):
            report_changes.pair(session, access, first, elsewhere, second)
        started = report_changes.start_changes(session, access, pair(cast, session, "lena", first, second)).id
    with cast.acting("lena", Permission.ROUND_MANAGE, "report", second) as (session, access):
        assert isinstance(access, RoundAccess)
        rounds.reopen_round(session, access)
    run_next(cast.database, started)
    with cast.database.reading() as session:
        assert jobs.get(session, cast.project, started).state is JobState.FAILED
        assert session.get_one(AgreementReport, second).stale_at is not None


def test_a_report_that_no_longer_holds_gives_no_data(cast: Cast, compared_round: UUID) -> None:
    first, _ = two_reports(cast)
    with cast.acting("lena", Permission.AGREEMENT_RUN, "round", compared_round) as (session, access):
        assert isinstance(access, RoundAccess)
        started = agreement.start_report(session, access, MakeReport(Unit.PARAGRAPH, resamples=0)).id
    run_next(cast.database, started)
    with cast.database.transaction() as session:
        third = next(r.id for r in agreement.reports(session, compared_round) if r.unit is Unit.PARAGRAPH)
        session.get_one(AgreementReport, first).stale_at = session.get_one(AgreementReport, first).created_at
    with cast.database.reading() as session, pytest.raises(Conflict, match="reopened after this report"):
        access = cast.access(session, "lena", Permission.AGREEMENT_RUN, "report", first)
        assert isinstance(access, RoundAccess)
        report_changes.gather(session, access, pair(cast, session, "lena", first, third))
