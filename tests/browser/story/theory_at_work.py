"""What a lead does with a theory on its pages, in Chinese: board, comparison, memos, matrix, model, pack."""

import io
import zipfile
from pathlib import Path

from playwright.sync_api import expect

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
