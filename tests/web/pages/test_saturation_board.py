"""The page of saturation: what is no code has a row of its own, and its numbers lead to passages."""

import pytest
from flask import Flask

from cast import Cast
from intercoder.db import Database
from intercoder.services.relating import End
from services.theory import coding, evidence, relate
from web.pages.reading import Reader, select, words

pytestmark = pytest.mark.sqlite


@pytest.fixture
def reader(app: Flask, database: Database, cast: Cast) -> Reader:
    return Reader(app, database, cast)


def test_relations_are_a_level_of_the_board_and_lead_to_what_speaks_for_them(reader: Reader, cast: Cast) -> None:
    cast.two_documents()
    path = f"/projects/{cast.project}/saturation"
    board = reader.page("lena", path)
    assert "Nothing of it is recorded yet" in words(board)
    made = relate(cast, End(code=cast.codes["c3"]), End(code=cast.codes["c4"]))
    evidence(cast, made, coding(cast, "ai", "c2"))
    page = reader.page("olga", f"{path}?level=relations")
    assert [link.text for link in select(page, f"[href=/relations/{made}]")] == ["信任先行 → 数据互信"]
    assert "Relations known: 1, of documents: 2." in words(page)
    shown = f"{path}/evidence?level=relations&document={cast.documents['年报节选']}"
    behind = reader.page("olga", shown)
    assert [quote.text for quote in select(behind, ".passages .quote")] == ["与两所高校签订合作协议"]
    assert select(reader.page("lena", path), "[name=covers]")
