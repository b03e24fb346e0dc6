"""Further looks at saturation: in retrospect, in other orders, in strata at equal coverage, by category."""

from uuid import UUID

from flask import render_template
from markupsafe import Markup
from pydantic import Field

from intercoder.models import SamplingUnit
from intercoder.policy import Permission
from intercoder.services import checks, saturation, strata
from intercoder.services.access import Access
from intercoder.services.strata import Group
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.project.saturation import Asked, files_of, views_offered
from intercoder.web.session import db


class ChecksAsked(Asked):
    """The same figures as on the page of the curve, and by what documents are put into strata."""

    group: str = Field(default="case", max_length=200)


@page(blueprint, "/projects/<uuid:project>/saturation/checks", Permission.SATURATION_VIEW, tab="saturation")
def saturation_checks(access: Access, project: UUID, query: ChecksAsked) -> str:
    """What the curve does not show: of compared rounds alone."""
    from intercoder.reports import saturation as read  # their figures need numpy, which the other pages do without
    from intercoder.reports import saturation_checks as words
    from intercoder.reports import saturation_strata as apart
    from intercoder.reports.numbers import whole_percent, why

    group = Group.of(query.group)
    rounds = saturation.visible_rounds(db(), access)
    found = checks.checks(db(), access, query.wanted, rounds)
    of = strata.strata(db(), access, query.wanted, group, rounds)
    coders = saturation.coders(db(), rounds)

    def address(endpoint: str = "project.saturation_checks", **other: object) -> str:
        return query.address(endpoint, project, **other)

    return render_template(
        "project/saturation_checks.html",
        asked=query,
        address=address,
        found=found,
        coverage="" if of.found.coverage is None else whole_percent(of.found.coverage),
        why_none=why(of.found.reason, cases=query.unit is SamplingUnit.CASE),
        quarters=words.quarters_table(found, query.unit),
        shares=words.shares_table(found, query.unit),
        near=words.near_of(found, query.unit),
        orders=read.orders_in_words(found.orders, query.unit),
        strata=apart.strata_table(of),
        chart=Markup(apart.strata_figure(of, query.level)),  # noqa: S704 - own SVG, texts escaped
        left_out=apart.strata_left_out(of),
        counted_in=apart.unit_in_words(query.unit, of),
        method=apart.method(of),
        files=files_of(
            project, query, (("svg", "figure-strata"), ("csv", "saturation-strata"), ("txt", "saturation-strata"))
        ),
        categories=words.categories_table(found),
        groups=apart.groups(found.attributes),
        views=views_offered(coders),
        units=[(unit, read.units_in_words(unit)) for unit in SamplingUnit],
        back=query.address("project.saturation", project, group=None),
    )
