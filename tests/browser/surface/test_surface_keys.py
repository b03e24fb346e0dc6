"""The list of keys is the table of keys, and a key that is not in it is not obeyed (what each does: test_surface_key_places.py)."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from browser.surface.driver import Coder
from browser.surface.study import World
from intercoder.models import Unit
from waiting import until

TABLE = """async () => {
  const { keymap, shown } = await import("ic/parts.js").then(({ load }) => load("coding/keymap.js"));
  return keymap().map(({ title, rows }) => [title, rows.map(({ acts, ...row }) => (
    { ...row, acts, shown: acts.flatMap(({ keys }) => keys.map(shown)) }))]);
}"""
SHEET = """list => [...list.querySelectorAll("section")].map(group => [group.querySelector("h3").textContent,
  [...group.querySelectorAll("dt")].map(keys => [[...keys.querySelectorAll("kbd")].map(key => key.textContent), keys.nextElementSibling.textContent])])"""
DIGITS = list("123456789")


def table(page: Page) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the table as the page has it."""
    rows: list[tuple[str, list[dict[str, Any]]]] = page.evaluate(TABLE)
    return rows


@pytest.mark.parametrize(
    ("locale", "readonly", "units"),
    [("en-GB", False, False), ("en-GB", True, False), ("zh-CN", False, True)],
)
def test_the_list_of_keys_is_the_table_of_keys(
    page: Page, world: World, locale: str, readonly: bool, units: bool
) -> None:
    world.unit = Unit.SENTENCE if units else Unit.SPAN
    world.open()
    if readonly:
        world.put("c5", "金字塔")
        world.submit("ai")
    coder = Coder(page, world).open()
    coder.doc.focus()
    coder.press("?")
    sheet = page.locator("dialog:has(.key-groups)")
    expect(sheet).to_be_visible()

    def held(row: dict[str, Any]) -> bool:
        return bool((row.get("reading") or not readonly) and not (row.get("free") and units))

    wanted = [
        [
            title,
            [[["1–9"] if row["shown"] == DIGITS else row["shown"], row["says"]] for row in rows if held(row)],
        ]
        for title, rows in table(page)
        if any(held(row) for row in rows)
    ]
    shown = sheet.evaluate(SHEET)
    assert shown == wanted
    said = [*(title for title, _ in shown), *(says for _, rows in shown for _, says in rows)]
    assert len(said) > (40 if readonly else 90)
    if locale == "zh-CN":
        assert [words for words in said if not re.search("[\u4e00-\u9fff]", words)] == []
    # It is read by the keyboard: side by side where there is room, one below the other where not, and nothing is cut off.
    before = sheet.evaluate("box => box.scrollTop")
    coder.press("PageDown")
    until(lambda: sheet.evaluate("box => box.scrollTop") > before, "the list moves on")
    columns = "list => new Set([...list.querySelectorAll('h3')].map(each => Math.round(each.getBoundingClientRect().left))).size"
    groups = sheet.locator(".key-groups")
    assert [group.evaluate(columns) for group in groups.all()] == [2, 2]
    page.set_viewport_size({"width": 390, "height": 844})
    assert [group.evaluate(columns) for group in groups.all()] == [1, 1]
    assert sheet.evaluate("box => box.scrollWidth <= box.clientWidth")
    coder.press("Escape")
    expect(sheet).to_have_count(0)
    expect(coder.doc).to_be_focused()


def test_a_key_taken_out_of_the_table_is_obeyed_nowhere(page: Page, world: World) -> None:
    gone = re.compile(
        r"^.*(?:\"Ctrl\+Enter\", \"chooseMore\"|\"Space\", \"toggle\"|gettext\(\"from the tree to the box\"\)|gettext\(\"next or previous match\"\)|\"\*\", \"typical\").*\n",
        re.MULTILINE,
    )
    taken: list[str] = []

    def without(route: Route) -> None:
        answer = route.fetch()
        body = answer.text()
        taken.extend(gone.findall(body))
        route.fulfill(response=answer, body=gone.sub("", body))

    page.route(re.compile(r"\.js\b"), without)
    world.open()
    world.put("c5", "金字塔")
    coder = Coder(page, world).open()
    assert len(taken) == 5
    coder.doc.focus()
    coder.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    expect(sheet).to_contain_text("apply it")
    for words in ("choose one more", "grouped or merged", "tree to the box", "previous match", "typical"):
        assert words not in sheet.locator("dd").filter(has_not_text="apply it to the selected words").all_inner_texts()
    coder.press("Escape")
    coder.press("n", "*")
    coder.drag("小团队")
    assert "Ctrl" not in coder.page.locator(".palette-keys").first.inner_text()
    coder.press("Control+Enter")
    expect(coder.filter).to_be_visible()
    coder.press("Escape")
    tree = page.get_by_role("tree", name="Codebook")
    tree.focus()
    coder.press("/")
    expect(tree).to_be_focused()
    coder.doc.focus()
    coder.press("Control+f")
    page.get_by_role("searchbox").fill("信任")
    expect(page.locator(".find output")).to_contain_text("1 of")
    coder.press("Enter")
    expect(page.locator(".find output")).to_contain_text("1 of")
    coder.press("Escape")
    [coding] = world.live().values()
    assert not coding["typical"]
