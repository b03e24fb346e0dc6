"""Who codes what in a round: a part at a time, and of blind coders their own documents only."""

from datetime import date
from uuid import UUID

import pytest

from cast import Cast
from intercoder.policy import Permission
from intercoder.services import assigned, assigning
from intercoder.services.assigned import EVERYTHING, Narrowed, Standing
from intercoder.services.document_list import Wanted
from intercoder.services.paging import BEGINNING, Asked, every


def known(cast: Cast, person: str, round_id: UUID) -> tuple[set[UUID], set[UUID]]:
    """Return the coders of whose assignments somebody knows, by the list and by the table."""
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.ROUND_VIEW, "round", round_id)
        listed = {a.coder_id for a in assigned.page_of_assignments(session, access, BEGINNING).rows}
        table = assigned.table_of_round(session, access, BEGINNING)
    coders = {column.id for column in table.coders}
    assert {str(coder) for coder in coders} == {coder for held in table.cells.values() for coder in held}
    return listed, coders


def test_a_blind_coder_knows_own_assignments_only(cast: Cast) -> None:
    round_id = cast.round(documents=("访谈一",))
    mine, both = {cast.people["ai"].id}, {cast.people["ai"].id, cast.people["bo"].id}
    assert known(cast, "ai", round_id) == (mine, mine)
    assert known(cast, "lena", round_id) == known(cast, "olga", round_id) == (both, both)
    cast.close(round_id, unfinished=True)
    assert known(cast, "ai", round_id) == (both, both)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_the_parts_hold_every_assignment_once_by_document_and_coder(cast: Cast, limit: int) -> None:
    documents = ("年报节选", "Partner interview", "访谈一")
    round_id = cast.round(documents=documents)
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.ROUND_VIEW, "round", round_id)
        rows = list(every(lambda asked: assigned.page_of_assignments(session, access, Asked(asked.cursor, limit))))
        in_order = [(cast.documents[d], cast.people[c].id) for d in cast.documents for c in ("ai", "bo")]
        assert [(a.document_id, a.coder_id) for a in rows] == in_order
        tables, asked = [], Asked(limit=limit)
        while True:
            tables.append(assigned.table_of_round(session, access, asked))
            if tables[-1].documents.next is None:
                break
            asked = Asked(tables[-1].documents.next, limit)
    assert [row.title for table in tables for row in table.documents.rows] == list(cast.documents)
    there = {(UUID(at), UUID(coder)) for table in tables for at, held in table.cells.items() for coder in held}
    assert there == set(in_order)
    assert {row.case for table in tables for row in table.documents.rows} == {"案例一"}


def test_documents_are_narrowed_by_state_coder_day_number_and_words_and_a_blind_coder_learns_nothing_by_it(
    cast: Cast,
) -> None:
    documents = ("访谈一", "年报节选", "Partner interview")
    round_id = cast.round(documents=documents)
    ai, bo = (cast.people[name].id for name in ("ai", "bo"))
    cast.code("bo", round_id, "访谈一", "l1", "把旧机器都接上了网")
    cast.submit("bo", round_id, "访谈一")
    cast.submit("bo", round_id, "年报节选")
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.ROUND_MANAGE, "round", round_id)
        rows = assigned.page_of_assignments(session, access, BEGINNING).rows
        given = {(a.document.title, a.coder_id): a.id for a in rows}
        assigning.hand_back(session, access, [given["年报节选", bo]], "第二页漏了")
        assigning.set_due(session, access, [given["Partner interview", ai]], date(2026, 1, 2))
        assigning.withdraw(session, access, [given["Partner interview", bo]])

    def titles(person: str, narrowed: Narrowed) -> set[str]:
        with cast.database.reading() as session:
            access = cast.access(session, person, Permission.ROUND_VIEW, "round", round_id)
            table = assigned.table_of_round(session, access, BEGINNING, narrowed=narrowed)
            return {row.title for row in table.documents.rows}

    everything = set(documents)
    late = Narrowed(overdue_on=date(2026, 1, 3))
    assert titles("lena", Narrowed(standing=Standing.SUBMITTED)) == {"访谈一"}
    assert titles("lena", Narrowed(standing=Standing.HANDED_BACK)) == {"年报节选"}
    assert titles("lena", Narrowed(standing=Standing.IN_PROGRESS)) == set()
    assert titles("lena", Narrowed(standing=Standing.ASSIGNED, coder=bo)) == set()
    assert titles("lena", Narrowed(standing=Standing.ASSIGNED, coder=ai)) == everything
    assert titles("lena", Narrowed(fewer=2)) == titles("lena", late) == {"Partner interview"}
    assert titles("lena", Narrowed(overdue_on=date(2026, 1, 2))) == set()
    assert titles("lena", Narrowed(words=[Wanted("年报")])) == {"年报节选"}
    # Ai, who codes in it, sees own documents however they are narrowed: nothing of Bo's tells them apart.
    assert titles("ai", Narrowed(standing=Standing.SUBMITTED)) == titles("ai", Narrowed(coder=bo)) == set()
    assert titles("ai", Narrowed(fewer=2)) == titles("ai", EVERYTHING) == everything
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.ROUND_VIEW, "round", round_id)
        table = assigned.table_of_round(session, access, BEGINNING, narrowed=late)
    assert [column[1:] for column in table.coders] == [("Ai", 3, 0), ("Bo", 2, 1)], "sums of the whole round"
    [[cell]] = [held.values() for held in table.cells.values()]
    assert cell.standing is Standing.ASSIGNED
    assert [cell.overdue(date(2026, 1, day)) for day in (2, 3)] == [False, True]
