"""The segments behind a number: which they are, and that parts of them join without gap or repetition."""

from uuid import UUID, uuid4

import pytest

from cast import Cast
from intercoder.errors import Conflict, InvalidInput, NotFound
from intercoder.policy import Permission
from intercoder.services import agreement, rounds, segments
from intercoder.services.access import RoundAccess
from intercoder.services.paging import Asked, Mark, Page
from intercoder.services.segments import Cell, Only, Segment


def part(cast: Cast, round_id: UUID, cell: Cell, asked: Asked = Asked()) -> Page[Segment]:  # noqa: B008 - frozen
    with cast.database.reading() as session:
        report = agreement.reports(session, round_id)[0]
        access = cast.access(session, "olga", Permission.AGREEMENT_VIEW, "report", report.id)
        assert isinstance(access, RoundAccess)
        return segments.segments(session, access, report, cell, asked)


@pytest.fixture
def two_documents(cast: Cast) -> UUID:
    """A compared round in which both coders coded several sentences of two documents; it came with the copy."""
    return cast.rounds["two documents"]


@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize("only", Only)
def test_parts_join_to_the_whole_forwards_and_back(cast: Cast, two_documents: UUID, only: Only, limit: int) -> None:
    cell = Cell(only=only)
    whole = part(cast, two_documents, cell)
    assert (whole.previous, whole.next) == (None, None)
    forwards = [part(cast, two_documents, cell, Asked(None, limit))]
    while forwards[-1].next:
        forwards.append(part(cast, two_documents, cell, Asked(forwards[-1].next, limit)))
    assert [row for page in forwards for row in page.rows] == list(whole.rows)
    back = [forwards[-1]]
    while back[-1].previous:
        back.append(part(cast, two_documents, cell, Asked(back[-1].previous, limit)))
    assert [row for page in reversed(back) for row in page.rows] == list(whole.rows)


def test_a_code_brings_only_units_in_which_somebody_used_it(cast: Cast, two_documents: UUID) -> None:
    rows = part(cast, two_documents, Cell(code=cast.codes["l3"])).rows
    assert [row.title for row in rows] == ["访谈一", "年报节选"]
    assert all(any("平台把数据开放" in names for names in row.codes.values()) for row in rows)


def test_a_document_brings_only_its_own_units(cast: Cast, two_documents: UUID) -> None:
    rows = part(cast, two_documents, Cell(document=cast.documents["年报节选"])).rows
    assert {row.title for row in rows} == {"年报节选"}


@pytest.mark.parametrize("cursor", ["nowhere", "!", "W10", "e30"])
def test_a_cursor_that_is_none_is_refused(cast: Cast, two_documents: UUID, cursor: str) -> None:
    with pytest.raises(InvalidInput, match="begin again"):
        part(cast, two_documents, Cell(), Asked(cursor))


def test_a_cursor_in_a_document_that_is_not_in_the_report_finds_nothing(cast: Cast, two_documents: UUID) -> None:
    with pytest.raises(NotFound):
        part(cast, two_documents, Cell(), Asked(Mark((uuid4(), 0)).cursor()))


def test_after_a_reopening_the_segments_of_the_old_report_are_refused(cast: Cast, two_documents: UUID) -> None:
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.ROUND_MANAGE, "round", two_documents)
        assert isinstance(access, RoundAccess)
        rounds.reopen_round(session, access)
        rounds.close_round(session, access)
    with pytest.raises(Conflict, match="reopened after this report"):
        part(cast, two_documents, Cell())
