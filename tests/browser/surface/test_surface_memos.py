"""Own memos of a document are one list that leads to their passages; the page opens where one was."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from browser.surface.driver import Coder
from browser.surface.study import PARAGRAPHS, World
from waiting import until

FILLING = tuple(f"第{n}段：这里没有要编码的话，只是为了让页面变长。" * 4 for n in range(40))


def test_memos_are_listed_found_by_words_and_lead_to_their_passages(page: Page, world: World) -> None:
    world.paragraphs = [*PARAGRAPHS[:3], *FILLING, *PARAGRAPHS[3:]]
    coder = Coder(page, world).open()
    box = page.get_by_role("combobox", name="Find in my memos")
    rows = page.locator("#memo-list").get_by_role("option")
    expect(box).to_be_hidden()
    expect(page.locator("[data-memos]")).to_contain_text("None yet: m writes one on a coding.")

    for quote, memo in (
        ("金字塔", "层级之前的样子 😀"),
        ("老师傅", "Handwork, see ch. 2"),
        ("Trust comes first", "信任 𠮷 先于契约"),
    ):
        page.locator("[data-cp]", has_text=quote).scroll_into_view_if_needed()
        coder.code(quote, "Bricolage")
        coder.doc.focus()
        coder.press("m")
        coder.menu.get_by_label("Memo", exact=True).fill(memo)
        coder.press("Control+Enter")
        expect(coder.menu).to_be_hidden()
    expect(rows).to_have_count(3)
    page.get_by_label("Memo on this document").fill("整篇的想法")
    expect(rows).to_have_count(4)
    expect(page.locator("#memos-title")).to_have_text("My memos: 4")
    expect(rows.nth(0)).to_contain_text("On the whole document")
    expect(rows.nth(3)).to_contain_text("信任 𠮷 先于契约")

    page.evaluate("scrollTo(0, 0)")
    coder.doc.focus()
    coder.press("Shift+M")
    expect(box).to_be_focused()
    # Letters are text here, and none of them is a command.
    page.keyboard.type("𠮷 trust")
    expect(rows).to_have_count(1)
    expect(page.locator("#memos-title")).to_have_text("My memos: 1 of 4")
    coder.press("Enter")
    stripe = page.locator(".stripe:focus")
    expect(stripe).to_be_in_viewport()
    assert page.evaluate("scrollY") > 0
    coder.press("m")
    expect(coder.menu.locator("blockquote")).to_have_text("Trust comes first")
    coder.press("Escape")

    coder.press("Shift+M")
    page.keyboard.type("nothing like it")
    expect(rows).to_have_text(["No memo has these words."])
    coder.press("Escape")
    expect(rows).to_have_count(4)
    coder.press("ArrowDown", "ArrowDown")
    expect(rows.nth(2)).to_have_attribute("aria-selected", "true")
    coder.press("ArrowUp", "ArrowUp", "ArrowUp", "Enter")
    expect(page.get_by_label("Memo on this document")).to_be_focused()
    rows.nth(1).click()
    expect(page.locator(".stripe:focus")).to_be_in_viewport()
    coder.press("Delete")
    expect(rows).to_have_count(3)
    coder.saved()


def test_the_page_opens_where_one_was_and_at_the_last_coding_in_another_browser(page: Page, world: World) -> None:
    world.paragraphs = [*PARAGRAPHS[:3], *FILLING, *PARAGRAPHS[3:]]
    world.put("c5", "老师傅用土办法")
    world.put("c5", "Trust comes first")
    coder = Coder(page, world).open()
    expect(page.locator("[data-cp]", has_text="Trust comes first")).to_be_in_viewport()
    expect(page.locator(".toast")).to_have_text("Opened where you were: paragraph 44")

    page.locator("[data-cp]", has_text="第20段").evaluate(
        "p => { p.scrollIntoView({ block: 'start' }); scrollBy(0, -80); }"
    )
    page.goto(f"{world.line.url}/")
    page.locator(f"a[href*='{world.round}']", has_text="Continue coding").click()
    expect(coder.doc).to_have_attribute("data-test-ready", "")
    top = page.locator("[data-cp]", has_text="第20段")
    expect(top).to_be_in_viewport()
    assert abs(top.evaluate("p => p.getBoundingClientRect().top")) < 300

    # A place that was asked for goes before.
    page.goto(f"{world.line.url}/")
    page.goto(f"{world.line.url}{world.open()}#p1")
    expect(coder.doc).to_have_attribute("data-test-ready", "")
    expect(page.locator("[data-cp]").first).to_be_in_viewport()


def test_the_memo_on_the_document_goes_the_way_of_every_change(
    page: Page, context: BrowserContext, world: World
) -> None:
    coder = Coder(page, world).open().whole()
    memo, state = page.get_by_label("Memo on this document"), page.locator("#memo-state")
    context.set_offline(True)
    for words in ("一", "二 😀"):
        memo.fill(words)
        memo.blur()
        expect(state).to_have_text("Memo kept in this browser, not sent yet")
        expect(coder.sync).to_contain_text("Offline: 1 kept")
    context.set_offline(False)
    coder.saved()
    expect(state).to_have_text("Memo saved")
    # Of those that waited the last is sent.
    assert [write["body"] for write in world.writes("PUT")] == [{"memo": "二 😀"}]
    assert world.memo == "二 😀"
    # What is typed arrives although the page is left at once, and the page that comes shows it.
    memo.fill("三\n行")
    coder.open()
    expect(memo).to_have_value("三\n行")
    until(lambda: world.memo == "三\n行", "the memo is stored")
    # Another tab shows it as it is now.
    other = Coder(context.new_page(), world).open()
    memo.fill("四")
    memo.blur()
    expect(other.page.get_by_label("Memo on this document")).to_have_value("四")
    coder.saved()
    # What the server refuses waits for a decision.
    world.submit("ai")
    memo.fill("五")
    memo.blur()
    refused = page.locator("#attention li")
    expect(refused).to_contain_text("Memo on this document")
    expect(refused.locator("q")).to_have_text("五")
    assert (refused.get_by_role("button").all_inner_texts(), world.memo) == (["Try again", "Discard"], "四")
    refused.get_by_role("button", name="Discard").click()
    expect(refused).to_have_count(0)
    expect(memo).to_have_value("四")


@pytest.mark.parametrize("locale", ["zh-CN"])
def test_the_list_speaks_chinese(page: Page, world: World) -> None:
    world.put("c5", "老师傅用土办法", memo="手艺")
    Coder(page, world).open()
    expect(page.locator("#memos-title")).to_have_text("我的备忘录：1")
    expect(page.get_by_role("combobox", name="在我的备忘录中查找")).to_be_visible()
