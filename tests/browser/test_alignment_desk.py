"""The alignment desk in Chromium, with the keyboard alone: a label out and in, a name and a concept, the next, and back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from cast import PASSWORD, make_cast
from intercoder import schema
from intercoder.db import Database
from intercoder.jobs.runner import run_next
from reliability.serving import Server
from services.test_alignment import openly_coded
from services_up import LOOPBACK


@pytest.fixture
def desk(tmp_path: Path, browser: Browser) -> Iterator[Page]:
    """The desk of a round with two proposals, of the lead who has just signed in."""
    data = tmp_path / "data"
    data.mkdir()
    database = Database(f"sqlite:///{data / 'intercoder.sqlite3'}")
    schema.upgrade(database)
    round_id, _ = openly_coded(make_cast(database))
    while run_next(database):
        pass
    database.dispose()
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
        page.wait_for_url("**/alignment?**proposal=**")
        page.wait_for_load_state("networkidle")
        yield page
        assert problems == []
        context.close()


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
