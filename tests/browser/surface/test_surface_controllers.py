"""The small controllers of the pages: dialogs, confirmation, menus, trees, filters, jobs, uploads, live updates, adjudication keys."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.surface.harness import STATIC, Harness, World
from waiting import until

TREE = """<body><main><input id="q" type="search" data-controller="filter" data-target="#tree" data-count="#count" aria-label="Find"><span id="count"></span>
<ul id="tree" class="tree" role="tree" data-controller="tree" aria-label="Codes">
<li role="treeitem" aria-expanded="true" data-id="k1" data-search="gxgj"><span class="n a">关系构建</span><ul role="group">
  <li role="treeitem" data-id="c1" data-search="xrxx"><span class="n">信任先行</span></li>
  <li role="treeitem" aria-expanded="false" data-id="k2" data-search="stqr"><span class="n t">生态嵌入</span><ul role="group">
    <li role="treeitem" data-id="c3" data-search="ptjr"><span class="n"><a href="/codes/c3">平台接入</a></span></li></ul></li></ul></li>
<li role="treeitem" data-id="c5" data-search="bricolage"><span class="n">Bricolage</span></li></ul></main></body>"""

DESK = """<body><main><section data-controller="adjudicate"><article class="coder" data-coder="1">A</article><article class="coder" data-coder="2">B</article>
<form method="post" action="/ruled"><label class="btn take"><input type="radio" name="choice" value="1" data-take="1"><kbd>1</kbd> Take A</label>
<label class="btn take"><input type="radio" name="choice" value="2" data-take="2"><kbd>2</kbd> Take B</label>
<label class="btn take"><input type="radio" name="choice" value="none" data-take="none"><kbd>0</kbd> None</label>
<label for="why">Reason</label><textarea id="why" class="in" name="why"></textarea>
<button class="btn pri" name="do" value="rule" data-do="rule">Rule</button><button class="btn" name="do" value="defer" data-do="defer">Defer</button></form>
<a href="/next" data-do="next">Next</a></section></main></body>"""


def test_scripts_write_no_markup_and_sheets_stay_small() -> None:
    for file in sorted(STATIC.rglob("*.*")):
        if file.suffix not in (".js", ".css") or "vendor" in file.parts:
            continue
        text = file.read_text("utf-8")
        assert len(text.splitlines()) < 400, file
        assert not re.search(
            r"\beval\(|new Function|insertAdjacentHTML|outerHTML|innerHTML\s*=(?!=)|document\.write", text
        ), file


@pytest.mark.parametrize(
    "pages",
    [
        {
            "/dialog": """<body data-controller="dialog"><button data-dialog-open="d">Open</button>
<dialog id="d" class="dlg"><header><h2>Title</h2></header><div class="body">x</div><footer><button data-dialog-close>Close</button></footer></dialog></body>"""
        }
    ],
)
def test_a_dialog_opens_closes_and_gives_the_focus_back(page: Page, harness: Harness) -> None:
    page.goto(harness.url + "/dialog")
    opener = page.get_by_role("button", name="Open")
    expect(opener).to_be_visible()
    page.wait_for_load_state("networkidle")
    opener.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


@pytest.mark.parametrize(
    "pages",
    [
        {
            "/confirm": """<body><form method="post" action="/gone" data-controller="confirm" data-confirm="The round and its codings go."
data-confirm-type="Pilot" data-confirm-danger data-confirm-yes="Delete"><button name="what" value="round">Delete round</button></form></body>"""
        }
    ],
)
def test_a_form_that_asks_is_sent_only_after_the_name_was_typed(page: Page, harness: Harness) -> None:
    page.goto(harness.url + "/confirm")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Delete round").click()
    box = page.get_by_role("dialog")
    expect(box).to_contain_text("The round and its codings go.")
    box.get_by_role("button", name="Cancel").click()
    expect(box).to_be_hidden()
    page.get_by_role("button", name="Delete round").click()
    expect(box.get_by_role("button", name="Delete")).to_be_disabled()
    box.get_by_label("Type “Pilot”").fill("Pilot")
    box.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Posted what=round")).to_be_visible()


@pytest.mark.parametrize(
    "pages",
    [
        {
            "/menu": """<body><details class="pop" data-controller="menu"><summary class="btn">More</summary><ul class="pop-list">
