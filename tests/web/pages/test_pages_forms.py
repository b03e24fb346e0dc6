"""The forms of the pages in a real browser: sent as JSON, refused where the field is, filled from the row."""

import re
import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, Route, expect
from werkzeug.serving import make_server

from cast import PASSWORD, Cast
from intercoder.db import Database
from intercoder.models import Assignment, Role, Round, RoundPurpose
from intercoder.services import materials, members
from services.comparing import give
from waiting import PATIENCE_WITH_A_PAGE, until

pytestmark = pytest.mark.sqlite


@pytest.fixture
def address(app: Flask, cast: Cast) -> Iterator[str]:
    """A running server with the cast's study."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(address: str, browser: Browser) -> Iterator[Page]:
    """Lena's browser; nothing may break the policy or fail in a script."""
    complaints: list[str] = []
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(PATIENCE_WITH_A_PAGE)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None)
    page.goto(f"{address}/sign-in")
    page.fill("[name=email]", "lena@study.example")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    expect(page).to_have_url(f"{address}/")
    yield page
    page.wait_for_load_state()  # a script that is cut off while it loads would complain
    context.close()
    assert complaints == []


def test_a_document_is_edited_in_a_dialog_and_a_refusal_says_where(
    page: Page, address: str, cast: Cast, database: Database
) -> None:
    page.goto(f"{address}/projects/{cast.project}/materials")
    page.get_by_role("row", name="访谈一").get_by_role("button").click()
    expect(page.locator("#ed-title")).to_have_value("访谈一")
    page.fill("#ed-title", "年报节选")
    page.click("#edit-document footer .primary")
    alert = page.locator("#edit-document [role=alert]")
    expect(alert).to_have_text("There is already a document “年报节选”.")
    expect(alert).to_be_focused()

    page.fill("#ed-title", "访谈一（改）")
    page.fill("#ed-attributes", "日期：2024-05-12\nPlace: 苏州: 东区\nnothing")
    page.uncheck("#edit-document [name=primary]")
    page.click("#edit-document footer .primary")
    expect(page.locator(".toast")).to_have_text("The document was changed.")
    with database.reading() as session:
        stored = materials.get_document(session, cast.project, cast.documents["访谈一"])
        assert stored.title == "访谈一（改）"
        assert stored.attributes == {"日期": "2024-05-12", "Place": "苏州: 东区"}
        assert (stored.is_primary, stored.case.name if stored.case else None) == (False, "案例一")


