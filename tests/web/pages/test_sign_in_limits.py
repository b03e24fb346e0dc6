"""Wrong passwords at the pages: who waits, who does not, and that nobody learns which account there is."""

from collections.abc import Callable

import pytest
from flask import Flask

from cast import PASSWORD, Cast
from intercoder.services.attempts import ACCOUNT, ADDRESS, Count
from web.pages.conftest import Visitor, words

pytestmark = [pytest.mark.sqlite, pytest.mark.usefixtures("still_clock")]

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}
HERE = {"REMOTE_ADDR": "198.51.100.7"}


def sign_in(visitor: Visitor, email: str, password: str, where: dict[str, str] = HERE) -> int:
    form = {"email": email, "password": password}
    status: int = visitor.send("/sign-in", form, environ_overrides=where).status_code
    return status


def guess(app: Flask, email: str, times: int) -> list[int]:
    """Return what a stranger gets who tries an account from elsewhere."""
    stranger = Visitor(app)
    return [sign_in(stranger, email, f"guess {n}", ELSEWHERE) for n in range(times)]


@pytest.mark.parametrize("email", ["bo@study.example", "nobody@study.example", "谁@研究.example"])
def test_a_guesser_waits_for_an_account_and_for_one_that_does_not_exist_alike(
    app: Flask, cast: Cast, email: str
) -> None:
    assert guess(app, email, 12) == [401] * 10 + [429] * 2
    answer = Visitor(app).send("/sign-in", {"email": email, "password": PASSWORD}, environ_overrides=HERE)
    assert answer.status_code == 429, "from any address"
    assert 0 < int(answer.headers["Retry-After"]) <= 10
    assert f"Wait {answer.headers['Retry-After']} seconds" in words(answer)


def test_a_right_password_in_a_known_browser_gets_in_whatever_others_try(app: Flask, cast: Cast) -> None:
    known, unknown = Visitor(app), Visitor(app)
    assert sign_in(known, "bo@study.example", PASSWORD) == 302
    known.send("/sign-out", {}, page="/account")
    assert guess(app, "bo@study.example", 11)[-1] == 429
    assert sign_in(unknown, "bo@study.example", PASSWORD) == 429
    assert sign_in(known, "bo@study.example", "a slip of the finger") == 401
    assert sign_in(known, "BO@study.example", PASSWORD) == 302
    assert sign_in(unknown, "bo@study.example", PASSWORD) == 429, "that success wiped nothing of the guesser's"


def test_a_known_browser_is_known_for_its_own_accounts_only_and_its_guesses_are_counted_too(
    app: Flask, cast: Cast
) -> None:
    shared = Visitor(app)
    for person in ("ai", "bo"):
        assert sign_in(shared, f"{person}@study.example", PASSWORD) == 302
        shared.send("/sign-out", {}, page="/account")
    guess(app, "ada@study.example", 10)
    assert sign_in(shared, "ada@study.example", PASSWORD) == 429
    guess(app, "ai@study.example", 10)
    assert [sign_in(shared, "ai@study.example", "wrong") for _ in range(31)] == [401] * 30 + [429]
    assert sign_in(shared, "bo@study.example", PASSWORD) == 302


@pytest.mark.parametrize("forged", ["x", "WyJicm93c2VyIiwieCJd.aaaa.bbbb", "", "😀"])
def test_a_forged_cookie_makes_no_browser_known(app: Flask, cast: Cast, forged: str) -> None:
    guess(app, "bo@study.example", 10)
    forger = Visitor(app)
    forger.client.set_cookie("intercoder-known", forged)
    assert sign_in(forger, "bo@study.example", PASSWORD) == 429


def test_the_cookie_of_a_known_browser_names_nobody_and_cannot_be_read_by_scripts(app: Flask, cast: Cast) -> None:
    answer = Visitor(app).send("/sign-in", {"email": "bo@study.example", "password": PASSWORD})
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("intercoder-known="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "bo@" not in cookie
    assert str(cast.people["bo"].id) not in cookie


def test_somebody_who_tries_many_accounts_keeps_nobody_out_for_more_than_seconds(app: Flask, cast: Cast) -> None:
    known = Visitor(app)
    assert sign_in(known, "ai@study.example", PASSWORD) == 302
    known.send("/sign-out", {}, page="/account")
    for number in range(98):
        app.extensions["attempts"].admit(Count(ACCOUNT, f"number{number}"), Count(ADDRESS, HERE["REMOTE_ADDR"]))
    stranger = Visitor(app)
    assert [sign_in(stranger, f"nobody{n}@study.example", "a guess") for n in range(3)] == [401, 401, 429]
    answer = Visitor(app).send("/sign-in", {"email": "bo@study.example", "password": PASSWORD}, environ_overrides=HERE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert sign_in(Visitor(app), "bo@study.example", PASSWORD, ELSEWHERE) == 302
    assert sign_in(known, "ai@study.example", PASSWORD) == 302


def test_the_sentence_is_said_in_chinese_too(app: Flask, cast: Cast) -> None:
    guess(app, "bo@study.example", 10)
    answer = Visitor(app).client.get("/sign-in", headers={"Accept-Language": "zh-CN"})
    assert "登录" in words(answer)
    reader = Visitor(app)
    form = {"email": "bo@study.example", "password": PASSWORD}
    answer = reader.send("/sign-in", form, environ_overrides=HERE, headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 429
    assert "尝试过于频繁" in words(answer)


def test_attempts_at_links_are_counted_by_address(app: Flask, cast: Cast, visit: Callable[[str], Visitor]) -> None:
    app.extensions["settings"] = app.extensions["settings"].__class__(
        **{**app.extensions["settings"].__dict__, "self_registration": True}
    )
    visitor = Visitor(app)
    for number in range(100):
        form = {"name": "A", "email": f"new{number}@study.example", "password": "short"}
        assert visitor.send("/register", form, environ_overrides=HERE).status_code == 422
    refused = visitor.send(
        "/register", {"name": "A", "email": "x@study.example", "password": "short"}, environ_overrides=HERE
    )
    assert refused.status_code == 429
    assert "Retry-After" in refused.headers


@pytest.mark.parametrize("path", ["/sign-in", "/register", "/setup/x", "/api/v1/projects"])
def test_a_form_that_takes_seconds_to_read_is_refused_unread(app: Flask, path: str) -> None:
    answer = app.test_client().post(path, data={"email": "x" * 300_000})
    assert answer.status_code == 413
    assert app.test_client().post(path, data={"email": "x" * 30_000}).status_code != 413