<li><a href="/a">First</a></li><li><a href="/b">Second</a></li></ul></details><p>outside</p></body>"""
        }
    ],
)
def test_a_menu_is_walked_with_arrows_and_closed_with_escape(page: Page, harness: Harness) -> None:
    page.goto(harness.url + "/menu")
    page.wait_for_load_state("networkidle")
    page.locator("summary").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="First")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("link", name="Second")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Second")).to_be_hidden()
    expect(page.locator("summary")).to_be_focused()


@pytest.mark.parametrize("pages", [{"/tree": TREE}])
def test_a_tree_is_one_tab_stop_and_walked_with_the_keyboard(page: Page, harness: Harness) -> None:
    page.goto(harness.url + "/tree")
    page.wait_for_load_state("networkidle")
    focused = page.locator("[role=treeitem]:focus > .n")
    page.get_by_label("Find").focus()
    page.keyboard.press("Tab")
    expect(focused).to_have_text("关系构建")
    page.keyboard.press("ArrowRight")
    expect(focused).to_have_text("信任先行")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(focused).to_have_text("Bricolage")
    page.keyboard.press("s")
    expect(focused).to_have_text("生态嵌入")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(focused).to_have_text("平台接入")
    page.keyboard.press("ArrowLeft")
    expect(focused).to_have_text("生态嵌入")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("平台接入")).to_be_hidden()
    page.keyboard.press("End")
    page.keyboard.press("Space")
    expect(page.locator("[aria-selected=true] > .n")).to_have_text("Bricolage")
    page.keyboard.press("Home")
    expect(focused).to_have_text("关系构建")


@pytest.mark.parametrize("pages", [{"/tree": TREE}])
def test_a_filter_finds_by_initials_and_keeps_the_way_to_a_match(page: Page, harness: Harness) -> None:
    page.goto(harness.url + "/tree")
    page.wait_for_load_state("networkidle")
    page.get_by_label("Find").fill("ptj")
    expect(page.get_by_text("平台接入")).to_be_visible()
    expect(page.get_by_text("生态嵌入")).to_be_visible()
    expect(page.get_by_text("信任先行")).to_be_hidden()
    expect(page.locator("#count")).to_have_text("1 of 5")
    page.keyboard.press("Escape")
    expect(page.get_by_text("信任先行")).to_be_visible()


JOB = '<body><div class="job" data-controller="job" data-job="7" data-next="/report"></div></body>'


@pytest.mark.parametrize("pages", [{"/job": JOB}])
def test_a_job_shows_its_progress_and_leads_to_its_result(page: Page, harness: Harness, world: World) -> None:
    world.jobs = [
        {"state": "queued", "done": 0, "total": 0, "error": None},
        {"state": "running", "done": 4, "total": 10, "error": None},
        {"state": "done", "done": 10, "total": 10, "error": None},
    ]
    page.goto(harness.url + "/job")
    expect(page.get_by_role("status")).to_have_text("Working: 4 of 10")
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "0.4")
    expect(page).to_have_url(harness.url + "/report")


@pytest.mark.parametrize("pages", [{"/job": JOB}])
def test_a_job_can_be_cancelled(page: Page, harness: Harness, world: World) -> None:
    world.jobs = [{"state": "running", "done": 1, "total": 10, "error": None}]
    page.goto(harness.url + "/job")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("status")).to_have_text("Cancelled")
    expect(page.get_by_role("button", name="Cancel")).to_be_hidden()


@pytest.mark.parametrize(
    "pages",
    [
        {
            "/up": """<body><main><form action="/upload" method="post" enctype="multipart/form-data" data-controller="upload">