def test_a_round_is_designed_opened_and_closed(page: Page, address: str, cast: Cast, database: Database) -> None:
    page.goto(f"{address}/projects/{cast.project}/rounds/new")
    page.check("[data-toggles='[name=documents]']")
    page.uncheck("label:has-text('年报节选') input")
    page.check("[name=unit][value=sentence]")
    page.get_by_role("button", name="Keep it as a draft").click()
    expect(page).to_have_url(re.compile("/rounds/[0-9a-f-]+$"))
    expect(page.locator("table.matrix tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Open the round").click()
    page.click("dialog[open] button[value=yes]")
    expect(page.locator("#design .badge")).to_have_text("Open for coding")

    page.click("[data-dialog-open=close-round]")
    page.click("#close-round footer .primary")
    expect(page.locator("#close-round [role=alert]")).to_contain_text("4 documents are not submitted yet")
    page.check("#close-round [name=unfinished]")
    page.click("#close-round footer .primary")
    expect(page.locator("#design .badge")).to_have_text("Closed")


def test_what_comes_of_a_design_is_seen_before_it_is_kept_and_is_what_is_opened(
    page: Page, address: str, cast: Cast, database: Database
) -> None:
    for name in ("olga", "ada"):
        give(cast, name, Role.CODER)
    page.goto(f"{address}/projects/{cast.project}/rounds/new")
    shown = page.get_by_role("region", name="What comes of it")
    expect(shown).to_be_hidden()
    page.check("[data-toggles='[name=documents]']")
    documents = page.locator("[name=documents]").count()
    expect(shown).to_contain_text(f"{documents} documents")
    page.fill("[name='design.each']", "1")
    expect(shown).to_contain_text("0 of them by several coders")
    page.fill("[name='design.percent']", "50")
    # These have one coder more than the rest where nothing is said, and no fewer than them.
    expect(page.locator("[name='design.more']")).to_have_attribute("placeholder", "2")
    more = (documents + 1) // 2
    expect(shown).to_contain_text(f"{more} of them by several coders")
    page.fill("[name='design.each']", "3")
    page.fill("[name='design.more']", "2")
    expect(shown.get_by_role("alert")).to_contain_text("Say how many coders the share of documents gets")
    page.fill("[name='design.each']", "1")
    expect(shown).to_contain_text(f"{more} of them by several coders")
    seed = page.locator("[name='design.seed']").input_value()
    dots = shown.locator("table.plan-matrix td span")
    expect(dots).to_have_count(documents + more)

    def given_out() -> list[tuple[str, str]]:
        names = shown.locator("table.plan-matrix thead th").all_inner_texts()[1:]
        rows = [(row.locator("th").inner_text(), row.locator("td").all_inner_texts()) for row in lines.all()]
        return sorted((title, name) for title, cells in rows for name, n in zip(names, cells, strict=True) if n)

    lines = shown.locator("table.plan-matrix tbody tr")
    before = given_out()

    # Somebody may have no more than one character: everything goes to the others, or is said to be too much.
    bo = cast.people["bo"].id
    page.fill(f"[name='design.ceilings.{bo}']", "1")
    expect(shown.get_by_role("row", name="Bo").first).to_contain_text("0")
    # An answer that was on its way when another seed was asked for does not bring the old one back.
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/rounds/plan", hold, times=1)
    with page.expect_request("**/rounds/plan"):
        page.fill(f"[name='design.ceilings.{bo}']", "")
    page.get_by_role("button", name="Another seed").click()
    with page.expect_response("**/rounds/plan"):
        held[0].continue_()
    until(lambda: page.locator("[name='design.seed']").input_value() not in {"", seed}, "there is another seed")
    page.fill("[name='design.seed']", seed)
    until(lambda: given_out() == before, "the seed gives the same again")
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count(Round.id))) == 0, "nothing is kept before"

    page.check("[name=purpose][value=pilot]")
    page.get_by_role("button", name="Open the round").click()
    expect(page.locator("#design .badge").first).to_have_text("Open for coding")
    expect(page.locator("#design")).to_contain_text("Pilot")
    expect(page.locator("#design")).to_contain_text(f"Seed of chance {seed}")
    with database.reading() as session:
        made = session.scalars(sa.select(Round)).one()
        assert made.design is not None
        assert (made.purpose, str(made.design.seed)) == (RoundPurpose.PILOT, seed)
        given = session.scalars(sa.select(Assignment).where(Assignment.round_id == made.id)).all()
        assert sorted((a.document.title, a.coder.name) for a in given) == before


