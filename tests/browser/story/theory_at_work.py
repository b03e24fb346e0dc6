"""What a lead does with a theory on its pages, in Chinese: board, comparison, memos, matrix, model, pack."""

import io
import zipfile
from pathlib import Path

from playwright.sync_api import Locator, expect

from browser.attached import attached
from browser.story.people import Person
from model_study import ModelStudy


def builds_on_the_board(lead: Person, place: str) -> None:
    """Type a construct with two themes by keys, and move a concept below each of these."""
    page = lead.page
    lead.goto(f"{place}/codebook/board")
    expect(page.locator(".board")).not_to_have_attribute("aria-busy", "true")
    attached(page)
    page.keyboard.press("n")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    for line, key in (("转型韧性", "Tab"), ("抗压蓄力", ""), ("顺势转向", "")):
        page.keyboard.insert_text(line)
        page.keyboard.press("Enter")
        if key:
            page.keyboard.press(key)
    page.keyboard.press("Control+Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    themes = page.locator('.board-column[data-level="2"] .board-row')
    for concept, theme in (("校企协作", "抗压蓄力"), ("同行结伴", "顺势转向")):
        expect(themes.filter(has_text=theme)).to_have_count(1)
        page.locator(".board-row", has_text=concept).click()
        page.keyboard.press("m")
        page.keyboard.insert_text(theme)
        expect(page.locator(".pick-row")).to_have_count(1)
        page.keyboard.press("Enter")
        expect(page.locator("dialog[open]")).to_have_count(0)
        head = page.locator('.board-column[data-level="1"] .board-head', has_text=theme)
        expect(head.locator(".board-number")).to_have_text("1")
    lead.check_accessible("the board")


def compares_two_concepts(lead: Person, place: str, model: ModelStudy) -> None:
    """Move a passage to the concept beside it and back, split two off as a new one and back, write a memo with two passages: by keys."""
    page = lead.page
    first, second = (model.codes[name] for name in ("土法沉淀", "外力借用"))
    lead.goto(f"{place}/theory/compare?first={first}&second={second}")
    attached(page)
    counts = [page.locator(f"header:has(#h-own-{n}) .muted") for n in (1, 2)]
    left, right = (int(count.inner_text().split()[0]) for count in counts)
    own = page.locator("section:has(#h-own-1) .passage")
    own.first.focus()
    page.keyboard.press("m")
    box = lead.dialog("part-passages")
    expect(box.locator("#part-at")).to_have_value(str(second))
    lead.check_accessible("passages are moved")
    box.locator("footer .primary").click()
    expect(counts[0]).to_contain_text(f"{left - 1} ")
    expect(counts[1]).to_contain_text(f"{right + 1} ")
    attached(page)
    page.keyboard.press("z")
    expect(counts[0]).to_contain_text(f"{left} ")
    attached(page)
    own.first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("j")
    page.keyboard.press("Space")
    expect(page.locator("#comparing-bar [data-chosen]")).to_contain_text("2")
    page.keyboard.press("s")
    box = lead.dialog("part-passages")
    page.keyboard.insert_text("口传手授")
    page.keyboard.press("Enter")
    expect(box).to_be_hidden()
    expect(counts[0]).to_contain_text(f"{left - 2} ")
    expect(page.locator("#c-second option", has_text="口传手授")).to_have_count(0)  # the page was not left
    attached(page)
    page.keyboard.press("z")
    expect(counts[0]).to_contain_text(f"{left} ")
    attached(page)
    for n in (0, 1):
        own.nth(n).focus()
        page.keyboard.press("Space")
    page.keyboard.press("n")
    box = lead.dialog("codes-memo")
    page.keyboard.insert_text("两处都是师傅口传，没有写下来。")
    lead.check_accessible("a memo with passages")
    box.locator("footer .primary").click()
    expect(box).to_be_hidden()
    page.keyboard.press("n")
    box = lead.dialog("codes-memo")
    page.keyboard.insert_text("外力来了，土法先让位。")
    box.locator("footer .primary").click()
    expect(box).to_be_hidden()
    lead.goto(f"{place}/theory/memos")
    attached(page)
    expect(page.locator("main")).to_contain_text("两处都是师傅口传")
    page.locator("#memos article", has_text="外力来了").get_by_role("button", name=lead.t("Tie to another")).click()
    box = lead.dialog("tie-memo")
    page.keyboard.insert_text("师傅口传")
    expect(box.locator("#tie-other option")).to_have_count(1)
    lead.check_accessible("a memo is tied")
    with page.expect_navigation():
        box.locator("footer .primary").click()
    expect(page.locator("#memos article", has_text="外力来了").first).to_contain_text("两处都是师傅口传")
    lead.check_accessible("memos")


def works_on_a_category(lead: Person, place: str, model: ModelStudy) -> None:
    """Give a concept a property with a dimension and passages on it, place a case, note a negative case, relate the concept: by keys where there are."""
    page = lead.page
    lead.goto(f"{place}/theory/categories")
    attached(page)
    lead.check_accessible("categories")
    page.locator("tbody tr", has_text="旧物改用").get_by_role("link", name=lead.t("Open")).click()
    attached(page)
    lead.button("Add a property").focus()
    page.keyboard.press("Enter")
    box = lead.dialog("add-property")
    expect(box.locator("#property-name")).to_be_focused()
    page.keyboard.insert_text("改用程度")
    for words in ("改到什么地步。", "少改", "大改"):
        page.keyboard.press("Tab")
        page.keyboard.insert_text(words)
    lead.check_accessible("a property is added")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    attached(page)
    shown = page.locator("article.property", has_text="改用程度")
    expect(shown).to_contain_text("改到什么地步。")
    expect(shown).to_contain_text(lead.t("No passage shows it yet"))
    _puts_passages_to_a_property(lead, shown)
    shown.locator("tbody tr").first.get_by_role("button", name=lead.t("Set the place")).click()
    box = lead.dialog("place-case")
    expect(box.locator("#place-at")).to_be_focused()
    page.keyboard.insert_text("70")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("机器全换了用法。")
    lead.check_accessible("a case is placed")
    box.locator("footer .primary").click()
    expect(box).to_be_hidden()
    expect(shown.locator("tbody tr").first.locator("meter")).to_have_attribute("value", "70")
    expect(shown.locator("tbody tr").first).to_contain_text("机器全换了用法。")
    attached(page)
    _notes_a_negative_case(lead)
    _relates_codes(lead, model)
    lead.check_accessible("a category")
    _takes_a_property_away_and_puts_it_back(lead)


def _puts_passages_to_a_property(lead: Person, shown: Locator) -> None:
    """Choose two passages that show the property, with their places on its dimension."""
    page = lead.page
    shown.get_by_role("link", name=lead.t("Choose passages")).click()
    attached(page)
    for at in ("20", "85"):
        page.keyboard.press("j")
        page.keyboard.press("p")
        box = lead.dialog("show-category")
        box.locator("[name=at]").fill(at)
        lead.check_accessible("a passage is put to a property")
        page.keyboard.press("Enter")
        expect(box).to_be_hidden()
        attached(page)
    page.go_back()
    attached(page)
    shown.locator("summary").click()
    expect(shown.locator(".passage")).to_have_count(2)
    expect(shown).to_contain_text("85 / 100")


def _notes_a_negative_case(lead: Person) -> None:
    page = lead.page
    lead.button("Note a negative case").click()
    box = lead.dialog("add-negative")
    box.locator("#negative-case").select_option(label="味坊酱园")
    box.locator("#negative-words").fill("酱缸不能改作他用。")
    lead.check_accessible("a negative case is noted")
    with page.expect_navigation():
        box.locator("footer .primary").click()
    attached(page)
    noted = page.locator("article.property", has_text="酱缸不能改作他用。")
    noted.get_by_role("button", name=lead.t("Edit")).click()
    box = lead.dialog("change-negative")
    box.locator("#changed-negative").fill("酱缸只用来酿酱。")
    with page.expect_navigation():
        box.locator("footer .primary").click()
    attached(page)
    expect(page.locator("[aria-labelledby=h-negative] article")).to_contain_text("酱缸只用来酿酱。")


def _relates_codes(lead: Person, model: ModelStudy) -> None:
    """Say that another concept makes it possible: it stands among its conditions."""
    page = lead.page
    lead.button("Relate to another code").click()
    box = lead.dialog("add-code-relation")
    box.locator("#related-first").select_option(str(model.codes["土法沉淀"]))
    box.locator("#between-sort").select_option("conditions")
    lead.check_accessible("codes are related")
    with page.expect_navigation():
        box.locator("footer .primary").click()
    attached(page)
    conditions = page.locator("h3.paradigm-part", has_text=lead.t("Conditions")).locator(
        "xpath=following-sibling::ul[1]"
    )
    expect(conditions).to_contain_text("土法沉淀")


def _takes_a_property_away_and_puts_it_back(lead: Person) -> None:
    page = lead.page
    shown = page.locator("article.property", has_text="改用程度")
    shown.locator("header").get_by_role("button", name=lead.t("Take away")).click()
    expect(shown).to_have_count(0)
    attached(page)
    page.locator("summary", has_text=lead.t("Taken away")).click()
    lead.button("Put back").click()
    expect(shown).to_contain_text("85 / 100")
    attached(page)


def reads_the_matrix(lead: Person, place: str) -> None:
    """Find what is claimed of a case without evidence, and open the passages of a cell."""
    page = lead.page
    lead.goto(f"{place}/theory/matrices")
    attached(page)
    row = page.locator("tbody tr", has_text="合法性建构")
    expect(row).to_contain_text("此处无证据")
    lead.check_accessible("a matrix")
    cell = row.locator("td a").first
    many = cell.inner_text().strip()
    cell.click()
    expect(page.locator(".passage").first).to_be_visible()
    expect(page.locator("main")).to_contain_text(many)


def drags_the_model(lead: Person, place: str) -> None:
    """Drag an element by the mouse: it stays where it was put when the page is read again."""
    page = lead.page
    lead.goto(f"{place}/model")
    attached(page)
    node = page.locator("#model [data-element]").first
    which = node.get_attribute("data-element")
    node.scroll_into_view_if_needed()
    box = node.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = node.get_attribute("data-y")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 10, y + 40, steps=4)
    page.mouse.move(x + 10, y + 90, steps=4)
    page.mouse.up()
    moved = page.locator(f'#model [data-element="{which}"]')
    expect(moved).to_have_attribute("data-put", "yes")
    expect(moved).not_to_have_attribute("data-y", before or "")
    there = moved.get_attribute("data-y")
    page.reload()
    expect(moved).to_have_attribute("data-y", there or "")
    lead.check_accessible("the model was dragged")


def prints_the_pack(lead: Person, place: str, folder: Path) -> None:
    """Have the pack made in Chinese, and find in it what was built."""
    page = lead.page
    lead.goto(f"{place}/theory/pack")
    attached(page)
    lead.check_accessible("the pack")
    page.locator("#make-pack-zh").click()
    link = page.locator("#packs a[download], #packs a[href*='/exports/']").first
    expect(link).to_be_visible()
    with page.expect_download() as fetched:
        link.click()
    to = folder / "pack.zip"
    fetched.value.save_as(to)
    with zipfile.ZipFile(to) as package, zipfile.ZipFile(io.BytesIO(package.read("manuscript.docx"))) as word:
        text = word.read("word/document.xml").decode()
    for built in ("转型韧性", "抗压蓄力", "顺势转向", "平台挤压"):
        assert built in text
