"""A norming room: blind votes, reveal, talk, votes again, minutes; and no figure of the round knows of it."""

from collections.abc import Collection
from pathlib import Path
from typing import Literal
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict, Forbidden, InvalidInput, Stale
from intercoder.models import Disagreement, DisagreementState, Event, NormingRoom, NormingState, ReportContent, Role
from intercoder.policy import Permission
from intercoder.services import archiving, normed, norming, saturation
from intercoder.services.normed import RoomRead
from intercoder.services.norming import ByHost, NewRoom, VoteIn, WordIn
from services.comparing import consensus_of, disagreements_of, give, originals

REVEALED: Literal[NormingState.REVEALED] = NormingState.REVEALED
AGAIN: Literal[NormingState.VOTING_AGAIN] = NormingState.VOTING_AGAIN
REVEALED_AGAIN: Literal[NormingState.REVEALED_AGAIN] = NormingState.REVEALED_AGAIN
WHO = ("ai", "bo", "ada")


def opened(cast: Cast, round_id: UUID, who: Collection[str] = WHO, *, by: str = "ada") -> NormingRoom:
    places = tuple(d.id for d in disagreements_of(cast, round_id))
    with cast.acting(by, Permission.NORM_HOST, "round", round_id) as (session, access):
        guests = tuple(cast.people[name].id for name in who)
        return norming.create_room(session, access, NewRoom(name="第一次会商", places=places, guests=guests))


def vote(cast: Cast, room: NormingRoom, who: str, place: UUID, *codes: str, reason: str = "") -> None:
    with cast.acting(who, Permission.NORM_VOTE, "norming", room.id) as (session, access):
        given = VoteIn(place=place, codes=tuple(cast.codes[code] for code in codes), reason=reason)
        norming.vote(session, access, room.id, given)


def move(cast: Cast, room: NormingRoom, version: int, state: ByHost, *, by: str = "ada") -> None:
    with cast.acting(by, Permission.NORM_HOST, "norming", room.id) as (session, access):
        norming.move(session, access, room.id, version, state)


def seen(cast: Cast, room: NormingRoom, who: str) -> RoomRead:
    with cast.database.reading() as session:
        access = cast.access(session, who, Permission.DISAGREEMENTS_VIEW, "norming", room.id)
        return normed.read(session, access, room.id)


def cast_by(read: RoomRead) -> list[tuple[str | None, int, int]]:
    return [(c.voter.name, c.turn, len(c.codes)) for one in read.places for c in one.cast]


def figures_of_the_round(cast: Cast, round_id: UUID) -> object:
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.SATURATION_VIEW)
        drawn = saturation.picture(session, access)
        contents = [str(c) for c in session.scalars(sa.select(ReportContent.content))]
        return (
            sorted(contents),
            consensus_of(cast, round_id),
            originals(cast),
            repr(drawn),
        )


def test_votes_are_blind_until_they_are_revealed_talk_follows_and_a_second_turn(
    cast: Cast, compared_round: UUID
) -> None:
    before = figures_of_the_round(cast, compared_round)
    room = opened(cast, compared_round)
    first, second, third = (d.id for d in disagreements_of(cast, compared_round))
    vote(cast, room, "ai", first, "l1", reason="看到接入")
    vote(cast, room, "ai", first, "l2")  # changed before it was revealed
    vote(cast, room, "bo", first)
    for place in (second, third):
        for who, code in (("ai", "l2"), ("bo", "l3"), ("ada", "l3")):
            vote(cast, room, who, place, code)
    # Who has voted is told, never on what: not to the host, the lead, the observer, nor by the log.
    for who in ("ada", "lena", "olga", "bo"):
        read = seen(cast, room, who)
        own = {"ada": "Ada", "bo": "Bo"}.get(who)
        assert {name for name, _, _ in cast_by(read)} == ({own} if own else set()), who
        assert [len(one.voted) for one in read.places] == [2, 3, 3]
        assert (read.figures, [one.tallies for one in read.places]) == ({}, [{}, {}, {}])
    with cast.database.reading() as session:
        told = session.scalars(sa.select(Event.detail).where(Event.action == "norming.voted")).all()
    assert {tuple(sorted(detail)) for detail in told} == {("place", "turn")}
    with pytest.raises(Conflict, match="from the first reveal"):
        said(cast, room, "ai", first, "我投了接入")
    move(cast, room, 1, REVEALED)
    read = seen(cast, room, "olga")
    assert ("Bo", 1, 0) in cast_by(read)
    assert [[t.votes for t in one.tallies[1]] for one in read.places] == [[1, 1], [2, 1], [2, 1]]
    assert [one.outcome is None for one in read.places] == [True, False, False]
    figure = read.figures[1]
    assert (figure.n_pairable, figure.coders, figure.value is not None) == (3, 3, True)
    with pytest.raises(Conflict, match="stand as they are"):
        vote(cast, room, "bo", first, "l1")
    said(cast, room, "bo", first, "没有行动，就不编。")
    move(cast, room, 2, AGAIN)
    for who in WHO:
        vote(cast, room, who, first)
        vote(cast, room, who, second, "l3")
    assert {turn for _, turn, _ in cast_by(seen(cast, room, "lena"))} == {1}
    with pytest.raises(Stale):
        move(cast, room, 2, REVEALED_AGAIN)
    move(cast, room, 3, REVEALED_AGAIN, by="lena")
    read = seen(cast, room, "ai")
    assert (read.figures[1].value, read.figures[2].value) == (figure.value, 1.0)
    assert [one.outcome.votes for one in read.places if one.outcome] == [3, 3, 2]
    assert [(s.by, s.text) for s in read.said] == [("Bo", "没有行动，就不编。")]
    with cast.acting("ada", Permission.NORM_HOST, "norming", room.id) as (session, access):
        assert norming.write_minutes(session, access, room.id, 4, "不编没有行动的话。").version == 5
    move(cast, room, 5, NormingState.CLOSED)
    with cast.database.reading() as session:
        access = cast.access(session, "ada", Permission.DISAGREEMENTS_VIEW, "norming", room.id)
        [(kept, tally)] = normed.outcomes(session, access, second)
        assert (kept.minutes, tally.codes, tally.votes) == ("不编没有行动的话。", [cast.codes["l3"]], 3)
    assert figures_of_the_round(cast, compared_round) == before
    assert {d.state.value for d in disagreements_of(cast, compared_round)} == {"open"}


