"""Whole lists of the API: a line for each row, of what the person may see, with nothing held when the client leaves."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from pydantic_core import to_json

from cast import Cast, Client
from intercoder.db import Database
from intercoder.errors import NotFound
from intercoder.models import Member
from intercoder.services import layers
from intercoder.web.api.wholes import Form, Whole, written

MEMOS = ("原话", "=HYPERLINK(1)", '+1, "zitiert"\nund weiter', "-", "@name", "plain - text")
COLUMNS = ["id", "coder_id", "document_id", "code", "start", "end", "memo", "doubt", "typical", "version", "deleted"]
Asks = Callable[..., Any]


@pytest.fixture
def coded(cast: Cast) -> str:
    """The address of the codings of an open round, in which both coders have coded two documents."""
    made = cast.round()
    for person in ("ai", "bo"):
        for place, memo in enumerate(MEMOS):
            document, quote = (("访谈一", "旧机器"), ("年报节选", "高校"), ("访谈一", "平台把数据"))[place % 3]
            cast.code(person, made, document, f"l{place % 3 + 1}", quote, memo=memo, doubt=place == 2)
    return f"/api/v1/rounds/{made}/codings"


@pytest.fixture
def ask(app: Flask, database: Database, cast: Cast) -> Asks:
    """A function that asks as somebody."""

    def get(person: str, path: str, **headers: str) -> Any:
        return Client(app, database, cast.people[person]).call("GET", path, **headers)

    return get


def close(cast: Cast, address: str) -> None:
    made = UUID(address.split("/")[4])
    for person in ("ai", "bo"):
        cast.submit(person, made, "访谈一", "年报节选")
    cast.close(made)


def test_lines_and_tables_hold_what_the_list_holds_in_its_order(cast: Cast, coded: str, ask: Asks) -> None:
    for closed in (False, True):
        if closed:
            close(cast, coded)
        for person in ("ai", "bo", "lena"):
            for address in (coded, coded.replace("/codings", f"/documents/{cast.documents['访谈一']}/codings")):
                rows = ask(person, address).json
                lines = ask(person, f"{address}?format=ndjson")
                assert lines.mimetype == "application/x-ndjson"
                assert [json.loads(line) for line in lines.get_data(as_text=True).splitlines()] == rows
                table = ask(person, address, Accept="text/csv")
                assert table.mimetype == "text/csv"
                first, *cells = csv.reader(io.StringIO(table.get_data().decode("utf-8-sig"), newline=""))
                assert first == COLUMNS
                assert [row[:6] for row in cells] == [[str(row[name]) for name in COLUMNS[:6]] for row in rows]
                assert len(rows) == (0 if person == "lena" and not closed else len(cells))
    assert len(ask("lena", coded).json) == 2 * len(MEMOS)


@pytest.mark.sqlite
def test_no_cell_of_a_table_is_a_formula(coded: str, ask: Asks) -> None:
    table = ask("ai", f"{coded}?format=csv").get_data().decode("utf-8-sig")
    memos = {row["memo"] for row in csv.DictReader(io.StringIO(table, newline=""))}
    assert memos == {"原话", "'=HYPERLINK(1)", "'" + MEMOS[2], "'-", "'@name", "plain - text"}


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("query", "accept", "mimetype"),
    [
        ("", "*/*", "application/json"),
        ("", "application/x-ndjson", "application/x-ndjson"),
        ("", "text/csv, application/json;q=0.5", "text/csv"),
        ("?format=json", "text/csv", "application/json"),
        ("?format=csv", "application/json", "text/csv"),
    ],
)
def test_the_address_goes_before_the_header(coded: str, ask: Asks, query: str, accept: str, mimetype: str) -> None:
    assert ask("ai", coded + query, Accept=accept).mimetype == mimetype


@pytest.mark.sqlite
def test_a_form_that_there_is_not_is_refused(coded: str, ask: Asks) -> None:
    for form in ("xml", "CSV", ""):
        assert ask("ai", f"{coded}?format={form}").status_code == 422


@pytest.mark.sqlite
def test_who_leaves_in_the_middle_leaves_no_connection_behind(
    app: Flask, database: Database, cast: Cast, coded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layers, "LAYERS", 1)
    monkeypatch.setattr("intercoder.web.api.wholes.ROWS", 1)
    answer = Client(app, database, cast.people["ai"]).call("GET", f"{coded}?format=ndjson")
    pieces = iter(answer.response)
    first = next(pieces)
    assert isinstance(first, bytes)
    assert json.loads(first)["coder_id"] == str(cast.people["ai"].id)
    answer.close()
    assert database.in_use == 0


@pytest.mark.sqlite
def test_who_is_put_out_meanwhile_gets_no_further_part(
    app: Flask, database: Database, cast: Cast, coded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(cast, coded)
    monkeypatch.setattr(layers, "LAYERS", 1)
    monkeypatch.setattr("intercoder.web.api.wholes.ROWS", 1)
    answer = Client(app, database, cast.people["ai"]).call("GET", f"{coded}?format=ndjson")
    pieces = iter(answer.response)
    next(pieces)
    with database.transaction() as session:
        session.query(Member).filter_by(project_id=cast.project, user_id=cast.people["ai"].id).delete()
    with pytest.raises(NotFound):
        list(pieces)
    answer.close()
    assert database.in_use == 0


def test_a_line_says_what_pydantic_would_whatever_stands_in_it() -> None:
    odd = "".join(map(chr, range(0x300))) + "\u2028\u2029\ufeff𠀀👩‍👩‍👧e\u0301ไทย عربي\r\n\"\\/'%s%%{}"
    rows = [(odd, 1, True, None, 1.5, sign) for sign in odd] + [("", -2, False, None, 2e300, "%s")]
    fields = ("text", "count", "truth", "nothing", "share", "sign")
    expected = [to_json(dict(zip(fields, row, strict=True))) + b"\n" for row in rows]
    whole = Whole(fields, rows)
    assert b"".join(written(whole, Form.NDJSON)) == b"".join(expected)
    mixed = Whole(("value",), [(value,) for value in (1, "1", None, True, 1.0)])
    assert b"".join(written(mixed, Form.NDJSON)).splitlines() == [
        to_json({"value": value}) for value in (1, "1", None, True, 1.0)
    ]
