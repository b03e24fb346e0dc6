"""The outbox: an acknowledged coding is never lost or doubled, whatever network, server and browser do."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from browser.languages import one_of_both
from browser.surface.driver import Coder
from browser.surface.study import World
from waiting import until


@pytest.fixture
def locale(request: pytest.FixtureRequest) -> str:
    """Each test in one language, some in each."""
    return one_of_both(request)


@pytest.fixture
def coder(page: Page, world: World) -> Coder:
    return Coder(page, world).open()


def ids(coder: Coder, method: str) -> list[str]:
    return [item["path"].rsplit("/", 1)[1] for item in coder.world.writes(method)]


def handed_in(coder: Coder) -> None:
    """Wait until the document is submitted and the desk is there: a browser that is closed on its way may hang for ever."""
    until(lambda: coder.world.submitted, "the document was submitted")
    expect(coder.page.get_by_role("heading", name=coder.t("My desk"))).to_be_visible()


def hand_in(coder: Coder) -> None:
    coder.page.get_by_role("button", name=coder.t("Submit this document")).click()
    coder.page.get_by_role("dialog").get_by_role("button", name=coder.t("Submit")).click()


def test_changes_made_offline_survive_a_reload_and_arrive_in_order_and_once(
    coder: Coder, context: BrowserContext
) -> None:
    context.set_offline(True)
    coder.code("金字塔", "Bricolage")
    coder.code("小团队", "信任先行")
    coder.press("Alt+]")
    coder.press("d")
    coder.drag("终端消费者")
    coder.press("Shift+Enter", "Enter")
    expect(coder.sync).to_have_attribute("data-state", "offline")
    expect(coder.sync).to_contain_text(coder.t("Offline: {n} kept in this browser", n=6))
    assert coder.world.writes() == []

    context.set_offline(False)
    # The server is away while the page is loaded again: the page itself comes from it, the writes do not get through.
    coder.world.line.faults = ["500"] * 3
    coder.open()
    expect(coder.stripes).to_have_count(3)
    coder.saved()
    assert [quote for _, quote in coder.world.quotes()] == ["金字塔", "小团队。", "终端消费者"]
    assert [name for name, _ in coder.world.quotes()] == ["Bricolage", "信任先行", "终端消费者"]
    assert sorted(item["version"] for item in coder.world.live().values()) == [1, 1, 3]
    sent = [(item["method"], item["path"], item["match"]) for item in coder.world.writes()]
    first_times = list(dict.fromkeys(sent))
    assert len(first_times) == 6
    # What was refused is repeated at once, before anything that was done later.
    assert sorted(sent, key=first_times.index) == sent


def test_what_was_done_and_typed_when_the_tab_was_closed_is_stored_once(
    coder: Coder, new_page: Callable[[], Page], context: BrowserContext
) -> None:
    world = coder.world
    coder.code("金字塔", "Bricolage")
    coder.saved()
    context.set_offline(True)
    coder.code("𠮷野家的👩‍👩‍👧‍👦全家", "信任先行")
    coder.press("d", "m")
    expect(coder.menu.locator("textarea")).to_be_focused()
    # Said to be kept: a disk that is busy takes its time.
    expect(coder.sync).to_contain_text(coder.t("Offline: {n} kept in this browser", n=2))
    coder.page.keyboard.insert_text("全家都来：e\u0301 😀 ")
    coder.page.keyboard.type("half a sent")
    coder.page.close()  # no box was left, nothing was sent
    assert len(world.live()) == 1

    context.set_offline(False)
    world.line.faults = ["cut-after"]
    later = Coder(new_page(), world).open()
    expect(later.stripes).to_have_count(2)
    later.saved()
    assert world.quotes() == [("Bricolage", "金字塔"), ("信任先行", "𠮷野家的👩‍👩‍👧‍👦全家")]
    assert [(item["memo"], item["doubt"]) for item in world.live().values() if item["memo"]] == [
        ("全家都来：e\u0301 😀 half a sent", 1)
    ]
    # It is taken up once: the next page has nothing to send.
    sent = len(world.writes())
    later.open()
    later.saved()
    assert len(world.writes()) == sent
    # Where the coding is gone meanwhile, the words are offered.
    later.doc.focus()
    later.press("n", "m")
    expect(later.menu.locator("textarea")).to_be_focused()
    later.page.keyboard.type("倒金字塔")
    later.page.close()
    [gone] = [key for key, item in world.live().items() if item["start"] == world.text.index("金字塔")]
    world.change(gone, 1, deleted=True)
    last = Coder(new_page(), world).open()
    expect(last.page.locator("#attention li")).to_contain_text("倒金字塔")


def test_what_the_page_before_was_still_sending_is_shown_by_the_next_one(coder: Coder) -> None:
    coder.world.line.faults = ["500"] * 50
    coder.code("金字塔", "Bricolage")
    expect(coder.sync).to_have_attribute("data-state", "retrying")

    def the_old_page_gets_through() -> None:
        coder.world.line.faults = []
        until(lambda: coder.world.live() and coder.world.line.answered, "the page that is being left had its answer")

    coder.world.line.rendered = the_old_page_gets_through
    coder.open()
    expect(coder.stripes).to_have_count(1)
    coder.saved()
    assert coder.world.quotes() == [("Bricolage", "金字塔")]


def test_nothing_is_said_to_be_kept_before_the_disk_has_it(coder: Coder, context: BrowserContext) -> None:
    """A tab that was closed at that moment lost what was said to be safe."""
    coder.page.evaluate(
        """() => Object.defineProperty(IDBTransaction.prototype, "oncomplete", {
          set(said) { this.addEventListener("complete", async () => { await window.disk; said(); }); },
        })"""
    )
    context.set_offline(True)
    coder.page.evaluate("() => { window.disk = new Promise((ready) => { window.hasIt = ready; }); }")
    coder.code("金字塔", "Bricolage")
    kept = coder.t("Offline: {n} kept in this browser", n=1)
    expect(coder.sync).to_contain_text(coder.t("Saving: {n} waiting", n=1))
    coder.page.evaluate("() => window.hasIt()")
    expect(coder.sync).to_contain_text(kept)
    context.set_offline(False)
    coder.saved()


def test_a_clock_that_was_set_back_makes_the_page_read_itself_once_more_and_not_for_ever(
    coder: Coder, new_page: Callable[[], Page]
) -> None:
    coder.page.evaluate("() => { const now = Date.now; Date.now = () => now() + 3_600_000; }")
    coder.code("金字塔", "Bricolage")
    coder.saved()
    later = Coder(new_page(), coder.world)
    reads: list[str] = []
    later.page.on("request", lambda request: reads.append(request.url) if request.url.endswith("/layer") else None)
    later.open()
    expect(later.stripes).to_have_count(1)
    later.code("小团队", "信任先行")
    later.saved()
    assert len(reads) in {2, 3}  # once more, and again where the coding arrived while it read


def test_an_error_of_the_server_is_tried_again_until_it_is_stored(coder: Coder) -> None:
    coder.world.line.faults = ["500", "503"]
    coder.code("金字塔", "Bricolage")
    coder.saved()
    assert len(coder.world.writes("PUT")) == 3
    assert len(set(ids(coder, "PUT"))) == 1
    assert coder.world.quotes() == [("Bricolage", "金字塔")]


def test_saved_is_not_shown_before_the_server_has_answered(coder: Coder) -> None:
    coder.world.line.faults = ["500"] * 2
    coder.code("金字塔", "Bricolage")
    expect(coder.sync).to_have_attribute("data-state", "retrying")
    assert coder.doc.get_attribute("data-test-saved") is None
    coder.saved()
    expect(coder.doc).to_have_attribute("data-test-saved", "1")


def test_a_coding_whose_answer_was_lost_is_recognised_not_doubled(coder: Coder) -> None:
    coder.world.line.faults = ["cut-after"]
    coder.code("金字塔", "Bricolage")
    coder.saved()
    assert len(set(ids(coder, "PUT"))) == 1
    assert len(coder.world.writes("PUT")) == 2
    assert coder.world.quotes() == [("Bricolage", "金字塔")]


def test_a_change_whose_answer_was_lost_is_recognised_not_refused(coder: Coder) -> None:
    coder.code("contracts", "Bricolage")
    coder.saved()
    coder.world.line.faults = ["cut-after"]
    coder.press("d")
    coder.saved()
    until(lambda: len(coder.world.writes("PATCH")) == 2, "the change was sent again")
    expect(coder.page.locator("#attention li")).to_have_count(0)
    coder.world.line.faults = ["cut-after"]
    coder.press("p", "Delete")
    coder.saved()
    expect(coder.page.locator("#attention li")).to_have_count(0)
    assert coder.world.quotes() == []


def test_a_refused_coding_is_shown_with_the_sentence_and_can_be_tried_again(coder: Coder) -> None:
    coder.world.line.faults = ["409"]
    coder.code("金字塔", "Bricolage")
    item = coder.page.locator("#attention li")
    expect(item).to_contain_text(coder.t("Coding “{name}”", name="Bricolage"))
    expect(item).to_contain_text("Refused for the test (409).")
    expect(coder.sync).to_contain_text(coder.t("{n} needs attention", "{n} need attention", n=1))
    expect(coder.page.locator(".stripe.held")).to_have_count(1)
    # Others go on meanwhile.
    coder.code("小团队", "信任先行")
    coder.saved()
    assert coder.world.quotes() == [("信任先行", "小团队")]
    item.get_by_role("button", name=coder.t("Try again")).click()
    expect(item).to_have_count(0)
    coder.saved()
    assert coder.world.quotes() == [("Bricolage", "金字塔"), ("信任先行", "小团队")]
    expect(coder.page.locator(".stripe.held")).to_have_count(0)


@pytest.mark.parametrize("locale", ["en-GB"])  # whose words are looked for
@pytest.mark.parametrize(("button", "states"), [("Try again", {"sending", "retrying"}), ("Discard", {"saved"})])
def test_a_refused_change_leaves_the_list_only_after_the_header_says_what_becomes_of_it(
    coder: Coder, new_page: Callable[[], Page], button: str, states: set[str]
) -> None:
    """For a moment it was "saved" and not listed any more, in this tab and in others, though it was on its way again."""
    coder.world.line.faults = ["409", "500"]
    coder.code("金字塔", "Bricolage")
    tabs = [coder, Coder(new_page(), coder.world).open()]
    for tab in tabs:
        expect(tab.page.locator("#attention li")).to_have_count(1)
        tab.page.evaluate(
            """() => new MutationObserver(() => {
              const { state, line } = document.querySelector("#sync").dataset;
              window.seen ??= document.querySelector("#attention li") ? undefined : [state, line.includes("attention")];
            }).observe(document.querySelector("#attention"), { childList: true })"""
        )
    coder.page.locator("#attention").get_by_role("button", name=button).click()
    for tab in tabs:
        expect(tab.page.locator("#attention li")).to_have_count(0)
        state, asks = tab.page.evaluate("window.seen")
        assert state in states
        assert not asks


def test_what_depends_on_a_refused_change_waits_with_it_and_goes_with_it(coder: Coder) -> None:
    coder.world.line.faults = ["422"]
    coder.drag("金字塔")
    coder.press("Shift+Enter", "Enter")
    expect(coder.page.locator("#attention li")).to_have_count(1)
    coder.press("d")
    expect(coder.page.locator("#attention li")).to_contain_text("2 later changes depend on it")
    coder.page.locator("#attention").get_by_role("button", name=coder.t("Discard")).click()
    expect(coder.page.locator("#attention li")).to_have_count(0)
    expect(coder.stripes).to_have_count(0)
    coder.saved()
    assert coder.world.quotes() == []
    assert len(coder.world.writes()) == 1


def test_a_stale_change_needs_a_decision_and_then_counts_from_the_stored_version(coder: Coder) -> None:
    coder.code("contracts", "Bricolage")
    coder.saved()
    [key] = coder.world.codings()
    for version, memo in enumerate(("from", "another", "from another", "from another browser"), 1):
        coder.world.change(key, version, memo=memo)
    coder.press("d")
    item = coder.page.locator("#attention li")
    expect(item).to_contain_text("This coding was changed elsewhere.")
    item.get_by_role("button", name=coder.t("Try again")).click()
    coder.saved()
    until(lambda: coder.world.codings()[key]["version"] == 6, "the change was stored")
    stored = coder.world.codings()[key]
    assert stored["doubt"]
    assert stored["memo"] == "from another browser"


def test_signed_out_keeps_the_queue_and_offers_the_way_in(coder: Coder) -> None:
    coder.sign_out()
    coder.code("金字塔", "Bricolage")
    expect(coder.sync).to_have_attribute("data-state", "signed-out")
    expect(coder.sync.get_by_role("link", name=coder.t("Sign in"))).to_have_attribute("href", re.compile("^/sign-in"))
    coder.code("小团队", "信任先行")
    expect(coder.sync).to_contain_text(coder.t("Signed out: {n} kept in this browser", n=2))
    # Signed in again in another tab: a new session has a new CSRF token.
    coder.sign_in()
    coder.page.evaluate("window.dispatchEvent(new Event('focus'))")
    coder.saved()
    assert coder.world.quotes() == [("Bricolage", "金字塔"), ("信任先行", "小团队")]


def test_an_outdated_token_is_renewed_without_a_word(coder: Coder) -> None:
    coder.sign_in()
    coder.code("金字塔", "Bricolage")
    coder.saved()
    assert coder.world.quotes() == [("Bricolage", "金字塔")]


def test_changes_are_never_sent_under_another_account(coder: Coder) -> None:
    coder.sign_in("bo")
    coder.code("金字塔", "Bricolage")
    expect(coder.sync).to_have_attribute("data-state", "other-account")
    assert coder.world.codings() == {}
    # The other account's own page neither shows nor sends them.
    coder.open()
    coder.saved()
    expect(coder.stripes).to_have_count(0)
    assert coder.world.codings() == {}
    coder.sign_in("ai")
    coder.open()
    coder.saved()
    assert coder.world.quotes() == [("Bricolage", "金字塔")]


def test_two_tabs_send_as_one_and_show_the_same(new_page: Callable[[], Page], world: World) -> None:
    first = Coder(new_page(), world).open()
    second = Coder(new_page(), world).open()
    for quote, tab in [("金字塔", first), ("小团队", second), ("终端消费者", first), ("contracts", second)]:
        tab.page.bring_to_front()
        tab.code(quote, "Bricolage")
    for tab in (first, second):
        tab.saved()
        expect(tab.page.locator("#stats [data-stat=codings]")).to_have_text("4")
    # A change in one tab of what the other tab made starts from the right version.
    first.page.bring_to_front()
    first.doc.focus()
    first.press("n", "n", "d")
    first.saved()
    second.page.bring_to_front()
    second.doc.focus()
    second.press("n", "n", "d")
    second.saved()
    assert len(world.writes("PUT")) == 4
    assert sorted(item["version"] for item in world.live().values()) == [1, 1, 1, 3]
    expect(second.page.locator("#attention li")).to_have_count(0)


def test_the_document_is_not_handed_in_while_changes_wait(coder: Coder) -> None:
    coder.world.line.faults = ["500"] * 100
    coder.code("金字塔", "Bricolage")
    expect(coder.sync).to_have_attribute("data-state", "retrying")
    hand_in(coder)
    expect(coder.page.locator("#submit-form .error")).to_contain_text(
        coder.t(
            "{n} change has not reached the server yet. Submit when all are saved.",
            "{n} changes have not reached the server yet. Submit when all are saved.",
            n=1,
        )
    )
    assert not coder.world.submitted
    coder.world.line.faults = []
    coder.saved()
    hand_in(coder)
    handed_in(coder)


def test_handing_in_sends_what_was_typed_last(coder: Coder) -> None:
    coder.code("contracts", "Bricolage")
    coder.whole().press("m")
    coder.page.keyboard.type("last words")
    hand_in(coder)
    handed_in(coder)
    [item] = coder.world.live().values()
    assert item["memo"] == "last words"


def test_an_operation_of_another_version_of_the_page_is_not_sent_blindly(coder: Coder) -> None:
    coder.world.line.faults = ["500"] * 50
    coder.code("金字塔", "Bricolage")
    expect(coder.sync).to_have_attribute("data-state", "retrying")
    coder.page.evaluate(
        """() => new Promise((done) => {
          const open = indexedDB.open("intercoder");
          open.onsuccess = () => {
            const ops = open.result.transaction("ops", "readwrite").objectStore("ops");
            ops.openCursor().onsuccess = ({ target }) => { target.result.update({ ...target.result.value, v: 99 }).onsuccess = done; };
          };
        })"""
    )
    coder.world.line.faults = []
    coder.open()
    expect(coder.page.locator("#attention li")).to_contain_text("another version of the page")
    assert coder.world.codings() == {}
