"""What a browser keeps between requests: a signed cookie, checked once and sent again once a day only.

A page of codes sends hundreds of requests with the same cookie; to check it anew, and to sign and send it again with
each answer, costs as much as the work that was asked for.
"""

from collections import OrderedDict
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer

from intercoder.clock import now

#: cookies whose signature is known to be good
MOST = 4096
#: after which a cookie that is in use is sent again, so that it does not end
RENEWED = timedelta(days=1)


@dataclass(frozen=True)
class _Signed:
    """What a cookie says, and when it was signed."""

    content: Mapping[str, object]
    at: datetime


class Kept(SecureCookieSession):
    """What the cookie says, and whether it is old enough to be sent again."""

    old = False


class Cookies(SecureCookieSessionInterface):
    """The signed cookies of the application."""

    session_class = Kept

    def __init__(self, app: Flask) -> None:
        serializer = self.get_signing_serializer(app)
        assert isinstance(serializer, URLSafeTimedSerializer), "the application has no key"
        self._serializer = serializer
        self._lasts = app.permanent_session_lifetime
        self._known: OrderedDict[str, _Signed] = OrderedDict()

    def read(self, value: str) -> Mapping[str, object]:
        """Return what a cookie says; nothing where it was not signed here, or too long ago."""
        signed = self._signed(value)
        return {} if signed is None else signed.content

    def open_session(self, app: Flask, request: Request) -> Kept:
        """Return what the cookie of a request says."""
        signed = self._signed(request.cookies.get(self.get_cookie_name(app), ""))
        if signed is None:
            return Kept()
        kept = Kept(deepcopy(dict(signed.content)))  # a list in it grows by what is said to the person next
        kept.old = now() - signed.at > RENEWED
        return kept

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:  # noqa: ARG002 - Flask's signature
        """Whether the cookie changed, or is to be signed anew."""
        return session.modified or (session.permanent and isinstance(session, Kept) and session.old)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie where it is to be sent; nearly always it is not, and how it would be is not looked up."""
        if session.modified or self.should_set_cookie(app, session):
            super().save_session(app, session, response)
        elif session.accessed:
            response.vary.add("Cookie")

    def _signed(self, value: str) -> _Signed | None:
        signed = self._known.get(value)
        if signed is None:
            if not value:
                return None
            try:
                content, at = self._serializer.loads(value, return_timestamp=True)
            except BadSignature:
                return None
            signed = self._known[value] = _Signed(content, at)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return signed if timedelta() <= now() - signed.at <= self._lasts else None
