"""Ruling on many places by a rule: shown before, one act, taken back as one, and never on own work."""

import json
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict, InvalidInput, NotFound, Stale
from intercoder.models import DisagreementKind, DisagreementState, Event, Role, SettlingRule
from intercoder.policy import Permission
from intercoder.services import adjudication, bulk_rulings, disagreements
from intercoder.services.adjudication import Span
from intercoder.services.bulk_rulings import Bulk, BulkRulingAsked, BulkRulingIn, Preview
from services.comparing import allow, compare_again, consensus_of, disagreements_of, give, originals, rule
from services.rulings_history import merge
from services.test_picking import studied
from services.test_rulings import audit_of


def looked(cast: Cast, round_id: UUID, asked: BulkRulingAsked, by: str = "ada") -> Preview:
    with cast.acting(by, Permission.ADJUDICATE, "round", round_id) as (session, access):
        return bulk_rulings.preview(session, access, asked)


def ruled(cast: Cast, round_id: UUID, asked: BulkRulingAsked, seen: str, by: str = "ada") -> Bulk:
    with cast.acting(by, Permission.ADJUDICATE, "round", round_id) as (session, access):
        given = BulkRulingIn(**asked.model_dump(), seen=seen, reason="按规则")
        return bulk_rulings.rule_all(session, access, given)


def taken_back(cast: Cast, round_id: UUID, bulk: UUID, by: str = "ada") -> Bulk:
    with cast.acting(by, Permission.ADJUDICATE, "round", round_id) as (session, access):
        return bulk_rulings.undo_all(session, access, bulk)


def states(cast: Cast, round_id: UUID) -> list[DisagreementState]:
    return [d.state for d in disagreements_of(cast, round_id)]


UNION = BulkRulingAsked(rule=SettlingRule.UNION)
OPEN, RULED = DisagreementState.OPEN, DisagreementState.RULED


def test_what_is_shown_is_done_in_one_act_and_taken_back_as_one(cast: Cast, compared_round: UUID) -> None:
    before, layers = consensus_of(cast, compared_round), originals(cast)
    shown = looked(cast, compared_round, UNION)
    assert (shown.places, shown.added, shown.empty, shown.silent, shown.more) == (1, 1, 0, 0, 0)
    assert [[(s.code.name, s.words) for s in one.stands] for one in shown.examples] == [
        [("平台把数据开放", "平台把数据开放给我们")]
    ]
    assert (states(cast, compared_round), consensus_of(cast, compared_round)) == ([OPEN] * 3, before)
    made = ruled(cast, compared_round, UNION, shown.seen)
    assert (made.rulings, made.hold, made.undone, made.reason) == (1, 1, None, "按规则")
    place = disagreements_of(cast, compared_round)[2]
    assert (place.state, place.version) == (RULED, 2)
    assert (cast.codes["l3"], place.start, place.end, True) in consensus_of(cast, compared_round)
    assert audit_of(cast) == []
    compare_again(cast, compared_round)
    assert (cast.codes["l3"], place.start, place.end, True) in consensus_of(cast, compared_round)
    back = taken_back(cast, compared_round, made.id)
    assert (back.hold, back.undone is not None) == (0, True)
    assert (states(cast, compared_round), consensus_of(cast, compared_round)) == ([OPEN] * 3, before)
    assert originals(cast) == layers
    assert audit_of(cast) == []
    with pytest.raises(Conflict, match="in force any more"):
        taken_back(cast, compared_round, made.id)
    with cast.database.reading() as session:
        rows = session.scalars(sa.select(Event.action).where(Event.action.like("round.places%")).order_by(Event.at))
        assert list(rows) == ["round.places_ruled", "round.places_opened"]


def test_one_coder_is_followed_everywhere_and_what_was_ruled_again_stays_when_the_act_is_taken_back(
    cast: Cast, compared_round: UUID
) -> None:
    follow = BulkRulingAsked(rule=SettlingRule.ONE_CODER, coder=cast.people["ai"].id)
    shown = looked(cast, compared_round, follow)
    assert (shown.places, shown.empty) == (3, 1)
    made = ruled(cast, compared_round, follow, shown.seen)
    assert states(cast, compared_round) == [RULED] * 3
    second = disagreements_of(cast, compared_round)[1]
    rule(cast, second, 2, [Span(code=cast.codes["l3"], start=second.start, end=second.end)], "再想了想")
    assert taken_back(cast, compared_round, made.id).hold == 0
    assert states(cast, compared_round) == [OPEN, RULED, OPEN]
    assert (cast.codes["l3"], second.start, second.end, True) in consensus_of(cast, compared_round)
    assert audit_of(cast) == []


def test_who_has_seen_other_places_looks_again(cast: Cast, compared_round: UUID) -> None:
    follow = BulkRulingAsked(rule=SettlingRule.ONE_CODER, coder=cast.people["bo"].id)
    shown = looked(cast, compared_round, follow)
    rule(cast, disagreements_of(cast, compared_round)[0], 1, [], "只是处境")
    with pytest.raises(Stale):
        ruled(cast, compared_round, follow, shown.seen)
    assert states(cast, compared_round) == [RULED, OPEN, OPEN]
    again = looked(cast, compared_round, follow)
    assert ruled(cast, compared_round, follow, again.seen).rulings == 2


