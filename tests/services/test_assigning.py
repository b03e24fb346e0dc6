"""Giving out documents while a round runs: adding, taking back, passing on, handing back, and by when."""

import threading
from datetime import date
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder import clock, events
from intercoder.db import within
from intercoder.errors import Conflict, InvalidInput, NotFound
from intercoder.models import Assignment, AssignmentState, Event, Role
from intercoder.policy import Permission
from intercoder.services import active_time, assigning, coding
from intercoder.services.assigning import Pair
from services.comparing import give
from waiting import a_moment

DAY = date(2026, 12, 1)


def given(cast: Cast, round_id: UUID) -> dict[tuple[str, str], Assignment]:
    """Return who has what, by title and name."""
    with cast.database.reading() as session:
        wanted = sa.select(Assignment).where(Assignment.round_id == round_id)
        found = session.scalars(
            wanted.options(sa.orm.joinedload(Assignment.document), sa.orm.joinedload(Assignment.coder))
        )
        return {(a.document.title, a.coder.name): a for a in found}


def told(cast: Cast) -> list[events.Act | None]:
    """Return what the log tells of what was given out, latest first."""
    with cast.database.reading() as session:
        rows = session.scalars(
            sa.select(Event)
            .where(Event.stream == cast.project, Event.action.in_(["round.assigned", "round.withdrawn", "round.due"]))
            .order_by(Event.seq.desc())
        )
        return [events.read(row) for row in rows]


def test_what_was_not_begun_is_taken_back_or_passed_on_and_what_was_begun_never(cast: Cast) -> None:
    made = cast.round(documents=("访谈一", "年报节选"))
    cast.code("ai", made, "访谈一", "l1", "把旧机器都接上了网")
    before = given(cast, made)
    begun, whole = before["访谈一", "Ai"], before["年报节选", "Ai"]
    for verb in (assigning.withdraw, lambda s, a, ids: assigning.pass_on(s, a, ids, cast.people["bo"].id)):
        with (
            pytest.raises(Conflict, match="not taken away"),
            cast.acting("lena", Permission.ROUND_MANAGE, "round", made) as (session, access),
        ):
            verb(session, access, [begun.id, whole.id])
        assert given(cast, made).keys() == before.keys(), "all or none"

    with cast.acting("lena", Permission.ROUND_MANAGE, "round", made) as (session, access):
        assert assigning.withdraw(session, access, [whole.id]) == 1
    assert given(cast, made).keys() == before.keys() - {("年报节选", "Ai")}
    latest = told(cast)[0]
    assert isinstance(latest, events.AssignmentsWithdrawn)
    assert latest.assignments == ((whole.document_id, whole.coder_id),)

    # To somebody who came later, with the day; the other has the document already.
    give(cast, "olga", Role.CODER)
    theirs = before["年报节选", "Bo"]
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", made) as (session, access):
        assert assigning.set_due(session, access, [theirs.id], DAY) == 1
        [passed] = assigning.pass_on(session, access, [theirs.id], cast.people["olga"].id)
        assert (passed.coder_id, passed.due_on) == (cast.people["olga"].id, DAY)
        assigning.add_assignments(
            session, access, assigning.given_pairs([Pair(document_id=begun.document_id, coder_id=passed.coder_id)])
        )
    assert given(cast, made).keys() == {("访谈一", "Ai"), ("访谈一", "Bo"), ("年报节选", "Olga"), ("访谈一", "Olga")}
    with (
        pytest.raises(Conflict, match="already"),
        cast.acting("lena", Permission.ROUND_MANAGE, "round", made) as (session, access),
    ):
        assigning.pass_on(session, access, [before["访谈一", "Bo"].id], passed.coder_id)
    with (
        pytest.raises(InvalidInput, match="not a coder"),
        cast.acting("lena", Permission.ROUND_MANAGE, "round", made) as (session, access),
    ):
        assigning.pass_on(session, access, [before["访谈一", "Bo"].id], cast.people["otto"].id)
    assert ("访谈一", "Bo") in given(cast, made)


def test_a_memo_and_minutes_at_work_are_begun_work_too(cast: Cast) -> None:
    made = cast.round(documents=("访谈一", "年报节选"))
    noted, read = given(cast, made)["访谈一", "Ai"], given(cast, made)["年报节选", "Ai"]
    with cast.acting("ai", Permission.CODE, "round", made) as (session, access):
        coding.set_memo(session, access, noted.document_id, coding.DocumentMemo(memo="先读了一遍"))
        minute = int(clock.now().timestamp()) // 60
        told = active_time.ActiveMinutes(minutes=(minute,))
        active_time.count_minutes(within(session), access.asking(Permission.CODE), read.document_id, told)
    for begun in (noted, read):
        for verb in (assigning.withdraw, lambda s, a, ids: assigning.pass_on(s, a, ids, cast.people["bo"].id)):
            with (
                pytest.raises(Conflict, match="not taken away"),
                cast.acting("lena", Permission.ROUND_MANAGE, "round", made) as (session, access),
            ):
                verb(session, access, [begun.id])
    assert given(cast, made)["访谈一", "Ai"].memo == "先读了一遍"


