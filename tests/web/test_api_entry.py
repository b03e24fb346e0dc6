"""How one comes in to the API: tokens, invitations, cookies with the token of a form."""

import json
import re
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cast import PASSWORD, Cast, Client
from intercoder.config import load_settings
from intercoder.services import accounts
from intercoder.web.app import create_app
from web.asking import events, refused, token_of

sqlite_only = pytest.mark.sqlite


@pytest.fixture
def people(app: Flask, cast: Cast) -> dict[str, Client]:
    return {name: Client(app, cast.database, person) for name, person in cast.people.items()}


def ask_me(app: Flask, token: str) -> TestResponse:
    return app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})


def later(monkeypatch: pytest.MonkeyPatch, **passed: float) -> None:
    """Move the clock."""

    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz) + timedelta(**passed)

    monkeypatch.setattr("intercoder.clock.datetime", Later)


def test_no_token_and_a_wrong_one_are_not_signed_in(app: Flask, cast: Cast) -> None:
    for headers in ({}, {"Authorization": "Bearer ic_wrong"}, {"Authorization": "Bearer"}):
        answer = app.test_client().get("/api/v1/me", headers=headers)
        refused(answer, 401, "sign_in")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    refused(app.test_client().post("/api/v1/projects", json={}, headers={"Authorization": "Bearer x"}), 401, "sign_in")


