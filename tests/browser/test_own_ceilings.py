"""What a coder can take: said on the desk, in characters or in hours at the own speed, and held to where a lead plans a round."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, expect

from browser.serving import Server
from browser.story.people import PASSWORD, Person, person
from cast import Cast, store
from intercoder.models import ActiveTime, Assignment, Member
from intercoder.policy import Permission
from services_up import LOOPBACK
from templates import Templates

TITLES = [f"短文{n}" for n in range(6)]
LETTERS = 1500


@pytest.fixture
def study(tmp_path: Path, sqlite_templates: Templates) -> Iterator[tuple[Server, Cast]]:
    """A server whose Ai has submitted four texts of known length, fifteen minutes each; two texts are free."""
    data = tmp_path / "data"
    data.mkdir()
    cast = sqlite_templates.cast(data / "intercoder.sqlite3")
    database = cast.database
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        for title in TITLES:
            cast.documents[title] = store(session, access, title, f"{title}。" + "字" * (LETTERS - 4)).id
    done = cast.round(documents=TITLES[:4], coders=("ai",))
    cast.submit("ai", done, *TITLES[:4])
    with database.transaction() as session:
        session.execute(sa.delete(ActiveTime))
        for assignment in session.scalars(sa.select(Assignment.id).where(Assignment.round_id == done)):
            session.add(ActiveTime(assignment_id=assignment, minutes=15, latest=0))
    with Server(data) as server:
        server.start()
        yield server, cast
    database.dispose()


def signed_in(browser: Browser, server: Server, language: str, name: str, width: int) -> Person:
    somebody = person(browser, f"http://{LOOPBACK}:{server.port}", language, name, width=width)
    somebody.goto("/sign-in?next=/")
    somebody.page.fill("#f-email", f"{name}@study.example")
    somebody.page.fill("#f-password", PASSWORD)
    somebody.page.click("main .btn.primary")
    return somebody


def kept(cast: Cast) -> int | None:
    with cast.database.reading() as session:
        return session.scalar(sa.select(Member.ceiling).where(Member.user_id == cast.people["ai"].id))


@pytest.mark.sqlite
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_coder_says_what_can_be_taken_and_a_plan_holds_to_it(
    browser: Browser, study: tuple[Server, Cast], language: str
) -> None:
    server, cast = study
    ai = signed_in(browser, server, language, "ai", 390)
    form = ai.page.locator(f"#ceiling-{cast.project}")
    ai.button("How much I can take").click()
    ai.check_accessible("how much I can take, on a phone")
    form.locator("[name=characters]").fill("5000")
    form.locator("footer .primary").click()
    expect(ai.page.locator("#my-projects + ul")).to_contain_text("5,000")
    assert kept(cast) == 5000

    # A hundred characters a minute: half an hour is three thousand, and goes before the number that stands there.
    ai.button("How much I can take").click()
    form.locator("[name=hours]").fill("0.5")
    form.locator("footer .primary").click()
    expect(ai.page.locator("#my-projects + ul")).to_contain_text("3,000")
    assert kept(cast) == 3000

    lead = signed_in(browser, server, language, "lena", 1440)
    lead.goto(f"/projects/{cast.project}/rounds/new")
    for title in TITLES:
        lead.page.locator(f'[name=documents][data-name="{title}"]').check()
    for coder in ("ai", "bo"):
        lead.page.locator(f'[name=coders][value="{cast.people[coder].id}"]').check()
    lead.page.locator("[name='design.each']").fill("1")
    expect(lead.page.locator(f"#own-ceiling-{cast.people['ai'].id}")).to_contain_text("3,000")
    planned = lead.page.locator("main table tr").filter(has_text="Ai").filter(has_text="3,000")
    expect(planned.first).to_be_visible()
    lead.check_accessible("wizard with an own ceiling")

    ai.button("How much I can take").click()
    form.locator("[name=characters]").fill("")
    form.locator("footer .primary").click()
    expect(ai.page.locator("#my-projects + ul")).to_contain_text(ai.t("I can take any number of characters."))
    assert kept(cast) is None
    assert ai.complaints == lead.complaints == []
