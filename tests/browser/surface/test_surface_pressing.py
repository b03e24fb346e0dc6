"""What comes by itself while somebody presses: nothing is pressed beside what was meant."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from browser.surface.driver import add_case
from browser.surface.study import World

Visit = Callable[[str, str], Page]
#: what was asked before has been read when this is
READ = "fetch(location.href).then((answer) => answer.text())"


def over(page: Page, name: str) -> tuple[float, float]:
    """Move the pointer over a button, and return where that is."""
    box = page.get_by_role("button", name=name).bounding_box()
    assert box
    place = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*place)
    return place


def test_what_comes_of_a_form_waits_for_the_pointer_and_moves_no_button_from_under_it(
    world: World, page: Page, visit: Visit
) -> None:
    world.open()
    visit("lena", f"/projects/{world.project}/rounds/new")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile("/rounds/(plan|enough)$"), hold)
    with page.expect_request("**/rounds/plan"), page.expect_request("**/rounds/enough"):
        page.locator("[name=documents]").first.check()
    page.keyboard.press("End")
    there = over(page, "Open the round")
    sum_, codes = page.locator("[data-plan-sum]"), page.locator("[data-enough-shown] tbody tr")
    page.get_by_role("heading", name="Documents").hover()
    page.mouse.down()
    with page.expect_response("**/rounds/plan"), page.expect_response("**/rounds/enough"):
        for route in held:
            route.continue_()
    page.evaluate(READ)
    expect(sum_).to_be_empty()
    expect(codes).to_have_count(0)
    page.mouse.up()
    expect(sum_).to_contain_text("1 document")
    expect(codes.first).to_be_attached()
    assert over(page, "Open the round") == there
    page.mouse.down()
    page.mouse.up()
    expect(page).to_have_url(re.compile("/rounds/[0-9a-f-]{36}$"))


def test_a_button_is_pressed_although_news_renew_its_part_meanwhile(world: World, visit: Visit) -> None:
    address = f"{world.line.url}/projects/{world.project}/materials"
    page = visit("lena", "/")
    with page.expect_response(re.compile("/events\\?project=")):
        page.goto(address)
    add_case(page, world, "云杉农机")
    cases = page.locator("#cases")
    over(page, "Edit")
    page.mouse.down()
    with page.expect_response(address):
        add_case(page, world, "岸桥物流")
    page.evaluate(READ)
    expect(cases).not_to_contain_text("岸桥物流")
    page.mouse.up()
    expect(page.get_by_role("dialog").get_by_label("Name")).to_have_value("云杉农机")
    page.keyboard.press("Escape")
    expect(cases).to_contain_text("岸桥物流")
