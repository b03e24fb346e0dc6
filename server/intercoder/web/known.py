"""Browsers in which an account was signed in before: a signed cookie says so for a year.

What strangers try elsewhere then cannot keep a person out, because attempts in such a browser are counted by
themselves (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). The cookie opens nothing.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from intercoder.text.canonical import name_key

LASTS = timedelta(days=365)
#: people who share a browser; the latest stay
MOST = 5


@dataclass(frozen=True)
class Known:
    """What the cookie says: which browser this is, and of which accounts."""

    browser: str
    accounts: tuple[str, ...]


def known_browser(email: str) -> str | None:
    """Return the name of this browser when the account was signed in here before."""
    known = _read()
    return known.browser if known is not None and account_mark(email) in known.accounts else None


def remember_browser(email: str) -> None:
    """Note with the answer that the account was signed in here."""
    known = _read() or Known(secrets.token_urlsafe(16), ())
    mark = account_mark(email)
    accounts = (mark, *(other for other in known.accounts if other != mark))[:MOST]
    value = _serializer().dumps([known.browser, *accounts])

    @after_this_request
    def keep(response: Response) -> Response:
        if response.status_code < 400:
            secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
            response.set_cookie(_name(), value, max_age=LASTS, secure=secure, httponly=True, samesite="Lax")
        return response


def _name() -> str:
    return str(current_app.config["SESSION_COOKIE_NAME"]) + "-known"


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known browser")


def account_mark(email: str) -> str:
    """Return what stands for an account in the cookie: nobody can tell from it which address that is."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, b"known " + name_key(email).encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]


def _read() -> Known | None:
    try:
        browser, *accounts = _serializer().loads(request.cookies.get(_name(), ""), max_age=int(LASTS.total_seconds()))
    except (BadData, TypeError, ValueError):
        return None
    return Known(browser, tuple(accounts))
