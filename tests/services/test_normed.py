"""A norming room as it is read: what was submitted after its reveal is told apart from what came before norming."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.models import Assignment, NormingRoom
from intercoder.policy import Permission
from intercoder.reports.norming import before_sentence
from intercoder.services import normed
from services.comparing import reopen
from services.test_norming import REVEALED, move, opened

pytestmark = pytest.mark.sqlite


def test_what_is_submitted_after_a_reveal_is_told_apart(cast: Cast, compared_round: UUID) -> None:
    room = opened(cast, compared_round)

    def before() -> list[tuple[int, str]]:
        with cast.database.reading() as session:
            access = cast.access(session, "lena", Permission.PROJECT_VIEW)
            found = normed.before_or_after(session, access, [compared_round])
            return [(one.after, before_sentence(one)[:17]) for one in found]

    assert before() == []  # nobody has seen a vote yet
    move(cast, room, 1, REVEALED)
    assert before() == [(0, "Before norming: a")]
    with cast.database.transaction() as session:
        seen = session.get_one(NormingRoom, room.id).revealed_at
        assert seen is not None
        late = sa.update(Assignment).where(Assignment.round_id == compared_round)
        session.execute(
            late.where(Assignment.coder_id == cast.people["ai"].id).values(submitted_at=seen + timedelta(hours=1))
        )
    assert [sentence for _, sentence in before()] == ["Not all before no"]
    reopen(cast, compared_round)
    assert before() == []
