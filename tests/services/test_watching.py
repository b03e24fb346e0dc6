"""Who hears of a project: members, with their roles, and the rounds that they are blind in."""

import pytest

from cast import Cast
from intercoder.errors import NotFound, NotSignedIn
from intercoder.models import Role
from intercoder.services import accounts, tokens
from intercoder.services.credentials import Credential
from intercoder.services.watching import Watcher, watcher


def watched(cast: Cast, credential: Credential) -> Watcher:
    with cast.database.reading() as session:
        return watcher(session, credential, cast.project)


def test_a_watcher_has_roles_and_is_blind_in_the_open_rounds_that_the_person_codes_in(cast: Cast) -> None:
    opened, others = cast.round(), cast.round(coders=("bo",))
    draft = cast.round(opened=False)
    with cast.database.transaction() as session:
        shown = Credential.of_browser(accounts.open_session(session, cast.people["ai"], "tests"))
        token = Credential.of_token(
            tokens.create_token(session, cast.people["lena"].id, tokens.NewToken(name="tests"))[1]
        )
    ai = watched(cast, shown)
    assert (ai.actor, ai.roles) == (cast.people["ai"], frozenset({Role.CODER}))
    assert opened in ai.blind
    assert not ai.blind & {others, draft}
    lena = watched(cast, token)
    assert Role.LEAD in lena.roles
    assert opened not in lena.blind
    cast.close(opened, unfinished=True)
    assert opened not in watched(cast, shown).blind


def test_who_is_no_member_hears_nothing_and_a_visitor_signs_in_first(cast: Cast) -> None:
    with pytest.raises(NotFound):
        watched(cast, Credential.of(cast.people["otto"]))
    for guess in (Credential.of_browser("a guess"), Credential.of_token("a guess")):
        with pytest.raises(NotSignedIn):
            watched(cast, guess)
