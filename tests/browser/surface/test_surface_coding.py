"""Coding with mouse and keyboard: what the coder does is what the server stores, code point by code point."""

import random
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browser.surface.driver import Coder
from browser.surface.study import World
from intercoder.models import CodebookPolicy, Level
from waiting import until


@pytest.fixture
def coder(page: Page, world: World) -> Coder:
    return Coder(page, world)


def test_a_mouse_selection_and_enter_paint_the_code_and_put_it_once(coder: Coder) -> None:
    coder.open()
    coder.drag("没有信任什么都谈不了")
    expect(coder.filter).to_be_focused()
    coder.filter.fill("平台接入")
    coder.press("Enter")
    coder.saved()
    assert coder.world.quotes() == [("平台接入", "没有信任什么都谈不了")]
    assert len(coder.world.writes()) == 1
    assert coder.painted("ic-3") == 1
    expect(coder.stripes).to_have_count(1)
    expect(coder.page.locator(".stripe-label")).to_have_text("平台接入")
    expect(coder.doc).to_have_attribute("data-test-saved", "1")


def test_the_filter_finds_codes_by_pinyin_initials(coder: Coder) -> None:
    coder.open()
    coder.code("终端消费者", "yhz")
    coder.saved()
    assert coder.world.quotes() == [("用户真实反馈", "终端消费者")]


def test_a_code_is_applied_with_the_keyboard_alone(coder: Coder) -> None:
    coder.open()
    coder.doc.focus()
    coder.press("ArrowDown", "Shift+ArrowRight", "Enter")
    coder.page.keyboard.type("数据")
    coder.press("ArrowUp", "ArrowDown", "Enter")
    coder.saved()
    [(name, quote)] = coder.world.quotes()
    assert name == "数据互信"
    assert quote in "我觉得最关键的是信任"
    assert quote.startswith("我")
    expect(coder.doc).to_be_focused()


def test_a_sentence_is_selected_with_one_key(coder: Coder) -> None:
    coder.open().with_recent("平台接入", "信任先行")
    coder.doc.focus()
    coder.press("ArrowDown", "s", "2")
    coder.saved()
    assert coder.world.quotes() == [("信任先行", "我觉得最关键的是信任，没有信任什么都谈不了。")]


def test_digits_apply_recent_codes_and_keep_their_place(coder: Coder) -> None:
    coder.open().with_recent("平台接入", "信任先行")
    coder.drag("金字塔")
    coder.press("2")
    coder.drag("小团队")
    coder.press("1")
    coder.code("消费者", "Bricolage")
    coder.drag("数据都开放")
    coder.press("3")
    coder.saved()
    assert coder.world.quotes() == [
        ("信任先行", "金字塔"),
        ("平台接入", "小团队"),
        ("Bricolage", "数据都开放"),
        ("Bricolage", "消费者"),
    ]
    expect(coder.page.locator("#recent button")).to_have_text(["1平台接入", "2信任先行", "3Bricolage"])


def test_a_press_on_a_recent_code_applies_it_to_the_selection(coder: Coder) -> None:
    coder.open().with_recent("平台接入", "信任先行")
    coder.drag("金字塔")
    coder.press("Escape")  # the list beside the words, which begins with the same codes
    coder.page.locator("#recent button").nth(1).click()
    coder.drag("小团队")
    coder.page.locator(".palette .slot").nth(1).click()
    coder.saved()
    assert coder.world.quotes() == [("信任先行", "金字塔"), ("平台接入", "小团队")]


def test_the_words_become_a_label_with_one_key_that_enter_confirms(coder: Coder) -> None:
    coder.open()
    coder.drag("没有信任什么都谈不了")
    coder.press("Shift+Enter", "Enter")
    coder.saved()
    assert coder.world.quotes() == [("没有信任什么都谈不了", "没有信任什么都谈不了")]
    assert [item["path"].rsplit("/", 2)[1] for item in coder.world.writes()] == ["codes", "codings"]
    [label] = coder.world.labels()
    assert label.level is Level.LABEL


def test_the_same_words_take_the_label_that_is_there(coder: Coder) -> None:
    coder.world.paragraphs.append("说到底还是信任先行。")
    coder.open()
    coder.drag("信任先行")
    coder.press("Shift+Enter", "Enter")
    coder.saved()
    assert coder.world.quotes() == [("信任先行", "信任先行")]
    assert coder.world.labels() == []


