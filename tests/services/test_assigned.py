"""Who codes what in a round: a part at a time, and of blind coders their own documents only."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.policy import Permission
from intercoder.services import assigned
from intercoder.services.paging import BEGINNING, Asked, every

pytestmark = pytest.mark.sqlite


def known(cast: Cast, person: str, round_id: UUID) -> tuple[set[UUID], set[UUID]]:
    """Return the coders of whose assignments somebody knows, by the list and by the table."""
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.ROUND_VIEW, "round", round_id)
        listed = {a.coder_id for a in assigned.page_of_assignments(session, access, BEGINNING).rows}
        table = assigned.table_of_round(session, access, BEGINNING)
    assert {coder for coder, _ in table.coders} == {coder for _, coder in table.cells}
    return listed, {coder for coder, _ in table.coders}


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
    assert {at for table in tables for at in table.cells} == set(in_order)
    assert {row.case for table in tables for row in table.documents.rows} == {"案例一"}
