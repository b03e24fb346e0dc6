"""The forms of the pages in a real browser: sent as JSON, refused where the field is, filled from the row."""

import re
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from cast import PASSWORD, Cast
from intercoder.db import Database
from intercoder.models import Role
from intercoder.services import materials, members
from waiting import PATIENCE_WITH_A_PAGE

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
    page.check("[data-toggles]")
    page.uncheck("label:has-text('年报节选') input")
    page.check("[name=unit][value=sentence]")
    page.click("text=Prepare the round")
    expect(page.locator("table.matrix tbody tr")).to_have_count(2)
    page.click("text=Open the round")
    page.click("dialog[open] button[value=yes]")
    expect(page.locator("#design .badge")).to_have_text("Open for coding")

    page.click("[data-dialog-open=close-round]")
    page.click("#close-round footer .primary")
    expect(page.locator("#close-round [role=alert]")).to_contain_text("4 documents are not submitted yet")
    page.check("#close-round [name=unfinished]")
    page.click("#close-round footer .primary")
    expect(page.locator("#design .badge")).to_have_text("Closed")


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
