"""Two rule on the same place, blind to one another: what is drawn, what holds, and what nobody is shown before both have."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict, InvalidInput, Stale
from intercoder.models import Disagreement, DisagreementState, DrawnFrom, Event, Role, TwicePlace, TwiceState
from intercoder.policy import Permission
from intercoder.services import (
    adjudication,
    archiving,
    blind_rulings,
    bulk_rulings,
    cards,
    disagreements,
    log,
    neighbours,
    precedents,
    rounds,
)
from intercoder.services.adjudication import RulingIn, Span
from intercoder.services.blind_rulings import NewDraw
from intercoder.services.bulk_rulings import BulkRulingAsked, BulkRulingIn
from intercoder.services.paging import Asked
from intercoder.services.picking import SHOWN
from intercoder.services.rulings import Force
from services.comparing import compare_again, consensus_of, disagreements_of, give, rule
from services.test_rulings import audit_of

TWICE, OPEN, RULED, DISCUSSION = (
    DisagreementState.TWICE,
    DisagreementState.OPEN,
    DisagreementState.RULED,
    DisagreementState.DISCUSSION,
)


def draw(cast: Cast, round_id: UUID, of: DrawnFrom = DrawnFrom.OPEN, share: int = 100, seed: int = 7) -> UUID:
    """Draw places as the lead; olga rules beside ada."""
    give(cast, "olga", Role.ADJUDICATOR)
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        return blind_rulings.draw(session, access, NewDraw(drawn_from=of, share=share, seed=seed)).id


def end(cast: Cast, round_id: UUID, draw_id: UUID) -> None:
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        blind_rulings.end_draw(session, access, draw_id)


def say(cast: Cast, by: str, d: Disagreement, codings: list[Span], reason: str = "因为") -> TwiceState:
    """Rule blind."""
    with cast.acting(by, Permission.ADJUDICATE, "disagreement", d.id) as (session, access):
        decision = RulingIn(codings=tuple(codings), reason=reason)
        return blind_rulings.rule_blind(session, access, d.id, d.version, decision)


def whole(cast: Cast, d: Disagreement, code: str) -> list[Span]:
    return [Span(code=cast.codes[code], start=d.start, end=d.end)]


def states(cast: Cast, round_id: UUID) -> list[DisagreementState]:
    return [d.state for d in disagreements_of(cast, round_id)]


def forces(cast: Cast, by: str, d: Disagreement) -> list[Force]:
    with cast.database.reading() as session:
        access = cast.access(session, by, Permission.DISAGREEMENTS_VIEW, "disagreement", d.id)
        return [made.force for made in cards.card(session, access, d.id).rulings]


def seen_by(cast: Cast, by: str, round_id: UUID) -> list[object]:
    """Return all that this person is told of what was ruled: queue, counts, card, precedents, log."""
    with cast.database.reading() as session:
        access = cast.access(session, by, Permission.DISAGREEMENTS_VIEW, "round", round_id)
        told: list[object] = [
            disagreements.summary(session, access),
            neighbours.first_waiting(session, access, SHOWN),
            disagreements.counts(session, [round_id], access.actor.id),
            [(row.action, row.subject_id, row.detail) for row in log.rows(session, access, Asked(None, 100)).rows],
        ]
        for d in disagreements.disagreements(session, access).rows:
            made = cards.card(session, access, d.id).rulings
            told.append((d.id, d.state, d.version, [(one.ruling.id, one.name) for one in made]))
            told.append(precedents.precedents(session, access, d.id))
    return [*told, consensus_of(cast, round_id)]


def test_both_let_the_same_stand_and_it_holds_where_they_differ_a_third_or_a_talk_decides(
    cast: Cast, compared_round: UUID
) -> None:
    before = consensus_of(cast, compared_round)
    draw(cast, compared_round)
    assert states(cast, compared_round) == [TWICE] * 3
    first, second, third = disagreements_of(cast, compared_round)
    for one in (first, second, third):
        assert say(cast, "ada", one, whole(cast, one, "l3")) is TwiceState.WAITS
    # Nothing of it holds yet, and what was said can be said anew.
    assert (states(cast, compared_round), consensus_of(cast, compared_round)) == ([TWICE] * 3, before)
    assert say(cast, "ada", third, []) is TwiceState.WAITS
    assert say(cast, "olga", first, whole(cast, first, "l3")) is TwiceState.AGREED
    assert say(cast, "olga", second, whole(cast, second, "l2")) is TwiceState.DIFFERED
    assert say(cast, "olga", third, []) is TwiceState.AGREED
    assert states(cast, compared_round) == [RULED, DISCUSSION, RULED]
    assert (cast.codes["l3"], first.start, first.end, True) in consensus_of(cast, compared_round)
    with pytest.raises(Stale):
        say(cast, "ada", first, [])
    rule(cast, second, disagreements_of(cast, compared_round)[1].version, [], "谈过了")
    assert states(cast, compared_round) == [RULED] * 3
    assert audit_of(cast) == []


def test_who_rules_second_is_told_nothing_of_the_first(cast: Cast, compared_round: UUID) -> None:
    first, second, _ = disagreements_of(cast, compared_round)
    rule(cast, first, 1, whole(cast, first, "l3"), "原来的裁决")
    draw(cast, compared_round, DrawnFrom.RULED)
    draw(cast, compared_round, DrawnFrom.OPEN)
    before = {who: seen_by(cast, who, compared_round) for who in ("olga", "lena", "ada")}
    second = disagreements_of(cast, compared_round)[1]
    assert say(cast, "ada", second, whole(cast, second, "l2")) is TwiceState.WAITS
    assert "原来的裁决" not in str(before["olga"]) + str(before["lena"])
    assert seen_by(cast, "olga", compared_round) == before["olga"]
    assert seen_by(cast, "lena", compared_round) == before["lena"]
    # ... while the person's own work is there, and waits no more.
    assert seen_by(cast, "ada", compared_round) != before["ada"]
    say(cast, "olga", second, whole(cast, second, "l2"), "一样")
    assert "原来的裁决" not in str(seen_by(cast, "olga", compared_round))
    assert "disagreement.ruled_blind" in str(seen_by(cast, "olga", compared_round))


def test_a_check_lets_the_ruling_sleep_until_a_second_meets_it(cast: Cast, compared_round: UUID) -> None:
    before = consensus_of(cast, compared_round)
    first, second, _ = disagreements_of(cast, compared_round)
    for one in (first, second):
        rule(cast, one, 1, whole(cast, one, "l3"), "数据")
    ruled = consensus_of(cast, compared_round)
    draw(cast, compared_round, DrawnFrom.RULED)
    assert (states(cast, compared_round), consensus_of(cast, compared_round)) == ([TWICE, TWICE, OPEN], before)
    first, second, _ = disagreements_of(cast, compared_round)
    assert (forces(cast, "ada", first), forces(cast, "olga", first)) == ([Force.ASLEEP], [])
    with pytest.raises(Conflict, match="own ruling is checked"):
        say(cast, "ada", first, [])
    with pytest.raises(Conflict, match="blind to one another"):
        rule(cast, first, first.version, [], "自己来")
    with (
        pytest.raises(Conflict, match="no ruling in force"),
        cast.acting("ada", Permission.ADJUDICATE, "disagreement", first.id) as (session, access),
    ):
        adjudication.undo(session, access, first.id, first.version)
    compare_again(cast, compared_round)
    assert states(cast, compared_round)[:2] == [TWICE, TWICE]
    assert say(cast, "olga", first, whole(cast, first, "l3")) is TwiceState.AGREED
    assert forces(cast, "olga", first) == [Force.IN_FORCE]
    assert say(cast, "olga", second, []) is TwiceState.DIFFERED
    assert forces(cast, "olga", second) == [Force.ENDED]
    assert states(cast, compared_round) == [RULED, DISCUSSION, OPEN]
    assert set(ruled) - set(consensus_of(cast, compared_round)) == {(cast.codes["l3"], second.start, second.end, True)}
    assert audit_of(cast) == []


def test_a_draw_that_is_ended_loses_no_ruling(cast: Cast, compared_round: UUID) -> None:
    first, second, _ = disagreements_of(cast, compared_round)
    rule(cast, first, 1, whole(cast, first, "l3"), "数据")
    ruled = consensus_of(cast, compared_round)
    checks, drawn = draw(cast, compared_round, DrawnFrom.RULED), draw(cast, compared_round)
    second = disagreements_of(cast, compared_round)[1]
    say(cast, "olga", second, whole(cast, second, "l2"), "只有我")
    with (
        pytest.raises(Conflict, match="still wait"),
        cast.acting("lena", Permission.ROUND_MANAGE, "round", compared_round) as (session, access),
    ):
        rounds.settle_round(session, access)
    with (
        pytest.raises(Conflict, match="archive holds all"),
        cast.acting("lena", Permission.PROJECT_EDIT) as (session, access),
    ):
        archiving.require_nothing_open(session, access)
    for one in (checks, drawn):
        end(cast, compared_round, one)
    assert states(cast, compared_round) == [RULED, RULED, OPEN]
    assert {*consensus_of(cast, compared_round)} == {*ruled, (cast.codes["l2"], second.start, second.end, True)}
    assert audit_of(cast) == []
    with pytest.raises(Conflict, match="ended already"):
        end(cast, compared_round, drawn)
    with pytest.raises(Conflict, match="not drawn before"):
        draw(cast, compared_round)


def test_what_is_drawn_follows_from_the_seed_and_is_logged(cast: Cast, compared_round: UUID) -> None:
    draw(cast, compared_round, share=34, seed=11)
    drawn = [d.id for d in disagreements_of(cast, compared_round) if d.state is TWICE]
    assert len(drawn) == 1
    with cast.database.reading() as session:
        (said,) = session.scalars(sa.select(Event.detail).where(Event.action == "round.places_drawn"))
        assert [*session.scalars(sa.select(TwicePlace.disagreement_id))] == drawn
    assert (said["share"], said["seed"], said["places"], said["drawn_from"]) == (34, 11, 1, "open")


def test_two_must_be_there_and_rules_for_many_leave_what_waits_alone(cast: Cast, compared_round: UUID) -> None:
    with (
        pytest.raises(Conflict, match="Two must rule"),
        cast.acting("lena", Permission.ROUND_MANAGE, "round", compared_round) as (session, access),
    ):
        blind_rulings.draw(session, access, NewDraw(drawn_from=DrawnFrom.OPEN, share=10))
    asked = BulkRulingAsked(rule="one_coder", coder=cast.people["ai"].id)
    with cast.acting("ada", Permission.ADJUDICATE, "round", compared_round) as (session, access):
        seen = bulk_rulings.preview(session, access, asked).seen
        bulk = bulk_rulings.rule_all(session, access, BulkRulingIn(**asked.model_dump(), seen=seen, reason="按他"))
    draw(cast, compared_round, DrawnFrom.RULED)
    with (
        pytest.raises(Conflict, match="checked by a second"),
        cast.acting("ada", Permission.ADJUDICATE, "round", compared_round) as (session, access),
    ):
        bulk_rulings.undo_all(session, access, bulk.id)
    with cast.acting("olga", Permission.ADJUDICATE, "round", compared_round) as (session, access):
        assert bulk_rulings.preview(session, access, asked).places == 0
    first = disagreements_of(cast, compared_round)[0]
    with pytest.raises(InvalidInput, match="not in the codebook"):
        say(cast, "olga", first, [Span(code=UUID(int=1), start=first.start, end=first.end)])
