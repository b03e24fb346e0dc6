"""The alignment desk in Chromium, with the keyboard alone: a label out and in, a name and a concept, the next, and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from browser.serving import Server
from cast import PASSWORD
from intercoder.db import Database
from intercoder.jobs.runner import run_next
from intercoder.models import AlignmentProposal, Code
from intercoder.services.quoting import quotations
from services.test_alignment import openly_coded
from services_up import LOOPBACK
from templates import Templates


class Desk(NamedTuple):
    """The desk of the lead who has just signed in, its round, and the database behind it."""

    page: Page
    round: UUID
    database: Database


@contextmanager
def opened(data: Path, browser: Browser, templates: Templates, *, proposed: bool) -> Iterator[Desk]:
    """Open the desk of a round with two proposals, or before there are any."""
    data.mkdir()
    cast = templates.cast(data / "intercoder.sqlite3")
    database = cast.database
    round_id, _ = openly_coded(cast)
    while run_next(database):
        pass
    if not proposed:
        with database.transaction() as session:
            session.execute(sa.delete(AlignmentProposal))
    with Server(data) as server:
        server.start()
        context = browser.new_context(locale="en")
        page = context.new_page()
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.goto(f"http://{LOOPBACK}:{server.port}/sign-in?next=/rounds/{round_id}/alignment")
        page.fill("#f-email", "lena@study.example")
        page.fill("#f-password", PASSWORD)
        page.click("main .btn.primary")
        page.wait_for_url("**/alignment?**proposal=**" if proposed else "**/alignment")
        page.wait_for_load_state("networkidle")
        yield Desk(page, round_id, database)
        assert problems == []
        context.close()
    database.dispose()


@pytest.fixture
def desk(tmp_path: Path, browser: Browser, sqlite_templates: Templates) -> Iterator[Page]:
    """The desk of a round with two proposals, of the lead who has just signed in."""
    with opened(tmp_path / "data", browser, sqlite_templates, proposed=True) as desk:
        yield desk.page


def test_two_labels_are_joined_under_a_new_name_and_come_back(desk: Page) -> None:
    expect(desk.locator("#align-says")).to_have_text("→ 2 labels become 1 code")
    desk.keyboard.press("2")
    expect(desk.locator("#align-says")).to_have_text("→ 1 label becomes 1 code")
    desk.keyboard.press("2")
    desk.keyboard.press("c")
    desk.keyboard.type("jwgy")
    expect(desk.locator("#align-concept-list [role=option]")).to_have_text(["旧物改用"])
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(desk.locator("#align-concept")).to_have_value("旧物改用")
    desk.keyboard.press("Escape")
    desk.keyboard.press("n")
    desk.keyboard.type("接入旧设备")
    desk.keyboard.press("Enter")
    expect(desk.locator("#align-progress")).to_contain_text("2 of 4 labels placed")
    expect(desk.locator("#align-labels")).to_contain_text("信任是前提")
    desk.keyboard.press("z")
    expect(desk.locator("#align-progress")).to_contain_text("0 of 4 labels placed")


def test_the_first_proposal_shows_by_itself_when_it_comes_while_the_desk_is_open(
    tmp_path: Path, browser: Browser, sqlite_templates: Templates
) -> None:
    with opened(tmp_path / "data", browser, sqlite_templates, proposed=False) as desk:
        expect(desk.page.locator("main")).to_contain_text("No proposals here")
        asked = """round => fetch(`/api/v1/rounds/${round}/alignment/proposals`, {method: "POST", headers: {
            "Content-Type": "application/json", "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content}, body: "{}"})"""
        desk.page.evaluate(asked, str(desk.round))
        expect(desk.page.locator("#align-labels")).to_contain_text("机器接网")
        expect(desk.page.locator(".align-card")).to_be_focused()
        desk.page.keyboard.press("j")
        expect(desk.page.locator("#align-labels")).to_contain_text("信任是前提")


def test_a_label_is_found_by_the_keyboard(desk: Page) -> None:
    start = desk.url
    for typed in ("信任", "xinren", "xtxr"):
        desk.goto(start)
        expect(desk.locator("#align-queue li")).to_have_count(2)
        desk.keyboard.press("/")
        desk.keyboard.type(typed)
        desk.keyboard.press("Enter")
        expect(desk.locator("#align-queue li")).to_have_count(1)
        expect(desk.locator("#align-labels")).to_contain_text("先谈信任")


def test_lanes_hang_under_the_words_and_the_paragraphs_beside_are_shown_by_a_key(desk: Page) -> None:
    lanes = desk.locator("#align-places .lane")
    expect(lanes).to_have_count(2)
    assert sorted(lanes.all_text_contents()) == ["Ai旧机器联网", "Bo机器接网"]
    told = [" ".join(words.split()) for words in desk.locator("#align-places li").all_text_contents()]
    assert sorted(told) == ["Ai, 旧机器联网: 把旧机器都接上了网", "Bo, 机器接网: 把旧机器都接上了网"]
    first, second = (lanes.nth(n).bounding_box() for n in range(2))
    assert first is not None
    assert second is not None
    assert (first["x"], first["width"]) == (second["x"], second["width"])
    assert first["y"] < second["y"]
    desk.keyboard.press("n")
    desk.keyboard.type("接入旧设备")
    desk.keyboard.press("Escape")
    desk.keyboard.press("+")
    expect(desk.locator("#align-places .lined")).to_have_count(3)
    expect(desk.locator("#align-places .lined.beside")).to_contain_text(["您当初为什么要改", "没有信任什么都谈不了"])
    expect(lanes).to_have_count(4)
    expect(desk.locator("#align-new")).to_have_value("接入旧设备")
    desk.keyboard.press("-")
    expect(desk.locator("#align-places .lined")).to_have_count(1)


def test_a_passage_is_taken_over_as_an_example_that_is_linked_to_it(
    tmp_path: Path, browser: Browser, sqlite_templates: Templates
) -> None:
    with opened(tmp_path / "data", browser, sqlite_templates, proposed=True) as desk:
        page = desk.page
        page.keyboard.press("d")
        expect(page.locator("[data-said=example] q")).to_have_text("把旧机器都接上了网")
        page.keyboard.type("旧设备联网")
        page.keyboard.press("Escape")
        page.locator("[data-passage]").nth(1).focus()
        page.keyboard.press("Shift+D")
        expect(page.locator("[data-said=near_miss] q")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("n")
        page.keyboard.type("接入旧设备")
        page.keyboard.press("Enter")
        expect(page.locator("#align-progress")).to_contain_text("2 of 4 labels placed")
        with desk.database.reading() as session:
            code = session.scalars(sa.select(Code).where(Code.name == "接入旧设备")).one()
            words = [said.words for said in quotations(session, [code.example_at, code.near_miss_at]).values()]
            assert (code.definition, code.example, words) == ("旧设备联网", "", ["把旧机器都接上了网"])
            assert code.near_miss_at == code.example_at
