"""Undo of what was done before: in another tab, and on another day after a yes."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, Route, expect

from browser.languages import one_of_both
from browser.surface.driver import Coder
from browser.surface.study import World
from intercoder.models import Coding, CodingChange
from waiting import until


@pytest.fixture
def locale(request: pytest.FixtureRequest) -> str:
    """Each test in one language, some in each."""
    return one_of_both(request)


def aged(world: World, hours: int) -> None:
    """Let everything that was coded have been coded so long ago."""
    with world.cast.database.transaction() as session:
        for column in (Coding.created_at, Coding.changed_at, CodingChange.changed_at):
            row = column.class_
            for key, version, at in session.execute(sa.select(row.key, row.version, column)).all():
                aged = sa.update(row).where(row.key == key, row.version == version)
                session.execute(aged.values({column: at - timedelta(hours=hours)}))


def test_what_was_done_in_another_tab_is_undone_and_on_another_day_after_a_yes(
    world: World, page: Page, context: BrowserContext
) -> None:
    coder = Coder(page, world).open()
    coder.code("以前", "信任先行")
    coder.press("Control+z", "Control+y")  # what was taken back and made again stands
    expect(coder.stripes).to_have_count(1)
    coder.saved()
    page.close()

    # A tab that knows nothing of it; the deletion in it is its own, what is below that comes from the server.
    page = context.new_page()
    coder = Coder(page, world).open()
    expect(coder.stripes).to_have_count(1)
    coder.stripes.first.focus()
    coder.press("Delete")
    expect(coder.stripes).to_have_count(0)
    coder.press("Control+z")
    expect(coder.stripes).to_have_count(1)
    coder.press("Control+z")
    expect(coder.stripes).to_have_count(0)
    expect(page.locator(".toast")).to_contain_text("信任先行")
    coder.press("Control+y")
    expect(coder.stripes).to_have_count(1)
    coder.saved()
    page.close()

    aged(world, 30)
    page = context.new_page()
    coder = Coder(page, world).open()
    box = page.locator("dialog[open]")
    coder.doc.focus()
    coder.press("Control+z")
    expect(box).to_contain_text("信任先行")
    expect(box).to_contain_text(str((datetime.now(UTC) - timedelta(hours=30)).year))
    box.get_by_role("button", name=coder.t("Cancel")).click()
    expect(coder.stripes).to_have_count(1)
    coder.doc.focus()
    coder.press("Control+z")
    box.get_by_role("button", name=coder.t("Take it back")).click()
    expect(coder.stripes).to_have_count(0)
    coder.saved()
    coder.press("Control+z")
    expect(page.locator(".toast")).to_have_text(coder.t("Nothing to undo"))


def test_keys_pressed_while_the_server_is_asked_are_about_what_it_leaves(
    world: World, page: Page, context: BrowserContext
) -> None:
    coder = Coder(page, world).open()
    coder.code("以前", "信任先行")
    coder.stripes.first.focus()
    coder.press("d", "d", "d")
    coder.saved()
    page.close()

    page = context.new_page()
    coder = Coder(page, world).open()
    held: list[Route] = []
    before = len(world.writes("PATCH"))

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/code/history", hold)
    coder.doc.focus()
    with page.expect_request("**/code/history"):
        coder.press("Control+z", "Control+z", "Control+y")
    while held:
        held.pop().continue_()
    page.unroute("**/code/history", hold)
    until(lambda: len(world.writes("PATCH")) == before + 3, "two steps back and one forth")
    coder.saved()
    assert [row["doubt"] for row in world.live().values()] == [2]


def test_without_the_server_nothing_is_taken_back_by_what_was_known_before(
    world: World, page: Page, context: BrowserContext
) -> None:
    context.add_init_script(
        "document.addEventListener('ic-kept', e => e.target.setAttribute('data-test-ic-kept', ''));"
    )
    world.put("c1", "以前")
    coder = Coder(page, world).open()
    expect(coder.doc).to_have_attribute("data-test-ic-kept", "")
    coder.doc.focus()
    coder.press("Control+z", "Control+y")
    until(lambda: world.line.answered == 2, "taken back and done again")
    expect(coder.stripes).to_have_count(1)
    coder.saved()
    page.close()

    page = context.new_page()
    coder = Coder(page, world).open().whole()
    expect(coder.doc).to_have_attribute("data-test-ic-kept", "")
    context.set_offline(True)
    coder.doc.focus()
    coder.press("Control+z")
    toast = page.locator(".toast")
    expect(toast).to_have_text(coder.t("Nothing to undo here; what was done before is known to the server alone"))
    expect(coder.stripes).to_have_count(1)


def test_what_was_done_in_one_act_is_undone_as_one_in_another_tab_and_on_another_day(
    world: World, page: Page, context: BrowserContext
) -> None:
    whole = "没有信任什么都谈不了。平台把数据都开放给我们了"
    world.put("c5", whole, memo="要再看")
    coder = Coder(page, world).open()
    coder.drag("平台把")
    coder.press("Escape", "x")
    two = [("Bricolage", "没有信任什么都谈不了。"), ("Bricolage", "平台把数据都开放给我们了")]
    expect(coder.stripes).to_have_count(2)
    coder.drag("数据")
    coder.press("Escape", "m")
    coder.menu.get_by_label(coder.t("Memo")).fill("第二段 𠮷")
    coder.press("Escape")
    coder.saved()
    divided = sorted(row["memo"] for row in world.live().values())
    coder.press("j")
    expect(coder.stripes).to_have_count(1)
    coder.press("Control+f")
    page.keyboard.type("我们")
    page.get_by_role("button", name=coder.t("Code all matches…")).click()
    coder.filter.fill("信任先行")
    coder.press("Enter")
    page.get_by_role("group", name=coder.t("Code all matches…")).get_by_role(
        "button", name=coder.t("Code them")
    ).click()
    expect(coder.stripes).to_have_count(4)
    coder.saved()
    assert len(world.quotes()) == 4
    page.close()

    def pressed(key: str, stripes: int) -> None:
        coder.press(key)
        expect(coder.stripes).to_have_count(stripes)
        coder.saved()

    page = context.new_page()
    coder = Coder(page, world).open()
    coder.doc.focus()
    pressed("Control+z", 1)
    expect(page.locator(".toast")).to_contain_text(
        coder.t(
            "{n} coding taken back. Ctrl+Y makes it again.", "{n} codings taken back. Ctrl+Y makes them again.", n=3
        )
    )
    assert world.quotes() == [("Bricolage", whole)]
    pressed("Control+z", 2)
    assert world.quotes() == two
    assert sorted(row["memo"] for row in world.live().values()) == divided == ["第二段 𠮷", "要再看"]
    pressed("Control+y", 1)
    assert world.quotes() == [("Bricolage", whole)]
    page.close()

    # What was made again is one act as well; that of another day is named and asked for.
    aged(world, 30)
    page = context.new_page()
    coder = Coder(page, world).open()
    coder.doc.focus()
    coder.press("Control+z")
    box = page.locator("dialog[open]")
    expect(box).to_contain_text(coder.t("Joining of “{name}”", name="Bricolage"))
    box.get_by_role("button", name=coder.t("Take it back")).click()
    expect(coder.stripes).to_have_count(2)
    coder.doc.focus()
    pressed("Control+z", 2)  # the memo of the second part
    pressed("Control+z", 1)
    expect(page.locator(".toast")).to_have_text(coder.t("The split is taken back"))
    assert world.quotes() == [("Bricolage", whole)]
    assert [row["memo"] for row in world.live().values()] == ["要再看"]
    pressed("Control+y", 2)
    assert world.quotes() == two
