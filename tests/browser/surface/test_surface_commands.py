"""The list of all commands: found by name, each with its key, run on what was selected or had the focus."""

import pytest
from playwright.sync_api import Page, Route, expect

from browser.surface.driver import Coder
from browser.surface.study import World
from waiting import until


@pytest.mark.parametrize(
    ("locale", "list_", "doubt", "apply", "nothing"),
    [
        ("en-GB", "Commands", "degree more", "apply bri", "No command has this name."),
        ("zh-CN", "命令", "加重", "bri", "没有这个名称的命令。"),
    ],
)
def test_a_command_is_found_by_name_and_run_where_its_key_would_have_been(
    page: Page, world: World, list_: str, doubt: str, apply: str, nothing: str
) -> None:
    coder = Coder(page, world).open()
    first = coder.doc.locator("[data-cp]").first
    coder.drag("金字塔")
    page.keyboard.type("Bricolage")
    coder.press("Enter")
    coder.press("Control+k")
    commands = page.get_by_role("dialog", name=list_)
    box = commands.get_by_role("combobox")
    expect(box).to_be_focused()
    page.keyboard.type("zzzz")
    expect(commands).to_contain_text(nothing)
    coder.press("Enter")
    expect(commands).to_be_visible()
    box.fill(doubt)
    expect(commands.get_by_role("option").first.locator("kbd")).to_have_text("d")
    coder.press("Enter")
    expect(commands).to_have_count(0)
    coder.saved()
    assert [coding["doubt"] for coding in world.live().values()] == [1]
    # The words are selected still, for one more; Escape leaves them so and goes back to the text.
    assert page.evaluate("getSelection().toString()") == "金字塔"
    coder.press("Control+k")
    coder.press("Escape")
    expect(commands).to_have_count(0)
    expect(coder.doc).to_be_focused()
    # From wherever the focus is; a code on a key is found by its name.
    coder.drag("小团队")
    coder.press("Escape", "/")
    coder.press("Control+k")
    page.keyboard.type(apply)
    expect(commands.get_by_role("option").first).to_contain_text("Bricolage")
    coder.press("Enter")
    coder.saved()
    assert sorted(words for _, words in world.quotes()) == ["小团队", "金字塔"]
    assert first.is_visible()


def test_only_what_can_be_done_is_listed(page: Page, world: World) -> None:
    world.open()
    world.put("c5", "金字塔")
    world.submit("ai")
    coder = Coder(page, world).open()
    coder.doc.focus()
    coder.press("Control+k")
    commands = page.get_by_role("dialog", name="Commands")
    expect(commands.get_by_role("option").first).to_be_visible()
    listed = commands.get_by_role("option").all_inner_texts()
    assert any("Find words" in name for name in listed)
    assert not any("typical" in name.lower() or "undo" in name.lower() for name in listed)
    # What needs a coding at hand says so.
    commands.get_by_role("combobox").fill("next coding")
    coder.press("Enter")
    expect(coder.stripes.first).to_be_focused()


def test_a_key_that_comes_before_its_modules_is_kept_and_what_is_typed_meanwhile_is_no_command(
    page: Page, world: World
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/coding-later*", hold)
    coder = Coder(page, world).open()
    coder.drag("金字塔")
    page.keyboard.type("Bricolage")
    coder.press("Enter", "Escape")
    coder.doc.focus()
    coder.press("Control+k", "d", "Delete", "Control+k")
    assert held, "what comes later is on its way"
    for route in held:
        route.continue_()
    expect(page.get_by_role("dialog", name="Commands").get_by_role("option").first).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(1)
    coder.saved()
    assert [coding["doubt"] for coding in world.live().values()] == [0], "neither in doubt nor gone"


@pytest.mark.parametrize("locale", ["zh-CN"])
def test_what_is_opened_before_its_words_are_here_waits_for_them(page: Page, world: World) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/words/*/coding-later.js*", hold)
    coder = Coder(page, world).open()
    here = "import('ic/parts.js').then(({ parts }) => 'coding/find.js' in parts)"
    until(lambda: page.evaluate(here), "the modules that come later are here")
    assert held, "their words are on their way"
    coder.doc.focus()
    coder.press("Control+f")
    for route in held:
        route.continue_()
    expect(page.locator(".find").get_by_label(coder.t("Pinyin"))).to_be_checked()