def test_what_is_chosen_in_the_matrix_is_taken_back_passed_on_dated_and_handed_back_together(
    page: Page, address: str, cast: Cast, database: Database
) -> None:
    give(cast, "olga", Role.CODER)
    made = cast.round(documents=("访谈一", "年报节选"))
    cast.code("ai", made, "访谈一", "l1", "把旧机器都接上了网")
    cast.submit("ai", made, "年报节选")

    def given() -> dict[tuple[str, str], Assignment]:
        with database.reading() as session:
            found = session.scalars(sa.select(Assignment).where(Assignment.round_id == made)).all()
            return {(a.document.title, a.coder.name): a for a in found}

    page.goto(f"{address}/rounds/{made}")
    bar, said = page.get_by_role("group", name="What is chosen"), page.locator("#live")
    expect(bar).to_be_hidden()
    # By keys: a column from its head, further with Shift; a late coder has a column at once, with free places in it.
    head = page.get_by_role("columnheader", name="Bo")
    head.click()
    expect(bar).to_contain_text("2 chosen")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    for key in ("Home", "ArrowDown", "ArrowRight", "Space", "Shift+ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    expect(bar).to_contain_text("2 chosen · 1 free place chosen")
    expect(page.locator("td[aria-selected=true]")).to_have_count(3)
    page.keyboard.press("Shift+ArrowLeft")
    expect(bar).to_have_text(re.compile("^\\s*2 chosen(?! ·)"))
    bar.get_by_label("Due on").fill("2026-12-24")
    bar.get_by_role("button", name="Set the day").click()
    expect(said).to_have_text("The day is set.")
    expect(bar).to_be_hidden()
    assert {pair: str(a.due_on) for pair, a in given().items() if a.due_on} == {
        ("访谈一", "Ai"): "2026-12-24",
        ("访谈一", "Bo"): "2026-12-24",
    }

    def at(title: str, name: str) -> Locator:
        heads = page.locator(".matrix thead th")
        column = heads.evaluate_all("(all, name) => all.findIndex((th) => th.ariaLabel === name)", name)
        return page.get_by_role("row", name=title).locator(":scope > *").nth(column)

    # One was begun: nothing is taken back, and it is said why.
    expect(at("访谈一", "Ai")).to_have_attribute("aria-label", "In progress")
    page.get_by_role("rowheader", name="访谈一").click()
    expect(bar).to_contain_text("2 chosen · 1 free place chosen")
    bar.get_by_role("button", name="Take back").click()
    expect(bar.get_by_role("alert")).to_contain_text("One of them was begun")
    assert len(given()) == 4
    at("访谈一", "Ai").click()
    expect(bar).to_contain_text("1 chosen")
    expect(bar.get_by_role("alert")).to_have_count(0)
    # When the part is renewed what happened elsewhere is seen, and what is chosen stays so.
    cast.submit("bo", made, "年报节选")
    page.evaluate(
        "import('ic/parts.js').then(({ load }) => load('lib/renewing.js')).then(({ renew }) => renew('#assignments'))"
    )
    expect(at("年报节选", "Bo")).to_have_attribute("aria-label", "Submitted")
    expect(at("访谈一", "Bo")).to_have_attribute("aria-selected", "true")
    bar.get_by_label("Pass on to").select_option("Olga")
    bar.get_by_role("button", name="Pass on").click()
    expect(said).to_have_text("Passed on.")
    until(lambda: ("访谈一", "Olga") in given(), "Olga has what Bo had")
    assert ("访谈一", "Bo") not in given()
    expect(bar).to_be_hidden()

    at("年报节选", "Ai").click()
    bar.get_by_label("Why it goes back").fill("第二页漏了")
    bar.get_by_role("button", name="Hand back").click()
    expect(said).to_have_text("They went back to their coders.")
    expect(bar).to_be_hidden()
    assert given()["年报节选", "Ai"].handed_back_for == "第二页漏了"
    expect(at("年报节选", "Ai")).to_have_attribute("aria-label", "Handed back")
    at("年报节选", "Olga").click()
    bar.get_by_role("button", name="Give out").click()
    expect(at("年报节选", "Olga")).to_have_attribute("aria-label", "Not started")
    page.get_by_label("State").select_option("Handed back")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".matrix tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Show all").click()
    expect(page.locator(".matrix tbody tr")).to_have_count(2)

    page.get_by_label("Give out documents").select_option(["访谈一", "年报节选"])
    page.get_by_label("to", exact=True).select_option(["Bo", "Olga"])
    page.get_by_role("button", name="Give out", exact=True).click()
    expect(page.locator(".toast")).to_have_text("Given out.")
    until(lambda: len(given()) == 6, "all three have both")


def test_roles_are_read_from_the_row_and_an_invitation_shows_its_link_once(
    page: Page, address: str, cast: Cast, database: Database
) -> None:
    page.goto(f"{address}/projects/{cast.project}/team")
    page.get_by_role("row", name="Ada").get_by_role("button", name="Roles").click()
    expect(page.locator("#edit-roles [value=adjudicator]")).to_be_checked()
    page.check("#edit-roles [value=observer]")
    page.click("#edit-roles footer .primary")
    expect(page.get_by_role("row", name="Ada")).to_contain_text("Observer")
    with database.reading() as session:
        roles = {m.user.name: m.roles for m in members.members(session, cast.project)}
    assert roles["Ada"] == (Role.ADJUDICATOR, Role.OBSERVER)

    page.click("[data-dialog-open=invite]")
    page.fill("#inv-email", "new@study.example")
    page.click("#invite footer .primary")
    link = re.compile(rf"^{re.escape(address)}/invitations/[\w-]{{32}}$")
    expect(page.locator("#invited-link")).to_have_value(link)
    expect(page.locator("#invitations")).to_contain_text("new@study.example")
    expect(page.locator("#invited")).to_contain_text("No mail was sent")
    page.reload()
    expect(page.locator("#invited")).to_be_hidden()


def test_the_tree_shows_the_selected_code_by_keyboard(page: Page, address: str, cast: Cast) -> None:
    page.goto(f"{address}/projects/{cast.project}/codebook")
    page.locator("#code-tree [tabindex='0']").focus()
    for key in ("ArrowDown", "ArrowDown", "Space"):
        page.keyboard.press(key)
    expect(page.locator("#code-detail h2")).to_have_text("旧物改用")
    expect(page).to_have_url(f"{address}/projects/{cast.project}/codebook?code={cast.codes['c1']}")
    page.fill("#code-filter", "xrxx")
    expect(page.locator("#code-count")).to_have_text("1 of 11")