@pytest.mark.sqlite
def test_the_day_is_kept_until_it_is_submitted_and_can_be_taken_away(cast: Cast) -> None:
    made = cast.round(documents=("访谈一",))
    cast.submit("ai", made, "访谈一")
    both = [a.id for a in given(cast, made).values()]
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", made) as (session, access):
        assert assigning.set_due(session, access, both, DAY) == 1, "what is submitted is done"
    assert {name: a.due_on for (_, name), a in given(cast, made).items()} == {"Ai": None, "Bo": DAY}
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", made) as (session, access):
        assigning.set_due(session, access, both, None)
    assert {a.due_on for a in given(cast, made).values()} == {None}
    assert [act.due_on for act in told(cast) if isinstance(act, events.AssignmentsDue)] == [None, DAY]


@pytest.mark.sqlite
def test_several_go_back_with_a_reason_that_ends_with_the_next_submission(cast: Cast) -> None:
    made = cast.round(documents=("访谈一", "年报节选"))
    cast.submit("ai", made, "访谈一", "年报节选")
    mine = [a.id for (_, name), a in given(cast, made).items() if name == "Ai"]
    hers = [a.id for (_, name), a in given(cast, made).items() if name == "Bo"]
    with (
        pytest.raises(Conflict, match="not been submitted"),
        cast.acting("lena", Permission.HAND_BACK, "round", made) as (session, access),
    ):
        assigning.hand_back(session, access, [*mine, *hers], "漏了")
    with cast.acting("lena", Permission.HAND_BACK, "round", made) as (session, access):
        assert len(assigning.hand_back(session, access, mine, "  第二页漏了 ")) == 2
    back = given(cast, made)["访谈一", "Ai"]
    assert (back.state, back.handed_back_for, back.submitted_at) == (AssignmentState.IN_PROGRESS, "第二页漏了", None)
    cast.submit("ai", made, "访谈一")
    assert given(cast, made)["访谈一", "Ai"].handed_back_for == ""
    assert given(cast, made)["年报节选", "Ai"].handed_back_for == "第二页漏了"


@pytest.mark.sqlite
def test_a_lead_who_codes_learns_of_no_other_assignment_by_trying_to_change_it(cast: Cast) -> None:
    give(cast, "lena", Role.CODER)
    made = cast.round(documents=("访谈一",), coders=("ai", "lena"))
    theirs, own = given(cast, made)["访谈一", "Ai"], given(cast, made)["访谈一", "Lena"]
    for ids in ([theirs.id], [own.id, theirs.id]):
        with pytest.raises(NotFound), cast.acting("lena", Permission.ROUND_MANAGE, "round", made) as (session, access):
            assigning.withdraw(session, access, ids)
        with pytest.raises(NotFound), cast.acting("lena", Permission.ROUND_MANAGE, "round", made) as (session, access):
            assigning.set_due(session, access, ids, DAY)
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", made) as (session, access):
        assert assigning.withdraw(session, access, [own.id]) == 1
    other = cast.round(documents=("访谈一",))
    with pytest.raises(NotFound), cast.acting("lena", Permission.ROUND_MANAGE, "round", other) as (session, access):
        assigning.withdraw(session, access, [theirs.id])


def test_a_coding_that_is_being_written_keeps_its_document(cast: Cast) -> None:
    """Its transaction is open still when the document is taken back: the coding wins."""
    made = cast.round(documents=("访谈一",))
    mine = given(cast, made)["访谈一", "Ai"]
    refused: list[Conflict] = []

    def take_back() -> None:
        try:
            with cast.acting("lena", Permission.ROUND_MANAGE, "round", made) as (session, access):
                assigning.withdraw(session, access, [mine.id])
        except Conflict as refusal:
            refused.append(refusal)

    other = threading.Thread(target=take_back)
    with cast.database.transaction() as session:
        session.execute(sa.update(Assignment).where(Assignment.id == mine.id).values(state=AssignmentState.IN_PROGRESS))
        other.start()
        a_moment(least=0.2, most=0.4)
    other.join()
    assert [refusal.code for refusal in refused] == ["begun"]
    assert mine.id in {a.id for a in given(cast, made).values()}