def test_a_token_ends_with_its_days_its_deletion_and_its_account(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    short, lasting, deleted, off = (
        token_of(cast, "ai", 7),
        token_of(cast, "ai"),
        token_of(cast, "ai"),
        token_of(cast, "bo"),
    )
    assert [ask_me(app, t).status_code for t in (short, lasting, deleted, off)] == [200] * 4
    headers = {"Authorization": f"Bearer {deleted}"}
    client = app.test_client()
    newest = json.loads(client.get("/api/v1/tokens", headers=headers).get_data())[0]["id"]
    assert client.delete(f"/api/v1/tokens/{newest}", headers=headers).status_code == 204
    refused(ask_me(app, deleted), 401, "sign_in")
    with cast.database.transaction() as session:
        accounts.set_active(session, cast.people["root"], cast.people["bo"].id, False)
    refused(ask_me(app, off), 401, "sign_in")
    later(monkeypatch, days=7, minutes=1)
    refused(ask_me(app, short), 401, "sign_in")
    assert ask_me(app, lasting).status_code == 200


def test_nobody_can_end_the_token_of_somebody_else(cast: Cast, people: dict[str, Client]) -> None:
    theirs = people["ai"].get("/api/v1/tokens")[0]["id"]
    refused(people["bo"].call("DELETE", f"/api/v1/tokens/{theirs}"), 404, "not_found")
    assert len(people["ai"].get("/api/v1/tokens")) == 1


class TestInvitations:
    def invite(self, cast: Cast, people: dict[str, Client]) -> tuple[str, str]:
        given = {"email": "otto@study.example", "roles": ["coder"]}
        made = people["lena"].post(f"/api/v1/projects/{cast.project}/invitations", given)
        return made["id"], made["link"].rsplit("/", 1)[1]

    def accept(self, people: dict[str, Client], secret: str) -> TestResponse:
        return people["otto"].call("POST", "/api/v1/invitations/accept", {"token": secret})

    def test_an_expired_one_is_gone(
        self, cast: Cast, people: dict[str, Client], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _, secret = self.invite(cast, people)
        later(monkeypatch, days=14, minutes=1)
        assert people["lena"].get(f"/api/v1/projects/{cast.project}/invitations") == []
        refused(self.accept(people, secret), 410, "invitation_expired")

    def test_a_withdrawn_one_is_gone(self, cast: Cast, people: dict[str, Client]) -> None:
        invitation, secret = self.invite(cast, people)
        assert people["lena"].call("DELETE", f"/api/v1/invitations/{invitation}").status_code == 204
        refused(self.accept(people, secret), 410, "invitation_gone")

    def test_a_used_one_is_gone_and_an_invented_one_too(self, cast: Cast, people: dict[str, Client]) -> None:
        invitation, secret = self.invite(cast, people)
        assert self.accept(people, secret).status_code == 201
        refused(self.accept(people, secret), 410, "invitation_used")
        refused(people["lena"].call("DELETE", f"/api/v1/invitations/{invitation}"), 409, "invitation_used")
        refused(self.accept(people, "invented"), 410, "invitation_gone")


# --- with a cookie --------------------------------------------------------------------------------


def form_token(client: FlaskClient) -> str:
    """Return the token that the sign-in page carries against forged requests."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").get_data(as_text=True))
    assert token is not None
    return token[1]


def sign_in(client: FlaskClient, email: str, password: str) -> TestResponse:
    form = {"email": email, "password": password, "csrf_token": form_token(client)}
    return client.post("/sign-in", data=form, headers={"Accept": "application/json"})


@sqlite_only
class TestCookies:
    def test_a_cookie_alone_does_not_change_anything(self, app: Flask, cast: Cast) -> None:
        client = app.test_client()
        token = form_token(client)
        assert sign_in(client, "lena@study.example", PASSWORD).status_code == 302
        assert json.loads(client.get("/api/v1/me").get_data())["email"] == "lena@study.example"
        body, before = {"name": "forged"}, events(cast)
        path = f"/api/v1/projects/{cast.project}/cases"
        refused(client.post(path, json=body), 422, "csrf")
        refused(client.post(path, json=body, headers={"X-CSRFToken": "invented"}), 422, "csrf")
        refused(client.post(path, json=body, headers={"X-CSRFToken": token}), 422, "csrf")  # of the visit before
        refused(client.post(path, json=body, headers={"Authorization": "Basic bGVuYTp4"}), 422, "csrf")
        assert events(cast) == before
        page = client.get("/account").get_data(as_text=True)
        fresh = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert fresh is not None
        assert client.post(path, json=body, headers={"X-CSRFToken": fresh[1]}).status_code == 201

    def test_what_was_good_once_is_not_good_for_another_browser_or_from_elsewhere(
        self, cast: Cast, tmp_path: Path
    ) -> None:
        there = "https://localhost"
        settings = {"INTERCODER_DATA": str(tmp_path), "DATABASE_URL": cast.database.url, "PUBLIC_URL": there}
        secured, path = create_app(load_settings(settings), cast.database), f"/api/v1/projects/{cast.project}/cases"
        secured.config["PREFERRED_URL_SCHEME"] = "https"

        def entered(email: str) -> FlaskClient:
            client = secured.test_client()
            client.environ_base["HTTP_REFERER"] = f"{there}/sign-in"
            assert sign_in(client, email, PASSWORD).status_code == 302
            return client

        def made(client: FlaskClient, name: str, **sent: str | None) -> TestResponse:
            headers = {"X-CSRFToken": token, "Referer": f"{there}/cases"} | sent
            return client.post(path, json={"name": name}, headers={k: v for k, v in headers.items() if v is not None})

        lena, other = entered("lena@study.example"), entered("lena@study.example")
        pages = [client.get("/account").get_data(as_text=True) for client in (other, lena)]
        shown = [re.findall(r'name="csrf_token" value="([^"]+)"', page)[0] for page in pages]
        assert shown[0] != shown[1]
        token = shown[1]
        assert [made(lena, name).status_code for name in ("one", "two")] == [201, 201]
        before = events(cast)
        refused(made(other, "three"), 422, "csrf")
        refused(made(lena, "three", Referer="https://elsewhere.example/cases"), 422, "csrf")
        lena.environ_base.pop("HTTP_REFERER")
        refused(made(lena, "three", Referer=None), 422, "csrf")
        assert events(cast) == before
        assert made(lena, "three").status_code == 201

    def test_a_token_needs_no_csrf_token(self, app: Flask, cast: Cast) -> None:
        headers = {"Authorization": f"Bearer {token_of(cast, 'lena')}"}
        path = f"/api/v1/projects/{cast.project}/cases"
        assert app.test_client().post(path, json={"name": "with a token"}, headers=headers).status_code == 201

    def test_a_wrong_token_is_refused_although_a_cookie_would_get_in(self, app: Flask, cast: Cast) -> None:
        client = app.test_client()
        sign_in(client, "lena@study.example", PASSWORD)
        path, before = f"/api/v1/projects/{cast.project}/cases", events(cast)
        answer = client.post(path, json={"name": "forged"}, headers={"Authorization": "Bearer invented"})
        refused(answer, 401, "sign_in")
        assert events(cast) == before

    @pytest.mark.usefixtures("still_clock")
    def test_after_ten_wrong_passwords_an_account_rests(self, app: Flask, cast: Cast) -> None:
        client = app.test_client()
        for _ in range(10):
            assert sign_in(client, "ai@study.example", "not this one").status_code == 401
        answer = sign_in(client, "ai@study.example", PASSWORD)
        refused(answer, 429, "too_many_attempts")
        assert int(answer.headers["Retry-After"]) > 0
        assert sign_in(client, "AI@study.example", PASSWORD).status_code == 429
        assert ask_me(app, token_of(cast, "ai")).status_code == 200  # tokens are not guessed with passwords
        assert sign_in(client, "bo@study.example", PASSWORD).status_code == 302
