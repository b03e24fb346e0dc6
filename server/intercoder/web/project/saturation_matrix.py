"""The matrix of what arrived by what it holds, in the order in which both came: a staircase, a part of it at a time."""

from uuid import UUID

from flask import render_template
from pydantic import Field

from intercoder.models import SamplingUnit
from intercoder.policy import Permission
from intercoder.reports.names import codes_of
from intercoder.services import saturation
from intercoder.services.access import Access
from intercoder.services.staircase import LEVELS, opened_by, staircase
from intercoder.stats.saturation.study.events import Kind
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.project.saturation import Asked, orders_offered, views_offered
from intercoder.web.session import db

#: documents or cases, and codes, of a part
ROWS, COLUMNS = 50, 30


class MatrixAsked(Asked):
    """The figures of the page of saturation, and where the part of the matrix begins."""

    down: int = Field(default=0, ge=0, le=1_000_000)
    across: int = Field(default=0, ge=0, le=1_000_000)


@page(blueprint, "/projects/<uuid:project>/saturation/matrix", Permission.SATURATION_VIEW, tab="saturation")
def saturation_matrix(access: Access, project: UUID, query: MatrixAsked) -> str:
    """Which document or case held which codes, each cell opening its passages."""
    from intercoder.reports.saturation import units_in_words  # its figures need numpy, which the other pages do without

    rounds = saturation.visible_rounds(db(), access)
    picture = saturation.picture(db(), access, query.wanted, rounds)
    stairs = staircase(picture, query.down, query.across, ROWS, COLUMNS)

    def address(endpoint: str = "project.saturation_matrix", /, **other: object) -> str:
        return query.address(endpoint, project, **other)

    def steps(name: str, here: int, many: int, whole: int) -> tuple[str | None, str | None]:
        before = address(**{name: max(here - many, 0) or None}) if here else None
        return before, address(**{name: here + many}) if here + many < whole else None

    return render_template(
        "project/saturation_matrix.html",
        asked=query,
        address=address,
        stairs=stairs,
        relations=isinstance(query.level, Kind),
        opened=[opened_by(picture, key) for key, _ in stairs.columns],
        up_and_down=steps("down", query.down, ROWS, stairs.units),
        to_the_sides=steps("across", query.across, COLUMNS, stairs.codes),
        levels=[(level, codes_of(level)) for level in LEVELS],
        views=views_offered(saturation.coders(db(), rounds)),
        orders=orders_offered(picture),
        units=[(unit, units_in_words(unit)) for unit in SamplingUnit],
        open_rounds=picture.provenance.open_rounds,
        back=query.address("project.saturation", project, down=None, across=None),
    )
