"""The doors to an account: signed-in browsers and access tokens, as their owner sees and ends them."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from cast import PASSWORD, Cast, Client, SignedIn
from intercoder.clock import now
from intercoder.db import Database
from intercoder.events import LocalBus
from intercoder.models import AccessToken, UserSession
from intercoder.services import accounts, credentials, tokens
from intercoder.services.credentials import Credential
from intercoder.web import live
from intercoder.web.account.own import browser
from waiting import PATIENCE
from web.asking import refused
from web.pages.conftest import Visitor, words

pytestmark = pytest.mark.sqlite

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox, Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36 Edg/142.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 CriOS/142.0 Mobile Safari/604.1",
            "Chrome, iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.49",
            "WeChat, Android",
        ),
        (
            "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114.0 Safari/537.36 ArkWeb/4.1 HuaweiBrowser/5.0",
            "Huawei Browser, HarmonyOS",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
        ("<script>alert(1)</script>" * 9, ("<script>alert(1)</script>" * 9)[:60]),
    ],
)
def test_a_browser_is_named_shortly(app: Flask, agent: str, name: str) -> None:
    with app.test_request_context("/"):
        assert browser(agent) == name


def test_a_person_sees_each_browser_and_ends_one_of_them(app: Flask, cast: Cast) -> None:
    ai, database = cast.people["ai"], cast.database
    here = SignedIn(app, database, ai, FIREFOX)
    phone, work = SignedIn(app, database, ai, "iPhone Safari"), SignedIn(app, database, ai, "Windows Chrome")
    page = here.call("GET", "/account").get_data(as_text=True)
    for name in ("Firefox, Linux", "Safari, iPhone", "Chrome, Windows", "This browser"):
        assert name in page
    listed = {b["agent"]: b["id"] for b in here.get("/api/v1/browsers")}
    assert here.call("DELETE", f"/api/v1/browsers/{listed['iPhone Safari']}").status_code == 204
    assert [b.call("GET", "/account").status_code for b in (here, phone, work)] == [200, 302, 200]
    refused(here.call("DELETE", f"/api/v1/browsers/{listed['iPhone Safari']}"), 404, "not_found")


def test_nobody_ends_a_browser_of_somebody_else(app: Flask, cast: Cast) -> None:
    ai, bo = (SignedIn(app, cast.database, cast.people[who]) for who in ("ai", "bo"))
    theirs = ai.get("/api/v1/browsers")[0]["id"]
    for unknown in (theirs, uuid4(), UUID(int=0)):
        refused(bo.call("DELETE", f"/api/v1/browsers/{unknown}"), 404, "not_found")
    assert ai.call("GET", "/account").status_code == 200
    assert len(bo.get("/api/v1/browsers")) == 1


def test_what_names_a_browser_opens_nothing(app: Flask, cast: Cast) -> None:
    here = SignedIn(app, cast.database, cast.people["ai"])
    name = here.get("/api/v1/browsers")[0]["id"]
    with cast.database.reading() as session:
        for guess in (name, name.replace("-", "")):
            assert credentials.find_session(session, guess) is None


def test_an_access_token_opens_no_further_door(app: Flask, cast: Cast) -> None:
    program, here = Client(app, cast.database, cast.people["bo"]), SignedIn(app, cast.database, cast.people["bo"])
    kept = here.get("/api/v1/browsers")[0]["id"]
    for method, path, body in (
        ("POST", "/api/v1/tokens", {"name": "another"}),
        ("DELETE", f"/api/v1/browsers/{kept}", None),
        ("POST", "/account/password", None),
        ("POST", "/account/sessions/end", None),
    ):
        answer = program.call(method, path, body, Accept="application/json")
        refused(answer, 403, "browser_only")
    assert len(program.get("/api/v1/tokens")) == 1
    assert here.call("GET", "/account").status_code == 200
    with cast.database.reading() as session:
        accounts.check_password(session, "bo@study.example", PASSWORD)
    here.post("/api/v1/tokens", {"name": "made in a browser"})
    assert [t["name"] for t in here.get("/api/v1/tokens")] == ["made in a browser", "tests"]


def test_the_last_use_of_a_token_is_known_to_the_hour_and_costs_no_write_in_between(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, here = Client(app, cast.database, cast.people["bo"]), SignedIn(app, cast.database, cast.people["bo"])
    assert "never used" in words(here.call("GET", "/account"))

    def used() -> object:
        with cast.database.reading() as session:
            return session.scalar(sa.select(AccessToken.used_at))

    def later(**by: float) -> None:
        moment = now() + timedelta(**by)
        for module in (accounts, credentials):
            monkeypatch.setattr(module, "now", lambda: moment)

    later(minutes=0)
    program.get("/api/v1/me")
    first = used()
    assert first is not None
    later(minutes=50)
    program.get("/api/v1/me")
    assert used() == first
    later(minutes=70)
    program.get("/api/v1/me")
    assert used() != first
    assert "last used" in words(here.call("GET", "/account"))


@pytest.mark.parametrize("ended", ["browser", "password", "sign-out", "others", "switched off", "token"])
def test_an_open_page_ends_with_its_door_and_waits_for_nothing(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch, ended: str
) -> None:
    monkeypatch.setattr(live, "CHECK", PATIENCE * 1000)  # nobody looks by himself
    bo, bus = cast.people["bo"], LocalBus()
    database.hooks["bus"] = bus
    with database.transaction() as session:
        secret = accounts.open_session(session, bo, "tests")
        other = accounts.open_session(session, bo, "tests")
        token, key = tokens.create_token(session, bo.id, tokens.NewToken(name="program"))

    def end() -> None:
        with database.transaction() as session:
            if ended == "browser":
                kept = session.get_one(UserSession, accounts.hash_token(secret))
                accounts.end_browser(session, bo.id, kept.id)
            elif ended == "password":
                accounts.change_password(session, bo.id, "another hash", other)
            elif ended == "sign-out":
                accounts.end_session(session, bo.id, secret)
            elif ended == "others":
                accounts.end_other_sessions(session, bo.id, other)
            elif ended == "token":
                tokens.delete_token(session, bo.id, token.id)
            else:
                accounts.set_active(session, cast.people["root"], bo.id, False)

    async def scenario() -> tuple[list[bytes], bool]:
        hub = live.Hub(database, bus)
        hub.start(asyncio.get_running_loop())
        ending = Credential.of_token(key) if ended == "token" else Credential.of_browser(secret)
        ends, stays = hub.stream(ending, cast.project), hub.stream(Credential.of_browser(other), cast.project)
        assert b"hello" in await anext(ends)
        assert b"hello" in await anext(stays)
        waiting = asyncio.ensure_future(anext(stays))
        rest = asyncio.ensure_future(_all(ends))
        await asyncio.to_thread(end)
        said = await asyncio.wait_for(rest, PATIENCE)
        stayed = not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, stays.aclose(), return_exceptions=True)
        return said, stayed

    # A thread of its own: Playwright has a loop that runs in this one.
    with ThreadPoolExecutor(1) as apart:
        said, stayed = apart.submit(asyncio.run, scenario()).result()
    assert said == [b"event: bye\ndata: {}\n\n"]
    assert stayed or ended == "switched off"


async def _all(stream: AsyncGenerator[bytes]) -> list[bytes]:
    return [message async for message in stream]


def test_signing_out_elsewhere_still_works_from_the_page(cast: Cast, visit: Callable[[str], Visitor]) -> None:
    here, elsewhere = visit("ai"), visit("ai")
    answer = here.send("/account/sessions/end", {}, page="/account")
    assert answer.headers["Location"].endswith("/account#sessions")
    assert (here.get("/account").status_code, elsewhere.get("/account").status_code) == (200, 302)
