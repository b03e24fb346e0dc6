"""A comparison is written a little at a time: nobody sees half of one, and one that was broken off leaves nothing doubled."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from cast import Cast, Client
from intercoder.db import within
from intercoder.errors import Conflict, NotFound
from intercoder.models import ConsensusCoding, Disagreement, DisagreementSide, Round
from intercoder.policy import Permission
from intercoder.services import coding, comparing, disagreements, layers, neighbours, placed, rounds
from intercoder.services.adjudication import Span
from intercoder.services.picking import SHOWN
from services.comparing import compare_again, consensus_of, disagreements_of, hand_back, reopen, rule

KINDS = ["omission", "different_code", "boundary"]


@pytest.fixture(autouse=True)
def one_row_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placed, "BATCH", 1)


def closed(cast: Cast) -> UUID:
    """Close a round that was coded, without the job that compares it."""
    round_id = cast.coded_round()
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        rounds.close_round(session, access)
    return round_id


def rows(cast: Cast, round_id: UUID) -> tuple[int, int, int]:
    """Return how many places, codings there and codings of the consensus the database holds of a round."""
    tables = (Disagreement, DisagreementSide, ConsensusCoding)
    with cast.database.reading() as session:
        wanted = [sa.select(sa.func.count()).select_from(t).where(t.round_id == round_id) for t in tables]
        places, sides, standing = (session.scalar(one) or 0 for one in wanted)
    return places, sides, standing


def shown(app: Flask, cast: Cast, round_id: UUID) -> list[int]:
    """Return how much of a comparison each page and list shows."""
    lena = Client(app, cast.database, cast.people["lena"])
    listed = lena.get(f"/api/v1/rounds/{round_id}/disagreements")
    stands = lena.get(f"/api/v1/rounds/{round_id}/consensus")
    with cast.database.reading() as session:
        places = session.scalars(sa.select(Disagreement.id).where(Disagreement.round_id == round_id)).all()
        access = cast.access(session, "ada", Permission.DISAGREEMENTS_VIEW, "round", round_id)
        counted = disagreements.summary(session, access)
        waiting = disagreements.waiting_rounds(session, [cast.project], cast.people["ada"].id)
        first = neighbours.first_waiting(session, access, SHOWN)
        counts = disagreements.counts(session, [round_id])[round_id]
    opened = [lena.call("GET", f"/api/v1/disagreements/{i}").status_code == 200 for i in places]
    return [
        *(len(listed), len(stands), sum(opened), sum(counted.kind.values()), sum(counts.values()), len(waiting)),
        first is not None,
    ]


def test_nothing_of_a_comparison_is_seen_before_its_last_row_is_in(app: Flask, cast: Cast) -> None:
    round_id, begun = closed(cast), 0
    while rows(cast, round_id) != (3, 5, 1):
        assert shown(app, cast, round_id) == [0] * 7
        with pytest.raises(Conflict, match="still being compared"):
            settle(cast, round_id)
        compare_again(cast, round_id, writes=2)  # broken off, and begun again
        begun += 1
    assert begun == 4
    assert shown(app, cast, round_id) == [0] * 7  # all rows are in, the word that they are is not
    compare_again(cast, round_id)
    assert rows(cast, round_id) == (3, 5, 1)
    assert shown(app, cast, round_id) == [3, 1, 3, 3, 3, 1, True]
    assert [d.kind for d in disagreements_of(cast, round_id)] == KINDS


def cast_round(session: sa.orm.Session, round_id: UUID) -> Round:
    return session.get_one(Round, round_id)


def settle(cast: Cast, round_id: UUID) -> None:
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        rounds.settle_round(session, access)


def test_a_comparison_that_was_broken_off_and_recoded_meanwhile_leaves_nothing_of_its_own(cast: Cast) -> None:
    round_id = closed(cast)
    compare_again(cast, round_id, writes=3)
    assert rows(cast, round_id)[0] == 2
    reopen(cast, round_id)
    hand_back(cast, round_id, "bo")
    with cast.acting("bo", Permission.CODE, "round", round_id) as (session, access):
        for mine in layers.codings(session, access).rows:
            patch = coding.CodingPatch(deleted=True)
            asking = access.asking(Permission.CODE)
            coding.change_coding(within(session), asking, cast.documents["访谈一"], mine.key, 1, patch)
    cast.submit("bo", round_id, "访谈一")
    cast.close(round_id)
    assert {d.kind for d in disagreements_of(cast, round_id)} == {"omission"}
    places, sides, standing = rows(cast, round_id)
    assert (places, sides, standing) == (3, 3, 0)
    assert consensus_of(cast, round_id) == []


def test_what_somebody_ruled_is_hidden_while_the_round_is_compared_again_and_comes_back(
    cast: Cast, compared_round: UUID
) -> None:
    kept = disagreements_of(cast, compared_round)[0]
    rule(cast, kept, 1, [Span(code=cast.codes["c1"], start=kept.start, end=kept.end)], "保留")
    before = consensus_of(cast, compared_round)
    reopen(cast, compared_round)
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", compared_round) as (session, access):
        rounds.close_round(session, access)
    assert disagreements_of(cast, compared_round) == []
    assert consensus_of(cast, compared_round) == []
    with pytest.raises(NotFound):
        rule(cast, kept, 2, [], "too early")
    assert compare_again(cast, compared_round) == {"unanimous": 1, "different_code": 1, "boundary": 1, "omission": 1}
    first = disagreements_of(cast, compared_round)[0]
    assert (first.id, first.state) == (kept.id, "ruled")
    assert consensus_of(cast, compared_round) == before


@pytest.mark.parametrize("reclosed", [False, True])
def test_a_comparison_of_a_round_that_was_reopened_meanwhile_writes_nothing_more(cast: Cast, reclosed: bool) -> None:
    round_id = closed(cast)
    with cast.database.reading() as session:
        planned = comparing.plan(session, cast_round(session, round_id))
    reopen(cast, round_id)
    if reclosed:
        with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
            rounds.close_round(session, access)
    with cast.database.transaction() as session, pytest.raises(Conflict, match="in the meantime"):
        planned.of.require_unmoved(session)
