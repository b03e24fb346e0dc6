"""Whether a request that changes something was made by one of our pages: Flask-WTF's signed tokens, loaded when one is wanted.

With its forms, which nothing here uses, it takes a fortieth of a start and two megabytes.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app, request, session

from intercoder.errors import InvalidInput

#: so much of what was found good is known to be
MOST = 4096
_HEADER = "X-CSRFToken"


@dataclass(frozen=True)
class _Shown:
    """All that decides on a request that shows its token in a header: nothing of it changes what is good, the hour neither."""

    token: str
    #: what the session keeps of it
    kept: str
    secure: bool
    host: str
    referrer: str | None


def init_app(app: Flask) -> None:
    """Say how the application's tokens are made and where they are looked for."""
    app.extensions["forgery"] = OrderedDict[_Shown, None]()
    app.config.update(
        WTF_CSRF_METHODS={"POST", "PUT", "PATCH", "DELETE"},
        WTF_CSRF_FIELD_NAME="csrf_token",
        WTF_CSRF_HEADERS=[_HEADER, "X-CSRF-Token"],
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=app.config["SESSION_COOKIE_SECURE"],
    )


def token() -> str:
    """Return the token of this browser's session, for a page to send back."""
    from flask_wtf.csrf import generate_csrf

    made: str = generate_csrf()
    return made


def require_token() -> None:
    """Refuse the request unless it carries the token of its session; over https also unless one of our pages sent it.

    A page of codes shows the same token with each coding: to check its signature anew is a sixth of what a coding costs.
    """
    shown, good = _shown(), cast("OrderedDict[_Shown | None, None]", current_app.extensions["forgery"])
    if shown in good:
        return
    from flask_wtf.csrf import CSRFError, CSRFProtect

    try:
        CSRFProtect().protect()
    except CSRFError as error:
        raise InvalidInput("csrf", "This page is too old or came from elsewhere. Reload it and try again.") from error
    if shown is not None:
        good[shown] = None
        while len(good) > MOST:
            good.popitem(last=False)


def _shown() -> _Shown | None:
    """Return what a request of our modules shows; None where there is no such thing, or a form that comes first."""
    token, kept = request.headers.get(_HEADER), session.get("csrf_token")
    if not token or not kept or request.mimetype != "application/json":
        return None
    return _Shown(token, kept, request.is_secure, request.host, request.referrer)
