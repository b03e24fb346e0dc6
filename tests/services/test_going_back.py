"""What a person did last to the codes is taken back and done again, one after the other, also what was added."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from cast import Cast
from intercoder import clock
from intercoder.errors import Conflict
from intercoder.models import Level, MappingAct, Role
from intercoder.policy import Permission
from intercoder.services import audit, codebook, going_back, members, moving
from intercoder.services.access import Access
from intercoder.services.codebook import CodeChange, NewCode
from intercoder.services.going_back import UndoIn
from services.test_remapping import merge

pytestmark = pytest.mark.sqlite


def lead(cast: Cast, work: Callable[[Session, Access], object], person: str = "lena") -> None:
    with cast.acting(person, Permission.CODEBOOK_EDIT) as (session, access):
        work(session, access)


def tree(cast: Cast) -> list[tuple[str, int, str]]:
    with cast.database.reading() as session:
        return [(entry.name, entry.depth, entry.numbered) for entry in codebook.draft(session, cast.project)]


def gone_through(cast: Cast, step: Callable[[Session, Access], MappingAct], times: int) -> list[object]:
    """Go back or on so many times, and return the codebook after each."""
    seen: list[object] = []
    for _ in range(times):
        lead(cast, step)
        seen.append(tree(cast))
    return seen


def test_added_renamed_moved_and_merged_codes_go_back_and_come_again_in_their_order(cast: Cast) -> None:
    def add(session: Session, access: Access) -> None:
        given = [NewCode(name="手感", level=Level.CONCEPT, key="k"), NewCode(name="听声音", parent_key="k")]
        codebook.create_codes(session, access, given)

    def more(session: Session, access: Access) -> None:
        codebook.create_codes(session, access, [NewCode(name="看火候")])

    def rename(session: Session, access: Access) -> None:
        codebook.change_code(session, access, cast.codes["c1"], None, CodeChange(name="旧物新用"))

    def move(session: Session, access: Access) -> None:
        moving.move(session, access, moving.MoveIn(codes=(cast.codes["l1"],), parent=cast.codes["c2"]))

    states = [tree(cast)]
    for work in (add, rename, move, more):
        lead(cast, work)
        states.append(tree(cast))
    merge(cast, cast.codes["l2"], cast.codes["l3"])
    states.append(tree(cast))
    assert gone_through(cast, going_back.undo_last, 5) == states[-2::-1]
    assert gone_through(cast, going_back.redo_last, 5) == states[1:]
    assert gone_through(cast, going_back.undo_last, 2) == [states[-2], states[-3]]
    lead(cast, lambda session, access: codebook.create_codes(session, access, [NewCode(name="师徒")]))
    with pytest.raises(Conflict, match="taken back nothing"):
        lead(cast, going_back.redo_last)
    # What was taken back before something new was done does not come again, also when that is taken back.
    states[-2:] = [tree(cast)]
    assert gone_through(cast, going_back.undo_last, 3) == [states[3], states[2], states[1]]
    assert gone_through(cast, going_back.redo_last, 3) == [states[2], states[3], states[4]]
    with pytest.raises(Conflict, match="taken back nothing"):
        lead(cast, going_back.redo_last)
    with cast.database.reading() as session:
        assert next((project.differences, project.found) for project in audit.audit(session)) == ((), 0)


def test_what_others_did_is_theirs_to_take_back(cast: Cast) -> None:
    with cast.database.transaction() as session:
        members.add_member(session, cast.project, cast.people["otto"].id, [Role.LEAD])
    before = tree(cast)
    lead(cast, lambda session, access: codebook.create_codes(session, access, [NewCode(name="手感")]), "otto")
    merge(cast, cast.codes["l2"], cast.codes["l3"])
    lead(cast, going_back.undo_last, "otto")
    assert [row[0] for row in tree(cast)] == [row[0] for row in before if row[0] != "平台把数据开放"]
    with pytest.raises(Conflict, match="nothing to the codes"):
        lead(cast, going_back.undo_last, "otto")
    lead(cast, going_back.undo_last)
    assert tree(cast) == before


def test_added_codes_that_are_in_use_stay(cast: Cast) -> None:
    lead(
        cast,
        lambda session, access: codebook.create_codes(session, access, [NewCode(name="手感", level=Level.CONCEPT)]),
    )
    with cast.database.transaction() as session:
        members.add_member(session, cast.project, cast.people["otto"].id, [Role.LEAD])
        access = cast.access(session, "lena", Permission.CODEBOOK_VIEW)
        above = next(e.id for e in codebook.draft(session, access.project.id) if e.name == "手感")
    lead(
        cast,
        lambda session, access: codebook.create_codes(session, access, [NewCode(name="听声音", parent_id=above)]),
        "otto",
    )
    with pytest.raises(Conflict, match="“手感” has been used since"):
        lead(cast, going_back.undo_last)


@pytest.mark.parametrize("merged", [True, False], ids=["an act", "added codes"])
def test_what_was_done_the_day_before_is_taken_back_only_where_that_is_meant(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, *, merged: bool
) -> None:
    if merged:
        merge(cast, cast.codes["l2"], cast.codes["l3"])
    else:
        lead(cast, lambda session, access: codebook.create_codes(session, access, [NewCode(name="手感")]))
    done = tree(cast)
    later = clock.now() + timedelta(hours=13)
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: later)
        with pytest.raises(Conflict) as refused:
            lead(cast, lambda session, access: going_back.undo_last(session, access, UndoIn(older=False)))
        assert refused.value.code == "older"
        assert tree(cast) == done
    lead(cast, lambda session, access: going_back.undo_last(session, access, UndoIn(older=False)))
    assert tree(cast) != done
