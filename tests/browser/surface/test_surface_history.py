"""Undo of what was done before: in another tab, and on another day after a yes."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, Route, expect

from browser.surface.driver import Coder
from browser.surface.study import World
from intercoder.models import Coding, CodingChange
from waiting import until


def aged(world: World, hours: int) -> None:
    """Let everything that was coded have been coded so long ago."""
    with world.cast.database.transaction() as session:
        for column in (Coding.created_at, Coding.changed_at, CodingChange.changed_at):
            row = column.class_
            for identity, at in session.execute(sa.select(row.key, column)).all():
                session.execute(sa.update(row).where(row.key == identity).values({column: at - timedelta(hours=hours)}))


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
    box.get_by_role("button", name="Cancel").click()
    expect(coder.stripes).to_have_count(1)
    coder.doc.focus()
    coder.press("Control+z")
    box.get_by_role("button", name="Take it back").click()
    expect(coder.stripes).to_have_count(0)
    coder.saved()
    coder.press("Control+z")
    expect(page.locator(".toast")).to_have_text("Nothing to undo")


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
    expect(coder.stripes).to_have_count(1)
    coder.saved()
    page.close()

    page = context.new_page()
    coder = Coder(page, world).open()
    expect(coder.doc).to_have_attribute("data-test-ic-kept", "")
    context.set_offline(True)
    coder.doc.focus()
    coder.press("Control+z")
    toast = page.locator(".toast")
    expect(toast).to_have_text("Nothing to undo here; what was done before is known to the server alone")
    expect(coder.stripes).to_have_count(1)
