"""The desk of disagreements in Chromium: two adjudicators at one place, reasons said once more, and words beyond a place."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, Route, expect

from browser.serving import Server
from browser.story.people import broken_rules
from cast import PASSWORD, Cast
from intercoder.models import DisagreementState, Role, Ruling, RulingTag
from intercoder.services.adjudication import Span
from services.comparing import disagreements_of, give, rule
from services_up import LOOPBACK
from templates import Templates


@pytest.fixture
def study(tmp_path: Path, sqlite_templates: Templates) -> Iterator[tuple[Cast, Server, UUID]]:
    """A compared round with two adjudicators, served."""
    data = tmp_path / "data"
    data.mkdir()
    cast = sqlite_templates.cast(data / "intercoder.sqlite3", "compared_round")
    database = cast.database
    give(cast, "olga", Role.ADJUDICATOR)
    with Server(data) as server:
        server.start()
        yield cast, server, cast.rounds["compared"]
    database.dispose()


@pytest.fixture
def visit(study: tuple[Cast, Server, UUID], browser: Browser) -> Iterator[Callable[[str, str], Page]]:
    """Sign somebody in and open the first place that waits, in a language."""
    _, server, round_id = study
    contexts = []

    def go(person: str, locale: str) -> Page:
        context = browser.new_context(locale=locale)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"http://{LOOPBACK}:{server.port}/sign-in?next=/rounds/{round_id}/adjudication")
        page.fill("#f-email", f"{person}@study.example")
        page.fill("#f-password", PASSWORD)
        page.click("main .btn.primary")
        page.wait_for_url("**/disagreements/**")
        expect(page.locator("#desk[data-ready]")).to_be_attached()
        expect(page.locator("#standing-none")).to_be_visible()
        return page

    yield go
    for context in contexts:
        context.close()


def rulings(cast: Cast) -> list[tuple[str, RulingTag | None]]:
    with cast.database.reading() as session:
        rows = session.execute(sa.select(Ruling.reason, Ruling.tag).order_by(Ruling.id))
        return [(reason, tag) for reason, tag in rows]


def take(page: Page, name: str) -> None:
    """Take what a coder has by its key; the order of the coders is drawn for each document."""
    coder = page.locator(".coder").filter(has=page.locator("header", has_text=name))
    page.keyboard.press(coder.locator("[data-take]").get_attribute("data-take") or "")


def test_who_comes_second_sees_what_was_decided_and_keeps_the_own_words(
    study: tuple[Cast, Server, UUID], visit: Callable[[str, str], Page]
) -> None:
    ada, olga = visit("ada", "en-GB"), visit("olga", "zh-CN")
    olga.fill("#reason", "我认为这里没有行动。")
    olga.select_option("#tag", "ambiguous")
    ada.fill("#reason", "A situation, not an action.")
    ada.keyboard.press("Control+Enter")
    expect(ada.locator(".queue [aria-current]")).not_to_contain_text("Ruled")
    # The list and the rulings follow; the words stay, and are told that they come too late.
    expect(olga.locator("#rulings-here")).to_contain_text("A situation, not an action.")
    expect(olga.locator("#reason")).to_have_value("我认为这里没有行动。")
    olga.keyboard.press("Control+Enter")
    olga.get_by_role("link", name="查看已作的裁决").click()
    expect(olga.locator("#draft-note")).to_be_visible()
    expect(olga.locator("#rulings-here")).to_contain_text("Ada")
    expect(olga.locator("#reason")).to_have_value("我认为这里没有行动。")
    expect(olga.locator("#tag")).to_have_value("ambiguous")
    assert broken_rules(olga) == []
    assert rulings(study[0]) == [("A situation, not an action.", None)]


def test_the_last_reason_is_said_again_by_one_key(
    study: tuple[Cast, Server, UUID], visit: Callable[[str, str], Page]
) -> None:
    page = visit("ada", "en-GB")
    page.select_option("#tag", "slip")
    page.fill("#reason", "Overlooked.")
    first = page.url
    page.keyboard.press("Control+Enter")
    expect(page).not_to_have_url(first)
    expect(page.locator("#reason")).to_have_value("")
    page.keyboard.press("0")
    page.keyboard.press("r")
    expect(page.locator("#reason")).to_have_value("Overlooked.")
    second = page.url
    page.keyboard.press("Control+Enter")
    expect(page).not_to_have_url(second)
    assert rulings(study[0]) == [("Overlooked.", RulingTag.SLIP)] * 2


def test_a_code_that_is_added_covers_words_of_the_place(
    study: tuple[Cast, Server, UUID], visit: Callable[[str, str], Page]
) -> None:
    cast, _, round_id = study
    page = visit("ada", "en-GB")
    page.keyboard.press("a")
    page.locator("#add-list [data-code]").first.click()
    page.fill("#reason", "Something else stands here.")
    here = page.url
    page.keyboard.press("Control+Enter")
    expect(page).not_to_have_url(here)
    assert [reason for reason, _ in rulings(cast)] == ["Something else stands here."]
    (place,) = (d for d in disagreements_of(cast, round_id) if d.state is DisagreementState.RULED)
    with cast.database.reading() as session:
        (coding,) = session.scalars(sa.select(Ruling.codings)).one()
    assert place.start <= coding.start < coding.end <= place.end


def test_words_beyond_the_place_stand_once_it_is_extended(
    study: tuple[Cast, Server, UUID], visit: Callable[[str, str], Page]
) -> None:
    cast, _, round_id = study
    page = visit("ada", "en-GB")
    take(page, "Bo")
    words = page.locator("#standing select")
    words.select_option(label=words.locator("option").filter(has_text="whole sentences").inner_text())
    page.fill("#reason", "The whole sentence says it.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#ruling .errors")).to_contain_text("reach beyond the place")
    assert rulings(cast) == []
    assert broken_rules(page) == []
    page.get_by_role("checkbox", name="Extend the place to these words").check()
    here = page.url
    page.keyboard.press("Control+Enter")
    expect(page).not_to_have_url(here)
    assert rulings(cast) == [("The whole sentence says it.", None)]
    assert [d.state for d in disagreements_of(cast, round_id)].count(DisagreementState.RULED) == 1


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 1440), ("en-GB", 390)])
def test_many_places_are_ruled_on_by_a_rule_seen_before_and_taken_back(
    study: tuple[Cast, Server, UUID], visit: Callable[[str, str], Page], locale: str, width: int
) -> None:
    cast, server, round_id = study
    page = visit("ada", locale)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"http://{LOOPBACK}:{server.port}/rounds/{round_id}/adjudication/many")
    assert broken_rules(page) == []
    page.select_option("#m-rule", "one_coder")
    page.locator("form.filters .btn").click()
    expect(page.locator(".flash").first).to_be_visible()
    page.select_option("#m-coder", label="Bo")
    page.locator("form.filters .btn").click()
    expect(page.locator("#would")).to_contain_text("3")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert broken_rules(page) == []
    page.fill("#reason", "Bo 受过训练。")
    page.locator("#many .btn.primary").click()
    expect(page.locator("#bulks .standing")).to_contain_text("Bo 受过训练。")
    assert len(rulings(cast)) == 3
    assert {d.state for d in disagreements_of(cast, round_id)} == {DisagreementState.RULED}
    assert broken_rules(page) == []
    page.locator("#bulks form .btn").click()
    expect(page.locator("#bulks .superseded")).to_be_visible()
    assert {d.state for d in disagreements_of(cast, round_id)} == {DisagreementState.OPEN}


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_the_queue_is_narrowed_to_a_code_and_ordered_by_keyboard(
    visit: Callable[[str, str], Page], locale: str
) -> None:
    page = visit("ada", locale)
    expect(page.locator(".queue li")).to_have_count(3)
    more = page.locator("form.filters > details summary").first
    more.focus()
    page.keyboard.press("Enter")
    code = page.locator('[data-controller="pick-code"]').first.locator("summary")
    code.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#q-code-search")).to_be_focused()
    page.keyboard.type("meiyouxinren")
    expect(page.locator("#q-code-list li:not([hidden])")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**code=**")
    expect(page.locator(".queue li")).to_have_count(1)
    expect(page.locator(".queue li")).to_contain_text("没有信任什么都谈不了")
    expect(code).to_contain_text("没有信任什么都谈不了")
    page.select_option("#q-order", "leverage")
    page.select_option("#q-doubt", "false")
    page.locator("form.filters > .btn").click()
    expect(page.locator("#queue-empty")).to_be_visible()
    expect(page.locator("#q-doubt")).to_have_value("false")
    assert broken_rules(page) == []
    page.locator("[data-clear]").click()
    expect(page.locator(".queue li")).to_have_count(2)
    assert "order=leverage" in page.url


def test_a_precedent_is_followed_by_one_key_and_what_is_unlike_all_of_them_is_said(
    study: tuple[Cast, Server, UUID], visit: Callable[[str, str], Page]
) -> None:
    cast, _, _ = study
    second = cast.round(documents=("年报节选",))
    for person, code in (("ai", "l2"), ("bo", "l3")):
        cast.code(person, second, "年报节选", code, "平台接入商户增至三百家")
        cast.submit(person, second, "年报节选")
    cast.close(second)
    (before,) = disagreements_of(cast, second)
    rule(cast, before, 1, [Span(code=cast.codes["l2"], start=before.start, end=before.end)], "这里说的是信任。")
    page = visit("ada", "zh-CN")
    page.keyboard.press("j")
    expect(page.locator(".queue [aria-current]")).to_contain_text("没有信任什么都谈不了")
    page.locator("#precedents").scroll_into_view_if_needed()
    expect(page.locator("#precedents")).to_contain_text("这里说的是信任。")
    take(page, "Bo")
    expect(page.locator("#unlike-before")).to_contain_text("没有信任什么都谈不了 × 1")
    page.keyboard.press("p")
    expect(page.locator("#unlike-before")).to_be_hidden()
    expect(page.locator("#reason")).to_have_value("这里说的是信任。")
    expect(page.locator("#standing li")).to_contain_text("没有信任什么都谈不了")
    page.evaluate("scrollTo(0, 0)")  # below the bar of the page half a chip is no target of its own size
    assert broken_rules(page) == []
    page.keyboard.press("Control+Enter")
    expect(page.locator(".queue [aria-current]")).not_to_contain_text("没有信任什么都谈不了")
    assert rulings(cast)[-1] == ("这里说的是信任。", None)


def test_keys_that_come_before_the_modules_listen_are_handed_on(visit: Callable[[str, str], Page]) -> None:
    page = visit("ada", "zh-CN")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/js/app*", hold)
    page.reload(wait_until="commit")
    some = page.locator(".coder [data-take]").first
    expect(some).to_be_visible()
    page.keyboard.press(some.get_attribute("data-take") or "")
    page.locator("#reason").focus()
    page.keyboard.type("那是行动1")
    page.keyboard.press("Control+Enter")
    here = page.url
    assert held, "the modules are on their way"
    for route in held:
        route.continue_()
    expect(page).not_to_have_url(here)


def test_what_is_live_gets_nothing_of_the_page_before_while_a_ruling_is_on_its_way(
    study: tuple[Cast, Server, UUID], visit: Callable[[str, str], Page]
) -> None:
    cast, _, round_id = study
    page, olga = visit("ada", "en-GB"), visit("olga", "zh-CN")
    first = page.url.split("?")[0].rsplit("/", 1)[1]
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.clock.install()
    page.route("**/rulings", hold)
    with page.expect_response(lambda answer: "/disagreements/" in answer.url and first not in answer.url):
        page.reload()  # the next place is fetched ahead
    expect(page.locator("#desk[data-ready]")).to_be_attached()
    page.fill("#reason", "A situation, not an action.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#desk[data-waits]")).to_be_attached()
    page.evaluate("document.addEventListener('ic:event', () => { document.body.dataset.told = '' })")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.split("?")[0].endswith(first) else None)
    *_, last = disagreements_of(cast, round_id)
    olga.goto(f"{olga.url.split('/disagreements/')[0]}/disagreements/{last.id}")
    expect(olga.locator("#desk[data-ready]")).to_be_attached()
    olga.fill("#reason", "别处的裁决，各页都会得知。")
    olga.keyboard.press("Control+Enter")
    olga.wait_for_url(lambda address: str(last.id) not in address)
    expect(page.locator("body[data-told]")).to_be_attached()
    page.clock.fast_forward(5000)  # by then a page that was told has asked for what is live on it
    page.evaluate("1 + 1")  # whatever it has asked for is heard of before the answer
    assert asked == [], "nothing is asked for a page whose address is not there yet"
    for route in held:
        route.continue_()
    expect(page.locator("#desk[data-ready]:not([data-waits])")).to_be_attached()
    shown = page.url.split("?")[0].rsplit("/", 1)[1]
    assert shown not in {first, str(last.id)}
    following = page.locator("#following").get_attribute("data-address") or ""
    assert shown not in following, "what follows a place is not the place itself"