<label class="dropzone"><b>Drop files here</b><input type="file" name="file" multiple></label></form></main></body>"""
        }
    ],
)
def test_each_file_gets_its_own_result(page: Page, harness: Harness, tmp_path: Path) -> None:
    for name in ("interview.txt", "bad.bin"):
        (tmp_path / name).write_bytes(b"x" * 2000)
    page.goto(harness.url + "/up")
    page.wait_for_load_state("networkidle")
    page.locator("input[type=file]").set_input_files([tmp_path / "interview.txt", tmp_path / "bad.bin"])
    rows = page.locator(".upload")
    expect(rows.nth(0)).to_contain_text("interview.txt was imported.")
    expect(rows.nth(1)).to_contain_text("bad.bin cannot be read: it is not a document.")
    expect(rows.nth(1)).to_have_attribute("data-state", "bad")


LIVE = """<body data-controller="live" data-project="p1"><main><p id="count" data-live="codings">{n} events</p><p id="still" data-live="other">{n} events</p></main></body>"""


@pytest.mark.parametrize("pages", [{"/live": LIVE}])
def test_an_event_renews_what_listens_to_its_topic_and_nothing_else(page: Page, harness: Harness, world: World) -> None:
    page.goto(harness.url + "/live")
    expect(page.locator("#count")).to_have_text("0 events")
    world.events.append({"id": "e1", "topic": "codings"})
    expect(page.locator("#count")).to_have_text("1 events")
    expect(page.locator("#still")).to_have_text("0 events")


@pytest.mark.parametrize("pages", [{"/live": LIVE}])
def test_where_no_stream_gets_through_the_page_asks_every_few_seconds(
    page: Page, harness: Harness, world: World
) -> None:
    world.stream = False
    with page.expect_response("**/api/v1/projects/p1/events?limit=1"):
        page.goto(harness.url + "/live")
    world.events.append({"id": "e1", "topic": "codings"})
    expect(page.locator("#count")).to_have_text("1 events")


@pytest.mark.parametrize("pages", [{"/desk": DESK}])
def test_a_disagreement_is_ruled_with_the_keyboard(page: Page, harness: Harness) -> None:
    page.goto(harness.url + "/desk")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("2")
    expect(page.get_by_label("Take B")).to_be_checked()
    expect(page.locator(".coder.win")).to_have_text("B")
    page.keyboard.press("0")
    expect(page.get_by_label("None")).to_be_checked()
    page.get_by_label("Reason").focus()
    page.keyboard.type("1s")
    expect(page.get_by_label("None")).to_be_checked()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Posted choice=none&why=1s&do=rule")).to_be_visible()


@pytest.mark.parametrize("pages", [{"/desk": DESK}])
def test_the_next_disagreement_and_deferring_are_one_key_each(page: Page, harness: Harness) -> None:
    page.goto(harness.url + "/desk")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("s")
    expect(page.get_by_role("heading", name="Posted why=&do=defer")).to_be_visible()
    page.goto(harness.url + "/desk")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("j")
    expect(page).to_have_url(harness.url + "/next")


@pytest.mark.parametrize(
    "pages",
    [
        {
            "/theme": """<body><select aria-label="Theme" data-controller="theme"><option value="auto">Auto</option>
<option value="light">Light</option><option value="dark">Dark</option></select></body>"""
        }
    ],
)
def test_the_chosen_theme_is_kept_and_set_before_the_first_paint(page: Page, harness: Harness) -> None:
    page.goto(harness.url + "/theme")
    page.wait_for_load_state("networkidle")
    page.get_by_label("Theme").select_option("dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.add_init_script(
        "new MutationObserver(() => { if (document.body) document.documentElement.dataset.seen ??= document.documentElement.dataset.theme; }).observe(document, { childList: true, subtree: true });"
    )
    page.reload()
    expect(page.get_by_label("Theme")).to_have_value("dark")
    expect(page.locator("html")).to_have_attribute("data-seen", "dark")
    page.get_by_label("Theme").select_option("auto")
    expect(page.locator("html")).not_to_have_attribute("data-theme", re.compile("."))


@pytest.mark.parametrize(
    "pages",
    [
        {
            "/copy": """<body><input id="link" value="https://example.org/join/abc" aria-label="Link"><button data-controller="copy" data-copy-from="#link">Copy link</button></body>"""
        }
    ],
)
def test_a_link_is_copied_and_the_button_says_so(page: Page, harness: Harness) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(harness.url + "/copy")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button").click()
    expect(page.get_by_role("button")).to_have_text("Copied")
    until(lambda: page.evaluate("navigator.clipboard.readText()") == "https://example.org/join/abc", "copied")
