"""The norming rooms of a round as tables: votes before and after talking, minutes with alpha, what was said."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from intercoder.interchange.sheets import Sheet, Value, csv_parts, xlsx_parts
from intercoder.language import gettext
from intercoder.reports.exports.kinds import File, Form, Making, Names, file
from intercoder.reports.exports.people import called, rulers_called
from intercoder.reports.words import word
from intercoder.services import cards, normed
from intercoder.services import norming as rooms
from intercoder.services.access import Access, RoundAccess
from intercoder.services.normed import OnTable, RoomRead, Voter

_VOTES, _MINUTES, _SAID = (
    (24, 8, 28, 50, 16, 30, 40, 30, 40),
    (24, 18, 16, 60, 10, 10, 10, 10, 10, 10),
    (24, 8, 16, 60, 18),
)


def norming(making: Making) -> File:
    """Return what was voted in the norming rooms of a round, as far as it is revealed."""
    with making.open() as (session, access):
        assert isinstance(access, RoundAccess)
        number = access.round.number
        read = [normed.read(session, access, room.id) for room in rooms.rooms(session, access)]
        named = {str(code.id): code.name for code in cards.choices(session, access).codes}
        real = making.choices.names is Names.REAL
        people = {} if real else _letters(session, access, read)

    def who(voter: Voter) -> str:
        # Whoever is hidden until the round is settled has a letter of the room: those of other files would tell who it is.
        return voter.called if real or voter.id is None or voter.name is None else people[voter.id]

    votes = list(_votes(read, named, who))
    name = f"norming-round-{number}"
    if making.choices.form is Form.CSV:
        return file(name, Form.CSV, csv_parts(_headings(), votes))
    sheets = [
        Sheet(gettext("Votes"), _headings(), votes, _VOTES),
        Sheet(gettext("Minutes"), _of_rooms(), list(_minutes(read, people)), _MINUTES),
    ]
    if real:
        said = (gettext("Room"), gettext("Place"), gettext("Who"), gettext("Words"), gettext("At (UTC)"))
        sheets.append(Sheet(gettext("Talk"), said, list(_said(read)), _SAID))
    return file(name, Form.XLSX, xlsx_parts(gettext("Norming rooms"), sheets))


def _letters(session: Session, access: Access, read: Sequence[RoomRead]) -> dict[UUID, str]:
    """Return what voters and hosts are called without their names: as in every file, or by a number of this one."""
    known = {**rulers_called(session, access), **called(session, access, Names.LETTERS)}
    here = [person for room in read for person in (*(one.id for one in room.voters), room.room.host_id) if person]
    others = [person for person in dict.fromkeys(here) if person not in known]
    return known | {person: gettext("Guest {n}", n=n) for n, person in enumerate(others, 1)}


def _headings() -> Sequence[str]:
    return (
        gettext("Room"),
        gettext("Place"),
        gettext("Document"),
        gettext("Words"),
        gettext("Who"),
        gettext("Before talking"),
        gettext("Why, before"),
        gettext("After talking"),
        gettext("Why, after"),
    )


def _votes(read: Sequence[RoomRead], named: dict[str, str], who: Callable[[Voter], str]) -> Iterable[Sequence[Value]]:
    for room in read:
        for one in room.places:
            for voter in room.voters:
                at = (room.room.name, one.number, one.place.document.title, one.words, who(voter))
                yield (*at, *_cast(one, voter, 1, named), *_cast(one, voter, 2, named))


def _cast(one: OnTable, voter: Voter, turn: int, named: dict[str, str]) -> tuple[str, str]:
    """Return a vote and its reason; nothing where there is none, or it is not revealed."""
    cast = next((c for c in one.cast if c.voter == voter and c.turn == turn and turn in one.tallies), None)
    if cast is None:
        return "", ""
    return " + ".join(named.get(str(code), str(code)) for code in cast.codes) or "–", cast.reason


def _of_rooms() -> Sequence[str]:
    ends = ("α", gettext("from"), gettext("to"))
    return (
        gettext("Room"),
        gettext("Host"),
        gettext("State"),
        gettext("Minutes"),
        *(f"{column} ({turn})" for turn in (1, 2) for column in ends),
    )


def _minutes(read: Sequence[RoomRead], people: Mapping[UUID, str]) -> Iterable[Sequence[Value]]:
    for room in read:
        figures: list[Value] = []
        for turn in (1, 2):
            one = room.figures.get(turn) if room.revealed else None
            interval = one.interval if one else None
            figures += [
                one.value if one else None,
                interval.low if interval else None,
                interval.high if interval else None,
            ]
        host = people.get(room.room.host_id, room.host)
        yield (room.room.name, host, word("norming_state", room.room.state), room.room.minutes, *figures)


def _said(read: Sequence[RoomRead]) -> Iterable[Sequence[Value]]:
    for room in read:
        number = {one.place.id: one.number for one in room.places}
        for words in room.said:
            yield (room.room.name, number.get(words.place), words.by, words.text, f"{words.at:%Y-%m-%d %H:%M}")
