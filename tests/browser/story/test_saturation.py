"""Saturation in the browser: a rule is saved and a case put aside before anything arrives; nine come, it is declared, the tenth breaks it."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from browser.serving import Server
from browser.story.people import Person, person
from cast import Cast, store
from intercoder.db import within
from intercoder.policy import Permission
from intercoder.services import coding
from services_up import LOOPBACK
from templates import Templates

TITLES = [f"访谈{n}" for n in "甲乙丙丁戊己庚辛壬癸"]


def text_of(title: str) -> str:
    return f"{title}。我们把旧机器都接上了网。没有信任什么都谈不了。与两所高校签订了合作协议。"


@pytest.fixture
def study(tmp_path: Path, sqlite_templates: Templates) -> Iterator[tuple[Server, Cast]]:
    """A server whose project has ten cases with an interview each, of which nothing is coded."""
    data = tmp_path / "data"
    data.mkdir()
    cast = sqlite_templates.cast(data / "intercoder.sqlite3")
    database = cast.database
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        for title in TITLES:
            cast.documents[title] = store(session, access, title, text_of(title), case=f"企业{title[-1]}").id
    with Server(data) as server:
        server.start()
        yield server, cast
    database.dispose()


def arrives(cast: Cast, title: str, *more: tuple[str, str]) -> None:
    """Two coders code a case alike, and its round is compared."""
    made = cast.round(documents=(title,))
    for coder in ("ai", "bo"):
        for code, quote in (("l1", "把旧机器都接上了网"), ("l2", "没有信任什么都谈不了"), *more):
            start = text_of(title).index(quote)
            write = coding.CodingWrite(code=cast.codes[code], start=start, end=start + len(quote))
            with cast.acting(coder, Permission.CODE, "round", made) as (session, access):
                coding.put_coding(
                    within(session), access.asking(Permission.CODE), cast.documents[title], uuid4(), write
                )
        cast.submit(coder, made, title)
    cast.close(made)


def saves_a_rule(lead: Person) -> None:
    lead.button("Save a rule").first.click()
    box = lead.dialog("save-rule")
    box.locator("#rule-base").fill("4")
    box.locator("footer .primary").click()
    expect(lead.page.locator("#rules tbody tr")).to_have_count(1)
    expect(lead.page.locator("#rules")).not_to_contain_text(lead.t("when {n} documents had arrived", n=0))


def puts_the_last_case_aside(lead: Person, place: str) -> None:
    lead.goto(f"{place}/hold-out")
    lead.check_accessible("nothing is put aside")
    page = lead.page
    page.get_by_text(lead.t("Choose by hand instead of drawing")).click()
    page.get_by_role("checkbox", name="企业癸").check()
    lead.button("Put aside").click()
    expect(page.locator("#reserve .errors")).to_contain_text(
        lead.t("Say why these are put aside, and why so many: it is printed with the test.")
    )
    page.locator("#reserve-reason").fill("另一行业。")
    lead.button("Put aside").click()
    expect(page.locator("[aria-labelledby=aside-title]")).to_contain_text("企业癸")
    expect(page.locator(".steps [aria-current=step]")).to_have_text(lead.t("Opened"))
    lead.check_accessible("a case is put aside")


def opens_the_test(lead: Person, place: str) -> None:
    lead.goto(f"{place}/hold-out")
    lead.button("Open the test").click()
    lead.confirm()
    expect(lead.page.locator(".steps [aria-current=step]")).to_have_text(lead.t("Coded last"))


def reads_what_the_last_case_brought(lead: Person, place: str) -> None:
    lead.goto(f"{place}/hold-out")
    page = lead.page
    expect(page.locator(".verdicts dd")).to_have_text([lead.t("Not passed")] * 2)
    concepts = page.locator("[aria-labelledby=result-title] tbody tr").nth(1)
    expect(concepts).to_contain_text(lead.t("something new"))
    expect(concepts.locator("td").nth(2)).to_have_text("1")
    for said in (
        "为进行理论饱和度检验",
        "由人工从 11 个中指定",
        "另一行业",
        "留出部分最后编码",
        "共有 10 种分法，其中 9 种",
    ):
        expect(page.locator("#paragraph-zh")).to_contain_text(said)
    expect(page.locator("#paragraph-en")).to_contain_text("They were coded last.")
    lead.check_accessible("what the hold-out test found")
    lead.goto(f"{place}/paper?unit=case&view=consensus")
    for said in ("保存于任何资料完成之前", "（第 1 项声明）", "校企合作", "为进行理论饱和度检验", "不等于理论饱和"):
        expect(page.locator("#paragraph-zh")).to_contain_text(said)
    lead.check_accessible("the paragraph for the paper")
    lead.goto(f"{place}/checks?level=theme&view=consensus")
    expect(page.locator("#categories tbody tr")).to_have_count(2)
    lead.check_accessible("further checks")


def declares(lead: Person) -> None:
    lead.button("Declare").first.click()
    box = lead.dialog("declare")
    box.locator("#declare-level").select_option("concept")
    box.locator("#declare-unit").select_option("case")
    box.locator("#declare-rule").select_option(index=1)
    box.locator("footer .primary").click()
    expect(box.locator(".errors")).to_contain_text(lead.t("Say why: a judgement without a reason is none."))
    box.locator("#declare-reason").fill("自第五个案例起没有新的概念。")
    box.locator("footer .primary").click()
    expect(lead.page.locator(".declaration")).to_contain_text(lead.t("It stands: nothing was added since."))


@pytest.mark.sqlite
def test_a_tenth_case_breaks_what_was_declared_after_nine(browser: Browser, study: tuple[Server, Cast]) -> None:
    server, cast = study
    place = f"/projects/{cast.project}/saturation"
    lead = person(browser, f"http://{LOOPBACK}:{server.port}", "zh", "lena")
    lead.goto(f"/sign-in?next={place}")
    lead.page.fill("#f-email", "lena@study.example")
    lead.page.fill("#f-password", "four quiet herons stand")
    lead.page.keyboard.press("Enter")
    expect(lead.page.locator("main")).to_contain_text(lead.t("No document has been finished yet."))
    lead.check_accessible("nothing has arrived")
    saves_a_rule(lead)
    puts_the_last_case_aside(lead, place)
    for title in TITLES[:9]:
        arrives(cast, title)
    lead.goto(f"{place}?unit=case&view=consensus&level=concept")
    expect(lead.page.locator("#by-document tbody tr")).to_have_count(9)
    expect(lead.page.locator("#rules tbody tr td").last).to_have_text(lead.t("met from case {n} on", n=5))
    declares(lead)
    lead.check_accessible("declared")

    opens_the_test(lead, place)
    arrives(cast, TITLES[9], ("c2", "与两所高校签订了合作协议"))
    lead.goto(f"{place}?unit=case&view=consensus&level=concept")
    gone = lead.page.locator(".declaration")
    for said in (lead.t("withdrawn"), "访谈癸", "校企合作", "与两所高校签订了合作协议", "Ai"):
        expect(gone).to_contain_text(said)
    expect(lead.page.locator("#rules tbody tr td").last).not_to_have_text(lead.t("met from case {n} on", n=5))
    lead.check_accessible("withdrawn")
    gone.get_by_role("link", name=lead.t("See the passages")).click()
    expect(lead.page.locator(".passages > li")).to_have_count(2)
    reads_what_the_last_case_brought(lead, place)
    lead.look_again_in_the_other_language()
    assert lead.complaints == []
