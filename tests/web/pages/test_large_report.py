"""A report of many codes and coders opens in parts, and every part leads to the others."""

from uuid import UUID

import pytest
from flask import Flask
from lxml.html import HtmlElement

from cast import Cast
from intercoder.db import Database
from intercoder.services import agreement
from intercoder.web.project import report_view
from web.pages.reading import Reader, select, words

pytestmark = pytest.mark.sqlite


@pytest.fixture
def reader(app: Flask, database: Database, cast: Cast) -> Reader:
    return Reader(app, database, cast)


def test_a_large_report_is_read_in_parts_and_nothing_of_it_is_out_of_reach(
    reader: Reader, cast: Cast, database: Database, compared_round: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.reading() as session:
        address = f"/reports/{agreement.reports(session, compared_round)[0].id}"

    def codes(page: HtmlElement) -> list[str]:
        return [" ".join(e.text_content().split()) for e in select(page, "#code-table tbody th[scope=row]")]

    whole = codes(reader.page("lena", address))
    assert len(whole) == 4
    monkeypatch.setattr(report_view, "CELLS", 3)
    monkeypatch.setattr(report_view, "LEAST", 3)
    monkeypatch.setattr(report_view, "PAIRS", 0)
    first = reader.page("lena", address)
    (following,) = select(first, "#codes a[rel=next]")
    second = reader.page("lena", following.get("href").partition("#")[0])
    assert codes(first) + codes(second) == whole
    assert select(second, "#codes a[rel=prev]")[0].get("href").startswith(f"{address}?first=0")
    found = reader.page("lena", f"{address}?find={whole[-1][:2]}")
    assert whole[-1] in codes(found)
    assert "No code like this" in words(reader.page("lena", f"{address}?find=nothing"))
    partners = [a for a in select(first, "#codes nav a") if "coder=" in a.get("href")]
    assert len(partners) == 2
    for partner in partners:
        shown = reader.page("lena", partner.get("href").partition("#")[0])
        assert len(select(shown, "#code-table thead abbr")) == 1
    assert "Show all pairs" not in words(first)
    cell = next(a for a in select(first, "#code-table tbody td a") if "other=" in a.get("href"))
    assert cell.get("class").startswith("band-")
    assert cell.text_content()
    assert cell.get("title").startswith("both ") or cell.get("class") == "band-none"
    behind = dict(pair.split("=") for pair in cell.get("href").partition("?")[2].split("&"))
    assert sorted(behind) == ["code", "coder", "other"]
    monkeypatch.setattr(report_view, "ROWS", 0)
    more = next(a for a in select(reader.page("lena", address), "#pairs a") if "rows=all" in a.get("href"))
    assert select(reader.page("lena", more.get("href").partition("#")[0]), "#pairs tbody tr")
