"""In each place of the coding page every key that the table has for it does what it says."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.languages import one_of_both
from browser.surface.driver import Coder
from browser.surface.study import World

# What the table has for other places than the text: [place, key].
LISTED = """async () => {
  const { keymap, ofPage } = await import("ic/parts.js").then(({ load }) => load("coding/keymap.js"));
  return keymap().flatMap(({ rows }) => rows).filter(row => !ofPage(row) || row.where === "page")
    .flatMap(({ where, acts }) => acts.flatMap(({ keys }) => keys.map(key => [where, key])));
}"""


@dataclass
class Presses:
    """Presses keys of a place, and knows which of the table were pressed there."""

    coder: Coder
    done: set[tuple[str, str]] = field(default_factory=set)

    def __call__(self, place: str, *keys: str) -> None:
        """Press keys, by the names of the table."""
        for key in keys:
            self.done.add((place, key))
            self.coder.press(key.replace("Ctrl+", "Control+"))

    def left(self) -> set[tuple[str, str]]:
        """Return what the table has for other places than the text, and was not pressed; of nine digits one stands for all."""
        listed = {(place, key) for place, key in self.coder.page.evaluate(LISTED)}
        return {(place, key) for place, key in listed - self.done if not (place == "palette" and key in "23456789")}


@pytest.fixture
def locale(request: pytest.FixtureRequest) -> str:
    """Each test in one language, some in each."""
    return one_of_both(request)


@pytest.fixture
def coder(page: Page, world: World) -> Coder:
    """Ai before a text with a folded name in its margin."""
    world.open()
    world.put_many([("c1", 0, 24), ("c2", 0, 20), ("c3", 2, 18), ("c4", 4, 16), ("c5", 6, 14)])
    return Coder(page, world).open()


def test_each_listed_key_does_what_it_says_where_it_is(coder: Coder) -> None:
    press = Presses(coder)
    for tried in (palette, naming, details, codebook, own_labels, memos, find, view, commands, pointer):
        tried(coder, press)
        coder.doc.focus()
    assert press.left() == set()


def selected(coder: Coder) -> str:
    words: str = coder.page.evaluate("String(getSelection())")
    return words


def palette(coder: Coder, press: Presses) -> None:
    page, options = coder.page, coder.page.locator("#ic-palette-list").get_by_role("option")
    coder.drag("小团队")
    marked = options.and_(page.locator("[aria-selected=true]"))
    first = marked.get_attribute("id")
    for there, back in (("ArrowDown", "ArrowUp"), ("PageDown", "PageUp")):
        press("palette", there)
        assert marked.get_attribute("id") != first
        press("palette", back)
    press("palette", "ArrowUp", "ArrowDown")
    assert marked.get_attribute("id") in (first, "ic-pal-0")
    press("palette", "Escape")
    expect(coder.filter).to_be_hidden()
    expect(coder.doc).to_be_focused()
    assert selected(coder) == "小团队"
    for key in ("Tab", "Shift+Tab"):
        coder.doc.focus()
        coder.drag("小团队")
        press("palette", key)
        expect(coder.filter).to_be_hidden()
    before = coder.stripes.count()
    coder.drag("小团队")
    expect(coder.filter).to_be_focused()
    coder.filter.fill("Bricolage")
    press("palette", "Ctrl+Enter")
    expect(coder.filter).to_be_focused()
    expect(coder.filter).to_have_value("")
    coder.filter.fill("平台接入")
    press("palette", "Enter")
    expect(coder.filter).to_be_hidden()
    coder.saved()
    assert len(coder.world.live()) == 7
    coder.drag("最关键的是信任")
    press("palette", "1")
    expect(coder.filter).to_be_hidden()
    coder.saved()
    assert len(coder.world.live()) == 8
    assert coder.stripes.count() > before
    coder.drag("终端消费者")
    expect(coder.filter).to_be_focused()
    coder.filter.fill("终端")
    press("palette", "Shift+Enter")
    expect(page.get_by_role("combobox", name=coder.t("Name of the label"))).to_have_value("终端")
    press("naming", "Enter")
    coder.saved()
    assert len(coder.world.labels()) == 1


def naming(coder: Coder, press: Presses) -> None:
    box = coder.page.get_by_role("combobox", name=coder.t("Name of the label"))

    @contextmanager
    def named(name: str) -> Iterator[Locator]:
        coder.drag("订单一下子")
        coder.press("Shift+Enter")
        box.fill(name)
        yield coder.page.locator("#ic-naming-list [aria-selected=true]")
        expect(box).to_be_hidden()
        expect(coder.doc).to_be_focused()

    with named("终端们") as marked:
        expect(marked).to_have_count(0)
        press("naming", "ArrowDown")
        expect(marked).to_have_text("终端")
        press("naming", "ArrowUp")
        expect(marked).to_have_count(0)
        press("naming", "Escape")
    assert selected(coder) == "订单一下子"
    for key in ("Tab", "Shift+Tab"):
        with named("终端们"):
            press("naming", key)
    assert len(coder.world.labels()) == 1
    with named("订单"):
        press("naming", "Shift+Enter")
    with named("六成"):
        press("naming", "Enter")
    coder.saved()
    assert sorted(code.name for code in coder.world.labels()) == ["六成", "终端", "订单"]


def details(coder: Coder, press: Presses) -> None:
    coder.press("p")
    for key, words in (("Ctrl+Enter", "甲"), ("Escape", "乙")):
        coder.press("m")
        memo = coder.menu.get_by_label(coder.t("Memo"), exact=True)
        expect(memo).to_be_focused()
        memo.fill(words)
        press("details", key)
        expect(coder.menu).to_be_hidden()
        coder.saved()
        assert words in [coding["memo"] for coding in coder.world.live().values()]
    expect(coder.page.locator(".stripe:focus")).to_have_count(1)


def codebook(coder: Coder, press: Presses) -> None:
    panel = coder.page.get_by_role("complementary", name=coder.t("Codebook"))
    box, tree = panel.get_by_role("combobox", name=coder.t("Find a code")), panel.get_by_role("tree")
    rows, marked = panel.get_by_role("treeitem"), panel.locator("[role=treeitem][aria-selected=true]")
    coder.press("/")
    expect(box).to_be_focused()
    press("codebook", "ArrowDown", "ArrowDown", "ArrowUp")
    expect(marked).to_contain_text("关系构建")
    press("codebook", "PageDown", "PageUp", "ArrowLeft")
    expect(rows.first).to_have_attribute("aria-expanded", "false")
    press("codebook", "ArrowRight")
    expect(rows.first).to_have_attribute("aria-expanded", "true")
    tree.focus()
    press("tree", "End")
    expect(rows.last).to_have_attribute("aria-selected", "true")
    press("tree", "Home")
    expect(rows.first).to_have_attribute("aria-selected", "true")
    press("tree", "/")
    expect(box).to_be_focused()
    # Where one types all that is no key of the place is text.
    coder.page.keyboard.type("a/b")
    expect(box).to_have_value("a/b")
    press("codebook", "Escape")
    expect(box).to_have_value("")
    press("codebook", "Escape")
    expect(coder.doc).to_be_focused()
    n = len(coder.world.live())
    coder.drag("真实反馈")
    coder.press("Escape", "/")
    box.fill("数据互信")
    press("codebook", "Ctrl+Enter")
    expect(box).to_be_focused()
    box.fill("信任先行")
    press("codebook", "Enter")
    expect(coder.doc).to_be_focused()
    coder.saved()
    assert len(coder.world.live()) == n + 2


def own_labels(coder: Coder, press: Presses) -> None:
    page, tree = coder.page, coder.page.locator("[data-own]").get_by_role("tree")
    rows, current = tree.get_by_role("treeitem"), tree.locator(".current")
    coder.press("l")
    expect(tree).to_be_focused()
    expect(rows).to_have_count(3)
    first, last = rows.first.inner_text(), rows.last.inner_text()
    for back, on in (("Home", "End"), ("PageUp", "PageDown")):
        press("own", on)
        assert current.inner_text() == last
        press("own", back)
        assert current.inner_text() == first
    press("own", "ArrowDown")
    assert current.inner_text() == rows.nth(1).inner_text()
    press("own", "ArrowUp", "Space")
    expect(rows.first).to_have_attribute("aria-selected", "true")
    press("own", "Space")
    expect(rows.first).to_have_attribute("aria-selected", "false")
    press("own", "Escape")
    expect(coder.doc).to_be_focused()
    n = len(coder.world.live())
    coder.drag("从零开始")
    coder.press("Escape", "l")
    press("own", "Enter")
    expect(coder.doc).to_be_focused()
    coder.saved()
    assert len(coder.world.live()) == n + 1

    coder.press("l")
    press("own", "F2")
    page.keyboard.insert_text("另名")
    press("renaming", "Escape")
    expect(tree).not_to_contain_text("另名")
    press("own", "F2")
    page.keyboard.insert_text("另名")
    press("renaming", "Enter")
    expect(tree).to_contain_text("另名")
    for key, there in (("Ctrl+z", False), ("Ctrl+y", True), ("Ctrl+z", False), ("Ctrl+Shift+z", True)):
        expect(tree).to_be_focused()
        press("own", key)
        expect(tree.get_by_text("另名")).to_have_count(int(there))
    expect(tree).to_be_focused()
    press("own", "g")
    expect(page.get_by_label(coder.t("Name of the group"))).to_be_focused()
    coder.press("Escape")
    expect(tree).to_be_focused()
    press("own", "m")
    expect(page.get_by_label(coder.t("All of them count as"))).to_be_focused()
    press("merging", "Enter")
    expect(rows).to_have_count(2)
    # What was merged leaves its key to another code.
    names = page.locator("#recent button").all_inner_texts()
    assert len({name.split()[-1] for name in names}) == len(names)
    expect(tree).to_be_focused()
    used = current.locator("b").inner_text()
    press("own", "Delete")
    expect(page.locator(".toast")).to_contain_text(
        coder.t("“{name}” has been used: merge it into another one instead.", name=used)
    )
    expect(tree).to_be_focused()


def memos(coder: Coder, press: Presses) -> None:
    page = coder.page
    page.get_by_label(coder.t("Memo on this document")).fill("整篇")
    box, rows = (
        page.get_by_role("combobox", name=coder.t("Find in my memos")),
        page.locator("#memo-list").get_by_role("option"),
    )
    expect(rows).to_have_count(2)
    coder.doc.focus()
    coder.press("Shift+M")
    for there, back in (("ArrowDown", "ArrowUp"), ("PageDown", "PageUp")):
        press("memos", there)
        expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
        press("memos", back)
        expect(rows.nth(0)).to_have_attribute("aria-selected", "true")
    box.fill("没有")
    press("memos", "Escape")
    expect(box).to_have_value("")
    press("memos", "Escape")
    expect(coder.doc).to_be_focused()
    coder.press("Shift+M", "ArrowDown")
    press("memos", "Enter")
    expect(page.locator(".stripe:focus")).to_have_count(1)


def find(coder: Coder, press: Presses) -> None:
    page, bar = coder.page, coder.page.locator(".find")
    coder.press("Control+f")
    page.get_by_role("searchbox").fill("信任")
    expect(bar.locator("output")).to_contain_text(coder.t("{at} of {n}", at=1, n=2))
    press("find", "Enter")
    expect(bar.locator("output")).to_contain_text(coder.t("{at} of {n}", at=2, n=2))
    press("find", "Shift+Enter")
    expect(bar.locator("output")).to_contain_text(coder.t("{at} of {n}", at=1, n=2))
    # From here as from everywhere.
    press("page", "Ctrl+k")
    expect(page.get_by_role("combobox", name=coder.t("Find a command"))).to_be_focused()
    press("commands", "Escape")
    coder.press("Control+f")
    press("find", "Escape")
    expect(bar).to_be_hidden()
    expect(coder.doc).to_be_focused()
    assert selected(coder) == "信任"


def view(coder: Coder, press: Presses) -> None:
    html, box = coder.page.locator("html"), coder.page.locator("#view-options")
    coder.press("v")
    for key, marks in (("2", "underline"), ("3", "stripes")):
        press("view", key)
        expect(html).to_have_attribute("data-reading", re.compile(f"marks-{marks}"))
    press("view", "1")
    expect(box.locator("[value=highlight]")).to_be_checked()
    press("view", "Escape")
    expect(box).to_be_hidden()
    expect(coder.doc).to_be_focused()


def commands(coder: Coder, press: Presses) -> None:
    press("page", "Ctrl+k")
    options = coder.page.locator("#ic-commands").get_by_role("option")
    press("commands", "ArrowDown", "ArrowDown", "ArrowUp")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    # What only its own place does is no command of the page.
    own = [coder.t(name).lower() for name in ("apply it", "back to the text; its words stay selected")]
    assert not [words for words in options.all_inner_texts() if words.lower().startswith(tuple(own))]
    coder.page.keyboard.insert_text(coder.t("this list"))
    press("commands", "Enter")
    expect(coder.page.get_by_role("dialog", name=coder.t("Keys"))).to_be_visible()
    coder.press("Escape")


def pointer(coder: Coder, press: Presses) -> None:
    page, names = coder.page, coder.page.locator(".folded-names")
    page.locator(".more").first.hover()
    expect(names).to_be_visible()
    press("folded", "Escape")
    expect(names).to_be_hidden()
    before = coder.world.quotes()
    coder.press("n", "n")
    knob = page.locator(".coding-handle.at-end i")
    knob.scroll_into_view_if_needed()
    box = knob.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] - 40, box["y"] + 5, steps=3)
    expect(page.locator(".coding-handle.held")).to_have_count(1)
    press("dragging", "Escape")
    expect(page.locator(".coding-handle.held")).to_have_count(0)
    page.mouse.up()
    coder.saved()
    assert coder.world.quotes() == before