def test_a_proposed_label_serves_its_author_at_once_and_tells_why_and_what_became_of_it(coder: Coder) -> None:
    coder.world.policy = CodebookPolicy.PROPOSALS
    coder.open()
    coder.drag("小团队")
    coder.press("Shift+Enter", "Tab")
    expect(coder.page.get_by_label("Reason for the proposal")).to_be_focused()
    coder.page.keyboard.insert_text("编码本里没有组织规模")
    assert coder.world.writes() == []
    coder.press("Enter")
    expect(coder.page.locator(".toast")).to_contain_text("was proposed")
    coder.saved()
    assert coder.world.quotes() == [("小团队", "小团队")]
    [proposed] = coder.world.proposed()
    assert (proposed.text, proposed.reason) == ("小团队", "编码本里没有组织规模")
    coder.world.decline(proposed.id, "用“平台接入”")
    coder.open()
    expect(coder.page.locator("[data-proposals]")).to_contain_text("用“平台接入”")
    coder.drag("金字塔")
    expect(coder.filter).to_be_focused()
    coder.filter.fill("小团队")
    expect(coder.page.get_by_role("option", name="小团队").first).to_have_attribute("aria-disabled", "true")
    coder.press("Enter")
    coder.filter.fill("Bric")
    coder.press("Enter")
    coder.saved()
    assert coder.world.quotes() == [("Bricolage", "金字塔"), ("小团队", "小团队")]


def test_a_frozen_codebook_takes_no_new_label(coder: Coder) -> None:
    coder.world.policy = CodebookPolicy.FROZEN
    coder.open()
    coder.drag("小团队")
    coder.press("Shift+Enter")
    expect(coder.page.locator(".toast")).to_contain_text("frozen")
    coder.filter.fill("no such code")
    expect(coder.page.locator(".palette [role=option]")).to_have_count(0)
    assert coder.world.writes() == []


def test_overlapping_codings_are_all_painted_and_all_reachable(coder: Coder) -> None:
    coder.open()
    coder.code("没有信任什么都谈不了", "信任先行")
    coder.code("信任什么", "数据互信")
    coder.code("没有信任", "Bricolage")
    coder.code("都谈不了", "用户真实")
    coder.saved()
    assert coder.painted("ic-2") == 2
    assert coder.painted("ic-0") == 1
    assert coder.painted("ic-4") == 1
    # Four deep at one place: three lanes, as no place has more than three of them at once.
    lanes = coder.page.evaluate(
        "[...CSS.highlights].filter(([, h]) => h.size).map(([name]) => name.match(/^ic-.-.-(.)/)?.[1])"
    )
    assert {lane for lane in lanes if lane} == {"0", "1", "2"}
    expect(coder.stripes).to_have_count(4)
    # A place with several codings offers all of them.
    coder.drag("信任什么")
    coder.press("Escape", "o")
    expect(coder.menu.locator("li")).to_have_count(3)


def test_a_coding_across_paragraphs_is_one_coding(coder: Coder) -> None:
    coder.open().with_recent("平台接入")
    coder.doc.focus()
    coder.press("ArrowDown", "b", "Shift+ArrowDown", "1")
    coder.saved()
    [(name, quote)] = coder.world.quotes()
    assert name == "平台接入"
    assert quote == "\n".join(coder.world.paragraphs[1:3])
    assert coder.painted("ic-3") == 2


def test_the_boundaries_move_by_words(coder: Coder) -> None:
    coder.open()
    coder.code("contracts", "Bricolage")
    coder.press("Alt+]")
    coder.saved()
    # The blank between two words is no place for an end.
    assert coder.world.quotes() == [("Bricolage", "contracts come")]
    coder.press("Alt+[", "Alt+[")
    coder.press("Alt+Shift+]")
    coder.saved()
    [(_, quote)] = coder.world.quotes()
    assert quote.startswith("first; contracts")
    assert coder.world.writes("PATCH")[0]["match"] == "1"
    [item] = coder.world.live().values()
    assert item["version"] == 1 + len(coder.world.writes("PATCH"))


