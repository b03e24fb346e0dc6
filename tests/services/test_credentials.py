"""Who asks: whoever shows a browser's cookie or a token is recognised, at any door, in the query of a write too."""

from uuid import uuid4

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import NotSignedIn
from intercoder.models import Event, User
from intercoder.policy import Permission
from intercoder.services import accounts, coding, credentials, tokens
from intercoder.services.access import Asking, NotThere
from intercoder.services.credentials import Credential
from services.conftest import Clock


def logged(cast: Cast) -> int | None:
    with cast.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).where(Event.action == "coding.created"))


@pytest.mark.parametrize("means", ["browser", "token"])
def test_a_write_recognises_whoever_may_come_in_and_nobody_else(cast: Cast, clock: Clock, means: str) -> None:
    made, ai = cast.round(), cast.people["ai"]
    with cast.database.transaction() as session:
        if means == "browser":
            shown = Credential.of_browser(accounts.open_session(session, ai, "tests"))
        else:
            shown = Credential.of_token(tokens.create_token(session, ai.id, tokens.NewToken(name="tests"))[1])

    def write(credential: Credential = shown) -> coding.Written:
        asking = Asking(credential, Permission.CODE, made)
        wanted = coding.CodingWrite(code=cast.codes["l1"], start=0, end=4)
        document = cast.documents["访谈一"]
        return cast.database.writer.do(lambda work: coding.put_coding(work, asking, document, uuid4(), wanted))

    written = write()
    assert written.holder.actor == ai
    assert written.holder.note is (means == "token"), "a token's first use is worth noting"
    for forged in (Credential.of_browser("a guess"), Credential.of_token("a guess")):
        with pytest.raises(NotThere):
            write(forged)
    clock.forward(days=8 if means == "browser" else 366)
    with pytest.raises(NotThere):
        write()
    assert logged(cast) == 1


def test_whose_account_was_switched_off_writes_nothing(cast: Cast) -> None:
    made = cast.round()
    with cast.database.transaction() as session:
        shown = Credential.of_browser(accounts.open_session(session, cast.people["ai"], "tests"))
        assert credentials.holder_of(session, shown) is not None
        session.execute(sa.update(User).where(User.id == cast.people["ai"].id).values(is_active=False))
    wanted = coding.CodingWrite(code=cast.codes["l1"], start=0, end=4)
    asking, document = Asking(shown, Permission.CODE, made), cast.documents["访谈一"]
    with pytest.raises(NotThere):
        cast.database.writer.do(lambda work: coding.put_coding(work, asking, document, uuid4(), wanted))
    with cast.database.reading() as session:
        assert credentials.holder_of(session, shown) is None
        with pytest.raises(NotSignedIn):
            asking.refuse(session)
