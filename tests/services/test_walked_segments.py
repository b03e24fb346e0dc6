"""Segments of a report that kept no units: the same ones, read from the layers, in the order of the texts."""

from dataclasses import replace
from itertools import product
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict, NotFound
from intercoder.models import DisagreementKind, ReportContent, ReportSection
from intercoder.policy import Permission
from intercoder.services import agreement, segments
from intercoder.services.access import RoundAccess
from intercoder.services.coded_units import Cell, Only, Order
from intercoder.services.paging import Asked, Mark
from intercoder.services.walked_segments import Segment

SEVERAL = Asked(None, 1000)


@pytest.fixture
def two_documents(cast: Cast) -> UUID:
    """A compared round in which both coders coded several sentences of two documents; it came with the copy."""
    return cast.rounds["two documents"]


def behind(cast: Cast, round_id: UUID, cell: Cell, asked: Asked = SEVERAL) -> segments.Behind:
    with cast.database.reading() as session:
        report = agreement.reports(session, round_id)[0]
        access = cast.access(session, "olga", Permission.AGREEMENT_VIEW, "report", report.id)
        assert isinstance(access, RoundAccess)
        return segments.segments(session, access, report, cell, asked)


def forget_units(cast: Cast) -> None:
    """Make every report one of before its units were kept."""
    with cast.database.transaction() as session:
        session.execute(sa.delete(ReportContent).where(ReportContent.section == ReportSection.UNITS))


def told(segment: Segment) -> Segment:
    """Return what both ways tell of a segment."""
    return replace(segment, kind=None, gain=None)


def cells(cast: Cast) -> list[Cell]:
    """Return cells of every kind that both ways know."""
    ai, bo = cast.people["ai"].id, cast.people["bo"].id
    code, other = cast.codes["l3"], cast.codes["l1"]
    document = cast.documents["年报节选"]
    pair = Cell(coder=ai, other=bo)
    places = (Cell(), Cell(code=code), Cell(document=document), pair, Cell(coder=bo), Cell(code=code, coder=ai))
    found = [replace(place, only=only, order=Order.TEXT) for place, only in product(places, Only)]
    return [*found, Cell(code=code, instead=other, order=Order.TEXT)]


def test_both_ways_find_the_same_units_behind_every_cell(cast: Cast, two_documents: UUID) -> None:
    asked = cells(cast)
    kept = [behind(cast, two_documents, cell) for cell in asked]
    assert all(part.total == len(part.rows) for part in kept)
    assert sum(len(part.rows) > 0 for part in kept) > len(asked) / 3
    forget_units(cast)
    for cell, part in zip(asked, kept, strict=True):
        found = behind(cast, two_documents, cell)
        assert found.total is None
        assert [*map(told, found.rows)] == [*map(told, part.rows)], cell


def test_a_kind_cannot_be_chosen_and_a_place_elsewhere_is_none(cast: Cast, two_documents: UUID) -> None:
    forget_units(cast)
    with pytest.raises(Conflict, match="Make a new one"):
        behind(cast, two_documents, Cell(kind=DisagreementKind.OMISSION))
    with pytest.raises(NotFound):
        behind(cast, two_documents, Cell(), Asked(Mark((uuid4(), 0)).cursor()))
