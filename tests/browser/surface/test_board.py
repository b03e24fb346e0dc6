"""The board in a browser: codes are typed, moved, merged and taken back with keys alone, and dragged."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, Route, expect

from browser.story.people import broken_rules
from browser.surface.study import World
from intercoder.models import Code

Visit = Callable[[str, str], Page]


def code_named(world: World, name: str) -> UUID:
    with world.cast.database.reading() as session:
        return session.scalars(sa.select(Code.id).where(Code.project_id == world.project, Code.name == name)).one()


def hold_codes(page: Page) -> list[Route]:
    """Hold back what the board asks the server for from now on."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/board/codes", hold)
    return held


def type_theme(page: Page) -> None:
    """Type a new theme, and wait until the board has asked for what there is then."""
    page.keyboard.press("n")
    page.keyboard.press("Shift+Tab")
    page.keyboard.insert_text("刚写下的主题")
    page.keyboard.press("Enter")
    with page.expect_request("**/board/codes"):
        page.keyboard.press("Control+Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)


@pytest.fixture
def board(visit: Visit, world: World) -> Page:
    page = visit("lena", f"/projects/{world.project}/codebook/board")
    expect(page.locator(".board")).not_to_have_attribute("aria-busy", "true")
    return page


def names(page: Page, level: int) -> list[str]:
    return page.locator(f'.board-column[data-level="{level}"] .board-name').all_text_contents()


def group_of(page: Page, name: str) -> str:
    """Return what a code stands below: the last head before its line. In one step, since lines are made anew."""
    said: str = page.evaluate(
        """name => {
          let row = [...document.querySelectorAll(".board-row")].find((one) => one.textContent.includes(name));
          while (row && !row.classList.contains("board-head")) row = row.previousElementSibling;
          return row?.querySelector(".one-line").textContent ?? "";
        }""",
        name,
    )
    return said


def test_codes_are_typed_moved_merged_and_taken_back_by_keys(board: Page) -> None:
    page = board
    page.locator(".board-row", has_text="信任先行").click()
    page.keyboard.press("n")
    box = page.locator("dialog[open]")
    for typed, key in (
        ("手感", "Enter"),
        ("口诀", "Tab"),
        ("听声音", "Enter"),
        ("看火候", "Enter"),
        ("师徒", "Shift+Tab"),
    ):
        page.keyboard.insert_text(typed)
        if key == "Tab":
            page.keyboard.press("Enter")
        if typed != "师徒":
            page.keyboard.press(key)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+Enter")
    expect(box).to_have_count(0)
    expect(page.locator(".board-row", has_text="师徒")).to_have_count(1)
    assert {"听声音", "看火候"} <= set(names(page, 0))
    assert group_of(page, "手感") == "信任机制"

    # Two labels are chosen and moved below another concept in one act, which z takes back as one.
    page.locator(".board-row", has_text="听声音").click()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("m")
    page.keyboard.insert_text("shujuhuxin")
    expect(page.locator(".pick-row")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("#board-chosen")).to_be_hidden()
    assert group_of(page, "听声音") == group_of(page, "看火候") == "数据互信"
    page.keyboard.press("z")
    expect(page.locator(".board-head", has_text="数据互信").locator(".board-number")).to_have_text("0")

    # A merge says what it would touch before it is done.
    page.locator(".board-row", has_text="听声音").click()
    page.keyboard.press("g")
    page.keyboard.insert_text("看火候")
    page.keyboard.press("Enter")
    expect(page.locator(".merge-preview")).to_contain_text("0 passages")
    page.locator("dialog[open] .btn.primary").click()
    expect(page.locator(".board-row", has_text="看火候")).to_have_count(0)
    page.keyboard.press("z")
    expect(page.locator(".board-row", has_text="看火候")).to_have_count(1)

    page.locator(".board-row", has_text="看火候").click()
    page.keyboard.press("F2")
    page.keyboard.insert_text("看炉温")
    page.keyboard.press("Enter")
    expect(page.locator(".board-row", has_text="看炉温")).to_have_count(1)

    # Loaded again, the page goes back and on as if it had not been: the name, then what was typed.
    page.reload()
    expect(page.locator(".board")).not_to_have_attribute("aria-busy", "true")
    page.keyboard.press("z")
    expect(page.locator(".board-row", has_text="看火候")).to_have_count(1)
    page.keyboard.press("z")
    expect(page.locator(".board-row", has_text="看火候")).to_have_count(0)
    page.keyboard.press("Z")
    page.keyboard.press("Z")
    page.locator(".board-row", has_text="看炉温").click()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/passages$"))


def test_the_head_of_a_group_leads_to_its_code_and_to_the_passages_of_it(board: Page) -> None:
    head = board.locator('.board-column[data-level="1"] .board-head', has_text="生态嵌入")
    head.click()
    expect(board.locator(".board-row.at .board-name")).to_have_text("生态嵌入")
    head.dblclick()
    expect(board).to_have_url(re.compile("/passages$"))
    expect(board.get_by_role("heading", level=1)).to_contain_text("生态嵌入")


def test_what_rests_on_one_document_is_flagged_and_found(visit: Visit, world: World) -> None:
    world.put("c1", "没有信任什么都谈不了")
    page = visit("ai", f"/projects/{world.project}/codebook/board")
    expect(page.locator(".board")).not_to_have_attribute("aria-busy", "true")
    row = page.locator('.board-column[data-level="1"] .board-row', has_text="信任先行")
    expect(row.locator(".board-thin")).to_have_attribute("title", "one document only")
    expect(page.locator(".board-thin")).to_have_count(3)  # the concept and what stands above it
    page.locator("[data-only=thin]").click()
    expect(page.locator(".board-row")).to_have_count(3)
    row.click()
    expect(page.locator("#board-detail")).to_contain_text("1 primary and 0 secondary documents")
    expect(page.locator("#board-detail .badge.warn")).to_have_text("one document only")
    assert broken_rules(page) == []


def test_a_code_is_dragged_below_another_one(board: Page) -> None:
    page = board
    page.locator(".board-row", has_text="数据互信").drag_to(page.locator(".board-row", has_text="生态嵌入"))
    expect(
        page.locator('.board-column[data-level="1"] .board-head', has_text="生态嵌入").locator(".board-number")
    ).to_have_text("2")
    assert group_of(page, "数据互信") == "生态嵌入"


def test_what_is_asked_for_while_something_is_sent_waits_for_its_turn(board: Page) -> None:
    page = board
    held: list[Route] = []

    def slow(route: Route) -> None:
        held.append(route)
        if len(held) > 1:
            route.continue_()

    page.route("**/codes/move", slow)
    for name, target in (("数据互信", "生态嵌入"), ("信任先行", "生态嵌入")):
        page.locator('.board-column[data-level="1"] .board-row', has_text=name).click()
        page.keyboard.press("m")
        page.keyboard.insert_text(target)
        expect(page.locator(".pick-row")).to_have_count(1)
        page.keyboard.press("Enter")
        expect(page.locator("dialog[open]")).to_have_count(0)
    # Whoever leaves now would lose the second one: the browser asks.
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    held[0].continue_()
    head = page.locator('.board-column[data-level="1"] .board-head', has_text="生态嵌入").locator(".board-number")
    expect(head).to_have_text("3")
    # The choice is left where the person has gone meanwhile.
    expect(page.locator(".board-row.at .board-name")).to_have_text("信任先行")


def test_a_code_that_was_typed_a_moment_ago_is_offered_where_one_asks_for_it_already(board: Page) -> None:
    page = board
    page.locator('.board-column[data-level="1"] .board-row', has_text="数据互信").click()
    page.keyboard.press("m")
    page.keyboard.insert_text("shengtai")  # how names are spelt is here from now on, and brings nothing later
    expect(page.locator(".pick-row")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    held = hold_codes(page)
    type_theme(page)
    page.locator('.board-column[data-level="1"] .board-row', has_text="信任先行").click()
    page.keyboard.press("m")
    page.keyboard.insert_text("刚写下")
    expect(page.locator("dialog[open] .pick-list")).to_have_count(1)
    expect(page.locator(".pick-row")).to_have_count(0)
    held[0].continue_()
    expect(page.locator(".pick-row")).to_have_count(1)
    page.keyboard.press("Escape")


def test_who_goes_to_the_same_code_again_stays_there(board: Page) -> None:
    """Codes that were typed a moment ago do not carry off whoever pressed the code that they came from."""
    page = board
    row = page.locator('.board-column[data-level="1"] .board-row', has_text="数据互信")
    row.click()
    held = hold_codes(page)
    type_theme(page)
    row.click()
    held[0].continue_()
    page.unroute("**/board/codes")
    expect(page.locator('.board-column[data-level="2"] .board-row', has_text="刚写下的主题")).to_have_count(1)
    page.keyboard.press("m")
    expect(page.locator("dialog[open]")).to_contain_text("below")
    page.keyboard.insert_text("刚写下")
    page.keyboard.press("Enter")
    head = page.locator('.board-column[data-level="1"] .board-head', has_text="刚写下的主题")
    expect(head.locator(".board-number")).to_have_text("1")
    assert group_of(page, "数据互信") == "刚写下的主题"


def test_a_name_that_is_being_typed_stays_while_somebody_changes_another_code(board: Page, world: World) -> None:
    page = board
    held = hold_codes(page)
    with page.expect_request("**/board/codes"):
        page.evaluate(
            """code => fetch(`/api/v1/codes/${code}`, {
              method: "PATCH",
              headers: { "Content-Type": "application/json", "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content },
              body: JSON.stringify({ name: "别人改的名" }),
            })""",
            str(code_named(world, "信任先行")),
        )
    page.locator('.board-column[data-level="1"] .board-row', has_text="数据互信").click()
    page.keyboard.press("F2")
    page.keyboard.insert_text("数据开放")
    with page.expect_response("**/board/codes"):
        held[0].continue_()
    page.unroute("**/board/codes")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    expect(page.locator(".board-rename")).to_have_value("数据开放")
    page.keyboard.press("Enter")
    for name in ("数据开放", "别人改的名"):
        expect(page.locator('.board-column[data-level="1"] .board-row', has_text=name)).to_have_count(1)


def test_what_was_done_another_day_is_taken_back_after_a_yes(board: Page, world: World) -> None:
    page = board
    with world.cast.database.transaction() as session:
        yesterday = datetime.now(UTC) - timedelta(days=1)
        session.execute(sa.update(Code).where(Code.project_id == world.project).values(created_at=yesterday))
    rows, box = page.locator(".board-row"), page.locator("dialog[open]")
    before = rows.count()
    page.keyboard.press("z")
    expect(box).to_contain_text(yesterday.date().isoformat())
    box.get_by_role("button", name="Cancel").click()
    expect(box).to_have_count(0)
    expect(rows).to_have_count(before)
    page.keyboard.press("z")
    box.get_by_role("button", name="Take it back").click()
    expect(rows).to_have_count(0)
