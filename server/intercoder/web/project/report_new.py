"""The form in which somebody chooses what a report compares and how."""

from itertools import groupby
from uuid import UUID

from flask import render_template

from intercoder.models import ReportCoefficient, ReportSection, Unit
from intercoder.models.work import SEED
from intercoder.policy import Permission
from intercoder.services import agreement, results
from intercoder.services.access import RoundAccess, no_such_thing
from intercoder.services.report_choices import offered, units_offered
from intercoder.text.pinyin import pinyin
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.queries import Query
from intercoder.web.session import db

#: computed whether chosen or not
ALWAYS = (ReportCoefficient.ALPHA, ReportCoefficient.PERCENT)


class LikeQuery(Query):
    """The report of the round that the form begins like."""

    like: UUID | None = None


@page(blueprint, "/rounds/<uuid:round>/reports/new", Permission.AGREEMENT_RUN, tab="agreement")
def report_new(access: RoundAccess, round: UUID, query: LikeQuery) -> str:
    """Show what can be chosen for a report of a compared round."""
    can = offered(db(), access)
    named = {d.id: can.cases.get(d.case_id, "") if d.case_id else "" for d in can.documents}
    ordered = sorted(can.documents, key=lambda d: (not named[d.id], named[d.id]))
    return render_template(
        "project/report_new.html",
        round=access.round,
        can=can,
        groups=[(case, list(held)) for case, held in groupby(ordered, lambda d: named[d.id])],
        units=units_offered(access.round),
        always=ALWAYS,
        seed=SEED,
        pinyin=pinyin,
        like=_like(access, query.like) if query.like else None,
    )


def _like(access: RoundAccess, report_id: UUID) -> dict[str, object]:
    """Return the choices of a report of the round by the names of the fields."""
    report = agreement.get_report(db(), access.project.id, report_id)
    if report.round_id != access.round.id:
        raise no_such_thing()
    contents = results.open_report(db(), report, ReportSection.SUMMARY)
    made = contents.provenance
    of = made.choices
    plain: dict[str, object] = {
        "unit": report.unit.value,
        "level": report.level.value,
        "resamples": made.resamples,
        "seed": made.seed,
    }
    if of is None:
        return plain
    chosen = of.selection
    if report.unit is not Unit.SPAN:  # by free span there is nothing to choose among
        plain["coefficients"] = [key for key in contents.summary.overall if key not in ALWAYS]
    return plain | {
        "headline": of.headline.value if of.headline else "",
        "drawn": of.drawn.value,
        "doubtful": chosen.doubtful,
        "dependent": chosen.dependent,
        "codes": [str(code) for code in chosen.codes],
        "coders": [str(coder) for coder in chosen.coders],
        "documents": [str(document) for document in chosen.documents],
        "rounds": [str(other) for other in chosen.rounds],
    }
