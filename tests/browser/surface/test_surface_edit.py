"""Changing a coding where it stands: its ends by key and by dragging, in every script."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.surface.driver import Coder
from browser.surface.study import World
from intercoder.models import Unit

# Where the left or right edge of a quote is in the window.
EDGE = """([quote, right]) => {
  for (const block of document.querySelectorAll("[data-cp]")) {
    const at = block.textContent.indexOf(quote);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(block.firstChild, at);
    range.setEnd(block.firstChild, at + quote.length);
    const boxes = [...range.getClientRects()];
    const box = right ? boxes.at(-1) : boxes[0];
    return [right ? box.right : box.left, box.top + box.height / 2];
  }
}"""


@pytest.fixture
def coder(page: Page, world: World) -> Coder:
    return Coder(page, world)


def quote(coder: Coder) -> str:
    """Return the words of the only coding."""
    coder.saved()
    [(_, words)] = coder.world.quotes()
    return words


def drag_handle(coder: Coder, end: str, to: str, *, right: bool, drop: bool = True) -> None:
    """Drag the handle at an end to the edge of other words."""
    knob = coder.page.locator(f".coding-handle.at-{end} i")
    expect(knob).to_be_visible()
    # The knob, and how far it is from the middle of its edge: the edge follows the pointer at that distance.
    kx, ky, dx, dy = knob.evaluate(
        """(i) => {
          const [at, edge] = [i.getBoundingClientRect(), i.parentElement.getBoundingClientRect()];
          const [x, y] = [(at.left + at.right) / 2, (at.top + at.bottom) / 2];
          return [x, y, x - (edge.left + edge.right) / 2, y - (edge.top + edge.bottom) / 2];
        }"""
    )
    x, y = coder.page.evaluate(EDGE, [to, right])
    mouse = coder.page.mouse
    mouse.move(kx, ky)
    mouse.down()
    mouse.move((kx + x + dx) / 2, (ky + y + dy) / 2, steps=3)
    mouse.move(x + dx, y + dy, steps=3)
    if drop:
        mouse.up()


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_the_ends_move_by_character_word_and_sentence_in_every_script(coder: Coder) -> None:
    coder.world.paragraphs = [
        "𠮷野家的👩‍👩‍👧‍👦全家帮忙。平台把数据都开放给我们了。后来好了。",
        "สวัสดีครับ เราทำงาน",
        "الثقة أولاً ثم العقود.",
        "un cafe\u0301 noir",
    ]
    coder.open()
    coder.code("全家", "Bricolage")
    for keys, words in (
        ("[", "👩‍👩‍👧‍👦全家"),  # seven code points, one character
        ("[", "的👩‍👩‍👧‍👦全家"),
        ("Shift+[", "👩‍👩‍👧‍👦全家"),
        ("Alt+]", "👩‍👩‍👧‍👦全家帮忙"),
        ("Alt+Shift+]", "👩‍👩‍👧‍👦全家"),
        ("Control+Alt+[", "𠮷野家的👩‍👩‍👧‍👦全家"),
        ("Control+Alt+]", "𠮷野家的👩‍👩‍👧‍👦全家帮忙。"),
        ("Control+Alt+]", "𠮷野家的👩‍👩‍👧‍👦全家帮忙。平台把数据都开放给我们了。"),
        ("Control+Alt+Shift+[", "平台把数据都开放给我们了。"),
        ("Shift+]", "平台把数据都开放给我们了"),
    ):
        coder.press(keys)
        assert quote(coder) == words, keys
    coder.press(*["Shift+]"] * 30)  # never empty
    assert quote(coder) == "平"
    expect(coder.page.locator(".toast")).to_contain_text(re.compile("cannot become shorter|不能再缩短"))
    coder.press("Delete")  # the coding at hand
    coder.code("ครับ", "Bricolage")
    coder.press("]")  # over the blank: an end never lies at one
    assert quote(coder) == "ครับ เ"
    coder.press("Delete")
    coder.code("ثم", "Bricolage")
    coder.press("Alt+[")
    assert quote(coder) == "أولاً ثم"
    coder.press("Delete")
    coder.code("caf", "Bricolage")
    coder.press("]")  # e and its accent are one
    assert quote(coder) == "cafe\u0301"
    coder.press("Alt+[", "Alt+[")  # into the paragraph before
    assert quote(coder) == ".\nun cafe\u0301"


def test_no_coding_becomes_another_one_of_the_same_code_once_more(coder: Coder) -> None:
    coder.world.paragraphs = ["全家都来帮忙。"]
    coder.world.put("c5", "全家都")
    coder.open()
    coder.code("全家", "Bricolage")
    coder.saved()
    drag_handle(coder, "end", "全家都", right=True)
    expect(coder.page.locator(".toast")).to_contain_text(
        coder.t("This passage already has “{name}”.", name="Bricolage")
    )
    assert coder.world.quotes() == [("Bricolage", "全家"), ("Bricolage", "全家都")]
    coder.press("]")  # on over the place of the other one, and back
    coder.saved()
    assert coder.world.quotes() == [("Bricolage", "全家都"), ("Bricolage", "全家都来")]
    coder.press("Shift+]")
    coder.saved()
    assert coder.world.quotes() == [("Bricolage", "全家"), ("Bricolage", "全家都")]


def test_brackets_work_where_they_need_another_key_or_an_input_method_is_on(coder: Coder) -> None:
    coder.open()
    coder.code("数据都开放", "Bricolage")
    press = """(init) => document.querySelector("[data-controller=coding]")
      .dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init }))"""
    for init, words in (
        ({"key": "ü", "code": "BracketLeft", "altKey": True}, "把数据都开放"),  # German
        ({"key": "+", "code": "BracketRight", "altKey": True}, "把数据都开放给"),
        ({"key": "“", "code": "BracketLeft", "altKey": True, "shiftKey": True}, "数据都开放给"),  # Mac
        ({"key": "Process", "code": "BracketRight"}, "数据都开放给我"),  # an input method
        ({"key": "】", "code": "BracketRight"}, "数据都开放给我们"),
        (
            {"key": "[", "code": "Digit8", "ctrlKey": True, "altKey": True, "modifierAltGraph": True},
            "把数据都开放给我们",
        ),  # AltGr on Windows
    ):
        coder.page.evaluate(press, init)
        assert quote(coder) == words, init


def test_an_end_is_dragged_drawn_meanwhile_put_back_by_escape_and_undone_in_one_step(coder: Coder) -> None:
    coder.open()
    coder.code("数据都开放", "Bricolage")
    coder.saved()
    drag_handle(coder, "end", "给我们了", right=True, drop=False)
    active = "() => [...CSS.highlights.get('ic-active')].map((r) => r.startContainer.data.slice(r.startOffset, r.endOffset)).join()"
    assert coder.page.evaluate(active) == "数据都开放给我们了"
    coder.press("Escape")
    coder.page.mouse.up()
    assert quote(coder) == "数据都开放"
    assert coder.world.writes("PATCH") == []
    drag_handle(coder, "end", "给我们了", right=True)
    assert quote(coder) == "数据都开放给我们了"
    assert len(coder.world.writes("PATCH")) == 1
    drag_handle(coder, "start", "𠮷野家的👩‍👩‍👧‍👦全家", right=True)  # beyond the end: one character is left
    assert quote(coder) == "了"
    drag_handle(coder, "end", "全家都来帮忙😀", right=True)  # over a paragraph's end
    assert quote(coder).endswith("都来帮忙😀")
    coder.press("Control+z", "Control+z", "Control+z")
    assert quote(coder) == "数据都开放"
    coder.press("Escape", "Escape")
    expect(coder.page.locator(".coding-handle.at-end")).to_be_hidden()


def test_where_units_are_coded_a_dragged_end_goes_by_whole_units(coder: Coder) -> None:
    coder.world.unit = Unit.SENTENCE
    coder.open()
    coder.code("什么都谈", "Bricolage")
    drag_handle(coder, "end", "这样我们就能", right=True)
    assert quote(coder) == coder.world.paragraphs[1]
    coder.press("Alt+Shift+[")
    assert quote(coder).startswith("平台把")


def memos(coder: Coder) -> list[str]:
    """Return the memos of all codings in reading order."""
    coder.saved()
    return [item["memo"] for item in sorted(coder.world.live().values(), key=lambda item: item["start"])]


def caret_before(coder: Coder, words: str) -> None:
    """Select words by mouse and leave the palette: the selection stays."""
    coder.drag(words)
    coder.press("Escape")


def test_a_coding_is_split_and_joined_in_one_act_each_with_one_undo_and_no_memo_lost(coder: Coder) -> None:
    coder.world.put("c5", "没有信任什么都谈不了。平台把数据都开放给我们了", memo="要再看")
    coder.open()
    whole = ("Bricolage", "没有信任什么都谈不了。平台把数据都开放给我们了")
    caret_before(coder, "平台把")
    coder.press("x")
    coder.saved()
    two = [("Bricolage", "没有信任什么都谈不了。"), ("Bricolage", "平台把数据都开放给我们了")]
    assert coder.world.quotes() == two
    assert memos(coder) == ["要再看", ""]
    expect(coder.page.locator(".toast")).to_contain_text("memo stays with the first part")
    coder.press("Control+z")
    coder.saved()
    assert coder.world.quotes() == [whole]
    coder.press("Control+y")
    coder.saved()
    assert coder.world.quotes() == two
    # The second part gets a memo of its own, then both are one again.
    caret_before(coder, "数据")
    coder.press("m")
    coder.menu.get_by_label("Memo").fill("第二段")
    coder.press("Escape", "j")
    coder.saved()
    assert coder.world.quotes() == [whole]
    assert memos(coder) == ["要再看\n第二段"]
    coder.press("Control+z")
    coder.saved()
    assert coder.world.quotes() == two
    assert memos(coder) == ["要再看", "第二段"]
    coder.press("Control+y")
    # The selected words become a part of their own.
    caret_before(coder, "什么都谈不了")
    coder.press("Shift+x")
    coder.saved()
    assert [words for _, words in coder.world.quotes()] == [
        "没有信任",
        "什么都谈不了",
        "。平台把数据都开放给我们了",
    ]
    coder.press("Control+z")
    # Overlapping ones of one code are joined, others are not.
    coder.code("我们了，这样", "Bricolage")
    coder.press("j")
    coder.saved()
    assert coder.world.quotes() == [("Bricolage", whole[1] + "，这样")]
    coder.press("j")
    expect(coder.page.locator(".toast")).to_contain_text("No coding of the same code")


def test_several_codes_go_on_one_selection_until_it_is_let_go(coder: Coder) -> None:
    coder.open().with_recent("平台接入", "信任先行")
    selected = "() => String(getSelection())"
    coder.drag("小团队")
    expect(coder.filter).to_be_focused()
    coder.filter.fill("Bric")
    coder.press("Enter")
    assert coder.page.evaluate(selected) == "小团队"
    coder.press("1", "2")
    coder.saved()
    assert [words for _, words in coder.world.quotes()] == ["小团队"] * 3
    coder.press("r")  # in its place: the one applied last
    coder.filter.fill("数据互信")
    coder.press("Enter", "Escape", "d")
    coder.saved()
    assert sorted(name for name, _ in coder.world.quotes()) == ["Bricolage", "平台接入", "数据互信"]
    assert coder.page.evaluate(selected) == ""
    coder.press(
        "ArrowDown", "Shift+ArrowRight", "1", "2", "Escape", "Escape", "d"
    )  # by keyboard, and nothing at hand after it
    coder.saved()
    assert len(coder.world.quotes()) == 5
    assert sum(item["doubt"] for item in coder.world.live().values()) == 1


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_ends_are_dragged_and_codings_split_in_every_script(coder: Coder) -> None:
    coder.world.paragraphs = [  # lines end as on Windows
        "老师傅修好了𡈽路，写成了手册。\r",
        "สวัสดีครับ เราทำงาน\r",
        "الثقة أولاً ثم العقود.\r",
        "un cafe\u0301 noir et un the\u0301\r",
    ]
    coder.open()
    for first, to, right, cut, parts in (
        ("𡈽路", "手册", True, "写成", ["𡈽路，", "写成了手册"]),
        ("สวัสดี", "ทำงาน", True, "เรา", ["สวัสดีครับ", "เราทำงาน"]),
        ("الثقة", "العقود", False, "ثم", ["الثقة أولاً", "ثم العقود"]),
        ("cafe\u0301", "the\u0301", True, "noir", ["cafe\u0301", "noir et un the\u0301"]),
    ):
        coder.code(first, "Bricolage")
        drag_handle(coder, "end", to, right=right)
        whole = quote(coder)
        assert (whole.startswith(first), whole.endswith(to)) == (True, True), whole
        caret_before(coder, cut)
        coder.press("x")
        coder.saved()
        assert [words for _, words in coder.world.quotes()] == parts
        coder.press("Control+z")
        assert quote(coder) == whole
        coder.press("Control+z", "Control+z")
        expect(coder.stripes).to_have_count(0)
        coder.saved()
