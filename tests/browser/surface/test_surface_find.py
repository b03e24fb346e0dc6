"""Finding in the open document: any script, words and patterns, and all that was found coded in one act that one undo takes back."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.surface.driver import Coder
from browser.surface.study import TITLE, World
from cast import store
from intercoder.policy import Permission

LONG = "a" * 40 + "!"
PARAGRAPHS = [
    "我们先谈信任，信任以后才谈合同。他们说：没有信任。",
    "𠮷野家的👩‍👩‍👧‍👦全家都来帮忙😀。信任就是这样来的。𠮷野家又来了。",
    "Trust comes first; trusting takes time. TRUST is slow. Mistrust is fast.",
    "cafe\u0301 and caf\u00e9 are one word.",
    "ฉันเชื่อใจเขา เพราะเขาเชื่อใจฉัน",
    "هل بدأت وحدك؟ نعم، بدأت وحدي.",
    LONG,
]
FOUND = """() => [...CSS.highlights.get("ic-hit")].map((one) => {
  const range = document.createRange();
  range.setStart(one.startContainer, one.startOffset);
  range.setEnd(one.endContainer, one.endOffset);
  return range.toString();
})"""


@pytest.fixture
def coder(page: Page, world: World) -> Coder:
    """Ai, before a text in many scripts."""
    world.paragraphs = list(PARAGRAPHS)
    return Coder(page, world).open()


def find(coder: Coder, words: str, count: str) -> list[str]:
    """Type words, wait for what the bar says, return what is marked."""
    box, said = coder.page.get_by_role("searchbox", name="Find in this text"), coder.page.locator(".find output")
    box.fill("")
    expect(said).to_have_text("")  # the next count is that of these words
    box.fill(words)
    expect(said).to_have_text(count)
    found: list[str] = coder.page.evaluate(FOUND)
    return found


def test_every_script_is_found_as_it_is_written(coder: Coder) -> None:
    page = coder.page
    coder.doc.focus()
    coder.press("Control+f")
    box = page.get_by_role("searchbox", name="Find in this text")
    expect(box).to_be_focused()
    # The bar stands above the first line, not on it.
    bar, first = page.locator(".find").bounding_box(), page.locator("[data-cp]").first.bounding_box()
    assert bar
    assert first
    assert bar["y"] + bar["height"] <= first["y"]
    assert find(coder, "信任", "1 of 4") == ["信任"] * 4
    assert find(coder, "𠮷", "1 of 2") == ["𠮷"] * 2
    assert find(coder, "👧", "1 of 1") == ["👩‍👩‍👧‍👦"]
    assert find(coder, "caf\u00e9", "1 of 2") == ["cafe\u0301", "caf\u00e9"]
    assert find(coder, "เชื่อใจ", "1 of 2") == ["เชื่อใจ"] * 2
    assert find(coder, "بدأت", "1 of 2") == ["بدأت"] * 2
    assert find(coder, "trust", "1 of 4") == ["Trust", "trust", "TRUST", "trust"]
    page.get_by_label("Whole words").check()
    assert find(coder, "trust", "1 of 2") == ["Trust", "TRUST"]
    assert find(coder, "信任", "1 of 4") == ["信任"] * 4
    page.get_by_label("Whole words").uncheck()
    assert find(coder, "(", "Not found") == []
    page.get_by_label("Regular expression").check()
    assert find(coder, "(", "This is not a regular expression: a bracket or a backslash may be wrong.") == []
    assert find(coder, "没有..|𠮷野.", "1 of 3") == ["没有信任", "𠮷野家", "𠮷野家"]
    assert find(coder, "(a+)+$", "This pattern takes too long. Make it simpler.") == []
    assert find(coder, "^trust", "1 of 1") == ["Trust"]
    # The key is the browser's in the box: nothing of the page takes it.
    page.evaluate("addEventListener('keydown', (event) => { document.body.dataset.taken = event.defaultPrevented; })")
    coder.press("Control+f")
    assert page.evaluate("document.body.dataset.taken") == "false"


def test_a_match_is_coded_at_once_and_all_of_them_in_one_act(coder: Coder) -> None:
    page = coder.page
    page.get_by_role("button", name="Find").click()
    find(coder, "信任", "1 of 4")
    count = page.locator(".find output")
    coder.press("Enter", "Enter", "Enter", "Enter", "Shift+Enter")
    expect(count).to_have_text("4 of 4")
    coder.press("Escape")
    expect(page.locator(".find")).to_be_hidden()
    expect(coder.doc).to_be_focused()
    assert coder.painted("ic-hit") == 0
    assert page.evaluate("getSelection().toString()") == "信任"
    coder.press("c")
    coder.filter.fill("信任先行")
    coder.press("Enter")
    coder.saved()
    assert coder.world.quotes() == [("信任先行", "信任")]
    assert next(iter(coder.world.live().values()))["start"] == coder.world.text.index("信任就是")

    # All sentences with the word; the words themselves leave one out, which has the code.
    # What was coded is selected still, and what is found first lies there.
    coder.doc.focus()
    coder.press("Control+f")
    expect(count).to_have_text("4 of 4")
    page.get_by_role("button", name="Code all matches…").click()
    coder.filter.fill("信任先行")
    coder.press("Enter")
    preview = page.get_by_role("group", name="Code all matches")
    expect(preview.get_by_role("status")).to_have_text("“信任先行” is put at 3 passages.")
    # Beside the text: it covers none of it, and each passage is shown in its place when pressed.
    beside, text = preview.bounding_box(), page.locator("[data-cp]").first.bounding_box()
    assert beside
    assert text
    assert beside["x"] >= text["x"] + text["width"]
    rows = preview.get_by_role("listitem")
    expect(rows.locator("mark")).to_have_text(["信任"] * 4)
    rows.nth(1).get_by_role("button").click()
    expect(count).to_have_text("3 of 4")
    preview.get_by_label("What is coded").select_option("words")
    said = preview.get_by_role("status")
    expect(said).to_have_text("“信任先行” is put at 3 passages. 1 is left out: it has the code already.")
    expect(rows.nth(3).get_by_role("checkbox")).to_be_disabled()
    # What somebody takes out stays out.
    rows.nth(0).get_by_role("checkbox").uncheck()
    expect(said).to_contain_text("is put at 2 passages. 1 is left out: it has the code already. 1 is left out by you.")
    page.set_viewport_size({"width": 390, "height": 800})
    low = preview.bounding_box()
    assert low
    assert (low["x"], low["width"]) == (0, 390)
    assert low["y"] > 350
    page.set_viewport_size({"width": 1440, "height": 900})
    preview.get_by_label("What is coded").select_option("sentence")
    expect(said).to_have_text("“信任先行” is put at 3 passages.")
    preview.get_by_role("button", name="Code them").click()
    coder.saved()
    before = [("信任先行", "信任")]
    sentences = [
        ("信任先行", "我们先谈信任，信任以后才谈合同。"),
        ("信任先行", "他们说：没有信任。"),
        ("信任先行", "信任就是这样来的。"),
    ]
    assert sorted(coder.world.quotes()) == sorted(before + sentences)
    expect(coder.doc).to_be_focused()
    coder.press("Control+z")
    expect(coder.stripes).to_have_count(1)
    coder.saved()
    assert coder.world.quotes() == before
    coder.press("Control+y")
    coder.saved()
    assert sorted(coder.world.quotes()) == sorted(before + sentences)
    coder.press("Control+z", "Control+z")
    expect(coder.stripes).to_have_count(0)
    coder.saved()
    assert coder.world.quotes() == []


def test_chinese_is_found_by_its_pinyin_and_told_apart_from_letters(coder: Coder) -> None:
    page = coder.page
    coder.doc.focus()
    coder.press("Control+f")
    pinyin = page.get_by_label("Pinyin")
    expect(pinyin).to_be_checked()
    read: list[str] = []
    page.on("request", lambda request: read.append(request.url) if request.url.endswith("/pinyin") else None)
    assert find(coder, "信任", "1 of 4") == ["信任"] * 4
    assert not read  # nothing is loaded for what is not looked for by letters
    assert find(coder, "xinren", "1 of 4 · by pinyin") == ["信任"] * 4
    assert find(coder, "xr", "1 of 4 · by pinyin") == ["信任"] * 4
    assert find(coder, "xin'r", "1 of 4 · by pinyin") == ["信任"] * 4
    assert find(coder, "xi nren", "Not found") == []
    # Every way to read a character counts (没: méi, mò), and ü is typed as v or as itself.
    assert find(coder, "moyou", "1 of 1 · by pinyin") == ["没有"]
    assert find(coder, "meiyouxr", "1 of 1 · by pinyin") == ["没有信任"]
    assert find(coder, "yejiade", "1 of 1 · by pinyin") == ["野家的"]
    assert len(read) == 1
    # The letters themselves come too.
    assert find(coder, "ta", "2 of 2 · 1 as written, 1 by pinyin") == ["他", "ta"]
    page.get_by_label("Pinyin").uncheck()
    assert find(coder, "ta", "1 of 1") == ["ta"]
    # How one finds is remembered from page to page.
    coder.open()
    coder.doc.focus()
    coder.press("Control+f")
    expect(pinyin).not_to_be_checked()
    assert find(coder, "ta", "1 of 1") == ["ta"]
    pinyin.check()
    coder.open()
    coder.doc.focus()
    coder.press("Control+f")
    expect(pinyin).to_be_checked()
    page.get_by_label("Regular expression").check()
    expect(pinyin).to_be_disabled()
    assert find(coder, "xinren", "Not found") == []


def test_all_own_documents_are_looked_through_and_no_other(page: Page, world: World) -> None:
    world.paragraphs = list(PARAGRAPHS)
    world.others = {
        "访谈二": "第一段。\n😀风险很大，没有信任。" + "后来" * 200,
        "Third": "Trust is all.\nNothing else.",
    }
    coder = Coder(page, world).open()
    with world.cast.database.transaction() as session:
        lead = world.cast.access(session, "lena", Permission.ROUND_MANAGE, thing=world.project)
        hidden = store(session, lead, "Given to nobody", "信任 trust").id
    coder.doc.focus()
    coder.press("Control+f")
    page.get_by_role("checkbox", name="In all my documents").check()
    region = page.get_by_role("region", name="Matches in all my documents")
    find(coder, "信任", "1 of 4")
    expect(region.get_by_role("status")).to_contain_text("5 matches in 2 of 3 documents.")
    expect(region.locator("summary")).to_have_text([f"{TITLE}4 · open now", "访谈二1"])
    expect(region.locator("mark")).to_have_text(["信任"] * 5)
    expect(region).not_to_contain_text("Given to nobody")
    found = page.evaluate(
        "(path) => Promise.all(['text', 'pinyin'].map(async (part) => (await fetch(path + part)).status))",
        f"/rounds/{world.round}/documents/{hidden}/code/",
    )
    assert found == [404, 404]
    # A match of the open document is gone to, the others open theirs.
    region.get_by_role("link").nth(2).click()
    expect(page.locator(".find output")).to_have_text("3 of 4")
    page.get_by_label("Regular expression").check()
    find(coder, "tr.st(?= is)", "1 of 2")
    expect(region.get_by_role("status")).to_contain_text("3 matches in 2 of 3 documents.")
    find(coder, "(a+)+$", "This pattern takes too long. Make it simpler.")
    expect(region.get_by_role("status")).to_have_text("This pattern takes too long. Make it simpler.")
    page.get_by_label("Regular expression").uncheck()
    find(coder, "zzz", "Not found")
    expect(region.get_by_role("status")).to_have_text("Not found in any of your documents.")
    find(coder, "fengx", "Not found")
    expect(region.get_by_role("link")).to_have_text("😀风险很大，没有信任。后来后来后来后来后来后来后来后来…")
    region.get_by_role("link").click()
    expect(page).to_have_title(re.compile("访谈二"))
    expect(page.get_by_role("searchbox", name="Find in this text")).to_have_value("fengx")
    expect(page.locator(".find output")).to_have_text("1 of 1 · by pinyin")
    assert page.evaluate(FOUND) == ["风险"]
    coder.press("Escape")
    assert page.evaluate("getSelection().toString()") == "风险"


@pytest.mark.parametrize("locale", ["zh-CN"])
def test_pinyin_and_own_documents_in_chinese(page: Page, world: World) -> None:
    world.paragraphs = list(PARAGRAPHS)
    world.others = {"访谈二": "没有信任，风险很大。"}
    coder = Coder(page, world).open()
    coder.doc.focus()
    coder.press("Control+f")
    expect(page.get_by_label("拼音")).to_be_checked()
    page.get_by_role("checkbox", name="我的全部资料").check()
    page.get_by_role("searchbox").and_(page.locator(".find input")).fill("xr")
    expect(page.locator(".find output")).to_contain_text("按拼音")
    expect(page.locator(".find-everywhere [role=status]")).to_contain_text("2 份资料中有 2 份，共找到 5 处。")
    page.locator(".find input[type=search]").fill("ta")
    expect(page.locator(".find output")).to_contain_text("1 处为原文，1 处按拼音")
