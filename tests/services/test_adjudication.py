"""Disagreements and rulings: decided once by one person at a time, with a reason, and nothing is ever deleted."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.errors import Conflict, Forbidden, InvalidInput, NotFound, Stale
from intercoder.models import DisagreementState
from intercoder.policy import Permission
from intercoder.services import adjudication, cards
from intercoder.services.adjudication import RulingIn, Span
from services.comparing import consensus_of, disagreements_of, originals, rule


def test_a_ruling_makes_consensus_and_leaves_the_originals(cast: Cast, compared_round: UUID) -> None:
    before = originals(cast)
    d = disagreements_of(cast, compared_round)[1]
    rule(cast, d, 1, [Span(code=cast.codes["l2"], start=d.start, end=d.end)], "说的是信任，不是数据。")
    assert (cast.codes["l2"], d.start, d.end, True) in consensus_of(cast, compared_round)
    assert originals(cast) == before
    again = next(x for x in disagreements_of(cast, compared_round) if x.id == d.id)
    assert (again.state, again.version) == ("ruled", 2)


def test_a_ruling_needs_a_reason_a_version_and_known_codes(cast: Cast, compared_round: UUID) -> None:
    d = disagreements_of(cast, compared_round)[0]
    with pytest.raises(InvalidInput, match="reason"):
        rule(cast, d, 1, [], "  ")
    with pytest.raises(InvalidInput, match="codebook"):
        rule(cast, d, 1, [Span(code=cast.project, start=0, end=4)], "x")
    assert disagreements_of(cast, compared_round)[0].state == "open"


def test_of_two_adjudicators_who_decide_at_once_one_is_told_to_look_again(cast: Cast, compared_round: UUID) -> None:
    d = disagreements_of(cast, compared_round)[0]
    rule(cast, d, 1, [], "没有行动")
    with pytest.raises(Stale):
        rule(cast, d, 1, [Span(code=cast.codes["c1"], start=d.start, end=d.end)], "有行动")


def test_a_later_ruling_supersedes_and_undo_opens_again_but_nothing_is_deleted(
    cast: Cast, compared_round: UUID
) -> None:
    d = disagreements_of(cast, compared_round)[0]
    rule(cast, d, 1, [Span(code=cast.codes["c1"], start=d.start, end=d.end)], "第一次")
    rule(cast, d, 2, [], "第二次：这一句只是处境")
    assert not any(ruled for _, _, _, ruled in consensus_of(cast, compared_round))
    with cast.database.transaction() as session:
        access = cast.access(session, "ada", Permission.ADJUDICATE, "disagreement", d.id)
        assert adjudication.undo(session, access, d.id, 3).state == "open"
        card = cards.card(session, access, d.id)
        assert [(r.reason, r.ended_at is not None) for r in (made.ruling for made in card.rulings)] == [
            ("第二次：这一句只是处境", True),
            ("第一次", True),
        ]


@pytest.mark.sqlite
def test_a_ruling_lies_in_the_text(cast: Cast, compared_round: UUID) -> None:
    d = disagreements_of(cast, compared_round)[0]
    for start, end in ((5, 5), (0, 10_000)):
        with pytest.raises(InvalidInput, match="does not lie in the text"):
            rule(cast, d, 1, [Span(code=cast.codes["c1"], start=start, end=end)], "x")
    assert disagreements_of(cast, compared_round)[0].version == 1


@pytest.mark.sqlite
def test_only_an_adjudicator_rules_and_nobody_before_the_round_is_closed(cast: Cast, compared_round: UUID) -> None:
    d = disagreements_of(cast, compared_round)[0]
    for person in ("lena", "ai", "olga"):
        with pytest.raises(Forbidden), cast.acting(person, Permission.ADJUDICATE, "disagreement", d.id):
            pass
    with pytest.raises(Conflict, match="blind until it closes"):
        disagreements_of(cast, cast.coded_round())


@pytest.mark.sqlite
def test_a_place_is_put_off_or_discussed_and_ruled_all_the_same(cast: Cast, compared_round: UUID) -> None:
    d = disagreements_of(cast, compared_round)[0]
    moves: tuple[tuple[int, adjudication.ByHand], ...] = (
        (1, DisagreementState.DEFERRED),
        (2, DisagreementState.DISCUSSION),
    )
    for version, state in moves:
        with cast.acting("ada", Permission.ADJUDICATE, "disagreement", d.id) as (session, access):
            assert adjudication.set_state(session, access, d.id, version, state).state is state
    rule(cast, d, 3, [], "没有行动")
    ada = cast.acting("ada", Permission.ADJUDICATE, "disagreement", d.id)
    with ada as (session, access), pytest.raises(Conflict, match="undo the ruling first"):
        adjudication.set_state(session, access, d.id, 4, DisagreementState.OPEN)


@pytest.mark.sqlite
def test_there_is_nothing_to_undo_where_nothing_is_ruled(cast: Cast, compared_round: UUID) -> None:
    d = disagreements_of(cast, compared_round)[0]
    ada = cast.acting("ada", Permission.ADJUDICATE, "disagreement", d.id)
    with pytest.raises(Conflict, match="no ruling in force"), ada as (session, access):
        adjudication.undo(session, access, d.id, 1)
    assert disagreements_of(cast, compared_round)[0].version == 1, "a refusal is no change"


@pytest.mark.sqlite
def test_a_disagreement_of_another_round_is_not_found_through_this_one(cast: Cast, compared_round: UUID) -> None:
    here = disagreements_of(cast, compared_round)[0]
    there = disagreements_of(cast, cast.compared_round())[0]
    ada = cast.acting("ada", Permission.ADJUDICATE, "disagreement", here.id)
    with ada as (session, access), pytest.raises(NotFound):
        adjudication.rule(session, access, there.id, 1, RulingIn(codings=(), reason="x"))
