"""The sheet of attributes in a browser: typed, copied and pasted by keys alone; what is refused says why; nobody is written over."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from browser.attached import attached
from browser.surface.study import World
from intercoder.models import Case
from intercoder.policy import Permission
from intercoder.services import material_sheets, materials, projects
from intercoder.services.access import Access
from intercoder.services.material_sheets import CellsIn
from intercoder.services.materials import NewCase
from intercoder.services.projects import ProjectChange

Visit = Callable[[str, str], Page]
KINDS = {"Founded": "date", "Staff": "number", "Industry": "choice: valves, textiles"}


def values(world: World, name: str) -> dict[str, str]:
    with world.cast.database.reading() as session:
        held = sa.select(Case.attributes).where(Case.project_id == world.project, Case.name == name)
        return {name: value for name, value in session.scalars(held).one().items() if name in KINDS}


@contextmanager
def leading(world: World) -> Iterator[tuple[Session, Access]]:
    """Let Lena do something in the project of the test."""
    with world.cast.database.transaction() as session:
        yield session, world.cast.access(session, "lena", Permission.PROJECT_EDIT, thing=world.project)


@pytest.fixture
def sheet(visit: Visit, world: World) -> Page:
    with leading(world) as (session, access):
        projects.change_project(session, access, ProjectChange.model_validate({"case_attributes": KINDS}))
    with leading(world) as (session, access):
        for name in ("Firm B", "Firm C"):
            materials.create_case(session, access, NewCase(name=name))
    page = visit("lena", f"/projects/{world.project}/materials/sheet")
    attached(page)
    return page


def cell(page: Page, name: str, attribute: str) -> str:
    return f'#sheet-grid [data-name="{name}"][data-attribute="{attribute}"]'


def test_cells_are_typed_copied_pasted_and_taken_back_by_keys(sheet: Page, world: World) -> None:
    page = sheet
    page.locator(cell(page, "Firm B", "Founded")).focus()
    page.keyboard.type("1994/5/2")
    page.keyboard.press("Tab")
    expect(page.locator(cell(page, "Firm B", "Founded"))).to_have_text("1994-05-02")
    expect(page.locator(cell(page, "Firm B", "Staff"))).to_be_focused()
    page.keyboard.type("many")
    page.keyboard.press("Enter")
    expect(page.locator("[data-problem]")).to_contain_text("is no number")
    expect(page.locator(f"{cell(page, 'Firm B', 'Staff')} input")).to_have_value("many")
    page.keyboard.press("Control+A")
    page.keyboard.type("140")
    page.keyboard.press("Shift+Enter")
    expect(page.locator("[data-problem]")).to_be_hidden()
    assert values(world, "Firm B") == {"Founded": "1994-05-02", "Staff": "140"}

    page.locator(cell(page, "Firm B", "Founded")).focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Control+C")
    page.locator(cell(page, "Firm C", "Founded")).focus()
    page.keyboard.press("Control+V")
    box = page.locator("#sheet-paste")
    expect(box.locator("[data-summary]")).to_contain_text("Changed: 2")
    box.locator("[data-sheet=write]").click()
    expect(box).to_be_hidden()
    expect(page.locator(cell(page, "Firm C", "Staff"))).to_have_text("140")
    page.locator(cell(page, "Firm C", "Founded")).focus()
    page.keyboard.press("Control+Z")
    expect(page.locator(cell(page, "Firm C", "Staff"))).to_have_text("")
    assert values(world, "Firm C") == {}


def test_a_table_of_a_spreadsheet_shows_what_it_changes_and_what_is_refused(sheet: Page, world: World) -> None:
    page = sheet
    page.get_by_role("button", name="Paste a block").click()
    box = page.locator("#sheet-paste")
    box.locator("#sheet-block").fill("Firm\tStaff\tIndustry\tOwner\nFirm C\t12\tdyes\tx\nFirm B\t7\tTextiles\ty\n")
    expect(box.locator("[data-summary]")).to_contain_text("Changed: 3, the same: 0, refused: 1")
    expect(box.locator("[data-summary]")).to_contain_text("No column is called: Owner.")
    expect(box.locator("tbody tr").first).to_contain_text("“dyes” is not one of the choices")
    # Meanwhile somebody else says how many people work there.
    with leading(world) as (session, access):
        firm = session.scalars(sa.select(Case.id).where(Case.project_id == world.project, Case.name == "Firm B")).one()
        other = {"of": "cases", "cells": [{"line": firm, "attribute": "Staff", "after": "99"}]}
        material_sheets.write(session, access, CellsIn.model_validate(other))
    box.locator("[data-sheet=write]").click()
    expect(box.locator("[data-refused]")).to_contain_text("“Staff” of “Firm B” is “99” now")
    assert values(world, "Firm C") == {}
    box.locator("[data-sheet=write]").click()
    expect(box).to_be_hidden()
    expect(page.locator(cell(page, "Firm B", "Industry"))).to_have_text("textiles")
    assert values(world, "Firm B") == {"Staff": "7", "Industry": "textiles"}
    assert values(world, "Firm C") == {"Staff": "12"}
