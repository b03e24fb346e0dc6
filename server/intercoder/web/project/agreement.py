"""The agreement pages: rounds that were compared, one report, the segments behind a cell."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intercoder.policy import Permission
from intercoder.services import adjudication, agreement, jobs
from intercoder.services import rounds as round_services
from intercoder.services.access import Access
from intercoder.web.access import needs
from intercoder.web.arguments import chosen, identifier, page_number
from intercoder.web.pages import at_tab
from intercoder.web.project import report_view
from intercoder.web.project.blueprint import blueprint
from intercoder.web.project.methods import methods_sentence
from intercoder.web.session import db

PAGE = 50


@blueprint.get("/projects/<uuid:project>/agreement", endpoint="agreement")
@needs(Permission.AGREEMENT_VIEW, "project")
def overview(access: Access, project: UUID) -> str | Response:
    """The compared rounds with their figures; a single one is opened at once."""
    at_tab("agreement")
    wanted = identifier("round")
    rows = [_row(access, r) for r in adjudication.rounds_to_adjudicate(db(), project)]
    found = next((r["report"] for r in rows if r["report"] and (wanted == r["round"].id or len(rows) == 1)), None)
    if found is not None and "all" not in request.args:
        return redirect(url_for("project.report", report=found.id))
    waiting = [r for r in round_services.rounds(db(), project) if r.state == "open"]
    return render_template(
        "project/agreement.html", rows=rows, waiting=waiting, level_name=report_view.level_name, axis=report_view.axis()
    )


def _row(access: Access, round_: Any) -> dict[str, Any]:
    """Return a compared round with the latest report that still holds, its headline, and the job that makes one."""
    made = agreement.reports(db(), round_.id)
    latest = next((r for r in made if r.stale_at is None), None)
    alpha = report_view.number(latest.result["overall"].get("alpha")) if latest else None
    return {
        "round": round_,
        "report": latest,
        "alpha": alpha,
        "stale": bool(made) and latest is None,
        "bar": report_view.bar(round_.name, alpha) if alpha else "",
        "job": None if latest else _job(access, round_.id),
    }


def _job(access: Access, round_id: UUID) -> Any:
    """Return the latest job that compares the round and has not ended well, for those who may see jobs."""
    if not access.may(Permission.JOBS_VIEW):
        return None
    for job in jobs.latest(db(), access.project.id):
        if job.kind in {"compare", "agreement"} and job.parameters.get("round") == str(round_id):
            return None if job.state in {"done", "cancelled"} else job
    return None


@blueprint.get("/reports/<uuid:report>")
@needs(Permission.AGREEMENT_VIEW, "report")
def report(access: Access, report: UUID) -> str:
    """Return the page of one report."""
    at_tab("agreement")
    found = agreement.get_report(db(), access.project.id, report)
    assert access.round is not None
    shown = report_view.view(found.provenance, found.result)
    sentences = {
        language: methods_sentence(language, found.provenance, found.result, measured=shown.measured, below=shown.below)
        for language in ("en", "zh")
    }
    return render_template(
        "project/report.html",
        report=found,
        view=shown,
        made=found.provenance,
        sentences=sentences,
        others=report_view.by_design(agreement.reports(db(), access.round.id)),
        round=access.round,
        units=agreement.units_offered(access.round),
        levels=agreement.LEVELS,
        counts=adjudication.counts(db(), [access.round.id])[access.round.id],
        level_name=report_view.level_name,
        axis=report_view.axis(),
    )


@blueprint.get("/reports/<uuid:report>/segments")
@needs(Permission.AGREEMENT_VIEW, "report")
def segments(access: Access, report: UUID) -> str:
    """Return the units behind a number of the report."""
    at_tab("agreement")
    found = agreement.get_report(db(), access.project.id, report)
    asked = {name: identifier(name) for name in ("code", "coder", "other", "document")}
    only = chosen("only", ("all", "differ", "agree"), "all")
    everything = agreement.segments(
        db(),
        access,
        found,
        code=asked["code"],
        document=asked["document"],
        only=only,
        pair=[c for c in (asked["coder"], asked["other"]) if c is not None],
    )
    first = (page_number() - 1) * PAGE
    shown = everything[first : first + PAGE]
    places = adjudication.at_places(db(), access, [(s.document_id, s.start, s.end) for s in shown]) if shown else {}

    def address(**other: Any) -> str:
        return url_for("project.segments", report=report, **{**asked, "only": only, **other})

    return render_template(
        "project/segments.html",
        report=found,
        made=found.provenance,
        segments=shown,
        total=len(everything),
        first=first,
        size=PAGE,
        only=only,
        address=address,
        places=places,
        round=access.round,
        about=report_view.about(found.provenance, asked),
        code=str(asked["code"] or ""),
        level_name=report_view.level_name,
    )
