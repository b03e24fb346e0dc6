"""What leaves about adjudication: the account of disagreements, and the norming rooms, with names and without."""

import csv
import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from cast import Cast, Client
from intercoder.models import NormingState, RulingTag
from intercoder.policy import Permission
from intercoder.services import norming, projects
from services.comparing import disagreements_of
from services.test_norming import AGAIN, REVEALED, move, opened, said, vote
from services.test_precedents import ruled
from web.leaving import fetched

pytestmark = pytest.mark.sqlite
Ask = Callable[..., Any]


@pytest.fixture
def ask(app: Flask, cast: Cast, compared_round: UUID) -> Ask:
    def asked(person: str, name: str, query: str) -> bytes:
        address = f"rounds/{compared_round}/exports/{name}?language=en&{query}"
        answer = fetched(Client(app, cast.database, cast.people[person]), cast.database, address)
        assert answer.status_code == 200, answer.data[:300]
        return bytes(answer.data)

    return asked


def lines(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def sheets(data: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_account_of_disagreements_is_a_table_of_kinds_by_how_they_were_resolved(
    cast: Cast, ask: Ask, compared_round: UUID
) -> None:
    omission, different, _ = disagreements_of(cast, compared_round)
    ruled(cast, different, ["l2", "l3"], "两个意思都在。", RulingTag.BOTH_STAND)
    ruled(cast, omission, [], "不是行动。")
    heading, *rows = lines(ask("olga", "adjudication", "format=csv"))
    assert (heading[0], heading[-1]) == ("Kind", "All")
    told = {row[0]: dict(zip(heading[1:], map(int, row[1:]), strict=True)) for row in rows}
    assert told["All"]["All"] == 3
    assert (told["All"]["both readings stand"], told["All"]["Undecided"]) == (1, 1)
    assert told["Different codes"]["both readings stand"] == 1
    for row in told.values():
        assert sum(row.values()) == 2 * row["All"]


def test_votes_leave_once_they_are_revealed_with_minutes_and_what_was_said(
    cast: Cast, ask: Ask, compared_round: UUID
) -> None:
    room = opened(cast, compared_round, by="lena")
    place = disagreements_of(cast, compared_round)[0].id
    for who, codes in (("ai", ("l1", "l2")), ("bo", ()), ("ada", ("l2",))):
        vote(cast, room, who, place, *codes, reason="=1+1" if who == "ai" else "")
    # One's own vote too: a file goes to others.
    hidden = lines(ask("ai", "norming", "format=csv"))
    assert {tuple(row[5:]) for row in hidden[1:]} == {("", "", "", "")}
    assert len(hidden) == 1 + 3 * 3
    move(cast, room, 1, REVEALED, by="lena")
    said(cast, room, "bo", place, "没有行动，就不编。")
    move(cast, room, 2, AGAIN, by="lena")
    for who in ("ai", "bo", "ada"):
        vote(cast, room, who, place, "l3")
    told = lines(ask("olga", "norming", "format=csv"))
    cells = {row[4]: row[5:] for row in told[1:] if row[1] == "1"}
    assert cells["Ai"] == ["旧机器接上网 + 没有信任什么都谈不了", "'=1+1", "", ""]
    assert (cells["Bo"], cells["Ada"]) == (["–", "", "", ""], ["没有信任什么都谈不了", "", "", ""])
    move(cast, room, 3, NormingState.REVEALED_AGAIN, by="lena")
    with cast.acting("lena", Permission.NORM_HOST, "norming", room.id) as (session, access):
        norming.write_minutes(session, access, room.id, 4, "不编没有行动的话。")
    book = sheets(ask("olga", "norming", "format=xlsx"))
    assert list(book) == ["Votes", "Minutes", "Talk"]
    assert {row[7] for row in book["Votes"][1:] if row[1] == 1} == {"平台把数据开放"}
    (minutes,) = book["Minutes"][1:]
    assert (minutes[1], minutes[3]) == ("Lena", "不编没有行动的话。")
    assert isinstance(minutes[4], float)
    assert book["Talk"][1][2:4] == ["Bo", "没有行动，就不编。"]


def test_without_names_nobody_is_named_and_a_person_is_called_alike_in_every_file(
    cast: Cast, ask: Ask, compared_round: UUID
) -> None:
    room = opened(cast, compared_round, ("ai", "bo", "ada"), by="lena")
    places = disagreements_of(cast, compared_round)
    vote(cast, room, "ai", places[0].id, "l1")
    move(cast, room, 1, REVEALED, by="lena")
    ruled(cast, places[1], ["l2"], "说的是信任。")
    given = "format=xlsx&names=letters"
    book = sheets(ask("lena", "norming", given))
    assert list(book) == ["Votes", "Minutes"]
    votes = book["Votes"][1:]
    assert {row[4] for row in votes} == {"A", "B", "Adjudicator 1"}
    assert book["Minutes"][1][1] == "Guest 1"
    (first,) = {row[4] for row in votes if row[5]}
    rows = lines(ask("lena", "disagreements", "format=csv&names=letters"))
    assert rows[2][rows[0].index("Ruled by")] == "Adjudicator 1"
    codings = lines(ask("lena", "disagreements", "format=csv"))
    column = rows[0].index("Who gave it which codes")
    # the letter of whoever voted is that of the same person elsewhere
    assert dict(zip(_who(codings[1][column]), _who(rows[1][column]), strict=True))["Ai"] == first
    with cast.acting("lena", Permission.PROJECT_EDIT) as (session, access):
        projects.change_project(session, access, projects.ProjectChange(masked_names=True))
    for query in (given, "format=xlsx"):
        masked = sheets(ask("lena", "norming", query))
        assert {row[4] for row in masked["Votes"][1:]} == {"A", "B", "C"}, query


def _who(cell: str) -> list[str]:
    return [part.split(":")[0] for part in cell.split("; ")]
