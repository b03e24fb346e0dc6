"""The small controllers of the pages, on the pages themselves: dialogs, questions, menus, trees, filters, jobs, uploads, live updates."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from browser.surface.driver import add_case
from browser.surface.study import TITLE, World
from intercoder import queue
from intercoder.models import DisagreementState
from intercoder.paths import asset_dir
from waiting import until

Visit = Callable[[str, str], Page]

# No page asks for a name to be typed yet, so the form is put into one.
TYPED = """() => {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: "/language" });
  Object.assign(form.dataset, { controller: "confirm", confirm: "The round and its codings go.", confirmType: "Pilot", confirmDanger: "", confirmYes: "Delete" });
  const token = document.querySelector('meta[name="csrf-token"]').content;
  for (const [name, value] of [["csrf_token", token], ["next", "/account"]]) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  form.append(Object.assign(document.createElement("button"), { name: "language", value: "zh", textContent: "Delete round" }));
  document.querySelector("main").append(form);
  form.dispatchEvent(new CustomEvent("ic:attach", { bubbles: true }));
  return import("ic/parts.js").then(({ load }) => load("controllers/confirm.js")).then(() => new Promise((done) => setTimeout(done)));
}"""


def test_scripts_write_no_markup_and_sheets_stay_small() -> None:
    for file in sorted(asset_dir("static").rglob("*.*")):
        if file.suffix not in (".js", ".css") or "vendor" in file.parts:
            continue
        text = file.read_text("utf-8")
        assert len(text.splitlines()) < 400, file
        assert not re.search(
            r"\beval\(|new Function|insertAdjacentHTML|outerHTML|innerHTML\s*=(?!=)|document\.write", text
        ), file


def test_a_dialog_opens_closes_and_gives_the_focus_back(world: World, visit: Visit) -> None:
    page = visit("lena", f"/projects/{world.project}/team")
    opener = page.get_by_role("button", name="Invite")
    opener.click()
    box = page.get_by_role("dialog", name="Invite somebody")
    expect(box).to_be_visible()
    box.get_by_role("button", name="Cancel").click()
    expect(box).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_form_that_asks_is_sent_only_after_a_yes(world: World, visit: Visit) -> None:
    page = visit("lena", f"/projects/{world.project}/team")
    row = page.get_by_role("row", name="Bo")
    row.get_by_role("button", name="Remove").click()
    box = page.get_by_role("dialog", name="Remove Bo?")
    expect(box).to_contain_text("Bo loses access at once.")
    box.get_by_role("button", name="Cancel").click()
    expect(box).to_be_hidden()
    expect(row).to_be_visible()
    row.get_by_role("button", name="Remove").click()
    box.get_by_role("button", name="Remove").click()
    expect(row).to_have_count(0)


def test_a_form_that_asks_is_sent_only_after_the_name_was_typed(visit: Visit) -> None:
    page = visit("olga", "/")
    page.evaluate(TYPED)
    page.get_by_role("button", name="Delete round").click()
    box = page.get_by_role("dialog")
    expect(box).to_contain_text("The round and its codings go.")
    box.get_by_role("button", name="Cancel").click()
    expect(box).to_be_hidden()
    page.get_by_role("button", name="Delete round").click()
    expect(box.get_by_role("button", name="Delete")).to_be_disabled()
    box.get_by_label("Type “Pilot”").fill("Pilot")
    box.get_by_role("button", name="Delete").click()
    expect(page).to_have_url(re.compile("/account$"))
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_a_menu_is_walked_with_arrows_and_closed_with_escape(visit: Visit) -> None:
    page = visit("lena", "/")
    summary = page.locator("summary", has_text="Account of Lena")
    summary.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="My desk")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("button", name="Sign out")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(summary).to_be_focused()


def test_a_tree_is_one_tab_stop_and_walked_with_the_keyboard(world: World, visit: Visit) -> None:
    page = visit("lena", f"/projects/{world.project}/codebook")
    focused = page.locator("[role=treeitem]:focus > .tree-row > .name")
    page.locator("#code-tree [role=treeitem]").first.focus()
    expect(focused).to_have_text("关系构建")
    expect(page.locator("#code-tree [role=treeitem][tabindex='0']")).to_have_count(1)
    for key, name in (
        ("ArrowRight", "信任机制"),
        ("ArrowRight", "信任先行"),
        ("ArrowDown", "数据互信"),
        ("p", "平台接入"),
        ("ArrowLeft", "生态嵌入"),
        ("ArrowRight", "平台接入"),
        ("ArrowLeft", "生态嵌入"),
        ("ArrowLeft", "生态嵌入"),
    ):
        page.keyboard.press(key)
        expect(focused).to_have_text(name)
    expect(page.locator("#code-tree").get_by_text("平台接入")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#code-tree").get_by_text("平台接入")).to_be_visible()
    page.keyboard.press("End")
    page.keyboard.press("Space")
    expect(page.locator("[aria-selected=true] > .tree-row > .name")).to_have_text("Bricolage")
    page.keyboard.press("Home")
    expect(focused).to_have_text("关系构建")


def test_a_filter_finds_by_initials_and_keeps_the_way_to_a_match(world: World, visit: Visit) -> None:
    page = visit("lena", f"/projects/{world.project}/codebook")
    tree = page.locator("#code-tree")
    page.get_by_label("Filter codes").fill("ptj")
    expect(tree.get_by_text("平台接入")).to_be_visible()
    expect(tree.get_by_text("生态嵌入")).to_be_visible()
    expect(tree.get_by_text("信任先行")).to_be_hidden()
    expect(page.locator("#code-count")).to_have_text("1 of 10")
    page.keyboard.press("Escape")
    expect(tree.get_by_text("信任先行")).to_be_visible()


def test_a_job_shows_its_progress_and_leads_to_its_result(world: World, visit: Visit) -> None:
    job_id = world.close()
    page = visit("lena", f"/projects/{world.project}/agreement")
    shown = page.locator(".job")
    expect(shown.get_by_role("status")).to_have_text("Working: 0 of 2")
    with world.job(job_id) as job:
        job.done = 1
    expect(shown.get_by_role("status")).to_have_text("Working: 1 of 2")
    expect(shown.get_by_role("progressbar")).to_have_attribute("value", "0.5")
    world.let_go(job_id)
    expect(page).to_have_url(re.compile("/reports/"))


def test_a_job_is_asked_for_soon_at_first_and_then_each_second(world: World, page: Page, visit: Visit) -> None:
    world.line.stream = False
    page.clock.install()
    job_id = world.close()
    visit("lena", f"/projects/{world.project}/agreement")
    page.clock.pause_at(page.evaluate("Date.now() + 10000"))
    page.reload()
    said = page.locator(".job").get_by_role("status")
    expect(said).to_have_text("Working: 0 of 2")
    for done, pause in enumerate((150, 300, 600, 1000, 1000), start=1):
        with world.job(job_id) as job:
            job.total, job.done = 9, done
        page.clock.run_for(pause)
        expect(said).to_have_text(f"Working: {done} of 9")


def test_a_job_can_be_cancelled(world: World, visit: Visit) -> None:
    job_id = world.close()
    page = visit("lena", f"/projects/{world.project}/agreement")
    shown = page.locator(".job")
    shown.get_by_role("button", name="Cancel").click()

    def asked_to_stop() -> bool:
        with world.job(job_id) as job:
            return job.cancel_requested

    until(asked_to_stop, "nobody was asked to stop")
    with world.job(job_id) as job:
        queue.stop(job)
    expect(shown.get_by_role("status")).to_have_text("Cancelled")
    expect(shown.get_by_role("button", name="Cancel")).to_be_hidden()


def test_each_file_gets_its_own_result(world: World, visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "interview.txt").write_text("没有信任什么都谈不了。", "utf-8")
    (tmp_path / "empty.txt").touch()
    page = visit("lena", f"/projects/{world.project}/materials")
    page.locator("input[type=file]").set_input_files([tmp_path / "interview.txt", tmp_path / "empty.txt"])
    refused = page.locator(".upload", has_text="empty.txt")
    expect(refused).to_contain_text("“empty.txt” is empty.")
    expect(refused).to_have_attribute("data-state", "bad")
    expect(page.locator("#staging .upload", has_text="interview.txt")).to_be_visible()


def note(page: Page, *places: str) -> None:
    """Mark elements, so that one which takes their place is known by having no mark."""
    page.evaluate("places => { for (const id of places) document.getElementById(id).seen = true; }", list(places))


def seen(page: Page, place: str) -> bool:
    """Whether the element is still the one that was marked."""
    return bool(page.evaluate("id => document.getElementById(id).seen === true", place))


def test_an_event_renews_what_listens_to_its_topic_and_nothing_else(world: World, visit: Visit) -> None:
    with_events = re.compile("/events\\?project=")
    page = visit("lena", "/")
    with page.expect_response(with_events):
        page.goto(f"{world.line.url}/projects/{world.project}/team")
    page.goto(f"{world.line.url}/projects/{world.project}/materials")
    note(page, "cases", "staging")
    add_case(page, world, "云杉农机")
    expect(page.locator("#cases")).to_contain_text("云杉农机")
    assert not seen(page, "cases")
    assert seen(page, "staging")


def test_what_is_typed_sent_and_refused_in_a_part_stays_when_an_event_renews_it(world: World, visit: Visit) -> None:
    world.put("c1", "信任")
    page = visit("lena", f"/rounds/{world.round}")
    bar = page.get_by_role("group", name="What is chosen")

    def give_a_day(day: str) -> None:
        """Set a day for both, as another tab would; until this page shows it."""
        note(page, "assignments")
        ids = page.locator(".matrix td[data-id]").evaluate_all("cells => cells.map((cell) => cell.dataset.id)")
        token = page.locator('meta[name="csrf-token"]').get_attribute("content") or ""
        address = f"{world.line.url}/api/v1/rounds/{world.round}/assignments/due"
        answer = page.request.post(address, data={"assignments": ids, "due_on": day}, headers={"X-CSRFToken": token})
        assert answer.ok, answer.text()
        expect(page.locator(f".matrix td[data-due='{day}']")).to_have_count(2)
        assert not seen(page, "assignments")

    page.get_by_role("rowheader", name=TITLE).click()
    bar.get_by_label("Why it goes back").fill("第二页漏了")
    bar.get_by_label("Pass on to").select_option("Bo")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/assignments/withdraw", hold)
    with page.expect_request("**/assignments/withdraw"):
        bar.get_by_role("button", name="Take back").click()
    give_a_day("2031-05-06")
    held[0].continue_()
    refusal = bar.get_by_role("alert")
    expect(refusal).to_contain_text("One of them was begun")
    expect(refusal).to_be_focused()
    give_a_day("2031-05-07")
    expect(refusal).to_contain_text("One of them was begun")
    expect(bar.get_by_label("Why it goes back")).to_have_value("第二页漏了")
    expect(bar.get_by_label("Pass on to")).to_have_value(str(world.cast.people["bo"].id))
    # What was sent is what the page shows from then on.
    bar.get_by_label("Due on").fill("2031-05-08")
    bar.get_by_role("button", name="Set the day").click()
    expect(page.locator(".matrix td[data-due='2031-05-08']")).to_have_count(2)
    expect(page.locator("#chosen-due")).to_have_value("")
    expect(page.locator("#chosen-reason")).to_have_value("第二页漏了")


def test_where_no_stream_gets_through_the_page_asks_every_few_seconds(world: World, page: Page, visit: Visit) -> None:
    world.line.stream = False
    page.clock.install()
    asked: list[str] = []
    page.on("response", lambda answer: asked.append(answer.url))

    def after_five_seconds(happened: Callable[[], bool]) -> bool:
        page.clock.fast_forward(5000)
        return happened()

    visit("lena", f"/projects/{world.project}/materials")
    latest = f"{world.line.url}/api/v1/projects/{world.project}/events?limit=1"
    until(lambda: after_five_seconds(lambda: latest in asked), "the page does not ask")
    add_case(page, world, "云杉农机")
    cases = page.locator("#cases")
    until(lambda: after_five_seconds(lambda: "云杉农机" in cases.inner_text()), "the page asks once")


def test_a_disagreement_is_ruled_with_the_keyboard(world: World, visit: Visit) -> None:
    first, second = world.compare()
    page = visit("ada", f"/disagreements/{first}")
    pressed = page.locator("[data-take][aria-pressed=true]")
    # The order of the coders is drawn for each document.
    key = page.locator(".coder").filter(has_text="数据互信").locator("[data-take]").get_attribute("data-take") or ""
    page.keyboard.press(key)
    expect(pressed).to_have_attribute("data-take", key)
    expect(page.locator(".coder.taken")).to_have_attribute("data-coder", key)
    expect(page.locator("#standing li")).to_contain_text("数据互信")
    page.keyboard.press("0")
    expect(pressed).to_have_attribute("data-take", "none")
    page.locator("#reason").focus()
    page.keyboard.type("1s")
    expect(pressed).to_have_attribute("data-take", "none")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(str(second)))
    assert world.ruling(first) == ([], "1s")

    # Another code: the list comes when it is opened, and what is pressed meanwhile counts.
    page.route("**/adjudication/codes", lambda route: route.abort())
    page.keyboard.press("a")
    expect(page.locator("#add-list")).to_contain_text("did not come")
    page.keyboard.press("Escape")
    page.unroute("**/adjudication/codes")
    page.keyboard.press("a")
    page.keyboard.type("sjhx")
    page.keyboard.press("Enter")
    expect(page.locator("#standing li")).to_contain_text("数据互信")


def test_the_next_disagreement_and_deferring_are_one_key_each(world: World, visit: Visit) -> None:
    first, second = world.compare()
    page = visit("ada", f"/disagreements/{first}")
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(str(second)))
    page = visit("ada", f"/disagreements/{first}")
    page.keyboard.press("s")
    expect(page).to_have_url(re.compile(str(second)))
    assert world.disagreement(first).state is DisagreementState.DEFERRED


def test_the_chosen_theme_is_kept_and_set_before_the_first_paint(visit: Visit) -> None:
    page = visit("lena", "/")

    def choose(theme: str) -> None:
        page.locator("summary", has_text="Account of Lena").click()
        page.get_by_role("radio", name=theme).check(force=True)

    choose("Dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.add_init_script(
        "new MutationObserver(() => { if (document.body) document.documentElement.dataset.seen ??= document.documentElement.dataset.theme; }).observe(document, { childList: true, subtree: true });"
    )
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-seen", "dark")
    expect(page.locator("input[name=theme][value=dark]")).to_be_checked()
    choose("System")
    expect(page.locator("html")).not_to_have_attribute("data-theme", re.compile("."))


def test_a_link_is_copied_and_the_button_says_so(world: World, visit: Visit) -> None:
    page = visit("lena", f"/projects/{world.project}/team")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Invite").click()
    box = page.get_by_role("dialog", name="Invite somebody")
    box.get_by_label("E-mail address").fill("new@study.example")
    box.locator("[name=roles]").first.check()
    box.get_by_role("button", name="Make the invitation").click()
    button = page.locator("[data-copy-from='#invited-link']")
    button.click()
    expect(button).to_have_text("Copied")
    link = page.locator("#invited-link").input_value()
    assert "/invitations/" in link
    until(lambda: page.evaluate("navigator.clipboard.readText()") == link, "copied")
