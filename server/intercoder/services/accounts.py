"""Accounts: signing in and out, sessions that can be ended, the first admin."""

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.clock import now
from intercoder.db import after_commit
from intercoder.errors import Conflict, Gone, InvalidInput, NotFound, NotSignedIn
from intercoder.events import ACCOUNT, Bus, Hint
from intercoder.models import AccessToken, SetupLink, User, UserSession
from intercoder.services import hashing, passwords
from intercoder.services.quotas import room_for_account
from intercoder.text.canonical import clean_name, name_key

IDLE = timedelta(days=7)
ABSOLUTE = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=10)
#: how exactly the last use of a token is known: each request would write otherwise
USED_EVERY = timedelta(hours=1)
SETUP_VALID = timedelta(hours=24)
_EMAIL = re.compile(r"[^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;.]+")


@dataclass(frozen=True)
class Actor:
    """Who asks."""

    id: UUID
    name: str
    email: str
    language: str | None
    is_admin: bool


def actor_of(user: User) -> Actor:
    """Return the user as the services see the person who asks."""
    return Actor(user.id, user.name, user.email, user.language, user.is_admin)


def hash_token(secret: str) -> str:
    """Return what is stored of a secret that the server made itself (long and random)."""
    return hashlib.sha256(secret.encode()).hexdigest()


def clean_email(email: str) -> str:
    """Return the address as it is stored; ``InvalidInput`` when it is none."""
    email = clean_name(email)
    if not _EMAIL.fullmatch(email) or len(email) > 254:
        raise InvalidInput("bad_email", "“{email}” is not an e-mail address.", email=email[:80])
    return email


def hash_password(password: str, *personal: str) -> str:
    """Return the argon2 hash of a new password; ``InvalidInput`` when it is too easy, see ``passwords.check``.

    Slow on purpose: call it before the transaction that writes.
    """
    passwords.check(password, *personal)
    return hashing.make_hash(password)


def create_user(
    session: Session, email: str, name: str, password_hash: str, *, is_admin: bool = False, language: str | None = None
) -> User:
    """Add an account; ``Conflict`` when the address has one."""
    email, name = clean_email(email), clean_name(name)
    if not name:
        raise InvalidInput("no_name", "Give a name: colleagues see it beside your work.")
    if session.scalar(sa.select(User.id).where(User.email_key == name_key(email))):
        raise Conflict("email_taken", "There is already an account for this address: sign in instead.")
    room_for_account(session)
    user = User(
        email=email,
        email_key=name_key(email),
        name=name[:120],
        password_hash=password_hash,
        is_admin=is_admin,
        language=language,
        created_at=now(),
    )
    session.add(user)
    session.flush()
    return user


def check_password(session: Session, email: str, password: str) -> User:
    """Return the account; ``NotSignedIn`` for a wrong address or password, which read alike and take as long."""
    user = session.scalar(sa.select(User).where(User.email_key == name_key(email), User.is_active))
    if not hashing.matches(user.password_hash if user else None, password) or user is None:
        raise NotSignedIn("wrong_password", "This address and password do not go together.")
    return user


def open_session(session: Session, user: User | Actor, agent: str) -> str:
    """Sign a browser in and return the secret for its cookie."""
    secret = secrets.token_urlsafe(32)
    stamp = now()
    session.execute(sa.delete(UserSession).where(UserSession.user_id == user.id, UserSession.seen_at < stamp - IDLE))
    session.add(
        UserSession(key_hash=hash_token(secret), user_id=user.id, created_at=stamp, seen_at=stamp, agent=agent[:200])
    )
    session.flush()
    return secret


def touch_session(session: Session, secret: str) -> None:
    """Note that the session is in use."""
    session.execute(sa.update(UserSession).where(UserSession.key_hash == hash_token(secret)).values(seen_at=now()))


def end_session(session: Session, user_id: UUID, secret: str) -> None:
    """Sign this browser out."""
    session.execute(sa.delete(UserSession).where(UserSession.key_hash == hash_token(secret)))
    ask_again(session, user_id)


def end_browser(session: Session, user_id: UUID, session_id: UUID) -> None:
    """Sign one browser of the person out."""
    ended = session.scalar(
        sa.delete(UserSession)
        .where(UserSession.user_id == user_id, UserSession.key_hash.startswith(session_id.hex))
        .returning(UserSession.key_hash)
    )
    if ended is None:
        raise NotFound("not_found", "There is no such thing here, or it is not shared with you.")
    ask_again(session, user_id)


