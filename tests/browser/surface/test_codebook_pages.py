"""axe-core on the pages of the codebook, in both themes: tree, board, passages, what changed, two versions compared."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from browser.story.people import broken_rules
from browser.surface.study import World
from intercoder.policy import Permission
from intercoder.services import codebook, versions

Visit = Callable[[str, str], Page]


def changed(world: World) -> None:
    """Let Ai have coded in a round, and the codebook be another one since."""
    world.put("c1", "信任")
    world.put("c2", "平台把数据")
    with world.cast.database.transaction() as session:
        lead = world.cast.access(session, "lena", Permission.CODEBOOK_EDIT, thing=world.project)
        change = codebook.CodeChange(name="信任在先", include="先于合同", other_name="Trust first")
        codebook.change_code(session, lead, world.codes["c1"], None, change)
        codebook.create_codes(session, lead, [codebook.NewCode(name="手感", parent_id=world.codes["c2"])])
        versions.publish(session, lead, "second")


def test_the_pages_of_the_codebook_are_accessible_in_both_themes(visit: Visit, world: World) -> None:
    changed(world)
    with world.cast.database.reading() as session:
        newest = versions.versions(session, world.project)[0].id
    page = visit("ai", f"/projects/{world.project}/codebook")
    found: dict[str, list[str]] = {}
    for path in (
        f"/projects/{world.project}/codebook",
        f"/projects/{world.project}/codebook/board",
        f"/projects/{world.project}/codebook/recheck",
        f"/codes/{world.codes['k2']}/passages",
        f"/versions/{newest}?against={world.version}",
    ):
        page.goto(world.line.url + path)
        if path.endswith("codebook"):
            expect(page.locator(".tree-use").first).to_have_text("2")
        if path.endswith("board"):
            expect(page.locator(".board")).not_to_have_attribute("aria-busy", "true")
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            # What the theme does not change is looked at once.
            if broken := broken_rules(page, None if theme == "light" else ["color-contrast"]):
                found[f"{path} {theme}"] = broken
    assert found == {}