def test_memo_doubt_and_boundaries_are_changed_in_the_details(coder: Coder) -> None:
    coder.open()
    coder.code("contracts", "Bricolage")
    coder.page.locator(".stripe-label").click()
    coder.menu.get_by_label("Memo").fill("an ironic remark?")
    coder.menu.get_by_label("Marked doubt").check()
    coder.menu.get_by_label("Typical of its code").check()
    coder.menu.get_by_role("button", name="Move the end on").click()
    expect(coder.menu.locator("blockquote")).to_have_text("contracts come")
    coder.menu.get_by_role("button", name="Done").click()
    expect(coder.menu).to_be_hidden()
    coder.saved()
    [item] = coder.world.live().values()
    assert (item["memo"], item["doubt"], item["typical"]) == ("an ironic remark?", 2, True)
    assert coder.world.quotes() == [("Bricolage", "contracts come")]
    for stat in ("doubts", "typical"):
        expect(coder.page.locator(f"#stats [data-stat={stat}]")).to_have_text("1")
    label = coder.page.locator(".stripe-label")
    assert label.evaluate("label => getComputedStyle(label, '::after').content").replace('"', "").split() == [
        "★",
        "??",
        "✎",
    ]

    # One degree more with each d, one less with Shift; each is undone by itself.
    coder.doc.focus()
    coder.press("d")
    expect(coder.page.locator("#live")).to_have_text("Strong doubt")
    coder.press("d", "Shift+D", "Shift+D", "Control+z", "*")
    coder.saved()
    [item] = coder.world.live().values()
    assert (item["doubt"], item["typical"]) == (3, False)
    coder.press("Control+z")
    coder.saved()
    coder.page.reload()
    expect(coder.doc).to_have_attribute("data-test-ready", "")
    expect(coder.page.locator(".stripe.doubt-3")).to_have_count(1)
    coder.doc.focus()
    coder.press("n", "m")
    expect(coder.menu.get_by_label("Strong doubt")).to_be_checked()
    expect(coder.menu.get_by_label("Typical of its code")).to_be_checked()


def test_a_memo_left_with_escape_is_kept(coder: Coder) -> None:
    coder.open()
    coder.code("contracts", "Bricolage")
    coder.whole().press("m")
    coder.page.keyboard.type("half a thought")
    coder.press("Escape")
    coder.saved()
    until(lambda: next(iter(coder.world.live().values()))["memo"] == "half a thought", "memo stored")


def test_another_code_can_be_chosen_for_a_coding(coder: Coder) -> None:
    coder.open()
    coder.code("contracts", "Bricolage")
    coder.press("r")
    expect(coder.page.get_by_text("Another code instead of “Bricolage”")).to_be_visible()
    coder.filter.fill("信任先")
    coder.press("Enter")
    coder.saved()
    assert coder.world.quotes() == [("信任先行", "contracts")]
    assert coder.painted("ic-0") == 0
    assert coder.painted("ic-2") == 1


def test_delete_undo_redo_and_undo_again(coder: Coder) -> None:
    coder.open()
    coder.code("contracts", "Bricolage")
    coder.press("p")
    expect(coder.stripes).to_be_focused()
    coder.press("Delete")
    expect(coder.stripes).to_have_count(0)
    coder.press("Control+z")
    expect(coder.stripes).to_have_count(1)
    coder.saved()
    assert coder.world.quotes() == [("Bricolage", "contracts")]
    coder.press("Control+y")
    coder.saved()
    assert coder.world.quotes() == []
    coder.press("Control+z", "d", "Control+z", "Control+z")
    coder.saved()
    assert coder.world.quotes() == []
    [item] = coder.world.codings().values()
    assert item["deleted"]
    assert not item["doubt"]


def test_the_same_code_twice_on_the_same_words_is_refused_with_a_sentence(coder: Coder) -> None:
    coder.open()
    coder.code("contracts", "Bricolage")
    coder.drag("contracts")
    expect(coder.filter).to_be_focused()
    coder.filter.fill("Bricolage")
    coder.press("Enter")
    expect(coder.page.locator(".toast")).to_contain_text("already has")
    coder.saved()
    assert len(coder.world.writes()) == 1


