"""The board: its codes with counts of use as one resource, for everybody who may see the codebook; moving by the API."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from cast import Cast
from intercoder.db import Database
from web.pages.reading import Reader, select, words

pytestmark = pytest.mark.sqlite


@pytest.fixture
def reader(app: Flask, database: Database, cast: Cast) -> Reader:
    return Reader(app, database, cast)


def codes(reader: Reader, cast: Cast, person: str) -> dict[str, list[Any]]:
    there = reader.json(person, f"/projects/{cast.project}/codebook/board/codes")
    return {row[1]: row for row in there["codes"]}


def test_the_codes_come_in_the_order_of_the_tree_with_counts_and_what_they_are_found_by(
    reader: Reader, cast: Cast, compared_round: UUID
) -> None:
    there = codes(reader, cast, "lena")
    assert list(there)[:4] == ["资源行动", "就地取材", "旧物改用", "旧机器接上网"]
    assert there["信任嵌入"][6:11] == [4, 1, 1, 2, "1"]
    assert there["校企合作"][6:11] == [0, 0, 0, 0, "0"]
    name, number, level, parent = there["旧物改用"][1:5]
    assert (name, number, level, list(there)[parent]) == ("旧物改用", "A1", 1, "就地取材")
    assert (there["旧物改用"][11], there["校企合作"][11]) == (0, 1)
    spelt = reader.json("lena", f"/projects/{cast.project}/codebook/board/codes?part=pinyin")
    assert spelt[str(cast.codes["c1"])] == "jwgy jiuwugaiyong"


def test_the_frame_says_what_a_person_may_do(reader: Reader, cast: Cast) -> None:
    address = f"/projects/{cast.project}/codebook/board"
    assert len(select(reader.page("lena", address), "[data-verb]")) > 2
    seen = reader.page("olga", address)
    assert not select(seen, "[data-verb]")
    assert "First-order concept" in words(seen)


def test_codes_are_moved_by_one_request(reader: Reader, cast: Cast) -> None:
    body = {"codes": [str(cast.codes["l1"]), str(cast.codes["l2"])], "parent": str(cast.codes["c2"])}
    address = f"/api/v1/projects/{cast.project}/codes/move"
    assert [reader.send(person, "POST", address, body) for person in ("ai", "olga", "otto", "lena")] == [
        403,
        403,
        404,
        201,
    ]
    there = codes(reader, cast, "ai")
    assert {list(there)[there[name][4]] for name in ("旧机器接上网", "没有信任什么都谈不了")} == {"校企合作"}
    assert reader.send("lena", "POST", address, body | {"parent": str(cast.codes["t1"])}) == 422
