"""Open coding in Chinese, in the browser: three coders name what they see, the lead aligns their words and builds the codebook.

From nothing: the project has no code. The lead makes four levels of the labels on the board; the second round is coded
with that codebook, and saturation and agreement at the level of concepts count the first round's codings too.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect

from browser.serving import Server
from browser.story.people import PASSWORD, Person, person
from cast import Cast, make_cast
from intercoder.models import Role
from intercoder.services import members
from services_up import LOOPBACK
from templates import Templates

DOCUMENT = "访谈一"
LATER = "年报节选"
#: passage → what each of the three calls it
WORDS = {
    "把旧机器都接上了网": ("旧机器联网", "给旧机器联网", "旧机联网"),
    "没有信任什么都谈不了": ("先有信任", "没有信任谈不了", "信任在先"),
}
CONCEPTS = ("旧物改用", "信任先行")
#: one line each below the one before it; the two concepts stand below one theme
UPPER = ("资源行动", "就地取材", *CONCEPTS)


@pytest.fixture
def study(tmp_path: Path, sqlite_templates: Templates) -> Iterator[tuple[Server, Cast, str]]:
    """A server whose project has a document and four people, and an open round of open coding."""
    data = tmp_path / "data"
    data.mkdir()
    database = sqlite_templates.migrated(data / "intercoder.sqlite3")
    cast = make_cast(database, codes=())
    with database.transaction() as session:
        members.add_member(session, cast.project, cast.people["ada"].id, [Role.CODER])
    round_id = cast.round(documents=(DOCUMENT,), coders=("ai", "bo", "ada"), policy="open", codebook=False)
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
        coder.page.keyboard.press("Shift+Enter")
        box = coder.page.get_by_role("combobox", name=coder.t("Name of the label"))
        expect(box).to_be_focused()
        box.fill(words[place])
        coder.page.keyboard.press("Enter")
        expect(box).to_be_hidden()
    coder.saved()
    coder.button("Submit this document").click()
    coder.confirm()
    expect(coder.page.locator("#submit-form")).to_have_count(0)


def aligns(lead: Person, round_id: str) -> None:
    """Close the round, read what can be compared before its labels are aligned, align them, and publish what they became."""
    lead.button("Close the round").click()
    lead.dialog("close-round").locator("footer button.primary").click()
    # What can be compared before the alignment is said, and what cannot.
    expect(lead.page.locator("#marked")).to_contain_text("6")
    lead.check_accessible("round of open coding, closed")
    lead.goto(f"/rounds/{round_id}/alignment")
    placed = lead.page.locator("#align-progress")
    expect(placed).to_contain_text(lead.t("{placed} of {labels} labels placed", placed=0, labels=6))
    expect(lead.page.locator("#align-says")).to_be_visible()
    lead.check_accessible("alignment desk")
    for done in (3, 6):
        expect(lead.page.locator("#align-says")).to_be_visible()
        lead.page.keyboard.press("Enter")
        expect(placed).to_contain_text(lead.t("{placed} of {labels} labels placed", placed=done, labels=6))
    lead.button("Publish as a version…").click()
    lead.page.wait_for_url("**/alignment/end")
    expect(lead.page.locator("#agreement dd")).to_have_count(3)
    lead.check_accessible("end of an alignment")
    lead.page.locator("#end form button.primary").click()
    lead.page.wait_for_url(f"**/rounds/{round_id}")


def builds_four_levels(lead: Person, project: UUID) -> list[str]:
    """Type constructs, themes and concepts on the board, put the labels below them, and publish; return the labels."""
    board = lead.page
    lead.goto(f"/projects/{project}/codebook/board")
    expect(board.locator(".board")).not_to_have_attribute("aria-busy", "true")
    labels = board.locator('.board-column[data-level="0"] .board-name')
    expect(labels).to_have_count(len(WORDS))  # the desk offers the name that the others are nearest to
    names = [
        next(label for label in labels.all_text_contents() if re.search("|".join(words), label))
        for words in WORDS.values()
    ]
    board.locator(".board-row", has_text=names[0]).click()
    board.keyboard.press("n")
    for level, name in enumerate(UPPER):
        for _ in range(3 if level == 0 else 0):
            board.keyboard.press("Shift+Tab")
        board.keyboard.insert_text(name)
        board.keyboard.press("Enter")
        if level < len(UPPER) - 1 and level != 2:
            board.keyboard.press("Tab")
    board.keyboard.press("Control+Enter")
    expect(board.locator("dialog[open]")).to_have_count(0)
    for name, concept in zip(names, CONCEPTS, strict=True):
        board.locator(".board-row", has_text=name).click()
        board.keyboard.press("m")
        board.keyboard.insert_text(concept)
        expect(board.locator(".pick-row")).to_have_count(1)
        board.keyboard.press("Enter")
        head = board.locator('.board-column[data-level="0"] .board-head', has_text=concept)
        expect(head.locator(".board-number")).to_have_text("1")
    for level, count in enumerate((2, 2, 1, 1)):
        expect(board.locator(f'.board-column[data-level="{level}"] .board-name')).to_have_count(count)
    lead.check_accessible("board with four levels")
    lead.goto(f"/projects/{project}/codebook")
    board.locator("[data-dialog-open=publish]").click()
    form = lead.dialog("publish")
    form.locator("[name=note]").fill("四级编码")
    form.locator("footer button.primary").click()
    expect(board.locator("#versions")).to_contain_text("四级编码")
    return names


def opens_a_second_round(lead: Person) -> str:
    """Open a round over the document that nobody has coded, with the codebook that came of the first; return its path."""
    lead.tab("Rounds")
    lead.link("New round").first.click()
    for title in (DOCUMENT, "Partner interview", LATER):
        box = lead.page.locator("#round-documents label.check", has_text=title).last.locator("input")
        box.set_checked(title == LATER)
    lead.button("Open the round").click()
    expect(lead.page.locator("#design")).to_contain_text(lead.t("Opened"))
    return urlsplit(lead.page.url).path


def test_own_words_become_a_codebook_of_four_levels_with_which_the_study_goes_on(
    browser: Browser, study: tuple[Server, Cast, str]
) -> None:
    server, cast, round_id = study
    place = f"/rounds/{round_id}/documents/{cast.documents[DOCUMENT]}/code"
    coders = [signed_in(browser, server, name, place, dark=name == "bo") for name in ("ai", "bo", "ada")]
    for number, coder in enumerate(coders):
        codes_openly(coder, number)
    lead = signed_in(browser, server, "lena", f"/rounds/{round_id}")
    aligns(lead, round_id)
    labels = builds_four_levels(lead, cast.project)

    second = opens_a_second_round(lead)
    for coder, label in zip(coders, (labels[0], labels[0], labels[1]), strict=True):
        coder.goto(f"{second}/documents/{cast.documents[LATER]}/code")
        expect(coder.page.locator("html")).to_have_attribute("data-ready", "yes")
        coder.code("平台接入商户增至三百家", label)
        coder.saved()
        coder.button("Submit this document").click()
        coder.confirm()
        expect(coder.page.locator("#submit-form")).to_have_count(0)
    lead.goto(second)
    lead.button("Close the round").first.click()
    lead.dialog("close-round").locator("footer button.primary").click()
    expect(lead.page.locator("#design")).to_contain_text("待裁决")

    # The codings of the first round, made with words of one's own, count as the concepts above them.
    lead.goto(f"/projects/{cast.project}/saturation?level=concept")
    table = lead.page.locator("main table").first
    for said in (DOCUMENT, LATER, *CONCEPTS):
        expect(lead.page.locator("main")).to_contain_text(said)
    expect(table).to_be_visible()
    lead.check_accessible("saturation of two rounds")
    # So do they in the agreement on them: all three coders have both concepts.
    lead.goto(f"/projects/{cast.project}/agreement")
    lead.page.locator("tr", has_text="Round of span").get_by_role("link").first.click()
    lead.page.get_by_role("link", name=lead.t("Other choices…")).click()
    lead.page.locator("#f-level").select_option("concept")
    lead.button("Compute").click()
    expect(lead.page.locator("main")).to_contain_text(lead.t("level: {level}", level="一阶概念"))
    for concept in CONCEPTS:
        expect(lead.page.locator("main")).to_contain_text(concept)
    lead.check_accessible("agreement on concepts of a round of open coding")
    assert [somebody.complaints for somebody in (lead, *coders)] == [[], [], [], []]
