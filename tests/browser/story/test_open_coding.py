"""Open coding in Chinese, in the browser: three coders name what they see, the lead aligns their words and builds the codebook.

From nothing: no version is published before. The second round is coded with the codebook that came of the first, and
saturation at the level of concepts counts both.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from browser.story.people import PASSWORD, Person, person
from cast import Cast, make_cast
from intercoder import schema
from intercoder.db import Database
from intercoder.models import Role
from intercoder.policy import Permission
from intercoder.services import members, versions
from reliability.serving import Server
from services_up import LOOPBACK

DOCUMENT = "访谈一"
#: passage → what each of the three calls it
WORDS = {
    "把旧机器都接上了网": ("旧机器联网", "给旧机器联网", "旧机联网"),
    "没有信任什么都谈不了": ("先有信任", "没有信任谈不了", "信任在先"),
}


@pytest.fixture
def study(tmp_path: Path) -> Iterator[tuple[Server, Cast, str]]:
    """A server whose project has a document and four people, and an open round of open coding."""
    data = tmp_path / "data"
    data.mkdir()
    database = Database(f"sqlite:///{data / 'intercoder.sqlite3'}")
    schema.upgrade(database)
    cast = make_cast(database)
    with database.transaction() as session:
        members.add_member(session, cast.project, cast.people["ada"].id, [Role.CODER])
    round_id = cast.round(documents=(DOCUMENT,), coders=("ai", "bo", "ada"), policy="open")
    with Server(data) as server:
        server.start()
        yield server, cast, str(round_id)
    database.dispose()


def signed_in(browser: Browser, server: Server, name: str, path: str, *, dark: bool = False) -> Person:
    somebody = person(browser, f"http://{LOOPBACK}:{server.port}", "zh", name, dark=dark)
    somebody.goto(f"/sign-in?next={path}")
    somebody.page.fill("#f-email", f"{name}@study.example")
    somebody.page.fill("#f-password", PASSWORD)
    somebody.page.click("main .btn.primary")
    return somebody


def codes_openly(coder: Person, place: int) -> None:
    """Take the words of two passages as labels, each renamed to what this coder sees, and submit."""
    expect(coder.page.locator("html")).to_have_attribute("data-ready", "yes")
    for quote, words in WORDS.items():
        coder.select_with_mouse(quote)
        coder.page.keyboard.press("i")
        box = coder.page.get_by_role("combobox", name=coder.t("Name of the label"))
        expect(box).to_be_focused()
        box.fill(words[place])
        coder.page.keyboard.press("Enter")
        expect(box).to_be_hidden()
    coder.saved()
    coder.button("Submit this document").click()
    coder.confirm()
    expect(coder.page.locator("#submit-form")).to_have_count(0)


def test_own_words_become_a_codebook_with_which_the_study_goes_on(
    browser: Browser, study: tuple[Server, Cast, str]
) -> None:
    server, cast, round_id = study
    place = f"/rounds/{round_id}/documents/{cast.documents[DOCUMENT]}/code"
    coders = [signed_in(browser, server, name, place, dark=name == "bo") for name in ("ai", "bo", "ada")]
    for number, coder in enumerate(coders):
        codes_openly(coder, number)

    lead = signed_in(browser, server, "lena", f"/rounds/{round_id}")
    lead.button("Close the round").click()
    lead.dialog("close-round").locator("footer button.primary").click()
    # What can be compared before the alignment is said, and what cannot.
    expect(lead.page.locator("#marked")).to_contain_text("6")
    lead.check_accessible("round of open coding, closed")
    lead.goto(f"/rounds/{round_id}/alignment")
    expect(lead.page.locator("#align-progress")).to_contain_text(
        lead.t("{placed} of {labels} labels placed", placed=0, labels=6)
    )
    lead.page.locator("a[href*='proposal=']").first.click()
    lead.check_accessible("alignment desk")
    for concept in ("旧物改用", "信任先行"):
        expect(lead.page.locator("#align-says")).to_be_visible()
        lead.page.keyboard.press("c")
        lead.page.keyboard.insert_text(concept)
        lead.page.keyboard.press("ArrowDown")
        lead.page.keyboard.press("Enter")
        lead.page.keyboard.press("Escape")
        lead.page.keyboard.press("Enter")
        lead.page.wait_for_load_state("networkidle")
    expect(lead.page.locator("#align-progress")).to_contain_text(
        lead.t("{placed} of {labels} labels placed", placed=6, labels=6)
    )
    lead.button("Publish as a version…").click()
    lead.dialog("align-finish").locator("footer button.primary").click()
    expect(lead.button("Publish as a version…")).to_have_count(0)

    lead.goto(f"/projects/{cast.project}/codebook/board")
    expect(lead.page.locator(".board")).not_to_have_attribute("aria-busy", "true")
    for words in WORDS.values():  # the desk offers the name that the others are nearest to
        expect(lead.page.locator(".board-row", has_text=re.compile("|".join(words))).first).to_be_visible()
    lead.check_accessible("board")

    with cast.database.reading() as session:
        cast.version = versions.versions(session, cast.project)[0].id
        access = cast.access(session, "lena", Permission.CODEBOOK_VIEW)
        assert versions.get_version(session, access.project.id, cast.version).number == 2
    lead.goto(f"/projects/{cast.project}/saturation?level=concept")
    expect(lead.page.locator("main")).to_contain_text("旧物改用")
    expect(lead.page.locator("main")).to_contain_text("信任先行")
    assert [somebody.complaints for somebody in (lead, *coders)] == [[], [], [], []]