def end_other_sessions(session: Session, user_id: UUID, secret: str | None) -> int:
    """Sign all other browsers of the person out; return how many."""
    ended = session.scalars(
        sa.delete(UserSession)
        .where(UserSession.user_id == user_id, UserSession.key_hash != (hash_token(secret) if secret else ""))
        .returning(UserSession.key_hash)
    ).all()
    ask_again(session, user_id)
    return len(ended)


def ask_again(session: Session, user_id: UUID) -> None:
    """Have the open pages of a person ask again whether they may stay open."""
    bus: Bus | None = session.info.get("bus")
    if bus is not None:
        after_commit(session, lambda: bus.publish(Hint("", ACCOUNT, str(user_id), None, False)))


def sessions_of(session: Session, user_id: UUID) -> list[UserSession]:
    """Return the signed-in browsers of a person, latest first."""
    return list(
        session.scalars(
            sa.select(UserSession).where(UserSession.user_id == user_id).order_by(UserSession.seen_at.desc())
        )
    )


def touch_token(session: Session, secret: str) -> None:
    """Note that the token is in use."""
    session.execute(sa.update(AccessToken).where(AccessToken.token_hash == hash_token(secret)).values(used_at=now()))


def set_language(session: Session, user_id: UUID, language: str) -> None:
    """Keep the language in which a person wants to read the pages."""
    session.execute(sa.update(User).where(User.id == user_id).values(language=language))


def change_name(session: Session, user_id: UUID, name: str) -> None:
    """Give the person another name."""
    name = clean_name(name)
    if not name:
        raise InvalidInput("no_name", "Give a name: colleagues see it beside your work.")
    session.execute(sa.update(User).where(User.id == user_id).values(name=name[:120]))


def change_password(session: Session, user_id: UUID, password_hash: str, secret: str | None) -> int:
    """Set another password, end all tokens, and sign all other browsers of the person out; return how many browsers."""
    session.execute(sa.update(User).where(User.id == user_id).values(password_hash=password_hash))
    session.execute(sa.delete(AccessToken).where(AccessToken.user_id == user_id))
    return end_other_sessions(session, user_id, secret)


def names_of(session: Session, user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of some accounts."""
    rows = session.execute(sa.select(User.id, User.name).where(User.id.in_(set(user_ids))))
    return dict(rows.all())


def make_setup_link(session: Session) -> str | None:
    """Return the secret of a fresh one-time set-up link, or None when there is an account already."""
    # of the tables: of the models, a start would configure all mappers first
    people, links = (kind.metadata.tables[kind.__tablename__] for kind in (User, SetupLink))
    if session.execute(sa.select(people.c.id).limit(1)).first() is not None:
        return None
    session.execute(sa.delete(links))
    secret = secrets.token_urlsafe(24)
    session.execute(sa.insert(links).values(token_hash=hash_token(secret), expires_at=now() + SETUP_VALID))
    return secret


def check_setup_link(session: Session, secret: str) -> SetupLink:
    """Return the set-up link; ``Gone`` when it was used or is too old."""
    link = session.get(SetupLink, hash_token(secret))
    if link is None or link.expires_at < now():
        raise Gone("setup_used", "This set-up link was used or is too old. Start the server again for a new one.")
    return link


def use_setup_link(session: Session, secret: str, email: str, name: str, password_hash: str) -> User:
    """Create the first admin and burn the link."""
    session.delete(check_setup_link(session, secret))
    return create_user(session, email, name, password_hash, is_admin=True)


def list_users(session: Session) -> list[User]:
    """Return every account, by name."""
    return list(session.scalars(sa.select(User).order_by(User.name, User.email_key)))


def set_active(session: Session, actor: Actor, user_id: UUID, active: bool) -> User:
    """Switch an account off (all its sessions and tokens end) or on again."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("not_found", "There is no such thing here, or it is not shared with you.")
    if user.id == actor.id:
        raise Conflict("not_yourself", "You cannot switch your own account off.")
    user.is_active = active
    if not active:
        session.execute(sa.delete(AccessToken).where(AccessToken.user_id == user.id))
        end_other_sessions(session, user.id, None)
    return user
