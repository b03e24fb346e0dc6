"""Unit by unit: one after another by keys or by mouse, three kinds of nothing, and what is handed in says which is which."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, expect

from browser.surface.driver import Coder
from browser.surface.study import World
from intercoder.models import Assignment, Unit, Unseen

PARAGRAPHS = [
    "客户打不出来，搜都搜不到。𠮷野家的👩‍👩‍👧‍👦全家都来帮忙😀。后来包装上加了拼音。",
    "Trust comes first. We pivoted twice! e\u0301 is one letter.",
    "هل بدأت وحدك؟ نعم، بدأت وحدي.",
    "楼下那棵桂花正好开了。",
]
ALL = 9
#: where in the window some words stand
AT = """(words) => {
  for (const block of document.querySelectorAll("[data-cp]")) {
    const at = block.textContent.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(block.firstChild, at);
    range.setEnd(block.firstChild, at + words.length);
    const box = range.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  }
}"""


@pytest.fixture
def coder(page: Page, world: World) -> Coder:
    """Ai, in a round that codes sentences."""
    world.paragraphs, world.unit = list(PARAGRAPHS), Unit.SENTENCE
    return Coder(page, world).open()


def bar(coder: Coder) -> Locator:
    return coder.page.locator(".unit-bar")


def counts(coder: Coder) -> list[str]:
    return bar(coder).locator(".unit-counts span").all_text_contents()


@pytest.mark.parametrize("locale", ["zh-CN"])
def test_by_keys_one_unit_after_another(coder: Coder) -> None:
    page, world = coder.page, coder.world
    coder.doc.focus()
    coder.press("u")
    name = bar(coder).locator("strong")
    expect(name).to_have_text(f"第 1 句，共 {ALL} 句")
    coder.press("0", "Enter")
    expect(name).to_have_text(f"第 2 句，共 {ALL} 句")
    expect(bar(coder).locator("q")).to_have_text("𠮷野家的👩‍👩‍👧‍👦全家都来帮忙😀。")
    coder.press("k", "Enter", "c")
    page.keyboard.type("xinren")
    coder.press("Enter")
    # The unit stays at hand for one more code, and holds both.
    expect(name).to_have_text(f"第 3 句，共 {ALL} 句")
    coder.press("c")
    page.keyboard.type("数据")
    coder.press("Enter", "Enter", "1")
    assert counts(coder) == ["2 个有编码", "1 个无编码", "1 个跳过", f"{ALL - 4} 个没看过"]
    coder.saved()
    text = world.text
    third, fourth = text.index("后来包装"), text.index("Trust")
    assert sorted((c["start"], c["end"]) for c in world.live().values()) == [
        (third, third + 10),
        (third, third + 10),
        (fourth, fourth + 18),
    ]
    assert world.said() == {0: "no_code", text.index("𠮷"): "skipped"}
    # What has a code is not without one; Ctrl+Z and Ctrl+Y go through all of it, in the unit where it was.
    coder.press("0")
    expect(page.locator(".toast")).to_have_text("此单元已有编码记录：请先删除。")
    for _ in range(4):
        coder.press("Control+z")
    assert counts(coder) == ["0 个有编码", "1 个无编码", "0 个跳过", f"{ALL - 1} 个没看过"]
    coder.press("Control+y")
    coder.saved()
    assert world.said() == {0: "no_code", text.index("𠮷"): "skipped"}
    assert world.live() == {}
    # The same again takes it back.
    coder.press("ArrowLeft", "ArrowLeft", "ArrowLeft", "0")
    coder.saved()
    assert world.said() == {text.index("𠮷"): "skipped"}
    coder.press("Escape")
    expect(bar(coder)).to_have_count(0)
    expect(coder.doc).to_be_focused()


def test_by_mouse_and_after_a_reload(coder: Coder) -> None:
    page, world = coder.page, coder.world
    page.get_by_role("button", name="Unit by unit", exact=False).click()
    name = bar(coder).locator("strong")
    expect(name).to_have_text(f"Sentence 1 of {ALL}")
    bar(coder).get_by_role("button", name="Skip").click()
    expect(bar(coder).get_by_role("button", name="Skip")).to_have_attribute("aria-pressed", "true")
    bar(coder).get_by_role("button", name="Next not looked at").click()
    bar(coder).get_by_role("button", name="No code here").click()
    # A press in the text goes to the unit there, also where it is read from right to left.
    box = page.evaluate(AT, "هل بدأت")
    page.mouse.click(*box)
    expect(name).to_have_text(f"Sentence 7 of {ALL}")
    bar(coder).get_by_role("button", name="More codes").click()
    coder.filter.fill("Bricolage")
    coder.press("Enter")
    coder.saved()
    page.locator(".unit-cell[data-k='8']").click()
    expect(name).to_have_text(f"Sentence 9 of {ALL}")
    assert coder.painted("ic-skipped") == 1
    assert coder.painted("ic-no-code") == 1
    page.reload()
    expect(coder.doc).to_have_attribute("data-test-ready", "")
    coder.doc.focus()
    coder.press("u")
    assert counts(coder) == ["1 coded", "1 without a code", "1 skipped", f"{ALL - 3} not looked at"]
    assert coder.painted("ic-skipped") == 1
    (coded,) = world.live().values()
    assert world.text[coded["start"] : coded["end"]] == "هل بدأت وحدك؟"


def submitted(world: World) -> Unseen | None:
    with world.cast.database.reading() as session:
        wanted = sa.select(Assignment.unseen).where(
            Assignment.round_id == world.round, Assignment.submitted_at.is_not(None)
        )
        return session.scalar(wanted)


def test_handing_in_lists_what_was_not_looked_at(coder: Coder) -> None:
    page, world = coder.page, coder.world
    coder.doc.focus()
    coder.press("u", "0", "Enter", "k", "Enter", "0")
    hand_in = page.get_by_role("button", name="Submit this document")
    hand_in.click()
    dialog = page.get_by_role("dialog", name="Before you submit")
    expect(dialog.locator("li[data-k]")).to_have_count(ALL - 3 + 1)
    expect(dialog.locator(".unit-states li")).to_have_text(
        ["0 coded", "2 without a code", "1 skipped", f"{ALL - 3} not looked at"]
    )
    expect(dialog.get_by_role("button", name=f"Go through these {ALL - 3}")).to_be_focused()
    dialog.locator("li[data-k='8']").get_by_role("button", name="No code here").click()
    expect(dialog.locator("li[data-k]")).to_have_count(ALL - 4 + 1)
    dialog.get_by_role("button", name=f"Go through these {ALL - 4}").click()
    expect(bar(coder).locator("strong")).to_have_text(f"Sentence 4 of {ALL}")
    assert submitted(world) is None
    hand_in.click()
    with page.expect_navigation():
        dialog.get_by_role("button", name=f"Submit: {ALL - 4} are missing").click()
    assert submitted(world) is Unseen.MISSING
    assert set(world.said().values()) == {"no_code", "skipped"}


def test_who_has_read_all_of_it_says_so(coder: Coder) -> None:
    coder.page.get_by_role("button", name="Submit this document").click()
    with coder.page.expect_navigation():
        coder.page.get_by_role("button", name=f"I have read all of it: no code in these {ALL}").click()
    assert submitted(coder.world) is Unseen.NO_CODE


def test_free_spans_are_gone_through_by_sentence(page: Page, world: World) -> None:
    world.paragraphs = list(PARAGRAPHS)
    coder = Coder(page, world).open()
    coder.doc.focus()
    coder.press("u")
    expect(bar(coder).locator("strong")).to_have_text(f"Sentence 1 of {ALL}")
    coder.press("0", "Enter")
    expect(bar(coder).locator("strong")).to_have_text(f"Sentence 2 of {ALL}")
    # Words within it can be coded all the same, and the sentence counts as coded.
    coder.code("全家都来帮忙", "Bricolage")
    assert counts(coder) == ["1 coded", "1 without a code", "0 skipped", f"{ALL - 2} not looked at"]
    coder.saved()
    assert world.quotes() == [("Bricolage", "全家都来帮忙")]
    assert world.said() == {0: "no_code"}


@pytest.mark.parametrize("locale", ["zh-CN"])
def test_sixty_sentences_by_keys_alone(page: Page, world: World) -> None:
    world.paragraphs = ["".join(f"第{p}段第{s}句说的是信任。" for s in range(10)) for p in range(6)]
    world.unit = Unit.SENTENCE
    coder = Coder(page, world).open()
    coder.doc.focus()
    coder.press("u", "c")
    page.keyboard.type("xrxx")
    coder.press("Enter", "Enter")
    for place in range(1, 60):
        coder.press("1" if place % 3 == 0 else "k" if place % 20 == 1 else "0", "Enter")
    expect(page.locator(".toast")).to_have_text("每个单元都已看过：可以提交。")
    assert counts(coder) == ["20 个有编码", "38 个无编码", "2 个跳过", "0 个没看过"]
    coder.saved()
    assert sorted(c["start"] for c in world.live().values()) == [
        world.text.index(f"第{k // 10}段第{k % 10}句") for k in range(0, 60, 3)
    ]
    assert sorted(world.said().values()) == ["no_code"] * 38 + ["skipped"] * 2
    page.get_by_role("button", name="提交此资料").click()
    dialog = page.get_by_role("dialog", name="提交")
    expect(dialog.locator("li[data-k]")).to_have_count(2)
    with page.expect_navigation():
        coder.press("Enter")
    assert world.submitted


def test_codes_in_the_bar_have_names_however_many_there_are(page: Page, world: World) -> None:
    words = ("组织结构", "金字塔", "小团队", "最关键", "信任", "平台", "老师傅", "手册", "Trust", "疫情")
    for code, quote in zip(("c1", "c2", "c3", "c4", "c5", "k2", "k3", "k5", "k1", "k4"), words, strict=True):
        world.put(code, quote)
    coder = Coder(page, world).open()
    coder.doc.focus()
    coder.press("u")
    names = bar(coder).locator(".unit-codes .one-line")
    expect(names).to_have_count(9)
    assert min(names.evaluate_all("(all) => all.map((each) => each.offsetWidth)")) > 40  # three signs


def test_turns_are_gone_through_without_the_names(page: Page, world: World) -> None:
    world.paragraphs = [
        "访谈者：您当初为什么要改？",
        "陈总：订单掉了六成。",
        "我们自己想办法。",
        "访谈者：后来呢？",
        "陈总：Dr. Wang said no. 接上了网。",
    ]
    world.unit = Unit.TURN
    coder = Coder(page, world).open()
    coder.doc.focus()
    coder.press("u")
    expect(bar(coder).locator("strong")).to_have_text("Turn 1 of 4")
    expect(bar(coder).locator("q")).to_have_text("您当初为什么要改？")
    coder.press("0", "Enter", "c")
    page.keyboard.type("Bricolage")
    coder.press("Enter")
    coder.saved()
    assert world.quotes() == [("Bricolage", "订单掉了六成。\n我们自己想办法。")]
    assert counts(coder) == ["1 coded", "1 without a code", "0 skipped", "2 not looked at"]
    # Sentences are numbered as the server cuts them, also where turns are coded: “Dr.” ends none.
    coder.press("v")
    page.locator("#view-options [value=sentence]").check()
    numbers = page.locator(".turn").last.locator(".sentence-numbers i")
    expect(numbers).to_have_count(2)
    assert [one.get_attribute("data-n") for one in numbers.all()] == ["5.1", "5.2"]


def test_units_of_every_script_are_gone_through_whole(page: Page, world: World) -> None:
    paragraphs = (
        "𠮷野家的👩‍👩‍👧‍👦修好了𡈽路。",
        "สวัสดีครับ เราทำงานด้วยกัน",
        "الثقة أولاً ثم العقود.",
        "un cafe\u0301 noir, s'il vous plai\u0302t",
    )
    world.paragraphs, world.unit = [f"{words}\r" for words in paragraphs], Unit.PARAGRAPH  # lines end as on Windows
    coder = Coder(page, world).open()
    coder.doc.focus()
    coder.press("u", "c")
    page.keyboard.type("Bricolage")
    coder.press("Enter")
    for words in paragraphs[1:]:
        coder.press("Enter")
        expect(bar(coder).locator("q")).to_have_text(words)
        coder.press("1")
    coder.saved()
    assert world.quotes() == [("Bricolage", words) for words in paragraphs]
