"""The page of what can be taken away: every export of the registry with what it holds, for whom, and its forms."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from flask import render_template

from intercoder.errors import IntercoderError
from intercoder.language import LANGUAGES, language, translate
from intercoder.models import AgreementReport, Unit
from intercoder.policy import Permission
from intercoder.reports.exports.kinds import Export, Names, Scope
from intercoder.reports.exports.registry import EXPORTS
from intercoder.reports.exports.reliability import OF_UNITS
from intercoder.services import agreement
from intercoder.services.access import Access
from intercoder.services.reliability_data import no_units
from intercoder.web.i18n import explain
from intercoder.web.pages import Query, page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.session import db


class Taken(Query):
    """Of which report, in which language, and how coders are called."""

    report: UUID | None = None
    language: Literal["en", "zh"] | None = None
    names: Names = Names.REAL


@dataclass(frozen=True)
class Offer:
    """An export as the page shows it: in words, and where its files are."""

    name: str
    title: str
    holds: str
    suits: str
    #: form → address
    files: dict[str, str]
    #: why there is no file now
    refusal: str


@page(blueprint, "/projects/<uuid:project>/exports", Permission.PROJECT_VIEW, tab="exports")
def exports(access: Access, project: UUID, query: Taken) -> str:
    """Show what can be taken away, of the project and of one report of it."""
    reports = agreement.reports_to_take(db(), access)
    chosen = next((report for report in reports if report.id == query.report), reports[-1] if reports else None)
    compared = agreement.rounds_to_take(db(), access)
    round_ = chosen.round if chosen else next(iter(compared), None)
    spoken = query.language or language()
    return render_template(
        "project/exports.html",
        asked=query,
        spoken=spoken,
        languages=LANGUAGES,
        reports=reports,
        chosen=chosen,
        of_round=_offers(Scope.ROUND, round_.id, query.names, spoken, access) if round_ else [],
        round=round_,
        of_project=_offers(Scope.PROJECT, project, query.names, spoken, access),
        of_report=_of_report(chosen, query.names, spoken, access) if chosen else [],
        codebook=f"/api/v1/projects/{project}/codebook/file",
    )


def _of_report(report: AgreementReport, names: Names, spoken: str, access: Access) -> Sequence[Offer]:
    """Return what a report can be taken away as; one by free span has no units, and says so where they would be."""
    offers = _offers(Scope.REPORT, report.id, names, spoken, access)
    if report.unit is not Unit.SPAN:
        return offers
    return [replace(offer, refusal=explain(no_units())) if offer.name in OF_UNITS else offer for offer in offers]


def _offers(scope: Scope, thing: UUID, names: Names, spoken: str, access: Access) -> Sequence[Offer]:
    offered = (export for export in EXPORTS if export.scope is scope and access.may(export.permission))
    return [_offer(export, thing, names, spoken, access) for export in offered]


def _offer(export: Export, thing: UUID, names: Names, spoken: str, access: Access) -> Offer:
    address = f"/api/v1/{export.scope}s/{thing}/exports/{export.name}?language={spoken}&names={names}"
    files = {form.value: f"{address}&format={form}" for form in export.forms}
    return Offer(
        export.name,
        translate(export.title),
        translate(export.holds),
        translate(export.suits),
        files,
        _refusal(export, access),
    )


def _refusal(export: Export, access: Access) -> str:
    try:
        export.ready(db(), access)
    except IntercoderError as refusal:
        return explain(refusal)
    return ""
