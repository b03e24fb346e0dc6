"""What lies beside the coding page: codes and codings by column, sent again only when they changed."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from cast import CODES, TEXTS, Cast
from intercoder.db import Database
from intercoder.services.layers import OwnCoding
from intercoder.web.coder.coding_view import layer_columns
from intercoder.web.coder.signs import identifiers, signs
from web.pages.reading import Reader, code_page, codings_of, identifiers_of, numbers_of


@pytest.fixture
def reader(app: Flask, database: Database, cast: Cast) -> Reader:
    return Reader(app, database, cast)


def test_a_layer_comes_by_column_with_all_that_its_codings_say(reader: Reader, cast: Cast) -> None:
    made = cast.round()
    place = code_page(cast, made, "访谈一")
    assert codings_of(reader, "ai", place) == []
    beginning = "0123456789ab4def8123456a"
    keys = [UUID(f"{beginning}{number:08x}") for number in (7, 2, 4_294_967_295)] + [uuid4()]
    notes: list[dict[str, Any]] = [{"memo": "原话"}, {}, {"doubt": True}, {"memo": "x", "doubt": True}]
    quotes = ["平台把数据开放给我们", "旧机器", "没有信任", "没有信任什么都谈不了"]
    for key, quote, note, code in zip(keys, quotes, notes, ("l3", "l1", "l2", "l1"), strict=True):
        cast.code("ai", made, "访谈一", code, quote, key=key, **note)
    cast.code("bo", made, "访谈一", "l1", "旧机器")
    address = f"/api/v1/rounds/{made}/documents/{cast.documents['访谈一']}/codings/{keys[1]}"
    assert reader.send("ai", "PATCH", address, {"code": str(cast.codes["c1"])}, If_Match="1") == 200
    seen = {c["id"]: c for c in codings_of(reader, "ai", place)}
    assert list(seen) == [keys[1], keys[2], keys[3], keys[0]]
    assert [TEXTS["访谈一"][seen[key]["start"] : seen[key]["end"]] for key in keys] == quotes
    assert [(seen[key]["memo"], seen[key]["doubt"]) for key in keys] == [
        (note.get("memo", ""), note.get("doubt", False)) for note in notes
    ]
    assert [seen[key]["version"] for key in keys] == [1, 2, 1, 1]
    assert [seen[key]["code"] for key in keys] == [cast.codes[code] for code in ("l3", "c1", "l2", "l1")]
    columns = reader.json("ai", f"{place}/layer")
    assert columns["recent"][0] == str(cast.codes["c1"])
    assert len(columns["keys"]) == 2  # one for those of one page of the browser, one for the other


def test_numbers_of_any_size_come_as_characters_that_json_leaves_alone() -> None:
    numbers = [*range(200), 0x7FFF, 0x8000, 0xBFFF, 0xC000, 1_200_000, 2 * 0xFFFFFFFF, 2**40]
    made = signs(numbers)
    assert numbers_of(made) == numbers
    assert json.loads(f'"{made}"') == made == made.encode().decode()
    assert [len(signs([number])) for number in (0, 0x7FFF, 0x8000, 2**40)] == [1, 1, 2, 3]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 400])
def test_identifiers_come_as_characters_that_json_leaves_alone(count: int) -> None:
    made = [uuid4() for _ in range(count)]
    packed = identifiers(made)
    assert identifiers_of(packed) == made
    assert json.loads(f'"{packed}"') == packed
    assert len(packed) <= 22 * count + 2


def test_a_code_on_the_page_has_the_identifier_of_the_codebook(reader: Reader, cast: Cast) -> None:
    columns = reader.json("ai", f"{code_page(cast, cast.round(), '访谈一')}/codes")
    named = dict(zip(columns["name"], identifiers_of(columns["ids"]), strict=True))
    assert named == {code["name"]: cast.codes[code["key"]] for code in CODES}


def test_codes_and_codings_are_sent_again_only_when_they_changed(reader: Reader, cast: Cast) -> None:
    made = cast.round(policy="open")
    place = code_page(cast, made, "访谈一")
    tags: dict[str, list[str]] = {"layer": [], "codes": []}

    def ask() -> tuple[bool, bool]:
        """Return which of the two was sent again."""
        sent = []
        for name, known in tags.items():
            status, tag = reader.tagged("ai", f"{place}/{name}", known[-1] if known else "")
            sent.append(status == 200)
            known.append(tag)
        return sent[0], sent[1]

    assert ask() == (True, True)
    assert ask() == (False, False)
    key = cast.code("ai", made, "访谈一", "l1", "旧机器")
    assert ask() == (True, False)
    own = f"/api/v1/rounds/{made}/codes/{uuid4()}"
    assert reader.send("ai", "PUT", own, {"name": "自己的话"}) == 201
    assert ask() == (False, True)
    # What somebody else does in the round changes neither, and tells nothing.
    cast.code("bo", made, "访谈一", "l1", "旧机器")
    assert reader.send("bo", "PUT", f"/api/v1/rounds/{made}/codes/{uuid4()}", {"name": "别人的话"}) == 201
    assert ask() == (False, False)
    coding = f"/api/v1/rounds/{made}/documents/{cast.documents['访谈一']}/codings/{key}"
    assert reader.send("ai", "DELETE", coding, If_Match="1") == 200
    assert ask() == (True, False)
    cast.close(made, unfinished=True)
    assert ask() == (False, True)  # everybody's labels may be seen now
    # The same address of somebody else is another resource, whatever that browser has kept.
    assert reader.tagged("bo", f"{place}/layer", tags["layer"][-1])[0] == 200
    assert reader.tagged("bo", f"{place}/codes", tags["codes"][-1])[0] == 200


def test_the_codes_used_last_are_those_whose_codings_changed_last() -> None:
    first, second, third = (UUID(int=number) for number in (1, 2, 3))

    def coding(key: str, code: UUID, start: int, second_of: int) -> OwnCoding:
        at = f"2026-03-02 12:00:0{second_of}.000000"
        return OwnCoding(key * 32, code, start, start + 1, "", 0, False, 1, at)

    layer = [coding("c", second, 1, 4), coding("b", first, 2, 4), coding("a", second, 3, 1), coding("d", third, 4, 3)]
    columns = layer_columns(UUID(int=9), layer, {}, "")
    assert columns.recent == [first, second, third]
    assert columns.worked == (2, int(datetime(2026, 3, 2, 12, 0, 4, tzinfo=UTC).timestamp() * 1000))
    many = [coding("e", UUID(int=number), number, number) for number in range(10)]
    assert layer_columns(UUID(int=9), many, {}, "").recent == [UUID(int=number) for number in range(9, 0, -1)]
    nothing = layer_columns(UUID(int=9), [], {}, "")
    assert (nothing.recent, nothing.worked) == ([], None)
