"""The whole study in the browser: a lead, two coders and an adjudicator, each in a profile of their own.

The lead and a coder speak Chinese, the others English, on a real server with an SQLite file. Every page is looked at by
axe-core on the way, and once more when everybody has changed the language; any console error or breach of the content
security policy fails the story.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Browser, FilePayload, expect

from browser.attached import attached
from browser.story.people import PASSWORD, Person, joined, person
from reliability.serving import Server

TEXTS = {
    "访谈一.txt": (
        "访谈者：您当初为什么要改？\n"
        "陈总：订单一下子掉了六成。我们只能自己想办法，把旧机器都接上了网。后来𠮷野家也来找我们。\n"
        "陈总：没有信任什么都谈不了。平台把数据开放给我们，我们才看得到客户的真实反馈。"
    ),
    "年报节选.txt": "本年度公司与两所高校签订合作协议。研发投入同比增长百分之二十。\n公司参与起草行业标准一项。",
}
CODES = (
    ("construct", "资源行动", None),
    ("theme", "就地取材", "资源行动"),
    ("concept", "旧物改用", "就地取材"),
    ("label", "旧机器接上网", "旧物改用"),
    ("label", "没有信任什么都谈不了", "旧物改用"),
    ("label", "平台把数据开放", "旧物改用"),
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path / "data").start() as running:
        yield running


def set_up(browser: Browser, server: Server) -> Person:
    """The first account and project, through the one-time link that the server printed."""
    printed = re.search(r"(/setup/\S+)", server.said())
    assert printed, server.said()
    lead = person(browser, f"http://127.0.0.1:{server.port}", "en", "Lena")
    lead.goto(printed.group(1))
    lead.check_accessible("set-up")
    lead.switch_language()
    lead.check_accessible("set-up")
    lead.looked.clear()  # the link opens once
    for field, value in (("name", "Lena"), ("email", "lena@study.example"), ("password", PASSWORD)):
        lead.page.locator(f"[name={field}]").fill(value)
    lead.page.locator("[name=project]").fill("九案例：数字化转型中的资源行动")
    lead.button("Create account and project").click()
    expect(lead.page.locator(".tabs")).to_be_visible()
    return lead


def import_documents(lead: Person) -> None:
    lead.tab("Materials")
    lead.check_accessible("materials, empty")
    word = docx.Document()
    word.add_heading("Partner interview", 1)
    word.add_paragraph("Ms. Wu: They wrote to us first. Trust came before any contract.")
    data = io.BytesIO()
    word.save(data)
    files = {
        "访谈一.txt": TEXTS["访谈一.txt"].encode(),
        "年报节选.txt": TEXTS["年报节选.txt"].encode("gb18030"),
        "partner.docx": data.getvalue(),
        "broken.docx": b"PK\x03\x04 not a document",
    }
    lead.page.locator("input[type=file]").set_input_files(
        [FilePayload(name=name, mimeType="application/octet-stream", buffer=content) for name, content in files.items()]
    )
    staged = lead.page.locator("#staging li.upload")
    expect(staged).to_have_count(3)
    refused = lead.page.locator("form[data-controller=upload] li.upload[data-state=bad]")
    expect(refused).to_have_count(1)
    expect(refused.locator(".file-name")).to_have_text("broken.docx")
    expect(refused.locator(".upload-result")).to_contain_text(lead.t("it is not a complete zip package"))
    staged.filter(has_text="年报节选.txt").scroll_into_view_if_needed()
    expect(staged.filter(has_text="年报节选.txt").locator(".file-reading .preview")).to_contain_text("签订合作协议")
    first = staged.filter(has_text="访谈一.txt")
    first.locator("[name=case]").fill("案例一")
    with lead.page.expect_response(lambda r: r.request.method == "PATCH" and r.ok):
        first.locator("[name=case]").press("Tab")
    lead.page.locator("#staging form.actions button.primary").click()
    expect(lead.page.locator("#document-table tbody tr")).to_have_count(3)
    expect(lead.page.locator("#document-table")).to_contain_text("案例一")
    expect(lead.page.locator("#staging")).not_to_contain_text("broken.docx")
    lead.check_accessible("materials")


def make_codebook(lead: Person) -> None:
    lead.tab("Codebook")
    for level, name, parent in CODES:
        lead.button("New code").first.click()
        form = lead.dialog("new-code")
        form.locator("[name='codes.0.name']").fill(name)
        form.locator("[name='codes.0.level']").select_option(level)
        if parent:
            form.locator("[name='codes.0.parent_id']").select_option(label=parent)
        if name == "旧物改用":
            form.locator("[name='codes.0.definition']").fill("把已有或淘汰的设备用于新的用途。")
        form.locator("footer button.primary").click()
        expect(lead.page.locator("#code-tree")).to_contain_text(name)
    lead.check_accessible("codebook")
    lead.page.locator("[data-dialog-open=publish]").click()
    form = lead.dialog("publish")
    form.locator("[name=note]").fill("第一版")
    form.locator("footer button.primary").click()
    expect(lead.page.locator("#versions")).to_contain_text("第一版")


def open_round(lead: Person, *documents: str) -> None:
    lead.tab("Rounds")
    lead.link("New round").first.click()
    lead.check_accessible("new round")
    for document in documents:
        lead.page.locator("#round-documents label.check", has_text=document).last.locator("input").check()
    lead.button("Open the round").click()
    expect(lead.page.locator("#design")).to_contain_text(lead.t("Opened"))
    lead.check_accessible("round")


def start_coding(coder: Person, document: str) -> None:
    coder.goto("/")
    coder.check_accessible("desk")
    coder.page.get_by_role("link", name=document).first.click()
    expect(coder.page.locator("html")).to_have_attribute("data-ready", "yes")


def submit(coder: Person) -> None:
    coder.saved()
    coder.button("Submit this document").click()
    coder.confirm()
    expect(coder.page.locator("#submit-form")).to_have_count(0)


def test_a_study_runs_from_import_to_saturation(browser: Browser, server: Server) -> None:
    lead = set_up(browser, server)
    ai = joined(lead, browser, "Ai", ["coder"], "en", dark=True)
    bo = joined(lead, browser, "Bo", ["coder"], "zh")
    ada = joined(lead, browser, "Ada", ["adjudicator"], "en")
    lead.tab("Team")
    lead.check_accessible("team")
    import_documents(lead)
    make_codebook(lead)
    open_round(lead, "访谈一")

    # Ai codes with the mouse and the palette, with a memo, and takes one back.
    start_coding(ai, "访谈一")
    ai.code("把旧机器都接上了网", "旧机器接上网")
    ai.code("没有信任什么都谈不了", "没有信任")
    ai.code("平台把数据开放给我们", "数据开放")
    ai.code("订单一下子掉了六成", "旧物改用")
    ai.saved()
    expect(ai.page.locator(".stripe")).to_have_count(4)
    ai.page.keyboard.press("Control+z")
    expect(ai.page.locator(".stripe")).to_have_count(3)
    ai.check_accessible("coding, dark")
    # What Ai did is there after a reload, and says the same words.
    ai.saved()
    ai.page.reload()
    expect(ai.page.locator(".stripe")).to_have_count(3)

    # Bo cuts the network in the middle of the work; nothing is lost.
    start_coding(bo, "访谈一")
    bo.code("把旧机器都接上了网", "旧机器接上网")
    bo.saved()
    bo.page.context.set_offline(True)
    bo.code("没有信任什么都谈不了", "数据开放")
    bo.code("把数据开放给我们", "数据开放")
    expect(bo.page.locator("#sync")).not_to_have_attribute("data-state", "saved")
    bo.check_accessible("coding, offline")
    bo.page.context.set_offline(False)
    bo.saved()
    bo.code("订单一下子掉了六成", "旧物改用")

    # Until the round closes neither learns of the other.
    for coder, other in ((ai, "Bo"), (bo, "Ai")):
        assert other not in coder.page.locator("main").inner_text()
    submit(ai)
    submit(bo)

    # The lead closes; the layers are compared by a job.
    lead.page.reload()
    lead.button("Close the round").first.click()
    lead.dialog("close-round").locator("footer button.primary").click()
    expect(lead.page.locator("#design")).to_contain_text(lead.t("Closed"))
    expect(lead.page.locator(".job[data-job]")).to_have_count(0)
    lead.tab("Agreement")
    expect(lead.page.get_by_role("heading", level=1)).to_have_text(lead.t("Agreement report"))
    expect(lead.page.locator(".heatmap")).to_contain_text("旧机器接上网")
    lead.check_accessible("agreement report")
    lead.page.locator(".heatmap tbody a[href*='/segments']").first.click()
    expect(lead.page.locator("main")).to_contain_text("陈总：")
    lead.check_accessible("segments")

    # From a passage to the text, where j and k go from one difference to the next and Enter opens the disagreement.
    lead.page.goto(f"{lead.page.url.partition('?')[0]}?only=differ&order=text")
    lead.page.locator(".passages a[href*='/compare?']").first.click()
    expect(lead.page.locator(".compare-line.at")).to_be_focused()
    differing = lead.page.locator(".compare-line[data-differs]")
    assert differing.count() > 1, "two differences in one document"
    expect(differing.first).to_have_class(re.compile(r"\bat\b"))
    lead.page.keyboard.press("j")
    expect(differing.nth(1)).to_be_focused()
    lead.page.keyboard.press("k")
    expect(differing.first).to_be_focused()
    lead.check_accessible("coders compared")
    lead.link("Side by side").click()
    expect(lead.page.locator(".compare-columns thead th")).to_have_count(3)
    lead.check_accessible("coders compared side by side")
    lead.page.locator("tr.compare-line[data-differs] [data-rule]").first.wait_for()
    lead.page.locator("main h1").click()
    lead.page.keyboard.press("j")
    lead.page.keyboard.press("Enter")
    expect(lead.page).to_have_url(re.compile("/disagreements/"))

    # The adjudicator decides with the keyboard, undoes one, goes on.
    ada.goto("/")
    ada.page.locator("main .todo a").first.click()
    expect(ada.page.locator(".coder")).to_have_count(2)
    ada.check_accessible("adjudication")
    total = ada.page.locator(".queue a").count()
    assert total == 3, "a wrong code, a boundary and an omission"
    for number in range(total):
        expect(ada.page.locator("#reason")).to_be_visible()
        attached(ada.page)
        ada.page.locator("main h2").first.click()  # out of any text field
        take = ada.page.locator("[data-take='1'], [data-take='2']").first
        ada.page.keyboard.press(take.get_attribute("data-take") or "0")
        ada.page.locator("#reason").fill(f"按纳入标准裁决（{number + 1}）。")
        before = ada.page.url
        ada.page.keyboard.press("Control+Enter")
        if number + 1 < total:
            expect(ada.page).not_to_have_url(before)
    expect(ada.page.locator(".rulings, .state, main").first).to_be_visible()

    # Everything is ruled; the originals are as they were, and the consensus is a layer of its own.
    lead.tab("Adjudication")
    lead.page.locator("a[href$='/consensus']").first.click()
    expect(lead.page.locator("main")).to_contain_text("旧机器接上网")
    lead.check_accessible("consensus")

    # Saturation knows the first document, and the second when it is submitted.
    lead.tab("Saturation")
    expect(lead.page.locator("main svg").first).to_be_visible()
    expect(lead.page.locator("#by-document table")).to_contain_text("访谈一")
    lead.check_accessible("saturation")
    open_round(lead, "年报节选")
    lead.tab("Saturation")
    start_coding(ai, "年报节选")
    ai.code("与两所高校签订合作协议", "旧物改用")
    submit(ai)
    # The page that is open learns of it by itself.
    expect(lead.page.locator("#by-document table")).to_contain_text("年报节选")

    lead.tab("Overview")
    lead.check_accessible("overview")
    lead.tab("Log")
    lead.check_accessible("log")
    for somebody in (lead, ai, ada):
        somebody.look_again_in_the_other_language()
    for somebody in (lead, ai, bo, ada):
        assert somebody.complaints == [], somebody.name
