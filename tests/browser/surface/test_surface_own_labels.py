"""Own labels of open coding in the browser: named from the words, found again, renamed, grouped, merged and taken back."""

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from browser.languages import one_of_both
from browser.surface.driver import Coder
from browser.surface.study import World
from waiting import until

#: words of a text → the label that they make
LABELS = (
    ("没有信任什么都谈不了。", "没有信任什么都谈不了"),
    ("，平台把数据都开放，", "平台把数据都开放"),
    ("“先有信任”", "先有信任"),
    ("（笑）我们就接上了网", "（笑）我们就接上了网"),
    ("(by then) the board agreed.", "(by then) the board agreed"),
    ("《行业标准》", "行业标准"),
    ("同比增长 20%，", "同比增长 20%"),
    ("Trust comes first;", "Trust comes first"),
    ("… and then — nothing", "and then — nothing"),
    ("He left the U.S.", "He left the U.S."),
    ("-5 % in a year", "-5 % in a year"),
    ("“把旧机器\n都接上了网", "把旧机器 都接上了网"),
    ("数据）互信", "数据）互信"),
    ("。。。", ""),
)
#: two names and how alike they are, as server/intercoder/stats/open_coding/names.py says
ALIKE = (
    ("Trust building", "building trust"),
    ("信任建立", "建立信任"),
    ("信任", "control"),
    ("旧机器接上网", "机器接网"),
    ("Data sharing 数据共享", "数据共享 data"),
    ("ＡＢＣ test", "abc Test!"),
)


@pytest.fixture
def locale(request: pytest.FixtureRequest) -> str:
    """Each test in one language, some in each."""
    return one_of_both(request)


@pytest.fixture
def coder(page: Page, world: World) -> Coder:
    """Ai before the text."""
    return Coder(page, world)


def own(coder: Coder) -> Locator:
    """The tree of own labels."""
    return coder.page.locator("[data-own]").get_by_role("tree")


def ordered(coder: Coder, *names: str) -> list[str]:
    """Return names in the order in which the page lists them: that of its language."""
    found: list[str] = coder.page.evaluate(
        "names => names.sort((a, b) => a.localeCompare(b, document.documentElement.lang))", list(names)
    )
    return found


def go_to(coder: Coder, name: str) -> None:
    """Go to an own label with the arrows."""
    row = own(coder).locator("li").filter(has=coder.page.locator(f"b[title='{name}']"))
    expect(row).to_have_count(1)
    expect(own(coder)).to_be_focused()
    coder.press("Home")
    for _ in range(own(coder).locator("li").count()):
        if "current" in (row.get_attribute("class") or ""):
            return
        coder.press("ArrowDown")
    raise AssertionError(name)


def label(coder: Coder, quote: str, name: str = "") -> None:
    """Take words as a label."""
    coder.drag(quote)
    coder.press("Shift+Enter")
    box = coder.page.get_by_role("combobox", name=coder.t("Name of the label"))
    expect(box).to_be_focused()
    if name:
        box.fill(name)
    coder.press("Enter")
    expect(box).to_be_hidden()


def test_words_and_names_are_read_as_the_server_reads_them(coder: Coder) -> None:
    from intercoder.stats.open_coding.names import similarity

    coder.open()
    made = coder.page.evaluate(
        "async (words) => { const { load } = await import('ic/parts.js'); const { labelOf } = await load('coding/label.js'); return words.map(labelOf); }",
        [words for words, _ in LABELS],
    )
    assert made == [wanted for _, wanted in LABELS]
    alike = coder.page.evaluate(
        """async (pairs) => {
          const { featuresOf, likeness } = await import('ic/parts.js').then(({ load }) => load('coding/likeness.js'));
          return pairs.map(([a, b]) => likeness(featuresOf(a), featuresOf(b)));
        }""",
        [list(pair) for pair in ALIKE],
    )
    assert alike == pytest.approx([similarity(a, b) for a, b in ALIKE])


