"""Choosing a password at the pages: refused with the reason wherever one is set, and judged while it is typed."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from cast import PASSWORD, Cast
from intercoder.db import Database
from intercoder.models import Role
from intercoder.policy import Permission
from intercoder.services import accounts, members
from web.pages.conftest import Visitor, words

pytestmark = pytest.mark.sqlite

COMMON = "qwertyuiop"


def judged(visitor: Visitor, page: str, **sent: str) -> tuple[int, dict[str, object]]:
    """Return what the server says of a password to a page that somebody types it into."""
    token = re.search(r'name="csrf-token" content="([^"]+)"', visitor.get(page).get_data(as_text=True))
    assert token is not None
    answer = visitor.client.post("/api/v1/password-strength", json=sent, headers={"X-CSRFToken": token[1]})
    return answer.status_code, answer.get_json()


def test_a_common_password_is_refused_wherever_one_is_set(
    cast: Cast, database: Database, visitor: Visitor, visit: Callable[[str], Visitor]
) -> None:
    with cast.acting("lena", Permission.MEMBERS_MANAGE) as (session, access):
        _, secret = members.invite(
            session, access, members.NewInvitation(email="nia@study.example", roles=[Role.CODER])
        )
    here = visit("bo")
    answers = [
        visitor.send(f"/invitations/{secret}", {"name": "Nia", "password": COMMON}),
        here.send("/account/password", {"old": PASSWORD, "password": COMMON}, page="/account"),
    ]
    for answer in answers:
        assert answer.status_code == 422
        assert "everybody tries first" in words(answer)
        assert COMMON not in answer.get_data(as_text=True), "a password is not sent back"
    with database.reading() as session:
        accounts.check_password(session, "bo@study.example", PASSWORD)


def test_the_set_up_link_survives_a_common_password(database: Database, visitor: Visitor) -> None:
    with database.transaction() as session:
        secret = accounts.make_setup_link(session)
    form = {"email": "first@study.example", "name": "First", "project": "Study"}
    assert "your name" in words(visitor.send(f"/setup/{secret}", {**form, "password": "First-First-1"}))
    assert visitor.send(f"/setup/{secret}", {**form, "password": "four quiet herons stand"}).status_code == 302


@pytest.mark.parametrize(
    ("password", "enough", "said"),
    [
        ("qwertyuiop", False, "Too easy to guess: it is on the list"),
        ("lena-lena-2026", False, "Too easy to guess: it is made of your name"),
        ("x7#kQ9!mZ", False, "Too short"),
        ("four quiet herons stand", True, "Very hard to guess."),
        ("四只安静的鹭站在水里", True, "Hard to guess."),
    ],
)
def test_a_password_is_judged_while_it_is_typed(
    visit: Callable[[str], Visitor], password: str, enough: bool, said: str
) -> None:
    status, answer = judged(visit("lena"), "/account", password=password, name="Lena", email="lena@study.example")
    assert status == 200
    assert answer["enough"] is enough
    assert str(answer["sentence"]).startswith(said)


def test_the_judgement_is_said_in_chinese(visit: Callable[[str], Visitor]) -> None:
    chinese = visit("lena")
    with chinese.client.session_transaction() as kept:
        kept["language"] = "zh"
    _, answer = judged(chinese, "/account", password="1234567890")
    assert answer["sentence"] == "太容易被猜中：只有数字。"


def test_only_a_page_of_ours_may_ask_and_not_without_end(app: Flask, visitor: Visitor, still_clock: None) -> None:
    assert visitor.client.post("/api/v1/password-strength", json={"password": COMMON}).status_code == 422
    statuses = [judged(visitor, "/sign-in", password="x" * 1000)[0] for _ in range(3)]
    assert statuses == [200] * 3
    assert judged(visitor, "/sign-in", password="x" * 1001)[0] == 422
    from intercoder.services.attempts import JUDGING, Count

    for _ in range(JUDGING.free):
        app.extensions["attempts"]._ask((Count(JUDGING, "127.0.0.1"),))
    assert judged(visitor, "/sign-in", password=COMMON)[0] == 429
