"""Accounts: who gets in, until when, and what of a secret is kept."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cast import PASSWORD, Cast, password_hash
from intercoder.db import Database
from intercoder.errors import Conflict, Gone, InvalidInput, NotSignedIn
from intercoder.models import AccessToken, SetupLink, UserSession
from intercoder.services import accounts, credentials, tokens
from services.conftest import Clock

pytestmark = pytest.mark.sqlite


def test_a_wrong_address_and_a_wrong_password_read_alike(cast: Cast) -> None:
    said = []
    for email, password in (("nobody@study.example", PASSWORD), ("ai@study.example", "wrong " + PASSWORD)):
        with cast.database.reading() as session, pytest.raises(NotSignedIn) as refused:
            accounts.check_password(session, email, password)
        said.append((refused.value.code, str(refused.value)))
    assert said[0] == said[1]
    with cast.database.reading() as session:
        assert accounts.check_password(session, "AI@study.example", PASSWORD).id == cast.people["ai"].id


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "at least 10 characters"),
        ("aaaaaaaaaaaa", "too easy"),
        ("lena.wang@study.example", "too easy"),
        ("Lena.Wang0", "too easy"),
        ("x" * 1001, "at most 1000"),
    ],
)
def test_a_password_that_is_guessed_soon_is_refused_with_what_to_do(
    database: Database, password: str, sentence: str
) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        accounts.hash_password(
            password, "lena.wang0@study.example" if password == "Lena.Wang0" else "lena.wang@study.example"
        )


def test_an_address_has_one_account_however_it_is_written(cast: Cast) -> None:
    for email in ("ai@study.example", "AI@Study.Example", " ａi@study.example "):
        with cast.database.transaction() as session, pytest.raises(Conflict, match="already an account"):
            accounts.create_user(session, email, "Somebody", password_hash())


def test_a_browser_is_signed_out_after_a_week_without_use_and_after_a_month_in_any_case(
    cast: Cast, clock: Clock
) -> None:
    with cast.database.transaction() as session:
        idle, used = (accounts.open_session(session, cast.people["ai"], agent) for agent in ("idle", "used"))
    for day in range(1, 31):
        clock.forward(days=1)
        with cast.database.transaction() as session:
            assert (credentials.find_session(session, idle) is not None) is (day < 7), day
            assert (credentials.find_session(session, used) is not None) is (day < 30), day
            accounts.touch_session(session, used)


def test_of_secrets_only_hashes_are_kept(cast: Cast) -> None:
    with cast.database.transaction() as session:
        cookie = accounts.open_session(session, cast.people["ai"], "tests")
        _, token = tokens.create_token(session, cast.people["ai"].id, tokens.NewToken(name="script"))
        stored = [
            *session.scalars(sa.select(UserSession.key_hash)),
            *session.scalars(sa.select(AccessToken.token_hash)),
        ]
    assert not {cookie, token, token.removeprefix("ic_")} & set(stored)


def test_another_password_signs_all_other_browsers_out_and_keeps_this_one(cast: Cast) -> None:
    with cast.database.transaction() as session:
        here, there = (accounts.open_session(session, cast.people["ai"], agent) for agent in ("here", "there"))
        foreign = accounts.open_session(session, cast.people["bo"], "somebody else's")
    with cast.database.transaction() as session:
        assert accounts.change_password(session, cast.people["ai"].id, password_hash(), here) == 1
    with cast.database.reading() as session:
        open_sessions = [credentials.find_session(session, secret) is not None for secret in (here, there, foreign)]
    assert open_sessions == [True, False, True]


def test_an_account_that_is_switched_off_gets_in_nowhere_and_an_admin_cannot_lock_the_own_door(cast: Cast) -> None:
    ai, root = cast.people["ai"], cast.people["root"]
    with cast.database.transaction() as session:
        cookie = accounts.open_session(session, ai, "tests")
        _, token = tokens.create_token(session, ai.id, tokens.NewToken(name="script"))
        accounts.set_active(session, root, ai.id, False)
        with pytest.raises(Conflict, match="your own account"):
            accounts.set_active(session, root, root.id, False)
    with cast.database.transaction() as session:
        assert credentials.find_session(session, cookie) is None
        assert credentials.find_token(session, token) is None
        with pytest.raises(NotSignedIn):
            accounts.check_password(session, ai.email, PASSWORD)
        accounts.set_active(session, root, ai.id, True)
    with cast.database.reading() as session:
        assert credentials.find_session(session, cookie) is None, "its browsers stay signed out"
        assert credentials.find_token(session, token) is None, "and its tokens ended"
        assert accounts.check_password(session, ai.email, PASSWORD).id == ai.id


# --- the first account ---------------------------------------------------------------------------


def first_account(session: Session, secret: str) -> None:
    accounts.use_setup_link(session, secret, "lena@study.example", "Lena", password_hash())


@pytest.fixture
def link(database: Database) -> Callable[[], str | None]:
    def make() -> str | None:
        with database.transaction() as session:
            return accounts.make_setup_link(session)

    return make


def test_a_set_up_link_makes_one_admin_and_then_there_is_none_any_more(
    database: Database, link: Callable[[], str | None]
) -> None:
    secret = link()
    assert secret
    with database.transaction() as session:
        first_account(session, secret)
    with database.transaction() as session, pytest.raises(Gone, match="used or is too old"):
        first_account(session, secret)
    assert link() is None
    with database.reading() as session:
        assert [(u.name, u.is_admin) for u in accounts.list_users(session)] == [("Lena", True)]


def test_a_set_up_link_is_good_for_a_day_and_only_the_last_one_is(
    database: Database, link: Callable[[], str | None], clock: Clock
) -> None:
    first, second = link(), link()
    assert first
    assert second
    with database.reading() as session, pytest.raises(Gone):
        accounts.check_setup_link(session, first)
    clock.forward(hours=25)
    with database.reading() as session:
        with pytest.raises(Gone):
            accounts.check_setup_link(session, second)
        assert session.scalar(sa.select(sa.func.count()).select_from(SetupLink)) == 1
