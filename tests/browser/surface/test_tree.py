"""The tree of codes in a browser: many are typed in one go without the page being loaded again, counts lead to passages."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browser.surface.study import World

Visit = Callable[[str, str], Page]


def row(page: Page, name: str) -> str:
    """Return the level of a code in the tree and the name of the code above it."""
    item = page.locator(f'#code-tree [role=treeitem]:has(> .tree-row .name:text-is("{name}"))')
    above = item.locator("xpath=ancestor::li[@role='treeitem'][1]").locator("> .tree-row .name")
    return f"{item.get_attribute('data-level')} {above.text_content() if above.count() else ''}".strip()


@pytest.fixture
def tree(visit: Visit, world: World) -> Page:
    page = visit("lena", f"/projects/{world.project}/codebook")
    page.evaluate("() => { window.stays = true; }")
    return page


def test_sixty_codes_on_four_levels_are_typed_without_a_reload(tree: Page) -> None:
    page = tree
    # What was opened and filtered stays so.
    page.locator("#code-tree").get_by_text("信任先行").click()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.locator("[role=treeitem]", has_text="价值创造").locator("> .tree-row .tree-toggle").click()
    page.locator("#type-codes").focus()
    page.keyboard.press("n")
    expect(page.locator("dialog[open]")).to_be_visible()
    level = 1  # what is selected is a concept
    for n in range(60):
        wanted = (3, 2, 1, 0)[n % 4] if n else 1
        for _ in range(abs(wanted - level)):
            page.keyboard.press("Tab" if wanted < level else "Shift+Tab")
        level = wanted
        page.keyboard.insert_text(f"码{n}")
        if n < 59:
            page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("#code-count")).to_have_text("70")
    assert page.evaluate("() => window.stays"), "the page was loaded again"
    assert (row(page, "码0"), row(page, "码59"), row(page, "码5")) == ("1 信任机制", "0 码58", "2 码4")
    opened = page.locator("[role=treeitem]", has_text="价值创造").first
    expect(opened).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("button", name="Publish 60 changes")).to_be_enabled()


def test_one_code_is_added_and_changed_without_a_reload(tree: Page) -> None:
    page = tree
    page.get_by_role("button", name="New code", exact=True).click()
    page.locator("#nc-name").fill("手感")
    page.get_by_role("button", name="Add the code").click()
    expect(page.locator("#code-tree .name", has_text="手感")).to_have_count(1)
    page.locator("#code-tree .name", has_text="手感").click()
    page.get_by_role("button", name="Edit or move").click()
    page.locator("#ec-name").fill("手上的感觉")
    page.locator("#edit-code .primary").click()
    expect(page.locator("#code-tree .name", has_text="手上的感觉")).to_have_count(1)
    expect(page.locator("#code-detail h2")).to_have_text("手上的感觉")
    assert page.evaluate("() => window.stays"), "the page was loaded again"


def test_an_answer_that_was_asked_for_earlier_does_not_take_the_place_of_a_newer_one(tree: Page) -> None:
    shown = tree.evaluate(
        """async () => {
          const { load } = await import("ic/parts.js");
          const { freshPage, showsNewest } = await load("lib/page.js");
          const [earlier, later] = await Promise.all([freshPage(), freshPage()]);
          return [showsNewest(later), showsNewest(earlier), showsNewest(later), showsNewest(await freshPage())];
        }"""
    )
    assert shown == [True, False, True, True]


def test_a_blind_coder_sees_how_often_own_work_uses_a_code_and_comes_to_its_passages(
    visit: Visit, world: World
) -> None:
    world.put("c1", "信任", person="ai")
    world.put("c1", "没有信任", person="bo")
    world.put("c2", "平台把数据", person="bo")
    page = visit("ai", f"/projects/{world.project}/codebook")
    counts = {
        name: page.locator(f'[role=treeitem]:has(> .tree-row .name:text-is("{name}")) > .tree-row .tree-use')
        for name in ("信任先行", "关系构建", "数据互信")
    }
    expect(counts["信任先行"]).to_have_text("1")
    expect(counts["关系构建"]).to_have_text("1")
    expect(counts["数据互信"]).to_have_text("0")
    counts["信任先行"].click()
    expect(page).to_have_url(re.compile(f"/codes/{world.codes['c1']}/passages$"))
