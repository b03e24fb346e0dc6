"""Taking back what was done to codes: as long as nothing was built on it, and that too."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.errors import Conflict
from intercoder.models import Code, CodeState, Level, MappingAct
from intercoder.policy import Permission
from intercoder.services import codebook, rounds, taking_back
from intercoder.services.paging import Asked
from intercoder.services.targets import Target
from services.test_remapping import merge, opened, place, today, undo

pytestmark = pytest.mark.sqlite


def test_what_was_built_on_is_not_taken_back(cast: Cast) -> None:
    round_id, labels = opened(cast)
    made = place(cast, round_id, Target(name="数据开放"), labels["数据开放"], labels["开放数据"])
    new = UUID(today(cast).resolved(str(labels["数据开放"]), "", "").code)
    merged = merge(cast, cast.codes["l3"], new)
    with pytest.raises(Conflict, match="changed again after this"):
        undo(cast, made)
    again = undo(cast, merged)
    with pytest.raises(Conflict, match="taken back before"):
        undo(cast, merged)
    undo(cast, made)
    with cast.database.reading() as session:
        assert session.get_one(Code, labels["数据开放"]).state is CodeState.PRIVATE
        assert session.get_one(MappingAct, merged).undone_by_id == again


def test_a_name_that_was_taken_meanwhile_is_not_given_back(cast: Cast) -> None:
    merged = merge(cast, cast.codes["c3"], cast.codes["c4"])
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        codebook.create_codes(session, access, [codebook.NewCode(name="数据互信", level=Level.CONCEPT)])
    with pytest.raises(Conflict, match="already a code “数据互信”"):
        undo(cast, merged)


def test_the_list_has_a_part_at_a_time_and_no_labels_of_a_round_that_is_open_again(cast: Cast) -> None:
    round_id, labels = opened(cast)
    place(cast, round_id, Target(name="数据开放"), labels["数据开放"])
    merge(cast, cast.codes["c3"], cast.codes["c4"])

    def listed() -> list[int | None]:
        with cast.database.reading() as session:
            access = cast.access(session, "lena", Permission.CODEBOOK_VIEW)
            first = taking_back.acts(session, access, Asked(limit=1))
            rest = taking_back.acts(session, access, Asked(first.next, 9)).rows if first.next else []
            return [act.number for act in (*first.rows, *rest)]

    assert listed() == [2, 1]
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        rounds.reopen_round(session, access)
    assert listed() == [2]
