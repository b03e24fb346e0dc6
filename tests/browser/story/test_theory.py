"""A theory on its pages, in Chinese: board, comparison, stars, path model, evidence, categories, matrix, pack; a lead writes no line to the API."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Locator, expect

from browser.attached import attached
from browser.serving import Server
from browser.story.people import Person, person
from browser.story.theory_at_work import (
    builds_on_the_board,
    compares_two_concepts,
    drags_the_model,
    prints_the_pack,
    reads_the_matrix,
    works_on_a_category,
)
from cast import PASSWORD, Cast, password_hash
from intercoder.db import Database
from intercoder.models import User
from model_study import ModelStudy
from services_up import LOOPBACK
from templates import Templates

pytestmark = pytest.mark.sqlite


@pytest.fixture
def study(tmp_path: Path, sqlite_templates: Templates) -> Iterator[tuple[Server, ModelStudy]]:
    """A server with a study of the shape of the model study, whose labels are placed and whose rounds are compared."""
    url = sqlite_templates.copy("model", str(tmp_path / "study.sqlite3"))
    kept = sqlite_templates["model"].cast
    assert kept is not None
    database = Database(url)
    cast: Cast = kept.on(database)
    with database.transaction() as session:
        session.execute(sa.update(User).values(password_hash=password_hash()))
    with Server(tmp_path / "data", database_url=url) as server:
        server.start()
        yield server, ModelStudy.of(cast)
    database.dispose()


def signs_in(browser: Browser, server: Server, name: str, place: str) -> Person:
    made = person(browser, f"http://{LOOPBACK}:{server.port}", "zh", name)
    made.goto(f"/sign-in?next={place}")
    made.page.fill("#f-email", f"{name}@study.example")
    made.page.fill("#f-password", PASSWORD)
    made.page.keyboard.press("Enter")
    made.page.wait_for_url(made.base + place)
    return made


def sends(box: Locator) -> None:
    """Send the form of a dialog, which closes when it was taken."""
    box.locator("footer .primary").click()
    expect(box).to_be_hidden()


def stars_two(lead: Person, place: str, model: ModelStudy) -> None:
    """Star two passages of a concept by keyboard, take one away and star it again."""
    page = lead.page
    lead.goto(f"{place}/theory/passages?code={model.codes['旧物改用']}")
    attached(page)
    for n in (1, 2):
        page.keyboard.press("j")
        page.keyboard.press("x")
        expect(page.locator("[data-key-of=x][aria-pressed=true]")).to_have_count(n)
        attached(page)
    page.locator("[data-key-of=x][aria-pressed=true]").first.click()
    expect(page.locator("[data-key-of=x][aria-pressed=true]")).to_have_count(1)
    page.locator("[data-key-of=x][aria-pressed=false]").first.click()
    expect(page.locator("[data-key-of=x][aria-pressed=true]")).to_have_count(2)
    lead.check_accessible("passages with stars")


def orders_and_shortens(lead: Person, place: str) -> None:
    """Change the order of two stars, leave words out of the first."""
    page = lead.page
    lead.goto(f"{place}/theory/quotations")
    attached(page)
    lead.check_accessible("typical quotations")
    stars = page.locator("section.card", has_text="旧物改用").locator(".passage .quote")
    before = [words.strip() for words in stars.all_inner_texts()]
    page.locator("section.card", has_text="旧物改用").get_by_role(
        "button", name=lead.t("Later in the order")
    ).first.click()
    expect(stars.first).to_have_text(before[1])
    page.locator("section.card", has_text="旧物改用").get_by_role("button", name=lead.t("Shorten")).first.click()
    box = lead.dialog("shorten")
    area = box.locator("[data-whole]")
    expect(area).to_be_focused()
    page.keyboard.press("Control+Home")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    box.get_by_role("button", name=lead.t("Leave the chosen words out")).click()
    expect(box.locator("[data-printed]")).to_have_text(f"……{before[1][3:]}")
    lead.check_accessible("shortening")
    sends(box)
    expect(stars.first.locator(".left-out")).to_contain_text("……")
    expect(page.locator(".badge.warn", has_text=lead.t("No quotation yet"))).to_have_count(20)


def adds(lead: Person, kind: str, name: str = "", code: str = "") -> None:
    """Add an element to the model."""
    lead.button("Add an element").click()
    box = lead.dialog("add-element")
    box.locator("#element-kind").select_option(kind)
    box.locator("#element-name").fill(name)
    if code:
        box.locator("#element-code").select_option(label=code)
    with lead.page.expect_navigation():
        box.locator("footer .primary").click()
    attached(lead.page)


def relates(lead: Person, first: str, second: str, sort: str = "causes") -> None:
    """Relate two elements."""
    lead.button("Relate two elements").click()
    box = lead.dialog("add-relation")
    box.locator("#relation-first").select_option(label=first)
    box.locator("#relation-second").select_option(label=second)
    box.locator("#relation-sort").select_option(sort)
    box.locator("#relation-words").fill(f"{first}推动{second}。")
    with lead.page.expect_navigation():
        box.locator("footer .primary").click()
    attached(lead.page)


def builds_a_model(lead: Person, place: str) -> None:
    """Three forces and a mode, related; a type of its own, a moderator, one taken out and put back."""
    page = lead.page
    lead.goto(f"{place}/model")
    attached(page)
    for force in ("资源不宽裕", "平台挤压", "门槛抬高"):
        adds(lead, "force", force)
    adds(lead, "mode", code="资源行动")
    for force in ("资源不宽裕", "平台挤压", "门槛抬高"):
        relates(lead, force, "资源行动")
    lead.button("Own type of relation").click()
    box = lead.dialog("add-type")
    box.locator("#type-name").fill("倒逼")
    with page.expect_navigation():
        box.locator("footer .primary").click()
    attached(page)
    rows = page.locator("[aria-labelledby=h-relations] tbody tr")
    rows.nth(1).get_by_role("button", name=lead.t("Edit")).click()
    box = lead.dialog("change-relation")
    expect(box.locator("#related-words")).to_have_value("平台挤压推动资源行动。")
    box.locator("#related-own").select_option(label="倒逼")
    box.locator("#related-sign").select_option("positive")
    with page.expect_navigation():
        box.locator("footer .primary").click()
    attached(page)
    expect(rows.nth(1)).to_contain_text("倒逼")
    expect(rows.nth(1)).to_contain_text(lead.t("more with more"))
    adds(lead, "moderator", "代际传承")
    lead.button("Moderate a relation").click()
    box = lead.dialog("add-moderation")
    box.locator("#moderation-first").select_option(label="代际传承")
    with page.expect_navigation():
        box.locator("footer .primary").click()
    attached(page)
    expect(rows).to_have_count(4)
    rows.nth(3).get_by_role("button", name=lead.t("Take away")).click()
    expect(rows).to_have_count(3)
    attached(page)
    page.locator("summary", has_text=lead.t("Taken out of the model")).click()
    lead.button("Put back").click()
    expect(rows).to_have_count(4)
    attached(page)
    lead.check_accessible("the model is built")


def gives_evidence(lead: Person) -> None:
    """Put two passages to the first relation from its own page, one of them against it, and take one away again."""
    page = lead.page
    page.locator("[aria-labelledby=h-relations] tbody tr").first.locator("td a", has_text="0 (0)").click()
    lead.link("Choose passages").click()
    attached(page)
    for n, stance in enumerate(("for", "against", "for")):
        page.locator("[data-key-of=e]").nth(n).click()
        box = lead.dialog("give-evidence")
        expect(box.locator("#evidence-relation")).to_have_value(page.url.rpartition("relation=")[2].partition("&")[0])
        box.locator("#evidence-stance").select_option(stance)
        sends(box)
        expect(page.locator(".passage").nth(n)).to_contain_text("1 条关系的证据")
    lead.check_accessible("evidence was chosen")
    lead.link("Back to the relation").click()
    attached(page)
    cells = page.locator("[aria-labelledby=h-cases] tbody td")
    assert sum(int(cell) for cell in cells.all_inner_texts()) == 3
    page.get_by_role("button", name=lead.t("Take it from the relation")).last.click()
    expect(page.locator("[aria-labelledby=h-passages] li")).to_have_count(2)
    attached(page)
    page.locator("[aria-labelledby=h-passages] li").first.get_by_role("button", name=lead.t("Edit")).click()
    box = lead.dialog("change-evidence")
    box.locator("#evidence-note").fill("原话说得最直接。")
    with page.expect_navigation():
        box.locator("footer .primary").click()
    expect(page.locator("[aria-labelledby=h-passages]")).to_contain_text("原话说得最直接。")
    lead.check_accessible("a relation with its evidence")


def test_a_lead_builds_a_theory_on_pages(browser: Browser, study: tuple[Server, ModelStudy], tmp_path: Path) -> None:
    server, model = study
    place = f"/projects/{model.cast.project}"
    lead = signs_in(browser, server, "lena", place)
    builds_on_the_board(lead, place)
    compares_two_concepts(lead, place, model)
    stars_two(lead, place, model)
    orders_and_shortens(lead, place)
    builds_a_model(lead, place)
    gives_evidence(lead)
    works_on_a_category(lead, place, model)
    reads_the_matrix(lead, place)
    drags_the_model(lead, place)
    prints_the_pack(lead, place, tmp_path)
    assert lead.complaints == []


def test_whoever_reads_sees_the_stars_and_changes_nothing(browser: Browser, study: tuple[Server, ModelStudy]) -> None:
    server, model = study
    place = f"/projects/{model.cast.project}"
    reader = signs_in(browser, server, "olga", place)
    for path in ("theory/quotations", "theory/passages", "theory/compare", "model"):
        reader.goto(f"{place}/{path}")
        for said in ("Star as typical", "Shorten", "Add an element", "Evidence of a relation"):
            expect(reader.button(said)).to_have_count(0)
    assert reader.complaints == []
