"""Disagreements as they are read: in which rounds something waits."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.models import DisagreementState
from intercoder.policy import Permission
from intercoder.services import adjudication, disagreements
from services.comparing import disagreements_of, rule


@pytest.mark.sqlite
def test_a_round_waits_for_an_adjudicator_until_every_place_is_ruled_and_putting_off_is_no_ruling(
    cast: Cast, compared_round: UUID
) -> None:
    ada = cast.people["ada"].id

    def waiting() -> list[UUID]:
        with cast.database.reading() as session:
            return [r.id for r in disagreements.waiting_rounds(session, [cast.project, cast.other_project], ada)]

    assert waiting() == [compared_round]
    first, second, third = disagreements_of(cast, compared_round)
    for d in (first, second):
        rule(cast, d, 1, [], "没有行动")
    assert waiting() == [compared_round]
    with cast.acting("ada", Permission.ADJUDICATE, "disagreement", third.id) as (session, access):
        adjudication.set_state(session, access, third.id, 1, DisagreementState.DEFERRED)
        counted = disagreements.counts(session, [compared_round])[compared_round]
    assert counted == {"ruled": 2, "deferred": 1}
    assert waiting() == [compared_round]
    rule(cast, third, 2, [], "没有行动")
    assert waiting() == []
