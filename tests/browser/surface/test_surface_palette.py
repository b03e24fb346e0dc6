"""What is typed after a selection: names of codes, never commands; what is offered first; what is made by which key."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.surface.driver import Coder
from browser.surface.study import World
from intercoder.text.pinyin import search_text


@pytest.fixture
def coder(page: Page, world: World) -> Coder:
    return Coder(page, world)


@pytest.mark.parametrize("locale", ["zh-CN"])
def test_letters_typed_after_a_mouse_selection_are_text_and_change_nothing(coder: Coder) -> None:
    """Typed into the document they were commands once: memo, doubt, another end for the last coding."""
    coder.open()
    coder.code("金字塔", "Bricolage")
    coder.saved()
    for typed in ("made", "dou", "digital", "nipr", "xinren", "[{]}?", "u"):
        coder.drag("小团队")
        coder.page.keyboard.type(typed)
        expect(coder.filter).to_have_value(typed)
        coder.press("Escape", "Escape")  # the box, then the selection
        expect(coder.filter).to_be_hidden()
    coder.saved()
    assert len(coder.world.writes()) == 1
    assert coder.world.quotes() == [("Bricolage", "金字塔")]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("xin", ["信任积累", "新市场", "行车记录仪", "人信得过"]),  # whole syllables, those that go on, in the middle
        ("xing", ["行车记录仪"]),
        ("xinr", ["信任积累"]),
        ("xrjl", ["信任积累"]),
        ("trust", ["Trust first", "Building trust"]),
        ("jilu", ["行车记录仪"]),
    ],
)
def test_what_is_typed_in_pinyin_finds_whole_syllables_first(coder: Coder, typed: str, wanted: list[str]) -> None:
    coder.open()
    names = ["行车记录仪", "人信得过", "Building trust", "信任积累", "新市场", "Trust first"]
    items = [{"code": {"name": name}, "hay": search_text(name), "rank": 0} for name in names]
    found = coder.page.evaluate(
        """async ([items, typed]) => {
          const { find, wordsOf } = await import("ic/parts.js").then(({ load }) => load("coding/finding.js"));
          return find(items, wordsOf(typed)).map(({ code }) => code.name);
        }""",
        [items, typed],
    )
    assert found == wanted


def test_the_selection_stays_for_one_more_code_until_it_is_let_go(coder: Coder) -> None:
    coder.open()
    coder.drag("小团队")
    for name in ("Bricolage", "信任先行"):
        coder.filter.fill(name)
        coder.press("Control+Enter")
        expect(coder.filter).to_have_value("")
    expect(coder.page.locator(".palette .target")).to_have_text("Here already: Bricolage · 信任先行")
    coder.press("Escape")
    assert coder.page.evaluate("String(getSelection())") == "小团队"
    coder.saved()
    assert coder.world.quotes() == [("Bricolage", "小团队"), ("信任先行", "小团队")]


def test_delete_takes_away_what_was_just_coded_and_nothing_else(coder: Coder) -> None:
    coder.open()
    coder.code("金字塔", "Bricolage")
    coder.code("小团队", "信任先行")
    coder.press("Delete", "Delete", "Backspace")
    coder.saved()
    assert coder.world.quotes() == [("Bricolage", "金字塔")]
    coder.code("小团队", "信任先行")
    coder.press("ArrowRight", "Delete")  # another word is selected now
    coder.saved()
    assert coder.world.quotes() == [("Bricolage", "金字塔"), ("信任先行", "小团队")]


def test_the_first_code_offered_is_the_last_used_or_a_label_or_concept_never_a_construct(coder: Coder) -> None:
    coder.open()
    coder.drag("小团队")
    marked = coder.page.locator(".palette [role=option][aria-selected=true]")
    expect(marked).not_to_have_class(re.compile("depth-0|depth-1"))
    coder.press("Escape")
    for name in ("平台接入", "Bricolage"):
        coder.code("金字塔", name)
    coder.drag("小团队")
    expect(marked).to_contain_text("Bricolage")


def test_a_code_is_found_by_signs_of_its_name_in_order(coder: Coder) -> None:
    coder.open()
    coder.drag("小团队")
    found = coder.page.locator(".palette [role=option] b")
    for typed, name in (("用反馈", "用户真实反馈"), ("brco", "Bricolage")):
        coder.filter.fill(typed)
        expect(found).to_have_text([name])
    coder.filter.fill("馈反")
    expect(found).to_have_count(0)
    expect(coder.page.locator(".palette [aria-selected=true]")).to_have_count(0)


def test_undo_shows_where_it_undid(coder: Coder) -> None:
    coder.world.paragraphs += [f"第{n}段，说的是别的事情。" for n in range(60)]
    coder.open()
    coder.code("金字塔", "Bricolage")
    coder.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    coder.doc.focus()
    coder.press("Control+z")
    expect(coder.page.get_by_text("以前是金字塔")).to_be_in_viewport()


def test_undo_goes_on_after_the_page_was_loaded_again(coder: Coder) -> None:
    coder.open()
    coder.code("金字塔", "Bricolage")
    coder.code("小团队", "信任先行")
    coder.press("Control+z")
    expect(coder.stripes).to_have_count(1)
    coder.page.reload()
    expect(coder.doc).to_have_attribute("data-test-ready", "")
    expect(coder.stripes).to_have_count(1)
    coder.doc.focus()
    coder.press("Control+y")
    expect(coder.stripes).to_have_count(2)
    coder.press("Control+z", "Control+z")
    expect(coder.stripes).to_have_count(0)
    coder.press("Control+y")
    expect(coder.stripes).to_have_count(1)
    coder.saved()
    assert [name for name, _ in coder.world.quotes()] == ["Bricolage"]
