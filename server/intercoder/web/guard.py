"""What is asked before a password is looked at: whether it is tried too often."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast
from wsgiref.types import WSGIEnvironment

from flask import current_app, request

from intercoder.errors import Unavailable
from intercoder.services.accounts import Actor
from intercoder.services.attempts import ACCOUNT, ADDRESS, BROWSER, JUDGING, OWN, Attempts, Count, network
from intercoder.text.canonical import name_key
from intercoder.web.known import known_browser

#: where a POST may hash a password; what follows the slash of the last two is the secret of a link
_HASHING = ("/sign-in", "/register", "/account/password")
_HASHING_BELOW = ("/setup/", "/invitations/")


def hashes_a_password(environ: WSGIEnvironment) -> bool:
    """Return whether a request may be slow on purpose."""
    path = environ["PATH_INFO"]
    return environ["REQUEST_METHOD"] == "POST" and (path in _HASHING or path.startswith(_HASHING_BELOW))


def at_the_door(email: str) -> tuple[Count, ...]:
    """Return what a sign-in counts at: the account and the address, or only the browser that the account knows."""
    account, browser = name_key(email), known_browser(email)
    if browser is not None:
        return (Count(BROWSER, f"{browser} {account}"),)
    return Count(ACCOUNT, account), from_here()


def from_here() -> Count:
    """Return what everybody behind the address of the request counts at."""
    return Count(ADDRESS, network(request.remote_addr))


def judging() -> Count:
    """Return what everybody behind the address counts at who asks what is thought of a password."""
    return Count(JUDGING, network(request.remote_addr))


def of_own_password(actor: Actor) -> Count:
    """Return what somebody counts at who sits at a signed-in browser and types the old password."""
    return Count(OWN, str(actor.id))


def admit(*counts: Count) -> None:
    """Count an attempt; ``TooManyRequests`` where it comes too soon."""
    _attempts().admit(*counts)


@contextmanager
def attempt(*counts: Count) -> Iterator[None]:
    """Count an attempt before what is done here, and take it back when that succeeds or could not be tried."""
    admit(*counts)
    try:
        yield
    except Unavailable:
        _attempts().take_back(*counts, success=False)
        raise
    _attempts().take_back(*counts, success=True)


def _attempts() -> Attempts:
    return cast("Attempts", current_app.extensions["attempts"])
