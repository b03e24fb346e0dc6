"""The segments behind a number: which they are, and that parts of them join without gap or repetition."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import DisagreementKind
from intercoder.policy import Permission
from intercoder.services import agreement, results, rounds, segments
from intercoder.services.access import RoundAccess
from intercoder.services.coded_units import Cell, Only, Order
from intercoder.services.paging import Asked, Mark, Page
from intercoder.services.walked_segments import Segment
from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.reliability import Ratings


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


def test_a_cursor_behind_the_last_unit_finds_nothing(cast: Cast, two_documents: UUID) -> None:
    assert part(cast, two_documents, Cell(), Asked(Mark(("gain", 999)).cursor())).rows == []


def test_what_raises_alpha_most_comes_first_and_the_order_of_the_texts_is_a_choice(
    cast: Cast, two_documents: UUID
) -> None:
    whole = part(cast, two_documents, Cell())
    gains = [row.gain for row in whole.rows if row.gain is not None]
    assert gains == sorted(gains, reverse=True)
    assert gains[0] > 0
    differing = [row for row in whole.rows if len(set(row.codes.values())) > 1]
    assert [row.kind is not None for row in whole.rows] == [row in differing for row in whole.rows]
    assert [*whole.rows][: len(differing)] == differing
    in_order = part(cast, two_documents, Cell(order=Order.TEXT)).rows
    assert [(row.title, row.start) for row in in_order] != [(row.title, row.start) for row in whole.rows]
    assert {(row.title, row.start) for row in in_order} == {(row.title, row.start) for row in whole.rows}
    by_title: dict[str, list[int]] = {}
    for row in in_order:
        by_title.setdefault(row.title, []).append(row.start)
    assert all(starts == sorted(starts) for starts in by_title.values())


def test_the_first_of_them_is_alpha_when_it_is_settled(cast: Cast, two_documents: UUID) -> None:
    """By how much alpha rises is recomputed from the sets that all units show and from the number of those without a code."""
    with cast.database.reading() as session:
        report = agreement.reports(session, two_documents)[0]
        was = results.open_report(session, report).summary.overall["alpha"]
    rows = part(cast, two_documents, Cell()).rows
    sets = [list(row.codes.values()) for row in rows]
    uncoded = [[()] * 2] * (was.n_units - len(sets))
    assert krippendorff_alpha(Ratings.from_rows([*zip(*sets, *uncoded, strict=False)])).value == pytest.approx(
        was.value
    )
    then = []
    for settled in sets[0]:
        as_one = [[settled] * 2, *sets[1:], *uncoded]
        then.append(krippendorff_alpha(Ratings.from_rows([*zip(*as_one, strict=True)])).value or 0.0)
    assert rows[0].gain == pytest.approx(min(then) - (was.value or 0.0), abs=1e-6)


@pytest.mark.parametrize("kind", DisagreementKind)
def test_a_kind_brings_only_units_of_it(cast: Cast, two_documents: UUID, kind: DisagreementKind) -> None:
    whole = part(cast, two_documents, Cell()).rows
    assert part(cast, two_documents, Cell(kind=kind)).rows == [row for row in whole if row.kind is kind]


def test_a_long_unit_is_cut_where_the_whole_of_it_is_not_wanted(cast: Cast, two_documents: UUID) -> None:
    with cast.database.reading() as session:
        report = agreement.reports(session, two_documents)[0]
        access = cast.access(session, "olga", Permission.AGREEMENT_VIEW, "report", report.id)
        assert isinstance(access, RoundAccess)
        cut, whole = (segments.segments(session, access, report, Cell(), longest=n).rows for n in (3, None))
        assert [row.text for row in cut] == [row.text[:3] for row in whole]


def test_after_a_reopening_the_segments_of_the_old_report_are_refused(cast: Cast, two_documents: UUID) -> None:
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.ROUND_MANAGE, "round", two_documents)
        assert isinstance(access, RoundAccess)
        rounds.reopen_round(session, access)
        rounds.close_round(session, access)
    with pytest.raises(Conflict, match="reopened after this report"):
        part(cast, two_documents, Cell())