def test_enter_while_composing_chinese_does_not_apply_a_code(coder: Coder) -> None:
    coder.open().with_recent("平台接入", "信任先行")
    coder.drag("金字塔")
    coder.filter.evaluate(
        """(box) => {
          box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }));
          box.dispatchEvent(new KeyboardEvent("keydown", { key: "1", isComposing: true, bubbles: true, cancelable: true }));
        }"""
    )
    expect(coder.filter).to_be_visible()
    assert coder.painted("ic-3") == 0
    coder.press("Enter")
    coder.saved()
    assert len(coder.world.writes()) == 1


def test_a_submitted_document_can_be_read_but_not_coded(coder: Coder) -> None:
    coder.world.put("c1", "最关键的是信任", memo="kept", doubt=True)
    coder.world.submit("ai")
    coder.open()
    coder.doc.focus()
    coder.press("ArrowDown", "s", "1", "i", "Enter")
    coder.press("n", "Delete", "Enter")
    expect(coder.menu).to_contain_text("kept")
    expect(coder.menu.get_by_role("button")).to_have_text(["Close"])
    assert coder.world.writes() == []


def test_five_thousand_codings_open_and_take_one_more(new_page: Callable[[], Page], world: World) -> None:
    chance = random.Random(3)
    pool = list(world.paragraphs)
    world.paragraphs = ["".join(chance.choices(pool, k=3)) for _ in range(470)]
    world.open()
    starts = [chance.randrange(len(world.text) - 80) for _ in range(5000)]
    world.put_many([(f"c{1 + k % 5}", start, start + chance.randrange(4, 70)) for k, start in enumerate(starts)])
    coder = Coder(new_page(), world).open()
    expect(coder.page.locator("#stats [data-stat=codings]")).to_have_text("5000")
    # Only what is near the window is registered and built.
    assert 0 < sum(coder.painted(f"ic-{k}") for k in range(8)) < 2500
    coder.doc.focus()
    coder.press("s", "1")
    coder.saved()
    assert len(world.live()) == 5001
    coder.page.locator(".turn").nth(200).scroll_into_view_if_needed()
    turn = coder.page.locator(".turn").nth(200)
    expect(turn.locator(".stripe").first).to_be_attached()
    # A paragraph that becomes higher, as by other letters, has its stripes where its lines are now, and those below follow.
    lowest = "turn => Math.max(...[...turn.querySelectorAll('.stripe')].map(s => s.offsetTop + s.offsetHeight))"
    before = turn.evaluate(lowest)
    turn.evaluate("turn => { turn.querySelector('[data-cp]').style.fontSize = '40px'; }")
    coder.page.wait_for_function(
        f"before => ({lowest})(document.querySelectorAll('.turn')[200]) > 2 * before", arg=before
    )
    coder.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(coder.page.locator(".turn").last.locator(".stripe").first).to_be_attached()
    assert 0 < sum(coder.painted(f"ic-{k}") for k in range(8)) < 2500


def test_the_keys_are_explained_on_demand(coder: Coder) -> None:
    coder.open()
    coder.doc.focus()
    coder.press("?")
    box = coder.page.get_by_role("dialog", name="Keys")
    expect(box).to_contain_text("new label")
    coder.press("Escape")
    expect(box).to_be_hidden()
    expect(coder.doc).to_be_focused()


@pytest.mark.parametrize("locale", ["zh-CN"])
def test_the_page_speaks_chinese_throughout(page: Page, world: World) -> None:
    coder = Coder(page, world).open()
    coder.drag("金字塔")
    expect(page.get_by_placeholder("输入以筛选 10 个编码")).to_be_visible()
    coder.press("Enter")
    expect(page.locator("#sync")).to_contain_text("已保存")
    expect(page.locator("#live")).to_contain_text("已编码")
    coder.press("?")
    expect(page.get_by_role("dialog", name="快捷键")).to_contain_text("以所选文字为新标签")


def test_the_layout_holds_on_a_tablet(page: Page, world: World) -> None:
    page.set_viewport_size({"width": 820, "height": 1180})
    coder = Coder(page, world).open()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    coder.code("金字塔", "Bricolage")
    coder.saved()
    assert coder.world.quotes() == [("Bricolage", "金字塔")]
