"""The consensus is what is unanimous and what the rulings in force stand for, whatever happens to codes and layers."""

from collections import Counter
from random import Random
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict, IntercoderError, InvalidInput, NotFound
from intercoder.models import (
    DisagreementState,
    Job,
    JobState,
    MappingAct,
    Role,
    Round,
    RoundState,
)
from intercoder.policy import Permission
from intercoder.services import (
    adjudication,
    audit,
    cards,
    comparing,
)
from intercoder.services.adjudication import Span
from intercoder.services.mapping import mapping
from intercoder.services.rulings import Force
from services.comparing import consensus_of, disagreements_of, give, rule
from services.rulings_history import History, again, merge, put, sides_of, split, undo


def force_of(cast: Cast, d: UUID) -> list[Force]:
    with cast.database.reading() as session:
        access = cast.access(session, "ada", Permission.DISAGREEMENTS_VIEW, "disagreement", d)
        return [made.force for made in cards.card(session, access, d).rulings]


def test_a_ruling_sleeps_while_a_merge_makes_its_place_unanimous_and_holds_when_that_is_taken_back(
    cast: Cast, compared_round: UUID
) -> None:
    d = disagreements_of(cast, compared_round)[1]
    rule(cast, d, 1, [Span(code=cast.codes["l2"], start=d.start, end=d.end)], "说的是信任。")
    before = consensus_of(cast, compared_round)
    act = merge(cast, cast.codes["l3"], cast.codes["l2"])
    again(cast, compared_round)
    assert d.id not in {place.id for place in disagreements_of(cast, compared_round)}
    assert (cast.codes["l3"], d.start, d.end, False) in consensus_of(cast, compared_round)
    assert audit_of(cast) == []
    undo(cast, act)
    again(cast, compared_round)
    back = next(place for place in disagreements_of(cast, compared_round) if place.id == d.id)
    assert (back.state, force_of(cast, d.id)) == (DisagreementState.RULED, [Force.IN_FORCE])
    assert consensus_of(cast, compared_round) == before
    assert audit_of(cast) == []


def test_what_a_ruling_stands_for_counts_as_what_its_code_does(cast: Cast, compared_round: UUID) -> None:
    d = disagreements_of(cast, compared_round)[2]
    rule(cast, d, 1, [Span(code=cast.codes["l3"], start=d.start, end=d.end)], "数据。")
    merge(cast, cast.codes["l1"], cast.codes["l3"])
    again(cast, compared_round)
    assert (cast.codes["l1"], d.start, d.end, True) in consensus_of(cast, compared_round)
    assert force_of(cast, d.id) == [Force.IN_FORCE]


def test_a_ruling_whose_code_was_split_sleeps_until_it_is_known_what_it_counts_as(
    cast: Cast, compared_round: UUID
) -> None:
    ((d, side),) = [
        (d, side)
        for d in disagreements_of(cast, compared_round)
        for side in sides_of(cast, d)
        if side[2] == cast.codes["l3"] and d.kind == "different_code"
    ]
    rule(cast, d, 1, [Span(code=cast.codes["l3"], start=d.start, end=d.end)], "数据。")
    act = split(cast, cast.codes["l3"], "开放接口", "开放数据")
    again(cast, compared_round)
    assert force_of(cast, d.id) == [Force.ASLEEP]
    assert not any(ruled for *_, ruled in consensus_of(cast, compared_round))
    with (
        pytest.raises(Conflict, match="no ruling in force"),
        cast.acting("ada", Permission.ADJUDICATE, "disagreement", d.id) as (session, access),
    ):
        adjudication.undo(session, access, d.id, 3)
    with cast.database.reading() as session:
        part = next(UUID(c.id) for c in mapping(session, cast.project).codes.values() if c.name == "开放数据")
    put(cast, cast.codes["l3"], side[0], side[1], part)
    again(cast, compared_round)
    assert (part, d.start, d.end, True) in consensus_of(cast, compared_round)
    undo_all(cast, act)
    again(cast, compared_round)
    assert (cast.codes["l3"], d.start, d.end, True) in consensus_of(cast, compared_round)
    # A new ruling ends one that sleeps, and does not name what was split.
    split(cast, cast.codes["l3"], "接口", "数据")
    again(cast, compared_round)
    now = next(place for place in disagreements_of(cast, compared_round) if place.id == d.id)
    with pytest.raises(InvalidInput, match="was split"):
        rule(cast, d, now.version, [Span(code=cast.codes["l3"], start=d.start, end=d.end)], "数据。")
    rule(cast, d, now.version, [], "这里什么都没有。")
    assert force_of(cast, d.id) == [Force.IN_FORCE, Force.ENDED]
    assert audit_of(cast) == []


