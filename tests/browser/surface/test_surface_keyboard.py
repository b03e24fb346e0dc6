"""The way to the text by Tab, on a page that is coded and on one that is only read; axe-core finds nothing wrong with either."""

import pytest
from playwright.sync_api import Page, expect

from browser.story.people import broken_rules
from browser.surface.driver import Coder
from browser.surface.study import World


@pytest.mark.parametrize(("locale", "readonly"), [("zh-CN", False), ("en-GB", True)])
def test_the_first_tab_leads_to_the_text(page: Page, world: World, readonly: bool) -> None:
    # Where one was is far down, and shown.
    world.paragraphs += [f"第{n}段，说的是别的事情。" for n in range(60)]
    world.put("c1", "第50段")
    if readonly:
        world.submit("ai")
    coder = Coder(page, world).open()
    # Nothing has the focus that would have to be left, and a screen reader begins with the title.
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    if not readonly:
        expect(page.get_by_text("第50段")).to_be_in_viewport()
    coder.press("Tab")
    expect(coder.doc).to_be_focused()
    coder.press("n")
    expect(coder.stripes).to_be_focused()
    # From the top of the page the skip link is first, and leads to the text itself.
    skip = page.locator("a.skip")
    skip.focus()
    coder.press("Enter")
    expect(coder.doc).to_be_focused()
    assert broken_rules(page) == []
