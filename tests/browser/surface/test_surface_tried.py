"""Tried as a new user would: ten passages by keyboard after a look at the list of keys, ten by mouse with nothing read."""

import pytest
from playwright.sync_api import Page, expect

from browser.surface.driver import Coder
from browser.surface.study import World

CODES = ("Bricolage", "信任先行", "数据互信", "平台接入", "用户真实反馈")


@pytest.fixture
def coder(page: Page, world: World) -> Coder:
    world.paragraphs[:] = [f"第{n}段先说信任。后来平台把数据都开放给我们了，大家都很高兴。" for n in range(1, 13)]
    return Coder(page, world)


def selected(coder: Coder) -> str:
    words: str = coder.page.evaluate("String(getSelection())")
    return words


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_ten_passages_by_keyboard_after_a_look_at_the_keys(coder: Coder, locale: str) -> None:
    coder.open()
    page = coder.page
    coder.press("Tab", "?")
    keys = page.get_by_role("dialog", name="快捷键" if locale == "zh-CN" else "Keys")
    expect(keys).to_be_visible()
    # It can be read: no line is narrower than some words, and nothing lies beside the window.
    assert min(keys.locator("dd").evaluate_all("(all) => all.map((each) => each.offsetWidth)")) > 120
    assert page.evaluate("document.querySelector('dialog[open]').scrollWidth <= innerWidth")
    coder.press("Escape")
    expect(coder.doc).to_be_focused()
    wanted = []
    for n in range(10):
        # Only what the list says: paragraph, sentence or words, Enter, the name, Enter; a recent code by its digit.
        coder.press("ArrowDown")
        coder.press(*(["s"], ["b"], ["Shift+ArrowRight", "Shift+ArrowRight"])[n % 3])
        words = selected(coder)
        assert words
        name = CODES[n % 5]
        if n < 5:
            coder.press("Enter")
            expect(page.locator(".palette-filter input").first).to_be_focused()
            page.keyboard.type(name)
            coder.press("Enter")
        else:
            coder.press(str(n - 4))
        expect(coder.doc).to_be_focused()
        wanted.append((name, words))
    coder.saved()
    assert sorted(coder.world.quotes()) == sorted(wanted)
    # One too many, one with the wrong code, one end too far, one in doubt.
    coder.press("ArrowDown", "1", "Delete")
    coder.press("ArrowUp", "Escape", "Control+z", "Control+z")
    coder.saved()
    assert len(coder.world.quotes()) == 10


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_ten_passages_by_mouse_with_nothing_read(coder: Coder, locale: str) -> None:
    apply, undo, done, delete = (
        ("应用", "撤销", "完成", "删除") if locale == "zh-CN" else ("Apply", "Undo", "Done", "Delete")
    )
    coder.open()
    page = coder.page
    palette = page.locator(".palette:popover-open")
    wanted = []
    for n in range(1, 11):
        words = f"第{n}段先说信任"
        page.get_by_text(words, exact=False).first.scroll_into_view_if_needed()
        coder.drag(words)
        name = CODES[n % 5]
        if n % 4 == 0:
            # A label of the words: its button, the button that makes it.
            name = words
            palette.locator(".palette-make").click()
            palette.get_by_role("button", name=apply).click()
        elif n % 2:
            palette.get_by_role("option").filter(has_text=name).first.click()
        else:
            page.locator(f".codebook-panel [role=treeitem][data-id='{coder.world.codes['c5']}']").first.click()
            name = "Bricolage"
        expect(palette).to_be_hidden()
        wanted.append((name, words))
    coder.saved()
    assert sorted(coder.world.quotes()) == sorted(wanted)
    # A mistake is taken back: by its button, and by the details of the coding.
    page.get_by_text("第12段先说").scroll_into_view_if_needed()
    coder.drag("第12段先说")
    palette.get_by_role("option").filter(has_text="Bricolage").first.click()
    page.get_by_role("button", name=undo, exact=True).first.click()
    expect(coder.stripes).to_have_count(10)
    coder.stripes.last.click()
    palette.get_by_role("button", name=delete).click()
    expect(coder.stripes).to_have_count(9)
    page.get_by_role("button", name=undo, exact=True).first.click()
    coder.stripes.last.click()
    palette.get_by_role("button", name=done).click()
    coder.saved()
    assert sorted(coder.world.quotes()) == sorted(wanted)
