"""What a comparison writes is written a few rows at a time, and not into a round that somebody reopened meanwhile."""

import pytest

from cast import Cast
from intercoder.errors import Conflict
from intercoder.models import Round
from intercoder.services import comparing, placed
from services.comparing import reopen
from services.test_picking import studied


def test_every_write_is_small_and_none_is_made_in_a_round_that_was_reopened(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placed, "BATCH", 3)
    assert [len(part) for part in placed.parts([{"id": n} for n in range(7)])] == [3, 3, 1]
    round_id = studied(cast, 6)
    with cast.database.reading() as session:
        planned = comparing.plan(session, session.get_one(Round, round_id))
    with cast.database.transaction() as session:
        planned.of.require_unmoved(session)
    reopen(cast, round_id)
    with (
        pytest.raises(Conflict, match="changed the state of this round"),
        cast.database.transaction() as session,
    ):
        planned.of.require_unmoved(session)
