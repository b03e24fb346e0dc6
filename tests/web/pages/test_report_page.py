"""The page of a report in the order in which it is read, and what its parts open."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from lxml.html import HtmlElement

from cast import Cast
from intercoder.db import Database
from intercoder.models import AgreementReport, ReportContent, ReportPage, ReportSection, Role
from intercoder.reports.confused import confused, legend
from intercoder.services import members
from intercoder.stats.agreement.results import Confusion
from web.pages.reading import Reader, select

pytestmark = pytest.mark.sqlite


@pytest.fixture
def reader(app: Flask, database: Database, cast: Cast) -> Reader:
    return Reader(app, database, cast)


@pytest.fixture
def three_coders(cast: Cast, database: Database) -> UUID:
    """A compared round of three coders: two confuse trust and platforms, the third marked nothing there."""
    with database.transaction() as session:
        members.add_member(session, cast.project, cast.people["otto"].id, [Role.CODER])
    made = cast.round(documents=("访谈一",), coders=("ai", "bo", "otto"))
    for coder in ("ai", "bo", "otto"):
        cast.code(coder, made, "访谈一", "l1", "把旧机器都接上了网")
    cast.code("ai", made, "访谈一", "l2", "没有信任什么都谈不了")
    cast.code("bo", made, "访谈一", "l3", "没有信任什么都谈不了")
    for coder in ("ai", "bo", "otto"):
        cast.submit(coder, made, "访谈一")
    cast.close(made)
    return made


def address_of(database: Database, round_id: UUID) -> str:
    with database.reading() as session:
        row = session.scalars(sa.select(AgreementReport).where(AgreementReport.round_id == round_id)).one()
        return f"/reports/{row.id}"


def said(element: HtmlElement) -> str:
    """Return what an element says, blanks folded."""
    return " ".join(element.text_content().split())


def sections(page: HtmlElement) -> list[str]:
    return [e.get("id") for e in select(page, "main section") if e.get("id")]


def test_the_page_is_read_from_enough_to_what_was_mixed_up(
    reader: Reader, cast: Cast, database: Database, three_coders: UUID
) -> None:
    address = address_of(database, three_coders)
    page = reader.page("lena", address)
    order = ["enough", "headline", "codes", "pairs", "documents", "confusions", "kinds", "next", "methods", "made"]
    assert [name for name in sections(page) if name in order] == order
    ticks = [said(li) for li in select(page, "#enough .enough li")]
    assert any("1 of 1 documents finished by two coders or more" in tick for tick in ticks)
    assert any(tick.startswith("!Look out:") and "fewer than 5 times" in tick for tick in ticks)
    hero = select(page, "#headline .hero")[0]
    assert "no interval" in said(hero)
    assert "Too few units for an interval" in said(select(page, "#headline")[0])
    # Coder by coder: each two above the diagonal and below it, and the whole without each.
    rows = select(page, ".coder-matrix tbody tr")
    assert [len(select(row, "td > a")) for row in rows] == [2, 2, 2]
    pairs = {a.get("href") for row in rows for a in select(row, "td > a")}
    assert len(pairs) == 6
    (every,) = [a for a in select(page, "#pairs p > a") if "rows=all" in a.get("href")]
    listed = reader.page("lena", every.get("href").partition("#")[0])
    assert len(select(listed, "#pairs .grid tbody tr")) == 6
    # The picture of confusions: its one number opens the one passage where it happened.
    (cell,) = select(page, ".confused td > a")
    assert said(cell) == "1"
    assert cell.get("class") == "confused-5"
    opened = reader.page("olga", cell.get("href"))
    (passage,) = select(opened, ".passages > li")
    assert "没有信任什么都谈不了" in said(passage)
    assert cell.get("href").count("instead=") == 1
    listed = select(page, "#confusions .grid td.number a")[0].get("href")
    assert len(select(reader.page("olga", listed), ".passages > li")) == 1
    both = cell.get("href").replace(str(cast.codes["l2"]), str(cast.codes["l1"]))
    assert not select(reader.page("olga", both), ".passages > li")


def test_kinds_lead_to_their_queue_and_what_to_do_next_to_its_places(
    reader: Reader, cast: Cast, database: Database, compared_round: UUID
) -> None:
    page = reader.page("lena", address_of(database, compared_round))
    lines = [said(row) for row in select(page, "#kinds tbody tr")]
    assert [line.split()[0] for line in lines] == ["Boundaries", "Different", "Left"]
    assert "codes from different branches: 1" in lines[1] or "codes under the same concept: 1" in lines[1]
    assert all(" 33 % " in line for line in lines)
    for link in select(page, "#kinds tbody a"):
        reader.leads_to("ada", link.get("href"))
    items = select(page, "#next .to-do > li")
    titles = [said(item) for item in items]
    assert any("Part “" in title and "if nobody mixed them up · α" in title for title in titles)
    assert any("without a code" in title for title in titles)
    gains = [float(said(select(item, ".gain")[0]).replace("+", "")) for item in items]
    assert gains == sorted(gains, reverse=True)
    assert all(gain > 0 for gain in gains)
    links = [a.get("href") for item in items for a in select(item, "a")]
    assert all(reader.page("lena", link) is not None for link in links if "adjudication" not in link)
    assert any(link.endswith("kind=omission&state=open") for link in links)
    # An older report says that it has no such list.
    with database.transaction() as session:
        session.execute(sa.delete(ReportContent).where(ReportContent.section == ReportSection.REMEDIES))
        session.execute(sa.delete(ReportPage))
    assert "made before there was such a list" in said(
        select(reader.page("lena", address_of(database, compared_round)), "#next")[0]
    )


def test_a_later_round_stands_beside_the_one_before(
    reader: Reader, cast: Cast, database: Database, compared_round: UUID
) -> None:
    assert not select(reader.page("lena", address_of(database, compared_round)), "#versions")
    later = cast.compared_round()
    (section,) = select(reader.page("ai", address_of(database, later)), "#versions")
    assert select(section, "header a")[0].get("href") == address_of(database, compared_round)
    rows = [said(row) for row in select(section, "tbody tr")]
    assert len(rows) == 4
    assert all("→" in row and row.endswith("nothing") for row in rows)


def test_two_coders_need_no_matrix_and_a_round_without_confusion_no_picture(
    reader: Reader, cast: Cast, database: Database
) -> None:
    made = cast.round(documents=("访谈一",))
    for coder in ("ai", "bo"):
        cast.code(coder, made, "访谈一", "l1", "把旧机器都接上了网")
        cast.submit(coder, made, "访谈一")
    cast.close(made)
    page = reader.page("ai", address_of(database, made))
    assert not select(page, ".coder-matrix")
    assert len(select(page, "#pairs tbody tr")) == 1
    assert "No two codes were used in one another’s place" in said(select(page, "#confusions")[0])


def test_the_picture_holds_the_codes_most_confused_and_its_bands_hold_every_number() -> None:
    rows = [Confusion("a", "b", 15), Confusion("c", "d", 6), Confusion("a", "c", 3), Confusion("e", "f", 1)]
    picture = confused(rows, most=4)
    assert picture.codes == ["a", "b", "c", "d"]
    assert [before for _, before in picture.rows()] == [["a"], ["a", "b"], ["a", "b", "c"]]
    assert [picture.band(count) for count in (15, 13, 6, 4, 3, 1)] == [5, 5, 2, 2, 1, 1]
    assert legend(picture) == [(1, "1–3"), (2, "4–6"), (3, "7–9"), (4, "10–12"), (5, "13–15")]
    assert legend(confused([Confusion("a", "b", 2)])) == [(3, "1"), (5, "2")]
    assert confused([]).codes == []
    # A code whose partners are not in the picture would be an empty row.
    lonely = confused([Confusion("a", "b", 9), Confusion("a", "c", 8), Confusion("d", "e", 8)], most=3)
    assert lonely.codes == ["a", "b", "c"]
