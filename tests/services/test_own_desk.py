"""What the desk tells a coder of own work: minutes by own speed, rulings on own codings, what became of own proposals."""

from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import TEXTS, Cast
from intercoder.clock import now
from intercoder.models import ActiveTime, Assignment, AssignmentState, CodeState, Project, Role, Round, RoundState
from intercoder.policy import Permission
from intercoder.services import assigning, own_desk, own_documents, proposals, rounds
from intercoder.services.adjudication import Span
from intercoder.services.assigning import Place
from intercoder.services.own_desk import Speed
from intercoder.services.proposals import Decision, Verdict
from services.comparing import disagreements_of, give, rule
from services.settled import make_test
from services.test_proposals import propose
from services.test_round_plans import twelve

__all__ = ["twelve"]


def speed(cast: Cast, person: str) -> Speed | None:
    with cast.database.reading() as session:
        return own_desk.speed(session, cast.people[person].id)


def worked(cast: Cast, person: str, round_id: UUID, minutes: list[int]) -> None:
    """Let somebody submit the first documents of a round, after so many minutes of work on each."""
    with cast.database.transaction() as session:
        rows = session.scalars(
            sa.select(Assignment)
            .where(Assignment.round_id == round_id, Assignment.coder_id == cast.people[person].id)
            .order_by(Assignment.position)
        ).all()
        for row, spent in zip(rows, minutes, strict=False):
            row.state, row.submitted_at = AssignmentState.SUBMITTED, now()
            session.add(ActiveTime(assignment_id=row.id, minutes=spent, latest=1))


def test_how_long_a_document_may_take_is_told_from_ones_own_speed_alone(cast: Cast, twelve: list[UUID]) -> None:
    with cast.acting("lena", Permission.ROUND_MANAGE) as (session, access):
        coders = tuple(cast.people[name].id for name in ("ai", "bo"))
        new = rounds.NewRound(name="r", version_id=cast.version, documents=tuple(twelve), coders=coders, open=True)
        made = rounds.create_round(session, access, new).id
    worked(cast, "ai", made, [4, 9, 3])
    worked(cast, "bo", made, [400, 900, 300, 700, 500])
    assert speed(cast, "ai") is None, "three documents say too little"
    slow = speed(cast, "bo")
    assert slow is not None
    assert slow.documents == 5
    # 400 characters and the few before them took 400 minutes, 900 took 900: about a minute a character.
    assert 0.99 < slow.fast <= slow.slow < 1.01
    assert slow.minutes(200) == (200, 200)
    assert slow.minutes(200, worked=190) == (10, 10)
    assert slow.minutes(200, worked=700) == (5, 5), "nobody is told that less than nothing is left"
    with cast.database.reading() as session:
        [first, *_] = own_documents.own_assignments(session, cast.people["ai"].id)
        asked = own_desk.work(session, [first.id])[first.id]
        assert (asked.characters > 400, asked.minutes) == (True, 4)


def settled(cast: Cast, round_id: UUID) -> None:
    """Let a round count as settled, whatever is open in it."""
    with cast.database.transaction() as session:
        session.get_one(Round, round_id).state = RoundState.SETTLED


def test_rulings_are_told_to_who_coded_the_place_once_it_is_settled_and_the_project_allows_it(
    cast: Cast, compared_round: UUID
) -> None:
    def told(person: str) -> list[own_desk.RuledOn]:
        with cast.database.reading() as session:
            return own_desk.rulings(session, cast.people[person].id)

    at = TEXTS["访谈一"].index("没有信任什么都谈不了")
    place = next(d for d in disagreements_of(cast, compared_round) if d.start == at)
    rule(cast, place, 1, [Span(code=cast.codes["l2"], start=place.start, end=place.end)], "原话就是这个意思")
    assert told("ai") == []  # not before it is settled
    settled(cast, compared_round)
    [mine] = told("ai")
    [theirs] = told("bo")
    assert (mine.words, mine.reason, mine.round_number) == ("没有信任什么都谈不了", "原话就是这个意思", 1)
    assert (mine.as_coded, theirs.as_coded) == (True, False)
    assert mine.own == mine.ruled == theirs.ruled
    assert theirs.own != theirs.ruled
    assert told("olga") == [], "who coded nothing there is told nothing"
    with cast.database.transaction() as session:
        session.get_one(Project, cast.project).coders_see_rulings = False
    assert told("ai") == []


def test_the_desk_keeps_back_rulings_that_are_answers_of_a_test_given_later(cast: Cast, compared_round: UUID) -> None:
    def told(person: str) -> list[str]:
        with cast.database.reading() as session:
            return [one.reason for one in own_desk.rulings(session, cast.people[person].id)]

    at = TEXTS["访谈一"].index("没有信任什么都谈不了")
    place = next(d for d in disagreements_of(cast, compared_round) if d.start == at)
    rule(cast, place, 1, [Span(code=cast.codes["l2"], start=place.start, end=place.end)], "原话就是这个意思")
    settled(cast, compared_round)
    give(cast, "olga", Role.CODER)
    test = make_test(cast, "访谈一", coders=(cast.people["olga"].id,))
    assert told("ai") == told("bo") == ["原话就是这个意思"]
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", test) as (session, access):
        assigning.add_assignments(session, access, [Place(cast.documents["访谈一"], cast.people["ai"].id)])
    assert (told("ai"), told("bo")) == ([], ["原话就是这个意思"])
    cast.submit("ai", test, "访谈一")
    assert told("ai") == ["原话就是这个意思"]


def test_what_became_of_proposals_is_told_to_their_author(cast: Cast) -> None:
    made = cast.round(policy="proposals")
    labels = {name: propose(cast, "ai", made, name) for name in ("甲", "乙", "丙")}
    propose(cast, "bo", made, "丁")

    def told(person: str) -> list[tuple[str, CodeState, str]]:
        with cast.database.reading() as session:
            return [(p.name, p.state, p.answer) for p in own_desk.decided(session, cast.people[person].id)]

    assert told("ai") == []
    given = (
        Decision(code=labels["甲"], verdict=Verdict.ACCEPT),
        Decision(code=labels["乙"], verdict=Verdict.DECLINE, answer="太宽。"),
    )
    for decision in given:
        with cast.acting("lena", Permission.PROPOSALS_DECIDE, "round", made) as (session, access):
            proposals.decide(session, access, decision)
    assert sorted(told("ai")) == sorted([("甲", CodeState.ACTIVE, ""), ("乙", CodeState.DECLINED, "太宽。")])
    assert told("bo") == []


@pytest.mark.sqlite
def test_late_and_soon_count_what_is_not_submitted(cast: Cast) -> None:
    today = date(2026, 11, 28)

    def given(days: int | None, state: AssignmentState = AssignmentState.ASSIGNED) -> Assignment:
        return Assignment(due_on=None if days is None else today + timedelta(days=days), state=state)

    rows = [given(-1), given(-30), given(0), given(2), given(3), given(None), given(-1, AssignmentState.SUBMITTED)]
    assert own_desk.due(rows, today) == (2, 2)
