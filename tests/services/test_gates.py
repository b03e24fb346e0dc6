"""Gates: nobody codes a round who has not passed, but for whom a lead lifted it with a reason."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import Event, ReportLevel, Role
from intercoder.policy import Permission
from intercoder.services import assigning, gates, redistributing, rounds, scores
from intercoder.services.gates import GateIn, LiftIn
from intercoder.services.redistributing import RedistributionIn
from services.comparing import give
from services.settled import RIGHT, coded_as, make_test, settled_study

AS_CODED, THEME = ReportLevel.AS_CODED, ReportLevel.THEME


def open_it(cast: Cast, round_id: UUID) -> None:
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        rounds.open_round(session, access)


def ask(cast: Cast, round_id: UUID, wanted: GateIn | None) -> None:
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        gates.set_gate(session, access, wanted)


def kept_out(cast: Cast, round_id: UUID) -> list[str]:
    with cast.database.reading() as session:
        return gates.kept_out(session, cast.access(session, "lena", Permission.ROUND_MANAGE, "round", round_id))


def test_a_gate_keeps_out_who_has_not_passed_and_opens_by_a_test_or_a_reason(cast: Cast) -> None:
    settled_study(cast, "已定甲", "已定乙")
    main = cast.round(opened=False)
    codes = (cast.codes["l1"], cast.codes["l2"])
    with pytest.raises(InvalidInput, match="interval that begins below"):
        ask(cast, main, GateIn(alpha=0.5, end=0.6))
    assert kept_out(cast, main) == [], "no gate yet"
    ask(cast, main, GateIn(codes=codes))
    assert kept_out(cast, main) == ["Ai", "Bo"], "before it is opened they are named"

    with pytest.raises(Conflict, match="has taken no test to the end"):
        open_it(cast, main)
    failed = make_test(cast, "已定甲")
    coded_as(cast, "ai", failed, "已定甲", [(place, "l1") for place in RIGHT])
    with pytest.raises(Conflict, match="Ai has not passed the gate"):
        open_it(cast, main)
    passed = make_test(cast, "已定乙")
    coded_as(cast, "ai", passed, "已定乙", RIGHT.items())

    with cast.acting("lena", Permission.ROUND_MANAGE, "round", main) as (session, access):
        ai, bo = (s for s in gates.shown(session, access) if s.coder_id in {cast.people[p].id for p in ("ai", "bo")})
        assert (ai.passed, ai.attempts, ai.attempt and ai.attempt.round.id) == (True, 2, passed)
        assert (bo.open, bo.judgement, bo.assigned) == (False, None, True)
    with pytest.raises(Conflict, match="Bo has taken no test"):
        open_it(cast, main)
    assert kept_out(cast, main) == ["Bo"]
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", main) as (session, access):
        place = assigning.Place(cast.documents["访谈一"], cast.people["olga"].id)
        late = assigning.add_assignments(session, access, [place])
    assert kept_out(cast, main) == ["Bo", "Olga"], "who is added later too"
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", main) as (session, access):
        assigning.withdraw(session, access, [row.id for row in late])
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", main) as (session, access):
        gates.lift(session, access, LiftIn(coder_id=cast.people["bo"].id, reason="他编制了编码本"))
        with pytest.raises(Conflict, match="lifted for this coder already"):
            gates.lift(session, access, LiftIn(coder_id=cast.people["bo"].id, reason="又一次"))
    open_it(cast, main)

    # What is open already asks of everybody who comes later, and stays as it was asked for.
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", main) as (session, access):
        place = assigning.Place(cast.documents["访谈一"], cast.people["olga"].id)
        with pytest.raises(Conflict, match="Olga has taken no test"):
            assigning.add_assignments(session, access, [place])
        with pytest.raises(Conflict, match="gate can no longer be changed"):
            gates.set_gate(session, access, None)
        acts = session.scalars(sa.select(Event.action).where(Event.round_id == main, Event.action.like("round.gate%")))
        assert sorted(acts) == ["round.gate", "round.gate.lifted"]
    with cast.database.reading() as session:
        own = gates.shown(session, cast.access(session, "ai", Permission.ROUND_VIEW, "round", main))
        assert [s.coder for s in own] == ["Ai"], "somebody who only codes reads the own standing"


def test_a_round_without_a_gate_asks_nothing_and_a_gate_can_be_taken_away_before(cast: Cast) -> None:
    main = cast.round(opened=False)
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", main) as (session, access):
        with pytest.raises(Conflict, match="has no gate"):
            gates.lift(session, access, LiftIn(coder_id=cast.people["bo"].id, reason="无"))
        with pytest.raises(InvalidInput, match="not in the codebook of this round"):
            gates.set_gate(session, access, GateIn(codes=(cast.project,)))
    ask(cast, main, GateIn())
    ask(cast, main, None)
    open_it(cast, main)


def test_what_others_did_in_a_test_that_the_person_takes_too_counts_for_nothing_yet(cast: Cast) -> None:
    """Who leads and takes the test does not learn from the gate whether somebody else has submitted it."""
    settled_study(cast, "已定甲")
    give(cast, "lena", Role.LEAD, Role.CODER)
    test = make_test(cast, "已定甲", coders=(cast.people["ai"].id, cast.people["lena"].id))
    main = cast.round(coders=("ai",), opened=False)
    ask(cast, main, GateIn(codes=(cast.codes["l1"],)))
    coded_as(cast, "ai", test, "已定甲", RIGHT.items())
    with pytest.raises(Conflict, match="has taken no test to the end"):
        open_it(cast, main)
    cast.close(test, unfinished=True)
    open_it(cast, main)


@pytest.mark.sqlite
def test_who_has_not_passed_gets_nothing_by_a_redistribution_either(cast: Cast) -> None:
    give(cast, "olga", Role.CODER)
    main = cast.round(opened=False)
    ask(cast, main, GateIn())
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", main) as (session, access):
        for name in ("ai", "bo"):
            gates.lift(session, access, LiftIn(coder_id=cast.people[name].id, reason="参加过试编码"))
    open_it(cast, main)
    late = RedistributionIn(joins=cast.people["olga"].id, seed=1)
    with (
        pytest.raises(Conflict, match="Olga has taken no test"),
        cast.acting("lena", Permission.ROUND_MANAGE, "round", main) as (session, access),
    ):
        redistributing.redistribute(session, access, late)
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", main) as (session, access):
        gates.lift(session, access, LiftIn(coder_id=cast.people["olga"].id, reason="参加过试编码"))
        assert redistributing.redistribute(session, access, late).given


def test_codings_are_lifted_to_the_level_that_a_gate_and_a_score_ask_for(cast: Cast) -> None:
    settled_study(cast, "已定甲")
    test = make_test(cast, "已定甲")
    # l2 and l3 are labels of one theme: what is taken for the other is right there.
    coded_as(cast, "ai", test, "已定甲", [(place, "l3" if code == "l2" else code) for place, code in RIGHT.items()])
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.SCORES_VIEW, "round", test)
        [as_coded], [lifted] = (scores.scored_attempts(session, access, level) for level in (AS_CODED, THEME))
    assert (len(as_coded.misses), len(lifted.misses)) == (10, 0)
    assert not set(lifted.names) & {str(cast.codes[code]) for code in ("l1", "l2", "l3", "c1")}
    main = cast.round(opened=False, coders=("ai",))
    with pytest.raises(InvalidInput, match="no code above it"):
        ask(cast, main, GateIn(codes=(cast.codes["c1"],), level=ReportLevel.LABEL))
    for level, passed in ((AS_CODED, False), (THEME, True)):
        ask(cast, main, GateIn(codes=(cast.codes["l2"],), level=level))
        with cast.acting("lena", Permission.ROUND_MANAGE, "round", main) as (session, access):
            [ai] = gates.standings(session, access, [cast.people["ai"].id])
            asked = gates.gate(session, main)
        assert (ai.passed, asked and asked.level) == (passed, level)
    open_it(cast, main)