def test_while_a_round_is_compared_again_nobody_rules_and_nothing_ruled_is_lost(
    cast: Cast, compared_round: UUID
) -> None:
    d = disagreements_of(cast, compared_round)[0]
    merge(cast, cast.codes["l3"], cast.codes["l2"])
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", compared_round) as (session, access):
        job = comparing.compare_again(session, access).id
    with pytest.raises(NotFound):
        rule(cast, d, 1, [], "太早了")
    with (
        pytest.raises(Conflict, match="being compared already"),
        cast.acting("lena", Permission.ROUND_MANAGE, "round", compared_round) as (session, access),
    ):
        comparing.compare_again(session, access)
    with cast.database.transaction() as session:  # the job is given up
        session.get_one(Job, job).state = JobState.FAILED
    again(cast, compared_round)
    assert d.id in {place.id for place in disagreements_of(cast, compared_round)}


def audit_of(cast: Cast) -> list[object]:
    with cast.database.reading() as session:
        return [d for project in audit.audit(session) for d in project.differences]


def undo_all(cast: Cast, since: UUID) -> None:
    """Take acts back, the latest first, down to one."""
    with cast.database.reading() as session:
        wanted = sa.select(MappingAct.id, MappingAct.number).where(MappingAct.project_id == cast.project)
        acts = sorted(session.execute(wanted).all(), key=lambda act: -act.number)
    for act, _ in acts:
        undo(cast, act)
        if act == since:
            return


#: what must have happened in each history, beside at least one coding that stood on two grounds
MUST = frozenset(
    {
        "rules",
        "merges",
        "recodes",
        "comes_late",
        "draws_for_two",
        "rules_blind",
        "ends_a_draw",
        "says_again",
        "takes_back",
    }
)


@pytest.mark.parametrize("seed", [2, 4])
def test_at_every_step_the_consensus_is_what_is_unanimous_and_what_the_rulings_in_force_stand_for(
    cast: Cast, compared_round: UUID, seed: int
) -> None:
    give(cast, "olga", Role.ADJUDICATOR)
    give(cast, "root", Role.CODER)
    history = History(cast, compared_round, Random(seed))
    happenings = {
        history.rules: 4,
        history.says_again: 2,
        history.takes_back: 1,
        history.merges: 1,
        history.splits: 1,
        history.puts: 1,
        history.undoes: 1,
        history.recodes: 1,
        history.comes_late: 1,
        history.draws_for_two: 2,
        history.rules_blind: 6,
        history.ends_a_draw: 1,
    }
    beginning = [history.says_again, history.rules, history.draws_for_two, history.rules_blind, history.ends_a_draw]
    done = Counter[str]()
    for step in range(90):
        if step >= 24 and done.keys() >= MUST and history.doubled:
            break
        # What has not happened yet comes more often.
        weights = [weight * (1 if done[what.__name__] else 4) for what, weight in happenings.items()]
        # In the end merges may leave nothing to differ about: what needs several places comes first.
        first = next((what for what in beginning if not (done[what.__name__] and history.doubled)), None)
        what = first or history.chance.choices([*happenings], weights)[0]
        try:
            what()
        except (IntercoderError, IndexError, ValueError):
            # Nothing is there to be ruled, merged or taken back; but nothing is left half done.
            with cast.database.reading() as session:
                assert session.get_one(Round, compared_round).state is RoundState.CLOSED, what.__name__
            continue
        done[what.__name__] += 1
        assert sorted(consensus_of(cast, compared_round)) == history.stands(), done
    assert done.keys() >= MUST, done
    assert history.doubled
    assert audit_of(cast) == []
