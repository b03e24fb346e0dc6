"""Sixty places by keyboard alone: a lead, three coders and two adjudicators, one in English and one in Chinese; every key is counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.serving import Server
from browser.story.people import broken_rules
from cast import PASSWORD, Cast, store
from intercoder.db import within
from intercoder.models import DisagreementState, DrawnFrom, Role, Unit
from intercoder.policy import Permission
from intercoder.services import blind_rulings, coding, disagreements, rounds
from intercoder.services.blind_rulings import NewDraw
from services.comparing import disagreements_of, give
from services_up import LOOPBACK
from templates import Templates

TITLES = ("第一份", "第二份")
SENTENCES = [f"第{n}次谈到平台时他们说数据要自己拿着。" for n in range(32)]
CODERS = ("ai", "bo", "root")
#: of every four sentences: which code each of the three gives, and how many signs of it
PATTERN = (
    (("l1", 8), ("l1", 8), ("l2", 8)),
    (("l3", 8), None, ("l3", 8)),
    (("l3", 8), ("l2", 8), ("l1", 8)),
    (("l2", 9), ("l2", 6), ("l2", 9)),
)


def coded_by_three(cast: Cast) -> UUID:
    """Return a compared round of 64 places."""
    give(cast, "root", Role.CODER)
    give(cast, "olga", Role.ADJUDICATOR)
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.MATERIALS_MANAGE)
        documents = [store(session, access, t, f"{t}。{''.join(SENTENCES)}").id for t in TITLES]
        lead = cast.access(session, "lena", Permission.ROUND_MANAGE)
        people = tuple(cast.people[name].id for name in CODERS)
        wanted = rounds.NewRound(
            name="六十处",
            version_id=cast.version,
            unit=Unit.SPAN,
            documents=tuple(documents),
            coders=people,
            open=True,
        )
        made = rounds.create_round(session, lead, wanted).id
    for number, name in enumerate(CODERS):
        with cast.database.transaction() as session:
            access = cast.access(session, name, Permission.CODE, "round", made)
            for document in documents:
                at = len(TITLES[0]) + 1
                for n, sentence in enumerate(SENTENCES):
                    given = PATTERN[n % 4][number]
                    if given is not None:
                        code, length = given
                        write = coding.CodingWrite(code=cast.codes[code], start=at, end=at + length)
                        asking = access.asking(Permission.CODE)
                        coding.put_coding(within(session), asking, document, uuid4(), write)
                    at += len(sentence)
                coding.submit(session, access, document)
    cast.close(made)
    return made


#: whether another place than this is there, and can be ruled on
NEXT = """(here) => location.href !== here && document.querySelector("#standing-none")?.checkVisibility()
  && document.querySelector("#desk[data-ready]:not([data-waits])") !== null """


@dataclass
class Hands:
    """Somebody who has a keyboard and nothing else, and how often it was pressed."""

    page: Page
    keys: int = 0

    def press(self, *keys: str) -> None:
        """Press keys one after the other; a chord is one of them."""
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def type(self, words: str) -> None:
        """Write words, a key each."""
        self.page.keyboard.type(words)
        self.keys += len(words)

    def rules(self, *keys: str) -> None:
        """Press what rules on this place, and wait for the next one."""
        here = self.page.url
        self.press(*keys)
        # Asked each frame: what waits between two looks adds up over sixty places.
        self.page.wait_for_function(NEXT, arg=here)


@pytest.fixture
def study(tmp_path: Path, sqlite_templates: Templates) -> Iterator[tuple[Cast, Server, UUID]]:
    data = tmp_path / "data"
    data.mkdir()
    cast = sqlite_templates.cast(data / "intercoder.sqlite3")
    database = cast.database
    round_id = coded_by_three(cast)
    with Server(data) as server:
        server.start()
        yield cast, server, round_id
    database.dispose()


def comes(browser: Browser, server: Server, person: str, locale: str, path: str) -> Page:
    """Sign somebody in and open an address."""
    page = browser.new_context(locale=locale).new_page()
    page.goto(f"http://{LOOPBACK}:{server.port}/sign-in?next={path}")
    page.fill("#f-email", f"{person}@study.example")
    page.fill("#f-password", PASSWORD)
    page.click("main .btn.primary")
    return page


def begins(hands: Hands, reason: str) -> None:
    """Rule on the first place with words of one's own."""
    expect(hands.page.locator("#desk[data-ready]")).to_be_attached()
    hands.press("1")
    hands.page.locator("#reason").focus()
    hands.press("Tab")  # what leads there costs a key too
    hands.page.locator("#reason").focus()
    hands.type(reason)
    hands.rules("Control+Enter")


def waiting(cast: Cast, round_id: UUID, person: str) -> int:
    """Return how many places wait for somebody."""
    with cast.database.reading() as session:
        counts = disagreements.counts(session, [round_id], cast.people[person].id)[round_id]
    return counts.get(DisagreementState.OPEN, 0) + counts.get(DisagreementState.TWICE, 0)


def goes_on(cast: Cast, round_id: UUID, person: str, hands: Hands) -> None:
    """Rule on all that waits for somebody, one by one: what stands, and a key that says the last reason and rules."""
    while (left := waiting(cast, round_id, person)) > 0:
        if left > 1:
            hands.rules("1", ".")
        else:
            here = hands.page.url
            hands.press("1", ".")
            expect(hands.page).not_to_have_url(here)
            hands.page.wait_for_load_state()


def test_sixty_places_with_fewer_than_three_keys_each(study: tuple[Cast, Server, UUID], browser: Browser) -> None:
    cast, server, round_id = study
    assert len(disagreements_of(cast, round_id)) == 64
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        blind_rulings.draw(session, access, NewDraw(drawn_from=DrawnFrom.OPEN, share=6, seed=2))
    queue = f"/rounds/{round_id}/adjudication"
    ada = Hands(comes(browser, server, "ada", "en-GB", queue))
    begins(ada, "More read it so.")
    for _ in range(15):
        ada.rules("1", ".")
    # All that are like a ruled place by a rule, seen before.
    ada.press("k")
    expect(ada.page.locator('[data-do="alike"]')).to_be_visible()
    ada.press("g")
    expect(ada.page.locator("#would")).to_be_visible()
    ada.press("Control+Enter")
    expect(ada.page.locator("#bulks li")).to_have_count(1)
    assert broken_rules(ada.page) == []
    olga = Hands(comes(browser, server, "olga", "zh-CN", queue))
    begins(olga, "多数人这样读。")
    goes_on(cast, round_id, "olga", olga)
    assert broken_rules(olga.page) == []
    ada.page.goto(f"http://{LOOPBACK}:{server.port}{queue}")
    goes_on(cast, round_id, "ada", ada)
    assert {d.state for d in disagreements_of(cast, round_id)} == {DisagreementState.RULED}
    keys = ada.keys + olga.keys
    print(f"64 places, {keys} keys: {keys / 64:.2f} each")
    assert keys < 3 * 64
    # Both have said the same where two were asked, and neither has seen it before.
    ada.page.goto(f"http://{LOOPBACK}:{server.port}{queue}/two")
    expect(ada.page.locator("#rulers-en")).to_contain_text("100.0")
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        rounds.settle_round(session, access)
