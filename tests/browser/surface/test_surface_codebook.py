"""The codebook beside the text: found by name and pinyin, moved through with arrows, applied by a press or Enter; the drawer of documents."""

import pytest
from playwright.sync_api import Page, expect

from browser.surface.driver import Coder
from browser.surface.study import World


@pytest.fixture
def coder(page: Page, world: World) -> Coder:
    """Ai before the text, with a trust that was coded before."""
    world.put("c2", "没有信任什么都谈不了")
    return Coder(page, world).open()


def test_the_codebook_is_found_in_read_and_applied_and_its_counts_follow(coder: Coder) -> None:
    page = coder.page
    panel = page.get_by_role("complementary", name="Codebook")
    rows, marked = panel.get_by_role("treeitem"), panel.locator("[role=treeitem][aria-selected=true]")
    box, card = panel.get_by_role("combobox", name="Find a code"), panel.locator("[data-card]")

    def number(name: str) -> str:
        return rows.filter(has_text=name).locator(".number").inner_text()

    # What it is: the version, how many codes, how many of each level.
    expect(panel.get_by_role("heading", level=2).first).to_have_text("Codebook version 1 10 codes")
    expect(panel.locator("[data-levels]")).to_have_text(
        "aggregate construct 2 · second-order theme 3 · first-order concept 5"
    )

    # Numbers of this document, with what lies below.
    expect(rows).to_have_count(10)
    assert [number(name) for name in ("关系构建", "信任机制", "数据互信", "信任先行")] == ["1", "1", "1", ""]
    expect(rows.nth(0)).to_have_attribute("aria-level", "1")
    expect(rows.nth(2)).to_have_attribute("aria-level", "3")

    # A press does not take the words away; where words are selected it applies.
    rows.filter(has_text="数据互信").click()
    expect(card).to_contain_text("Definition of 数据互信.")
    assert coder.world.writes("PUT") == []
    coder.drag("小团队")
    rows.filter(has_text="信任先行").click()
    expect(coder.filter).to_be_hidden()
    expect(coder.doc).to_be_focused()
    assert (number("信任先行"), number("关系构建")) == ("1", "2")

    # The palette says it too, of what was used here.
    coder.drag("金字塔")
    expect(page.locator(".palette .number")).to_have_text(["1"] * 4)  # both as used last, and both in the tree
    coder.press("Escape")

    # Pinyin and initials, from the text and back: the words stay selected meanwhile.
    coder.drag("金字塔")
    coder.press("Escape", "/")
    expect(box).to_be_focused()
    assert coder.painted("ic-pending") == 1
    for typed, name in (("pingtai", "平台接入"), ("yhzs", "用户真实反馈"), ("brico", "Bricolage")):
        box.fill(typed)
        expect(marked).to_contain_text(name)
    expect(rows.locator("visible=true")).to_have_count(3)  # with what stands above it
    coder.press("Escape")
    expect(box).to_have_value("")
    coder.press("Escape")
    expect(coder.doc).to_be_focused()
    assert page.evaluate("String(getSelection())") == "金字塔"
    coder.press("/")
    box.fill("xrxx")
    expect(marked).to_contain_text("信任先行")
    coder.press("Control+Enter")
    expect(box).to_be_focused()
    box.fill("")
    coder.press("ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown")
    expect(marked).to_contain_text("数据互信")
    expect(box).to_have_attribute("aria-activedescendant", str(marked.get_attribute("id")))
    coder.press("Enter")
    expect(coder.doc).to_be_focused()
    coder.saved()
    made = [
        ("数据互信", "金字塔"),
        ("信任先行", "金字塔"),
        ("信任先行", "小团队"),
        ("数据互信", "没有信任什么都谈不了"),
    ]
    assert sorted(coder.world.quotes()) == sorted(made)
    coder.press("Control+z")
    expect(rows.filter(has_text="数据互信").locator(".number")).to_have_text("1")

    # What lies below a code is closed and opened with the arrows.
    coder.press("/", "ArrowDown", "Home")
    panel.get_by_role("tree").focus()
    coder.press("Home", "ArrowLeft")
    expect(marked).to_have_attribute("aria-expanded", "false")
    expect(rows.locator("visible=true")).to_have_count(5)
    coder.press("ArrowRight", "ArrowRight")
    expect(marked).to_contain_text("信任机制")
    coder.press("Escape")

    # The documents lie in a drawer.
    coder.press("g")
    drawer = page.get_by_role("dialog", name="Pilot")
    expect(drawer.locator("[aria-current=page]")).to_contain_text("案例三 云杉农机")
    coder.press("Escape")
    expect(coder.doc).to_be_focused()
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    # In a narrow window the codebook is a drawer too; it goes when a code was applied.
    page.set_viewport_size({"width": 390, "height": 800})
    expect(panel).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    coder.drag("以前")
    page.get_by_role("button", name="Codebook", exact=True).click()
    expect(box).to_be_focused()
    box.fill("kehu")
    coder.press("Enter")
    expect(panel).to_be_hidden()
    coder.saved()
    assert ("客户洞察", "以前") in coder.world.quotes()
