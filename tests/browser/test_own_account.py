"""The account page in Chromium: a password is judged in words while it is typed, and a browser is signed out from another."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from browser.serving import Server
from cast import PASSWORD, password_hash
from intercoder.services import accounts
from services_up import LOOPBACK
from templates import Templates

EMAIL = "lena.wang@study.example"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.49"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, sqlite_templates: Templates) -> Iterator[Server]:
    data: Path = tmp_path_factory.mktemp("account") / "data"
    data.mkdir()
    database = sqlite_templates.migrated(data / "intercoder.sqlite3")
    with database.transaction() as session:
        user = accounts.create_user(session, EMAIL, "Lena Wang", password_hash())
        accounts.open_session(session, user, PHONE)
    database.dispose()
    with Server(data) as running:
        yield running.start()


@pytest.fixture(params=["en", "zh-CN"])
def page(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Page]:
    """The account page of somebody who has just signed in, in a language."""
    context = browser.new_context(locale=request.param)
    opened = context.new_page()
    problems: list[str] = []
    opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    opened.goto(f"http://{LOOPBACK}:{server.port}/sign-in?next=/account")
    opened.fill("#f-email", EMAIL)
    opened.fill("#f-password", PASSWORD)
    opened.click("main .btn.primary")
    yield opened
    assert problems == []
    context.close()


def test_a_password_is_judged_in_words_and_a_bar_while_it_is_typed(page: Page) -> None:
    chinese = page.locator("html").get_attribute("lang") != "en"
    words, bar, field = (
        page.locator(".strength [role=status]"),
        page.locator(".strength meter"),
        page.locator("#f-password"),
    )
    expect(bar).to_be_hidden()
    for password, said, enough in (
        ("lenawang2024", "由您的姓名" if chinese else "made of your name", "false"),
        ("qwertyuiop", "人人最先尝试" if chinese else "everybody tries first", "false"),
        ("four quiet herons sail", "很难猜中" if chinese else "Very hard to guess", "true"),
    ):
        field.fill("")
        expect(words).to_have_text("")
        field.press_sequentially(password)
        expect(words).to_contain_text(said)
        expect(page.locator(".strength")).to_have_attribute("data-enough", enough)
        expect(bar).to_be_visible()
    assert words.get_attribute("aria-live") == "polite"


@pytest.mark.parametrize("page", ["en"], indirect=True)
def test_a_browser_is_signed_out_from_another_one(page: Page) -> None:
    rows = page.locator("section[aria-labelledby=sessions] li")
    others = rows.filter(has=page.locator("button"))
    before, ended = rows.count(), others.count()
    assert ended == before - 1, "this browser has a badge instead"
    others.last.locator("button").click()
    page.locator("dialog[open] .btn.danger, dialog[open] .btn.primary").first.click()
    expect(rows).to_have_count(before - 1)


@pytest.mark.parametrize("page", ["zh-CN"], indirect=True)
def test_what_is_pressed_before_the_modules_listen_is_done_by_them_and_once(page: Page) -> None:
    """Without them a form for the API would show what programs read, and what is to be confirmed would be done at once."""
    page.wait_for_url("**/account")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/js/app*", hold)
    page.reload(wait_until="commit")
    name = "一台笔记本"
    page.locator("form[action='/api/v1/tokens'] [name=name]").fill(name)
    for _ in range(2):
        page.locator("form[action='/api/v1/tokens'] .btn").click()
    page.locator("[action^='/api/v1/browsers/'] button").first.click()
    assert held, "the modules are on their way"
    for route in held:
        route.continue_()
    expect(page.locator("dialog[open]")).to_be_visible()  # which asks whether that browser is to be signed out
    page.keyboard.press("Escape")
    expect(page.locator("#token-made")).to_have_value(re.compile("^ic_"))
    page.unroute("**/js/app*")
    page.reload()
    expect(page.locator(".list-title", has_text=name)).to_have_count(1)
