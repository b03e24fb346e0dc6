"""What a coder has to code, in working order: what was begun first, then what follows."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.models import AssignmentState, RoundPurpose
from intercoder.policy import Permission
from intercoder.services import layers, own_documents

pytestmark = pytest.mark.sqlite


def own(cast: Cast, person: str, round_id: UUID) -> list[own_documents.OwnDocument]:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.CODINGS_VIEW, "round", round_id)
        return own_documents.own_documents(session, access)


def test_what_was_begun_comes_before_what_was_not_and_after_a_document_comes_what_follows_it(cast: Cast) -> None:
    titles = ("访谈一", "年报节选", "Partner interview")
    round_id = cast.round(documents=titles)
    first, second, third = (cast.documents[t] for t in titles)

    def following(after: UUID | None = None) -> UUID | None:
        mine = own(cast, "ai", round_id)
        chosen = own_documents.next_to_code(mine, next((a.id for a in mine if a.document_id == after), None))
        return chosen.document_id if chosen else None

    assert following() == first
    cast.code("ai", round_id, "年报节选", "c2", "与两所高校签订合作协议")
    assert following() == second
    assert following(second) == third
    assert following(third) == first
    cast.submit("ai", round_id, *titles)
    assert (following(), following(second)) == (None, None)
    assert [a.state for a in own(cast, "bo", round_id)] == [AssignmentState.ASSIGNED] * 3


def test_of_several_that_were_begun_the_one_coded_last_comes_first(cast: Cast) -> None:
    round_id = cast.round(documents=("访谈一", "年报节选"))
    for title, code, quote in (("访谈一", "l1", "旧机器"), ("年报节选", "c2", "与两所高校签订合作协议")):
        cast.code("ai", round_id, title, code, quote)
    cast.code("bo", round_id, "访谈一", "l1", "旧机器")
    mine = own(cast, "ai", round_id)
    with cast.database.reading() as session:
        held = own_documents.coded(session, [a.id for a in mine])
        place = layers.worked_at(layers.own_layer(session, mine[1].id))
        nothing = layers.worked_at(layers.own_layer(session, own(cast, "bo", round_id)[1].id))
    assert {a.id: held[a.id].codings for a in mine} == dict.fromkeys([a.id for a in mine], 1)
    assert place is not None
    assert place.at == held[mine[1].id].worked
    assert nothing is None
    assert own_documents.next_to_code(mine, held=held) == mine[1]
    assert own_documents.next_to_code(mine) == mine[0]


def test_what_came_again_lies_among_the_latest_other_work_of_its_project(cast: Cast) -> None:
    titles = ("访谈一", "年报节选", "Partner interview")
    work = cast.round(documents=titles)
    again = cast.round(documents=titles[:2], purpose=RoundPurpose.DRIFT)
    with cast.database.reading() as session:
        [mixed] = own_documents.interleaved(own_documents.own_assignments(session, cast.people["ai"].id))
        assert [r.id for r in mixed.rounds] == [work, again]
        assert [a.round_id == again for a in mixed.assignments] == [False, True, False, True, False]
    cast.submit("ai", work, *titles)
    cast.close(work, unfinished=True)
    with cast.database.reading() as session:
        [alone] = own_documents.interleaved(own_documents.own_assignments(session, cast.people["ai"].id))
        assert ([r.id for r in alone.rounds], len(alone.assignments)) == ([again], 2)


@pytest.mark.parametrize("purpose", [RoundPurpose.DRIFT, RoundPurpose.MAIN])
def test_two_rounds_lie_among_one_another_whether_or_not_one_looks_for_drift(cast: Cast, purpose: RoundPurpose) -> None:
    titles = ("访谈一", "年报节选", "Partner interview")
    cast.round(documents=titles[:1], purpose=RoundPurpose.PILOT)
    rounds = [cast.round(documents=titles), cast.round(documents=titles[:2], purpose=purpose)]
    with cast.database.reading() as session:
        pilot, mixed = own_documents.interleaved(own_documents.own_assignments(session, cast.people["ai"].id))
        assert len(pilot.assignments) == 1
        assert [rounds.index(a.round_id) for a in mixed.assignments] == [0, 1, 0, 1, 0]
