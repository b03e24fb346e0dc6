"""Talk about a place: mentions, letters where names are hidden, contests after settling, news, and who may not."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.errors import Conflict, Forbidden, InvalidInput, NotFound
from intercoder.models import Comment, Disagreement, DisagreementState, ThreadKind, ThreadState
from intercoder.policy import Permission
from intercoder.services import disagreements, members, rounds, threads
from intercoder.services.picking import Fitting
from intercoder.services.threads import Called, CommentIn, ThreadChange, Told
from services.comparing import disagreements_of, reopen, rule
from services.settled import make_test, settled_study


def say(cast: Cast, who: str, place: UUID, text: str, thread: UUID | None = None, *, contests: bool = False) -> Comment:
    with cast.acting(who, Permission.DISCUSS, "disagreement", place) as (session, access):
        return threads.comment(session, access, place, CommentIn(text=text, thread=thread, contests=contests))


def read(cast: Cast, who: str, place: UUID) -> list[Told]:
    with cast.database.reading() as session:
        return threads.threads(
            session, cast.access(session, who, Permission.DISAGREEMENTS_VIEW, "disagreement", place), place
        )


def news(cast: Cast, who: str) -> list[tuple[str, bool, bool]]:
    with cast.database.reading() as session:
        return [(n.text, n.mentions, n.contest) for n in threads.news(session, cast.people[who].id)]


def move(cast: Cast, who: str, place: UUID, thread: UUID, state: ThreadState) -> None:
    with cast.acting(who, Permission.DISCUSS, "disagreement", place) as (session, access):
        threads.move(session, access, place, thread, ThreadChange(state=state))


def settle(cast: Cast, round_id: UUID) -> None:
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        rounds.settle_round(session, access)


def test_a_talk_mentions_is_answered_resolved_and_opened_again(cast: Cast, compared_round: UUID) -> None:
    place = disagreements_of(cast, compared_round)[0].id
    thread = say(cast, "ai", place, "这里“接上网”算行动吗？＠Bo 你怎么看？").thread_id
    say(cast, "bo", place, "算。@Lena @lena 请定一下。", thread)
    [told] = read(cast, "olga", place)
    assert [(s.by, s.own) for s in told.comments] == [("Ai", False), ("Bo", False)]
    assert (told.thread.kind, told.thread.state, told.may_move) == (ThreadKind.TALK, ThreadState.OPEN, False)
    assert news(cast, "bo") == [("这里“接上网”算行动吗？＠Bo 你怎么看？", True, False)]
    assert news(cast, "lena") == [("算。@Lena @lena 请定一下。", True, False)]
    assert news(cast, "ai") == [("算。@Lena @lena 请定一下。", False, False)]
    assert news(cast, "ada") == []
    with pytest.raises(Forbidden, match="resolves this talk"):
        move(cast, "bo", place, thread, ThreadState.RESOLVED)
    move(cast, "ai", place, thread, ThreadState.RESOLVED)
    with pytest.raises(Conflict, match="is resolved"):
        say(cast, "bo", place, "还有一点。", thread)
    move(cast, "ada", place, thread, ThreadState.OPEN)
    with pytest.raises(InvalidInput, match="Write something"):
        say(cast, "bo", place, "  ", thread)
    reopen(cast, compared_round)  # nobody sees the place any more, so nobody is told of its talk
    assert news(cast, "bo") == []
    with pytest.raises(NotFound):
        say(cast, "bo", place, "还在吗？", thread)


def test_the_longer_of_two_names_is_meant() -> None:
    people = [Called("Ann", UUID(int=1)), Called("Ann Lee", UUID(int=2)), Called("林晓岚", UUID(int=3))]
    assert threads.mentioned("@ann lee：请看。也请@林晓岚看", people) == [UUID(int=2), UUID(int=3)]
    assert threads.mentioned("ann@example.org，@Anna", people) == []


def test_hidden_names_are_letters_in_talk_too(cast: Cast, compared_round: UUID) -> None:
    place = disagreements_of(cast, compared_round)[0].id
    with cast.database.transaction() as session:
        cast.access(session, "lena", Permission.PROJECT_EDIT).project.mask_seed = 3
    with cast.database.reading() as session:
        access = cast.access(session, "ada", Permission.DISAGREEMENTS_VIEW, "disagreement", place)
        called = {one.id: one.name for one in threads.called_at(session, access, session.get_one(Disagreement, place))}
    ai, bo = (called[cast.people[name].id] for name in ("ai", "bo"))
    assert ({ai, bo}, called[cast.people["lena"].id]) == ({"A", "B"}, "Lena")
    say(cast, "ada", place, f"@{bo} 请说明。")
    say(cast, "ai", place, "我先说。@Bo")
    assert [text for text, named, _ in news(cast, "bo") if named] == [f"@{bo} 请说明。"]
    by = {s.by: s.masked for told in read(cast, "ada", place) for s in told.comments}
    assert by == {"Ada": False, ai: True}


def test_a_ruling_is_contested_after_settling_where_the_project_allows_it(cast: Cast, compared_round: UUID) -> None:
    places = disagreements_of(cast, compared_round)
    place = places[0].id
    with pytest.raises(Forbidden, match="once the round is settled"):
        say(cast, "ai", place, "不对。", contests=True)
    for d in places:
        rule(cast, d, 1, [], "没有行动")
    settle(cast, compared_round)
    with pytest.raises(Forbidden, match="by a coder of its place"):
        say(cast, "lena", place, "不对。", contests=True)
    thread = say(cast, "ai", place, "原话里有行动。", contests=True).thread_id

    def contested(*, wanted: bool = True) -> list[UUID]:
        with cast.database.reading() as session:
            access = cast.access(session, "ada", Permission.DISAGREEMENTS_VIEW, "round", compared_round)
            return [d.id for d in disagreements.disagreements(session, access, Fitting(contested=wanted)).rows]

    assert contested() == [place]
    # Who ruled is told without being named.
    assert news(cast, "ada") == [("原话里有行动。", False, True)]
    assert len(contested(wanted=False)) == len(places) - 1
    say(cast, "ada", place, "行动在下一句。", thread)
    assert news(cast, "ai") == [("行动在下一句。", False, True)]
    with pytest.raises(Forbidden):
        move(cast, "ai", place, thread, ThreadState.RESOLVED)
    move(cast, "ada", place, thread, ThreadState.RESOLVED)
    assert contested() == []
    with cast.database.transaction() as session:
        cast.access(session, "lena", Permission.PROJECT_EDIT).project.coders_see_rulings = False
    with pytest.raises(Forbidden, match="where the project shows"):
        say(cast, "bo", place, "不对。", contests=True)


def test_talk_rests_while_two_rule_there_blind(cast: Cast, compared_round: UUID) -> None:
    place = disagreements_of(cast, compared_round)[0].id
    say(cast, "ada", place, "我裁为“没有行动”。@Bo")
    with cast.database.transaction() as session:
        session.get_one(Disagreement, place).state = DisagreementState.TWICE
    assert (read(cast, "lena", place), news(cast, "bo")) == ([], [])
    with pytest.raises(Conflict, match="Two adjudicators"):
        say(cast, "bo", place, "同意。")


def test_nobody_hears_of_places_that_are_closed_to_the_person(cast: Cast) -> None:
    source = settled_study(cast, "已定甲", apart=True)
    place = disagreements_of(cast, source)[0].id
    say(cast, "bo", place, "我看是一处行动。@Ai @Olga")
    for who in ("ai", "olga"):
        assert news(cast, who) == [("我看是一处行动。@Ai @Olga", True, False)]
    rule(cast, disagreements_of(cast, source)[0], 1, [], "没有行动")
    make_test(cast, "已定甲")
    assert news(cast, "ai") == []
    with cast.acting("lena", Permission.MEMBERS_MANAGE) as (session, access):
        gone = next(m for m in members.members(session, access.project.id) if m.user_id == cast.people["olga"].id)
        members.remove_member(session, access, gone.id)
    assert news(cast, "olga") == []
