"""Access tokens: until when they let in, and who ends them."""

from datetime import timedelta

import pytest

from cast import Cast
from intercoder.errors import NotFound
from intercoder.services import accounts, credentials, tokens
from services.conftest import Clock

pytestmark = pytest.mark.sqlite


def test_a_token_ends_on_its_day_and_only_its_owner_can_end_it_before(cast: Cast, clock: Clock) -> None:
    ai = cast.people["ai"]
    with cast.database.transaction() as session:
        token, secret = tokens.create_token(session, ai.id, tokens.NewToken(name="script", days=7))
        _, lasting = tokens.create_token(session, ai.id, tokens.NewToken(name="another"))
    with cast.database.transaction() as session, pytest.raises(NotFound):
        tokens.delete_token(session, cast.people["lena"].id, token.id)
    with cast.database.reading() as session:
        assert credentials.find_token(session, secret) is not None
    clock.forward(days=8)
    with cast.database.reading() as session:
        assert credentials.find_token(session, secret) is None
        assert credentials.find_token(session, lasting) is not None
    clock.forward(days=358)
    with cast.database.reading() as session:
        assert credentials.find_token(session, lasting) is None, "none is valid for more than a year"


def test_a_token_of_the_first_versions_ends_after_a_year_too(cast: Cast, clock: Clock) -> None:
    with cast.database.transaction() as session:
        token, secret = tokens.create_token(session, cast.people["ai"].id, tokens.NewToken(name="for ever"))
        token.expires_at = None
        assert token.ends_at == token.created_at + timedelta(days=365)
    clock.forward(days=364)
    with cast.database.reading() as session:
        assert credentials.find_token(session, secret) is not None
    clock.forward(days=2)
    with cast.database.reading() as session:
        assert credentials.find_token(session, secret) is None


def test_another_password_ends_every_token(cast: Cast) -> None:
    ai = cast.people["ai"]
    with cast.database.transaction() as session:
        _, secret = tokens.create_token(session, ai.id, tokens.NewToken(name="script"))
        _, of_bo = tokens.create_token(session, cast.people["bo"].id, tokens.NewToken(name="script"))
        accounts.change_password(session, ai.id, accounts.hash_password("quite another one", ai.email), None)
    with cast.database.reading() as session:
        assert credentials.find_token(session, secret) is None
        assert credentials.find_token(session, of_bo) is not None
