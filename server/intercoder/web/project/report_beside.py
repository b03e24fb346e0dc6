"""The page that puts two reports side by side."""

from typing import Annotated
from uuid import UUID

from flask import render_template
from pydantic import Field

from intercoder.models import AgreementReport, CompareReports, Job, JobKind, JobState, ReportSection, Unit
from intercoder.policy import Permission
from intercoder.reports import changes as words
from intercoder.services import agreement, jobs, over_versions, report_changes, results
from intercoder.services.access import RoundAccess, authorise
from intercoder.services.span_sections import SHOWN
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.queries import Query
from intercoder.web.session import db

#: codes at once
PAGE = 100


class BesideQuery(Query):
    """The other report, and from which code on."""

    other: UUID | None = None
    first: Annotated[int, Field(ge=0, le=100_000)] = 0


@page(blueprint, "/reports/<uuid:report>/beside", Permission.AGREEMENT_VIEW, tab="agreement")
def report_beside(access: RoundAccess, report: UUID, query: BesideQuery) -> str:
    """Show a report beside another one; without one, those that there are."""
    this = agreement.get_report(db(), access.project.id, report)
    by_span = this.unit is Unit.SPAN
    others = [
        other
        for other in agreement.reports_to_take(db(), access)
        if other.id != report and (other.unit is Unit.SPAN) is by_span
    ]
    if query.other is None:
        return render_template("project/report_beside.html", report=this, others=others, of=None)
    of = _pair(access, report, query.other)
    first, second = (_opened(one) for one in (of.first, of.second))
    computed = report_changes.changes_of(db(), of)
    codes = words.code_rows(first, second, computed)
    return render_template(
        "project/report_beside.html",
        report=this,
        others=others,
        of=of,
        other=query.other,
        facts=words.what_changed(first, second),
        overall=words.overall_rows(first, second, computed),
        codes=codes[query.first : query.first + PAGE],
        total=len(codes),
        start=query.first,
        size=PAGE,
        only_first=words.only_in(first, second),
        only_second=words.only_in(second, first),
        said=list(words.about(computed)) if computed else [],
        computed=computed,
        changed=over_versions.changed_entries(db(), of.first.round, of.second.round),
        unchanged=over_versions.UNCHANGED,
        job=_job(access, of),
    )


def _pair(access: RoundAccess, report: UUID, other: UUID) -> report_changes.Pair:
    """Return both reports; the other one has its own door."""
    there = authorise(db(), access.actor, Permission.AGREEMENT_VIEW, "report", other)
    return report_changes.pair(db(), access, report, there, other)


def _opened(report: AgreementReport) -> results.Contents:
    if report.unit is Unit.SPAN:
        return results.open_report(db(), report, ReportSection.SUMMARY, *SHOWN)
    return results.open_report(db(), report, ReportSection.SUMMARY, ReportSection.BRIEF)


def _job(access: RoundAccess, of: report_changes.Pair) -> Job | None:
    """Return the job that computes these changes, while it runs or when it failed."""
    if not access.may(Permission.JOBS_VIEW):
        return None
    job = jobs.latest_of_round(db(), access.project.id, access.round.id, [JobKind.CHANGES])
    if job is None or job.task != CompareReports(of.first.id, of.second.id):
        return None
    return job if job.state in {JobState.QUEUED, JobState.RUNNING, JobState.FAILED} else None