def test_a_rule_is_for_the_places_that_are_named(cast: Cast, compared_round: UUID) -> None:
    ai = cast.people["ai"].id
    follow = BulkRulingAsked(rule=SettlingRule.ONE_CODER, coder=ai)
    for other, places in (
        ({"kinds": (DisagreementKind.OMISSION,)}, 1),
        ({"codes": (cast.codes["l2"],)}, 1),
        ({"codes": (cast.codes["l3"],)}, 2),
        ({"document": cast.documents["访谈一"]}, 3),
        ({"document": cast.documents["年报节选"]}, 0),
    ):
        assert looked(cast, compared_round, follow.model_copy(update=other)).places == places
    majority = looked(cast, compared_round, BulkRulingAsked(rule=SettlingRule.MAJORITY))
    assert (majority.places, majority.silent) == (1, 2), "the boundary alone has a code of both"
    with pytest.raises(InvalidInput, match="whose codings"):
        looked(cast, compared_round, BulkRulingAsked(rule=SettlingRule.ONE_CODER))
    nothing = BulkRulingAsked(rule=SettlingRule.CHILD)
    with pytest.raises(Conflict, match="no open place"):
        ruled(cast, compared_round, nothing, looked(cast, compared_round, nothing).seen)


def test_nobody_rules_by_a_rule_on_own_work_where_the_project_forbids_it(cast: Cast, compared_round: UUID) -> None:
    give(cast, "ai", Role.CODER, Role.ADJUDICATOR)
    assert looked(cast, compared_round, UNION, by="ai").places == 0
    made = ruled(cast, compared_round, UNION, looked(cast, compared_round, UNION).seen)
    with pytest.raises(Conflict, match="that you coded"):
        taken_back(cast, compared_round, made.id, by="ai")
    taken_back(cast, compared_round, made.id)
    allow(cast)
    shown = looked(cast, compared_round, UNION, by="ai")
    ruled(cast, compared_round, UNION, shown.seen, by="ai")
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.DISAGREEMENTS_VIEW, "round", compared_round)
        assert disagreements.summary(session, access).ruled_by_coders == 1
        wanted = sa.select(Event.detail).where(Event.action == "round.places_ruled").order_by(Event.position.desc())
        told = json.dumps(session.scalars(wanted.limit(1)).one()["rulings"])
    assert [one["by_coder"] for one in json.loads(told)] == [True]


def test_codes_that_changed_are_compared_again_first_and_acts_of_other_rounds_are_not_found(
    cast: Cast, compared_round: UUID
) -> None:
    made = ruled(cast, compared_round, UNION, looked(cast, compared_round, UNION).seen)
    other = cast.compared_round()
    with pytest.raises(NotFound):
        taken_back(cast, other, made.id)
    merge(cast, cast.codes["l1"], cast.codes["l2"])
    with pytest.raises(Conflict, match="compare it again first"):
        looked(cast, compared_round, UNION)


def test_a_ruling_of_an_act_is_taken_back_by_itself_too(cast: Cast, compared_round: UUID) -> None:
    made = ruled(cast, compared_round, UNION, looked(cast, compared_round, UNION).seen)
    place = disagreements_of(cast, compared_round)[2]
    with cast.acting("ada", Permission.ADJUDICATE, "disagreement", place.id) as (session, access):
        adjudication.undo(session, access, place.id, 2)
    assert states(cast, compared_round) == [OPEN] * 3
    with cast.acting("lena", Permission.DISAGREEMENTS_VIEW, "round", compared_round) as (session, access):
        assert [(b.id, b.rulings, b.hold) for b in bulk_rulings.bulks(session, access)] == [(made.id, 1, 0)]
    assert audit_of(cast) == []


def test_a_ruling_is_said_again_at_the_open_places_like_its_own(cast: Cast) -> None:
    round_id = studied(cast, 3, ("l1", "l2"))
    places = [d for d in disagreements_of(cast, round_id) if d.alike == 1]
    first, l1 = places[0], cast.codes["l1"]
    asked = BulkRulingAsked(rule=SettlingRule.AS_RULED, like=first.id)
    with pytest.raises(InvalidInput, match="one in force"):
        looked(cast, round_id, asked)
    with cast.database.reading() as session:
        used = {side.code for side in disagreements.sides_of(session, [first])[first.id]}
    stands = [Span(code=code, start=first.start, end=first.end) for code in used & {l1}]
    rule(cast, first, 1, stands, "同一个意思。")
    shown = looked(cast, round_id, asked)
    assert (shown.places, shown.silent) == (len(places) - 1, 0)
    assert shown.places > 0
    made = ruled(cast, round_id, asked, shown.seen)
    assert made.rulings == len(places) - 1
    assert {d.state for d in disagreements_of(cast, round_id) if d.alike == 1} == {RULED}
    assert {d.state for d in disagreements_of(cast, round_id) if d.alike != 1} == {OPEN}
    other = next(d for d in disagreements_of(cast, round_id) if d.alike != 1)
    with pytest.raises(InvalidInput, match="one in force"):
        looked(cast, round_id, BulkRulingAsked(rule=SettlingRule.AS_RULED, like=other.id))
    assert audit_of(cast) == []
