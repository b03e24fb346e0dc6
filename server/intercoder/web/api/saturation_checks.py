"""The API of further looks at saturation: in retrospect, in other orders, in strata at equal coverage, by category."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from pydantic import Field

from intercoder.policy import Permission
from intercoder.services import checks, saturation, strata
from intercoder.services.access import Access
from intercoder.services.strata import Group
from intercoder.web.api.endpoint import endpoint
from intercoder.web.api.saturation import SaturationQuery
from intercoder.web.api.shapes import Out
from intercoder.web.session import db


class ChecksQuery(SaturationQuery):
    """The figures that are asked for, and by what documents are put into strata."""

    #: ``case``, ``source``, ``primary``, ``coder`` or ``attribute:NAME``
    group: Annotated[str, Field(max_length=200)] = "case"


class QuarterOut(Out):
    """A quarter of the documents or cases, first..last from 1, and the new codes in it."""

    first: int
    last: int
    new: int


class BatchOut(Out):
    """After so many documents or cases: codes, and their share of those found in the end."""

    documents: int
    codes: int
    share_of_final: float | None


class CategoryOut(Out):
    """What a category rests on; ``first`` and ``last_news`` are documents, ``francis`` is where 10 + 3 was first met, from 1."""

    id: UUID
    name: str
    documents: int
    cases: int
    sources: int
    below: int
    first: UUID | None
    last_news: UUID | None
    since: int
    traffic: str
    francis: int | None
    #: where properties of categories are recorded, those of this one and the parts of their dimensions
    properties_recorded: int | None
    dimensions_recorded: int | None
    #: the cases for which it does not hold
    negative_cases: list[str]


class ChecksOut(Out):
    """Further looks at saturation; ``near``: by which document or case 90 % of the codes found in the end were known."""

    units: int
    quarters: list[QuarterOut]
    shares: list[BatchOut]
    near: int | None
    orders: dict[str, object]
    #: ``unit``: what is counted in them; ``curves``: (coverage, expected codes) of each, as far as it goes and up to twice as far
    strata: dict[str, object]
    categories: list[CategoryOut]


@endpoint("GET", "/projects/<uuid:project>/saturation/checks", Permission.SATURATION_VIEW, tag="saturation")
def get_saturation_checks(access: Access, query: ChecksQuery) -> ChecksOut:
    """Further looks at the figures, by compared rounds alone: never evidence while data are collected, but for the strata."""
    rounds = saturation.visible_rounds(db(), access)
    found = checks.checks(db(), access, query.asked, rounds)
    of = strata.strata(db(), access, query.asked, Group.of(query.group), rounds)
    return ChecksOut(
        units=found.units,
        quarters=[QuarterOut.of(one) for one in found.quarters],
        shares=[BatchOut.of(one) for one in found.shares],
        near=found.near,
        orders=found.orders.to_json(),
        strata={
            "group": str(of.group),
            "unit": of.unit.value,
            "names": dict(of.names),
            **of.found.to_json(),
            "curves": {name: asdict(reach) for name, reach in of.reaches.items()},
        },
        categories=[
            CategoryOut.of(
                one.found,
                id=UUID(one.id),
                name=one.name,
                francis=one.francis,
                properties_recorded=one.noted.properties if one.noted else None,
                dimensions_recorded=one.noted.dimensions if one.noted else None,
                negative_cases=list(found.negative.get(one.id, ())),
            )
            for one in found.categories
        ],
    )