def said(cast: Cast, room: NormingRoom, who: str, place: UUID, text: str) -> None:
    with cast.acting(who, Permission.NORM_VOTE, "norming", room.id) as (session, access):
        norming.say(session, access, room.id, WordIn(place=place, text=text))


def test_who_may_not_and_what_does_not_follow_is_refused(cast: Cast, compared_round: UUID) -> None:
    place = disagreements_of(cast, compared_round)[0].id
    for who, sentence in ((("ai",), "at least two"), (("ai", "olga"), "Only leads, coders")):
        with pytest.raises(InvalidInput, match=sentence):
            opened(cast, compared_round, who)
    room = opened(cast, compared_round, ("ai", "bo"))
    with pytest.raises(Forbidden, match="invited"):
        vote(cast, room, "ada", place, "l1")
    with pytest.raises(Conflict, match="does not follow"):
        move(cast, room, 1, NormingState.CLOSED)
    with cast.acting("ai", Permission.NORM_VOTE, "norming", room.id) as (session, access):
        with pytest.raises(InvalidInput, match="codebook of this round"):
            norming.vote(session, access, room.id, VoteIn(place=place, codes=(UUID(int=1),)))
        norming.vote(session, access, room.id, VoteIn(place=place, codes=()))
        assert norming.vote(session, access, room.id, VoteIn(place=place, codes=None)) is None
    assert [one.voted for one in seen(cast, room, "ai").places] == [[], [], []]
    give(cast, "olga", Role.ADJUDICATOR)
    with pytest.raises(Forbidden, match="The host of this room or a lead"):
        move(cast, room, 1, REVEALED, by="olga")
    with cast.database.transaction() as session:
        session.get_one(Disagreement, place).state = DisagreementState.TWICE
    with pytest.raises(Conflict, match="Two adjudicators rule"):
        opened(cast, compared_round)


def test_an_archive_waits_for_the_reveal_and_hidden_names_are_letters(cast: Cast, compared_round: UUID) -> None:
    room = opened(cast, compared_round)
    place = disagreements_of(cast, compared_round)[0].id
    with cast.acting("lena", Permission.PROJECT_EDIT) as (session, access):
        with pytest.raises(Conflict, match="第一次会商"):
            archiving.require_nothing_open(session, access)
        access.project.mask_seed = 7
    vote(cast, room, "ai", place, "l1")
    move(cast, room, 1, REVEALED)
    with cast.acting("lena", Permission.PROJECT_EDIT) as (session, access):
        archiving.require_nothing_open(session, access)
    read = seen(cast, room, "bo")
    assert [(v.name, v.own or v.id is None) for v in read.voters] == [(None, True)] * 3
    assert sorted(v.letter for v in read.voters) == ["A", "B", "C"]


def test_votes_are_read_by_their_own_services_alone() -> None:
    services = Path(norming.__file__).parent
    readers = {path.name for path in services.rglob("*.py") if "NormingVote" in path.read_text("utf-8")}
    assert readers == {"norming.py", "normed.py"}
