"""Disagreements and rulings: decided once by one person at a time, with a reason, and nothing is ever deleted."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict, Forbidden, InvalidInput, NotFound, Stale
from intercoder.models import Disagreement, DisagreementState, Event, Ruling
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


def test_a_ruling_lies_in_its_place_unless_it_is_said_that_it_reaches_further(cast: Cast, compared_round: UUID) -> None:
    first, second, _ = disagreements_of(cast, compared_round)
    wide = [Span(code=cast.codes["l2"], start=first.start, end=second.end)]
    with pytest.raises(InvalidInput, match=r"other places 1 \(of these ruled 0\), codings that all agreed on 1"):
        rule(cast, second, 1, wide, "连着说的")
    assert disagreements_of(cast, compared_round)[1].version == 1
    rule(cast, second, 1, wide, "连着说的", beyond=True)
    assert (cast.codes["l2"], first.start, second.end, True) in consensus_of(cast, compared_round)
    with cast.database.reading() as session:
        told = session.scalars(sa.select(Event.detail).where(Event.action == "disagreement.ruled")).one()
    assert told["beyond"] is True


def test_what_several_rulings_say_stands_once_and_as_long_as_one_of_them_holds(
    cast: Cast, compared_round: UUID
) -> None:
    first, second, _ = disagreements_of(cast, compared_round)
    same = [Span(code=cast.codes["l2"], start=first.start, end=second.end)]
    ruled = (cast.codes["l2"], first.start, second.end, True)
    for d in (first, second):
        rule(cast, d, 1, same, "连着说的", beyond=True)
        assert consensus_of(cast, compared_round).count(ruled) == 1
    for d, stands in ((first, 1), (second, 0)):
        with cast.acting("ada", Permission.ADJUDICATE, "disagreement", d.id) as (session, access):
            adjudication.undo(session, access, d.id, 2)
        assert consensus_of(cast, compared_round).count(ruled) == stands


def test_what_all_agree_on_stays_unanimous_when_a_ruling_says_the_same(cast: Cast, compared_round: UUID) -> None:
    (agreed,) = consensus_of(cast, compared_round)
    code, start, end, _ = agreed
    d = disagreements_of(cast, compared_round)[0]
    rule(cast, d, 1, [Span(code=code, start=start, end=end)], "本来就有", beyond=True)
    assert consensus_of(cast, compared_round) == [agreed]
    with cast.acting("ada", Permission.ADJUDICATE, "disagreement", d.id) as (session, access):
        adjudication.undo(session, access, d.id, 2)
    assert consensus_of(cast, compared_round) == [agreed]


def test_one_says_again_what_another_takes_back_at_the_same_time(cast: Cast, compared_round: UUID) -> None:
    first, second, _ = disagreements_of(cast, compared_round)
    same = [Span(code=cast.codes["l2"], start=first.start, end=second.end)]
    rule(cast, first, 1, same, "连着说的", beyond=True)
    saying, undoing = Barrier(2), Barrier(2)

    def says() -> None:
        with cast.acting("ada", Permission.ADJUDICATE, "disagreement", second.id) as (session, access):
            decision = RulingIn(codings=tuple(same), reason="也这么说", beyond=True)
            adjudication.rule(session, access, second.id, 1, decision)
            saying.wait()
            if not cast.database.sqlite:  # there nobody else writes meanwhile
                undoing.wait()

    def takes_back() -> None:
        saying.wait()
        if not cast.database.sqlite:
            undoing.wait()
        with cast.acting("ada", Permission.ADJUDICATE, "disagreement", first.id) as (session, access):
            adjudication.undo(session, access, first.id, 2)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(says), pool.submit(takes_back)]:
            done.result()
    assert (cast.codes["l2"], first.start, second.end, True) in consensus_of(cast, compared_round)


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


def test_of_eight_who_rule_on_one_place_at_once_one_wins_and_seven_are_told(cast: Cast, compared_round: UUID) -> None:
    d = disagreements_of(cast, compared_round)[1]
    together = Barrier(8)

    def decide(number: int) -> str:
        together.wait()
        try:
            rule(cast, d, 1, [], f"第 {number} 人。")
        except Stale as told:
            return told.code
        return f"第 {number} 人。"

    with ThreadPoolExecutor(8) as pool:
        said = sorted(pool.map(decide, range(8)))
    assert said[:7] == ["stale_disagreement"] * 7
    with cast.database.reading() as session:
        (made,) = session.scalars(sa.select(Ruling).where(Ruling.disagreement_id == d.id))
        assert (made.reason, made.ended_at) == (said[7], None)
        assert session.get_one(Disagreement, d.id).version == 2
