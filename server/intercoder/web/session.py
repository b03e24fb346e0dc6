"""The database session of a request, and who asks.

A GET opens a read-only session; anything else a writing one, committed when the answer is below 400
and rolled back otherwise. Nothing is opened before it is needed.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar, cast
from uuid import UUID

import sqlalchemy as sa
from flask import Flask, Response, current_app, g, request, session
from sqlalchemy.orm import Session

from intercoder.db import Database
from intercoder.errors import IntercoderError, StorageFull, Unavailable
from intercoder.later import without
from intercoder.policy import Permission
from intercoder.prepared import Question, Transaction
from intercoder.services import accounts, credentials
from intercoder.services.access import Asking, NotThere, sign_in_first
from intercoder.services.accounts import Actor
from intercoder.services.credentials import Credential, Holder

# It has a client for tests, which loads Click's, which loads the debugger.
with without(hollow=["flask_login.test_client"]):
    from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]
    """The person as Flask-Login wants it: its identifier is the secret of the session row."""

    actor: Actor
    secret: str | None

    def get_id(self) -> str:
        """Return what the cookie carries."""
        return self.secret or ""


def database() -> Database:
    """Return the application's database."""
    return cast("Database", current_app.extensions["database"])


def db() -> Session:
    """Return the session of this request."""
    if "db" not in g:
        g.db = database().session(readonly=request.method in SAFE or "writes_shortly" in g)
    return cast("Session", g.db)


def release() -> None:
    """Give the session back before slow work (hashing a password), so that no writer waits for it."""
    work = g.pop("db", None)
    if work is not None:
        with contextlib.suppress(sa.exc.SQLAlchemyError):  # there is nothing to roll back where the database is gone
            work.rollback()
        work.close()


def actor_or_none() -> Actor | None:
    """Return who asks, or None for a visitor."""
    return current_user.actor if current_user.is_authenticated else None


def known_actor() -> Actor | None:
    """Return who asks, or asked until signing out, where that was looked up; nothing is asked of the database."""
    person = g.get("_login_user")
    return person.actor if isinstance(person, SignedIn) else cast("Actor | None", g.get("came_as"))


def actor() -> Actor:
    """Return who asks; ``NotSignedIn`` for a visitor."""
    person = actor_or_none()
    if person is None:
        raise sign_in_first()
    return person


def session_secret() -> str | None:
    """Return the secret of this browser's session; None for a token."""
    return current_user.secret if current_user.is_authenticated else None


def bearer_token() -> str | None:
    """Return the access token of the request, if it carries one."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else None


def credential() -> Credential:
    """Return what the request shows to say who asks; ``NotSignedIn`` where it shows nothing."""
    token = bearer_token()
    if token is not None:
        return Credential.of_token(token)
    secret = session.get("_user_id")
    if not secret:
        raise sign_in_first()
    return Credential.of_browser(str(secret))


def ask(permission: Permission, round_id: UUID) -> Asking:
    """Return who stands before the door of a round that the verb opens itself.

    What the request writes it writes shortly, so that its session only reads: to refuse takes no turn of those who write.
    """
    g.writes_shortly = True
    return Asking(credential(), permission, round_id)


class _Written(Protocol):
    @property
    def holder(self) -> Holder: ...


Done = TypeVar("Done", bound=_Written)


def write(asking: Asking, work: Callable[[Transaction], Done], asks: Question | None = None) -> Done:
    """Do a short write for somebody who asks, and return what it wrote; it is durable then. ``asks``: what it asks first."""
    try:
        written = database().writer.do(work, asks)
    except NotThere:
        actor_or_none()  # whose refusal it is, for the log
        asking.refuse(db())
    except IntercoderError:
        actor_or_none()
        raise
    g.came_as = written.holder.actor
    if written.holder.note:
        token = bearer_token()
        g.seen, g.used = (None, token) if token is not None else (session["_user_id"], None)
    return written


def forget_actor() -> None:
    """Answer the rest of this request as to a visitor: who asks, and in which project, cannot be looked up any more.

    The frame of the page that says so would fail on the project's name.
    """
    g.pop("access", None)
    g._login_user = AnonymousUserMixin()  # noqa: SLF001 - where Flask-Login keeps who asks


def storage_problem(error: sa.exc.SQLAlchemyError) -> IntercoderError | None:
    """Return the refusal for a full disk or a lost database, which are nobody's fault who asks."""
    if isinstance(error, sa.exc.TimeoutError):  # of the pool
        return Unavailable("busy", "All connections to the database are in use. Try again in a moment.")
    if not isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError):
        return None
    text = str(error.orig)
    # SQLite calls it an I/O error where a quota, not the disk, is what is full.
    if any(words in text for words in ("disk is full", "No space left", "disk I/O error", "Disk quota exceeded")):
        return StorageFull("disk_full", "The server's disk is full: nothing was stored. Tell the person who runs it.")
    return Unavailable("database_away", "The database cannot be reached. Nothing was stored; try again in a moment.")


def _of_token(token: str | None) -> SignedIn | None:
    """Return the owner of a token."""
    holder = credentials.find_token(db(), token) if token else None
    if holder is None:
        return None
    if holder.note:
        g.used = token
    return SignedIn(holder.actor, None)


def _note_use() -> None:
    """Note that a session or a token is in use, now and then; the answer stands whether this can be noted or not."""
    for secret, touch in ((g.pop("seen", None), accounts.touch_session), (g.pop("used", None), accounts.touch_token)):
        if secret is not None:
            with contextlib.suppress(sa.exc.SQLAlchemyError, Unavailable), database().transaction() as work:
                touch(work, secret)


def init_app(app: Flask) -> None:
    """Tie sessions and sign-in to the application."""
    manager = LoginManager()
    manager.session_protection = None  # the row decides, not the address or the browser's name
    manager.init_app(app)

    @manager.user_loader  # type: ignore[untyped-decorator]
    def by_cookie(secret: str) -> SignedIn | None:
        if bearer_token() is not None:
            return None  # a request with a token is not asked for a CSRF token: only the token may sign it in
        holder = credentials.find_session(db(), secret)
        if holder is None:
            return None
        if holder.note:
            g.seen = secret
        g.came_as = holder.actor
        return SignedIn(g.came_as, secret)

    @manager.request_loader  # type: ignore[untyped-decorator]
    def by_token(_request: object) -> SignedIn | None:
        return _of_token(bearer_token())

    @app.after_request
    def finish(response: Response) -> Response:
        work = g.get("db")
        if work is not None:
            try:
                if response.status_code < 400:
                    work.commit()
                else:
                    work.rollback()
            except sa.exc.SQLAlchemyError as error:  # with its last word the disk was full, or the database gone
                refusal = app.make_response(app.handle_user_exception(error))
                response.status_code = refusal.status_code
                response.set_data(refusal.get_data())
                response.headers.update(refusal.headers)
                response.headers.pop("Location", None)
        return response

    @app.teardown_request
    def close(_error: BaseException | None) -> None:
        release()
        _note_use()