def test_a_label_is_what_was_said_without_who_said_it_and_can_be_edited(coder: Coder) -> None:
    coder.world.paragraphs[:] = [
        f"{who}：{said}" for who, said in (("陈总", "我们先接上网。"), ("访谈者", "然后呢？")) * 3
    ]
    coder.open()
    # Who says it stands beside the text, and is not selected with it.
    coder.drag("我们先接上网。")
    coder.press("Shift+Enter")
    box = coder.page.get_by_role("combobox", name=coder.t("Name of the label"))
    expect(box).to_have_value("我们先接上网")
    assert coder.world.writes() == []
    box.fill("先接网")
    assert coder.world.writes() == []
    coder.press("Enter")
    coder.saved()
    assert coder.world.quotes() == [("先接网", "我们先接上网。")]


def test_an_own_label_that_is_near_is_offered_first(coder: Coder) -> None:
    coder.open()
    label(coder, "没有信任什么都谈不了", "没有信任谈不了")
    coder.drag("最关键的是信任")
    coder.press("Shift+Enter")
    coder.page.get_by_role("combobox", name=coder.t("Name of the label")).fill("没有信任就谈不了")
    expect(coder.page.get_by_role("dialog", name=coder.t("New label"))).to_contain_text(
        coder.t("You have a label like this. Use this one?")
    )
    coder.press("ArrowDown", "Enter")
    coder.saved()
    assert [name for name, _ in coder.world.quotes()] == ["没有信任谈不了"] * 2
    assert len(coder.world.labels()) == 1
    coder.drag("金字塔")
    coder.press("Shift+Enter", "Escape")
    coder.drag("小团队")
    expect(coder.filter).to_be_focused()
    coder.filter.fill("没有这个编码")
    coder.press("Enter", "Control+Enter")
    expect(coder.filter).to_have_value("没有这个编码")
    coder.press("Shift+Enter")
    # What was typed into the palette is asked about, not made.
    expect(coder.page.get_by_role("combobox", name=coder.t("Name of the label"))).to_have_value("没有这个编码")
    coder.press("Escape")
    assert len(coder.world.labels()) == 1


def test_own_labels_are_renamed_grouped_merged_and_taken_back_by_the_keyboard(coder: Coder) -> None:
    coder.open()
    for quote, name in (("金字塔", "金字塔"), ("小团队", "小团队"), ("疫情之后", "疫情")):
        label(coder, quote, name)
    coder.saved()
    tree = own(coder)
    expect(tree.get_by_role("treeitem")).to_have_count(3)
    coder.press("l")
    expect(tree).to_be_focused()
    go_to(coder, "金字塔")
    coder.press("F2")
    coder.page.keyboard.insert_text("以前是金字塔")
    coder.press("Enter")
    for name in ("以前是金字塔", "小团队"):
        go_to(coder, name)
        coder.press(" ")
    coder.press("g")
    coder.page.get_by_label(coder.t("Name of the group")).fill("组织结构")
    coder.press("Enter")
    expect(tree.locator("[aria-level='2']")).to_have_count(2)
    expect(tree.locator(".label-group")).to_contain_text("组织结构")
    for name in ("以前是金字塔", "小团队"):
        go_to(coder, name)
        coder.press(" ")
    coder.press("m")
    coder.page.get_by_label(coder.t("All of them count as")).select_option(label="小团队 (1)")
    coder.press("Enter")
    expect(tree.get_by_role("treeitem")).to_have_count(3)
    expect(tree.get_by_role("treeitem", name="小团队")).to_contain_text("2")
    # What was coded stays as it is.
    assert sorted(quote for _, quote in coder.world.quotes()) == ["小团队", "疫情之后", "金字塔"]
    for left in (4, 4, 4, 4):
        expect(tree).to_be_focused()
        coder.press("Control+z")
        expect(tree.get_by_role("treeitem")).to_have_count(left)
    expect(tree).not_to_contain_text("以前是")


