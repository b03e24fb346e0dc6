"""Who asks: the person behind a browser's session or an access token, in one query that others may build on."""

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.clock import now
from intercoder.db import within
from intercoder.models import AccessToken, User, UserSession
from intercoder.models.people import token_end
from intercoder.prepared import Prepared
from intercoder.services.accounts import ABSOLUTE, IDLE, SEEN_EVERY, USED_EVERY, Actor, hash_token


class Means(enum.Enum):
    """By what somebody is recognised."""

    BROWSER = "browser"
    TOKEN = "token"  # noqa: S105 - the word, not one of them
    #: whoever calls the verb knows already who it is
    KNOWN = "known"


@dataclass(frozen=True)
class Credential:
    """What is shown to be recognised by: the hash of a secret, as it is kept, or the number of a person who is known."""

    means: Means
    mark: str | UUID

    @classmethod
    def of_browser(cls, secret: str) -> "Credential":
        """Return what a browser's cookie shows."""
        return cls(Means.BROWSER, hash_token(secret))

    @classmethod
    def of_token(cls, secret: str) -> "Credential":
        """Return what an access token shows."""
        return cls(Means.TOKEN, hash_token(secret))

    @classmethod
    def of(cls, actor: Actor) -> "Credential":
        """Return what stands for a person whom another door has let in."""
        return cls(Means.KNOWN, actor.id)


@dataclass(frozen=True)
class Holder:
    """Whose credential it is, and whether its last use is worth noting again."""

    actor: Actor
    note: bool


class Standing(NamedTuple):
    """What is kept of a person and of what was shown."""

    id: UUID
    name: str
    email: str
    language: str | None
    is_admin: bool
    is_active: bool
    made_at: datetime
    #: when it was last used, as far as that was noted
    last_at: datetime | None
    #: the end that a token was given
    ends_at: datetime | None

    def holder(self, means: Means) -> Holder | None:
        """Return the person while the account is active and what was shown is valid."""
        if not self.is_active:
            return None
        stamp, last = now(), self.last_at
        actor = Actor(self.id, self.name, self.email, self.language, self.is_admin)
        if means is Means.KNOWN:
            return Holder(actor, note=False)
        if means is Means.TOKEN:
            valid = token_end(self.made_at, self.ends_at) >= stamp
            return Holder(actor, last is None or stamp - last > USED_EVERY) if valid else None
        assert last is not None
        valid = stamp - last <= IDLE and stamp - self.made_at <= ABSOLUTE
        return Holder(actor, stamp - last > SEEN_EVERY) if valid else None


USERS, _SESSIONS, _TOKENS = (model.metadata.tables[model.__tablename__] for model in (User, UserSession, AccessToken))
_NEVER = sa.cast(sa.null(), _TOKENS.c.used_at.type)
_SHOWN = {
    Means.BROWSER: (_SESSIONS.c.created_at, _SESSIONS.c.seen_at, _NEVER.label("ends_at")),
    Means.TOKEN: (_TOKENS.c.created_at, _TOKENS.c.used_at, _TOKENS.c.expires_at),
    Means.KNOWN: (USERS.c.created_at, _NEVER.label("used_at"), _NEVER.label("ends_at")),
}
_JOINED = {
    Means.BROWSER: USERS.join(_SESSIONS, _SESSIONS.c.user_id == USERS.c.id),
    Means.TOKEN: USERS.join(_TOKENS, _TOKENS.c.user_id == USERS.c.id),
    Means.KNOWN: USERS,
}
_MARK = {Means.BROWSER: _SESSIONS.c.key_hash, Means.TOKEN: _TOKENS.c.token_hash, Means.KNOWN: USERS.c.id}


def standing_of(means: Means) -> sa.Select[tuple[object, ...]]:
    """Return the query of the columns of ``Standing``, in their order, for what is shown as ``:mark``."""
    person = (USERS.c.id, USERS.c.name, USERS.c.email, USERS.c.language, USERS.c.is_admin, USERS.c.is_active)
    return sa.select(*person, *_SHOWN[means]).select_from(_JOINED[means]).where(_MARK[means] == sa.bindparam("mark"))


_ASKED = {means: Prepared(standing_of(means), Standing) for means in Means}


def holder_of(session: Session, credential: Credential) -> Holder | None:
    """Return whose credential it is, while it is valid."""
    standing = within(session).first(_ASKED[credential.means], {"mark": credential.mark})
    return None if standing is None else standing.holder(credential.means)


def find_session(session: Session, secret: str) -> Holder | None:
    """Return whose browser's session this is, while it is valid."""
    return holder_of(session, Credential.of_browser(secret))


def find_token(session: Session, secret: str) -> Holder | None:
    """Return whose token this is, while it is valid."""
    return holder_of(session, Credential.of_token(secret))
