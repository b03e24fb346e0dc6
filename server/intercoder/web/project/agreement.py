"""The agreement pages: rounds that were compared, and one report."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal
from uuid import UUID

from flask import redirect, render_template, url_for
from pydantic import Field
from werkzeug.wrappers import Response

from intercoder.language import LANGUAGES, speaking
from intercoder.models import AgreementReport, Job, JobState, Round, Unit
from intercoder.policy import Permission
from intercoder.reports import Row, planning
from intercoder.reports.methods import methods_paragraph
from intercoder.reports.remedies import kind_lines
from intercoder.services import agreement, disagreements, enough, jobs, over_versions, report_pages, results
from intercoder.services import rounds as round_services
from intercoder.services.access import Access, RoundAccess
from intercoder.services.headlines import Headline, headline
from intercoder.web.pages import page
from intercoder.web.project import confused, heat, report_view, span_view
from intercoder.web.project.blueprint import blueprint
from intercoder.web.project.marked import open_coded
from intercoder.web.queries import Query
from intercoder.web.session import db


@dataclass(frozen=True)
class ComparedRound:
    """A compared round with the latest report that still holds, its headline, and the job that makes one."""

    round: Round
    report: AgreementReport | None
    alpha: Headline | None
    #: there were reports, and the round was reopened after all of them
    stale: bool
    job: Job | None
    #: other reports that hold, latest first
    others: Sequence[AgreementReport] = ()


class Chosen(Query):
    """The round whose report is opened at once; with ``all`` the list is shown even if it has one row."""

    round: UUID | None = None
    all: str | None = None


@page(blueprint, "/projects/<uuid:project>/agreement", Permission.AGREEMENT_VIEW, tab="agreement", name="agreement")
def overview(access: Access, project: UUID, query: Chosen) -> str | Response:
    """The compared rounds with their figures; a single one is opened at once."""
    made = agreement.reports_by_round(db(), access)
    running = jobs.latest_of_rounds(db(), project, jobs.COMPARING) if access.may(Permission.JOBS_VIEW) else {}
    rows = [_row(r, made.get(r.id, ()), running.get(r.id)) for r in disagreements.rounds_to_adjudicate(db(), project)]
    chosen_row = next((row for row in rows if row.report and (query.round == row.round.id or len(rows) == 1)), None)
    if chosen_row is not None and chosen_row.report is not None and not query.all:
        return redirect(url_for("project.report", report=chosen_row.report.id))
    waiting = round_services.open_rounds(db(), project)
    shown = open_coded([row.round for row in rows])
    return render_template("project/agreement.html", rows=rows, waiting=waiting, marked=shown)


def _row(round_: Round, made: Sequence[AgreementReport], job: Job | None) -> ComparedRound:
    holding = [r for r in made if r.stale_at is None]
    latest = next((r for r in holding if not r.narrowed), None)
    alpha = headline(latest) if latest else None
    return ComparedRound(
        round=round_,
        report=latest,
        alpha=alpha,
        stale=bool(made) and not holding,
        others=[r for r in holding if r is not latest],
        # one that ended well has left its report
        job=job if job and not latest and job.state not in {JobState.DONE, JobState.CANCELLED} else None,
    )


class PartAsked(Query):
    """Which part of the tables of a report: codes from one on or by name, the pairs of a coder, all pairs and documents."""

    first: Annotated[int, Field(ge=0, le=100_000)] = 0
    find: str = ""
    coder: UUID | None = None
    rows: Literal["all"] | None = None

    @property
    def part(self) -> report_view.Part:
        """The part."""
        return report_view.Part(self.first, self.find, str(self.coder or ""), self.rows is not None)


@page(blueprint, "/reports/<uuid:report>", Permission.AGREEMENT_VIEW, tab="agreement")
def report(access: RoundAccess, report: UUID, query: PartAsked) -> str:
    """Return the page of one report."""
    row = agreement.get_report(db(), access.project.id, report, with_provenance=False)
    if row.unit is Unit.SPAN:
        return span_view.span_page(access, row, query, all_rows=query.part.all_rows)
    contents, chosen = _opened(row, query.part)
    paragraphs = {}
    for code in LANGUAGES:
        with speaking(code):
            paragraphs[code] = methods_paragraph(contents.provenance, contents.summary, contents.brief)

    every = url_for("project.segments", report=report)

    def passages(**cell: str) -> str:
        """Return the address of the passages behind a number: Flask's own way costs a fifth of a page with 700.

        What a cell is named by needs no quoting: identifiers, and the program's own words.
        """
        return f"{every}?{'&'.join([f'{name}={value}' for name, value in cell.items()])}" if cell else every

    def behind(row: Row, *names: str) -> str:
        """Return the address of the passages behind a row of a table, whose key is of these kinds."""
        return passages(**dict(zip(names, row.key, strict=True)))

    shown = report_view.view(contents, query.part, chosen)
    kinds = disagreements.kinds(db(), access)
    return render_template(
        "project/report.html",
        report=contents.report,
        view=shown,
        drawn=heat.drawn(shown.letters, passages),
        mixed=confused.drawn(shown.confused, shown.names, passages),
        asked=query,
        made=contents.provenance,
        spans=span_view.asked_of(contents),
        paragraphs=paragraphs,
        segments=passages,
        behind=behind,
        others=report_view.by_choice(agreement.reports(db(), access.round.id), contents.report),
        round=access.round,
        over=over_versions.over_versions(db(), access, contents),
        kinds=kinds,
        # of a part of the round, or of several, the disagreements of this round say nothing
        kind_lines=[] if contents.report.narrowed or contents.provenance.rounds else kind_lines(kinds.kind),
        planned=planning.planned(enough.said(db(), access.round), access.round.goal),
    )


def _opened(row: AgreementReport, part: report_view.Part) -> tuple[results.Contents, report_view.Chosen]:
    """Return a report with the codes that are shown, and which they are."""
    if part.all_rows:
        contents = results.open_report(
            db(), row, *report_pages.ON_THE_PAGE, *report_pages.CUT, confusions=report_pages.CONFUSIONS
        )
    else:
        contents = results.open_page(db(), row)
    chosen = report_view.choose(contents, part)
    return replace(contents, cells=results.open_cells(db(), row, chosen.codes)), chosen