def test_a_label_goes_with_the_only_words_it_was_made_for_when_they_are_taken_back(
    page: Page, world: World, context: BrowserContext
) -> None:
    coder = Coder(page, world).open()
    names = own(coder).locator("li b")

    def step(key: str, stripes: int, *labels: str) -> None:
        coder.press(key)
        expect(coder.stripes).to_have_count(stripes)
        expect(names).to_have_text(ordered(coder, *labels))
        coder.saved()

    label(coder, "金字塔", "等级 😀")
    label(coder, "小团队", "小组")
    expect(names).to_have_count(2)
    coder.saved()
    coder.doc.focus()
    step("Control+z", 1, "等级 😀")
    expect(page.locator(".toast")).to_have_text(
        coder.t("“{name}” was made for these words and went with them.", name="小组")
    )
    step("Control+y", 2, "小组", "等级 😀")
    step("Control+z", 1, "等级 😀")
    step("Control+y", 2, "小组", "等级 😀")
    assert world.quotes() == [("等级 😀", "金字塔"), ("小组", "小团队")]
    # What was used for other words as well is a label of one's own.
    coder.code("终端消费者", "小组")
    coder.doc.focus()
    coder.press("Control+z", "Control+z")
    expect(coder.stripes).to_have_count(1)
    coder.saved()
    page.close()

    # The act of another tab is taken back with its label, too; the other one stays where it was.
    page = context.new_page()
    coder = Coder(page, world).open()
    names = own(coder).locator("li b")
    expect(names).to_have_text(ordered(coder, "小组", "等级 😀"))
    coder.doc.focus()
    step("Control+z", 0, "小组")
    step("Control+y", 1, "小组", "等级 😀")
    assert world.quotes() == [("等级 😀", "金字塔")]
    # A label that its coder has renamed since is wanted.
    coder.press("l")
    go_to(coder, "等级 😀")
    coder.press("F2")
    page.get_by_role("textbox", name=coder.t("New name of “{name}”", name="等级 😀")).fill("层级")
    coder.press("Enter")
    expect(names).to_have_text(ordered(coder, "小组", "层级"))
    coder.doc.focus()
    coder.press("Control+z")
    expect(coder.stripes).to_have_count(0)
    coder.saved()
    expect(names).to_have_text(ordered(coder, "小组", "层级"))


def test_a_label_made_offline_arrives_with_its_coding_and_what_needs_the_server_says_so(
    coder: Coder, context: BrowserContext
) -> None:
    coder.open().whole()
    context.set_offline(True)
    label(coder, "金字塔")
    expect(own(coder).get_by_role("treeitem", name="金字塔")).to_contain_text("1")
    coder.press("l", "F2")
    coder.page.keyboard.insert_text("塔")
    coder.press("Enter")
    expect(coder.page.locator(".toast")).to_contain_text(
        coder.t("This needs the server, and not everything is saved yet. Try again in a moment.")
    )
    context.set_offline(False)
    coder.saved()
    assert coder.world.quotes() == [("金字塔", "金字塔")]
    until(lambda: own(coder).get_by_role("treeitem").count() == 1, "the label is there once")


def test_a_label_goes_with_its_words_while_the_server_is_away_too(
    page: Page, world: World, context: BrowserContext
) -> None:
    coder = Coder(page, world).open()
    names = own(coder).locator("li b")

    def step(key: str, stripes: int, *labels: str) -> None:
        coder.doc.focus()
        coder.press(key)
        expect(coder.stripes).to_have_count(stripes)
        expect(names).to_have_text(ordered(coder, *labels))

    label(coder, "金字塔", "等级 😀")
    coder.saved()
    context.set_offline(True)
    label(coder, "小团队", "小组")
    expect(names).to_have_count(2)
    # One that was made offline and one that the server has; back and away as often as one likes.
    step("Control+z", 1, "等级 😀")
    step("Control+y", 2, "小组", "等级 😀")
    step("Control+z", 1, "等级 😀")
    step("Control+z", 0)
    expect(page.locator(".toast")).to_have_text(
        coder.t("“{name}” was made for these words and went with them.", name="等级 😀")
    )
    step("Control+y", 1, "等级 😀")
    step("Control+z", 0)
    assert world.quotes() == [("等级 😀", "金字塔")]
    context.set_offline(False)
    coder.saved()
    until(lambda: not world.labels(), "both labels are gone at the server")
    assert world.quotes() == []
    expect(names).to_have_count(0)
    # Redo goes on from there, by the server.
    step("Control+y", 1, "等级 😀")
    coder.saved()
    assert world.quotes() == [("等级 😀", "金字塔")]

    # What goes is remembered by the browser: another page of the document finishes it.
    context.set_offline(True)
    step("Control+z", 0)
    context.set_offline(False)
    page.close()
    page = context.new_page()
    coder = Coder(page, world).open()
    until(lambda: not world.labels(), "the label is gone at the server")
    expect(own(coder).locator("li b")).to_have_count(0)
