"""The API of agreement, disagreements, rulings, consensus and saturation."""

from typing import Any
from uuid import UUID

from intercoder import queue
from intercoder.models import Disagreement, JobKind, Unit
from intercoder.policy import Permission
from intercoder.services import adjudication, agreement, consensus, results, saturation, segments
from intercoder.services.access import Access, RoundAccess
from intercoder.web.api import schemas as s
from intercoder.web.api.endpoint import Answer, endpoint, if_match, location
from intercoder.web.api.log import job_out
from intercoder.web.session import db


@endpoint(
    "GET",
    "/rounds/<uuid:round>/agreement",
    Permission.AGREEMENT_VIEW,
    "round",
    tag="agreement",
    returns=list[s.ReportOut],
)
def list_reports(access: Access, round: UUID) -> Any:
    """The agreement reports of a compared round, latest first."""
    return agreement.reports(db(), round)


@endpoint(
    "POST",
    "/rounds/<uuid:round>/agreement",
    Permission.AGREEMENT_RUN,
    "round",
    tag="agreement",
    body=s.ReportIn,
    returns=s.JobOut,
    status=202,
)
def start_report(access: RoundAccess, round: UUID, body: s.ReportIn) -> Answer:
    """Make a report by a unit and at a level, as a job."""
    agreement.require_unit(access.round, Unit(body.unit))
    parameters = {"round": str(round), **body.model_dump()}
    job = queue.enqueue(db(), access.project.id, JobKind.AGREEMENT, parameters, access.actor.id, total=2)
    return Answer(job_out(job), 202, location("jobs", job.id))


@endpoint("GET", "/reports/<uuid:report>", Permission.AGREEMENT_VIEW, "report", tag="agreement", returns=s.ReportWhole)
def get_report(access: Access, report: UUID) -> Any:
    """One report: its numbers and what they were computed from."""
    found = agreement.get_report(db(), access.project.id, report)
    shown = s.ReportOut.model_validate(found).model_dump()
    contents = results.open_report(db(), found)
    return {**shown, "provenance": contents.report.provenance, "result": contents.result().to_json()}


@endpoint(
    "GET",
    "/reports/<uuid:report>/segments",
    Permission.AGREEMENT_VIEW,
    "report",
    tag="agreement",
    query=s.SegmentQuery,
    returns=list[s.SegmentOut],
)
def list_segments(access: RoundAccess, report: UUID, query: s.SegmentQuery) -> Any:
    """The segments behind a number of the report."""
    cell = segments.Cell(query.code, query.coder, query.other, query.document, segments.Only(query.only))
    return segments.segments(db(), access, agreement.get_report(db(), access.project.id, report), cell)


@endpoint(
    "GET",
    "/rounds/<uuid:round>/disagreements",
    Permission.DISAGREEMENTS_VIEW,
    "round",
    tag="disagreements",
    query=s.DisagreementQuery,
    returns=list[s.DisagreementOut],
)
def list_disagreements(access: RoundAccess, round: UUID, query: s.DisagreementQuery) -> Any:
    """The disagreements of a compared round in the order of the texts."""
    return adjudication.disagreements(db(), access, kind=query.kind, state=query.state, document_id=query.document)


@endpoint(
    "GET",
    "/disagreements/<uuid:disagreement>",
    Permission.DISAGREEMENTS_VIEW,
    "disagreement",
    tag="disagreements",
    returns=s.DisagreementWhole,
)
def get_disagreement(access: RoundAccess, disagreement: UUID) -> Any:
    """One disagreement with its text and its rulings."""
    card = adjudication.card(db(), access, disagreement)
    shown = s.DisagreementOut.model_validate(card.disagreement).model_dump()
    return {**shown, "text": card.text, "rulings": [ruling for ruling, _ in card.rulings]}


@endpoint(
    "POST",
    "/disagreements/<uuid:disagreement>/rulings",
    Permission.ADJUDICATE,
    "disagreement",
    tag="rulings",
    body=s.RulingIn,
    returns=s.RulingOut,
    status=201,
    precondition="required",
)
def create_ruling(access: RoundAccess, disagreement: UUID, body: s.RulingIn) -> Any:
    """Rule: which codings stand, and why. If-Match names the version of the disagreement."""
    codings = [c.model_dump() for c in body.codings]
    return adjudication.rule(db(), access, disagreement, if_match(), codings, body.reason)


@endpoint(
    "POST",
    "/disagreements/<uuid:disagreement>/undo",
    Permission.ADJUDICATE,
    "disagreement",
    tag="rulings",
    returns=s.DisagreementOut,
    precondition="required",
)
def undo_ruling(access: RoundAccess, disagreement: UUID) -> Disagreement:
    """Take the ruling in force back. If-Match names the version of the disagreement."""
    return adjudication.undo(db(), access, disagreement, if_match())


@endpoint(
    "PATCH",
    "/disagreements/<uuid:disagreement>",
    Permission.ADJUDICATE,
    "disagreement",
    tag="disagreements",
    body=s.StateIn,
    returns=s.DisagreementOut,
    precondition="required",
)
def change_disagreement(access: RoundAccess, disagreement: UUID, body: s.StateIn) -> Disagreement:
    """Put a disagreement off, send it to discussion, or back among the open ones."""
    return adjudication.set_state(db(), access, disagreement, if_match(), body.state)


@endpoint(
    "GET",
    "/rounds/<uuid:round>/consensus",
    Permission.DISAGREEMENTS_VIEW,
    "round",
    tag="rulings",
    returns=list[s.ConsensusOut],
)
def list_consensus(access: RoundAccess, round: UUID) -> Any:
    """The consensus layer: what was unanimous and what was ruled."""
    return consensus.consensus(db(), access)


@endpoint(
    "GET",
    "/projects/<uuid:project>/saturation",
    Permission.SATURATION_VIEW,
    "project",
    tag="saturation",
    query=s.SaturationQuery,
    returns=s.SaturationOut,
)
def get_saturation(access: Access, project: UUID, query: s.SaturationQuery) -> Any:
    """Saturation at one level, of the documents finished in rounds that the person may see."""
    found = saturation.picture(db(), access, **query.model_dump())
    arrivals = [
        {
            "document_id": a.document_id,
            "title": a.title,
            "case": a.case,
            "at": a.at,
            "count": len(a.codes),
            "codes": sorted(a.shown),
        }
        for a in found.arrivals
    ]
    return {
        "level": found.level,
        "view": found.view,
        "arrivals": arrivals,
        "names": found.names,
        "without_ancestor": found.without_ancestor,
        "result": found.result,
        "provenance": found.provenance,
    }
