"""The page of what can be taken away: every export of the registry with what it holds, for whom, and its forms."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from flask import render_template

from intercoder.errors import IntercoderError
from intercoder.language import LANGUAGES, language, translate
from intercoder.models import AgreementReport, Job, JobState, MadeFile, MakeFile, PassageView, Unit
from intercoder.policy import Permission
from intercoder.reports.exports.kinds import Export, Names, Scope
from intercoder.reports.exports.registry import EXPORTS
from intercoder.reports.exports.reliability import OF_UNITS
from intercoder.services import agreement, made_files, passage_views
from intercoder.services.access import Access
from intercoder.services.reliability_data import no_units
from intercoder.web.i18n import explain
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.queries import Query
from intercoder.web.session import db


class Taken(Query):
    """Of which report, in which language, and how coders are called."""

    report: UUID | None = None
    language: Literal["en", "zh"] | None = None
    names: Names = Names.REAL
    saved_view: UUID | None = None


@dataclass(frozen=True)
class Made:
    """A file that a worker makes for this person."""

    id: UUID
    form: str
    names: str
    language: str
    state: JobState
    why: str
    name: str
    size: int
    until: datetime | None


@dataclass(frozen=True)
class Offer:
    """An export as the page shows it: in words, and where its files are."""

    name: str
    title: str
    holds: str
    suits: str
    #: form → address
    files: dict[str, str]
    #: forms that a worker makes, what is sent for them, and where to
    slow: dict[str, dict[str, str]]
    start: str
    #: those that this person has had made
    made: list[Made]
    #: why there is no file now
    refusal: str
    #: the saved view whose passages it is made of
    view: str = ""


@page(blueprint, "/projects/<uuid:project>/exports", Permission.PROJECT_VIEW, tab="exports")
def exports(access: Access, project: UUID, query: Taken) -> str:
    """Show what can be taken away, of the project and of one report of it."""
    reports = agreement.reports_to_take(db(), access)
    chosen = next((report for report in reports if report.id == query.report), reports[-1] if reports else None)
    compared = agreement.rounds_to_take(db(), access)
    round_ = chosen.round if chosen else next(iter(compared), None)
    spoken = query.language or language()
    views = passage_views.views(db(), access) if access.may(Permission.CODINGS_VIEW) else []
    view = next((one for one in views if one.id == query.saved_view), None)
    offers = _Offers(access, query.names, spoken, made_files.mine(db(), access), view)
    return render_template(
        "project/exports.html",
        asked=query,
        spoken=spoken,
        languages=LANGUAGES,
        views=views,
        view=view,
        reports=reports,
        chosen=chosen,
        of_round=offers.of(Scope.ROUND, round_.id) if round_ else [],
        round=round_,
        of_project=offers.of(Scope.PROJECT, project),
        of_report=offers.of_report(chosen) if chosen else [],
        codebook=f"/api/v1/projects/{project}/codebook/file",
    )


@dataclass(frozen=True)
class _Offers:
    """What this person may take, as the form at the head of the page says."""

    access: Access
    names: Names
    spoken: str
    made: Sequence[Job]
    view: PassageView | None = None

    def of(self, scope: Scope, thing: UUID) -> list[Offer]:
        """Return what there is of a thing."""
        offered = (export for export in EXPORTS if export.scope is scope and self.access.may(export.permission))
        return [self._offer(export, thing) for export in offered]

    def of_report(self, report: AgreementReport) -> list[Offer]:
        """Return what a report can be taken away as; one by free span has no units, and says so where they would be."""
        offers = self.of(Scope.REPORT, report.id)
        if report.unit is not Unit.SPAN:
            return offers
        return [replace(offer, refusal=explain(no_units())) if offer.name in OF_UNITS else offer for offer in offers]

    def _offer(self, export: Export, thing: UUID) -> Offer:
        start = f"/api/v1/{export.scope}s/{thing}/exports/{export.name}"
        address = f"{start}?language={self.spoken}&names={self.names}"
        asked = {"language": self.spoken, "names": self.names.value}
        view = self.view if export.of_view else None
        if view is not None:
            address, asked = f"{address}&saved_view={view.id}", asked | {"saved_view": str(view.id)}
        return Offer(
            export.name,
            translate(export.title),
            translate(export.holds),
            translate(export.suits),
            {form.value: f"{address}&format={form}" for form in export.quick},
            {form.value: {"format": form.value, **asked} for form in export.slow},
            start,
            [made for job in self.made if (made := made_of(job, export, thing))],
            _refusal(export, self.access),
            view.name if view else "",
        )


def made_of(job: Job, export: Export, thing: UUID) -> Made | None:
    """Return the file that a job makes; None where it is of another export or thing."""
    wanted, there = job.task, job.outcome
    if not isinstance(wanted, MakeFile) or (wanted.export, wanted.thing) != (export.name, thing):
        return None
    name, size = (there.name, there.size) if isinstance(there, MadeFile) else ("", 0)
    why = translate(job.error.message, job.error.values) if job.error else ""
    spoken = LANGUAGES[wanted.language].name
    return Made(job.id, wanted.form, wanted.names, spoken, job.state, why, name, size, made_files.until(job))


def _refusal(export: Export, access: Access) -> str:
    try:
        export.ready(db(), access)
    except IntercoderError as refusal:
        return explain(refusal)
    return ""
