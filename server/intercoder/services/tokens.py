"""Access tokens, by which a program comes in as a person."""

import secrets
from datetime import timedelta
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder.clock import now
from intercoder.errors import NotFound, marked
from intercoder.models import AccessToken
from intercoder.models.people import LONGEST_TOKEN
from intercoder.services.accounts import ask_again, hash_token
from intercoder.services.command import Command, Name, named


class NewToken(Command):
    """A new access token."""

    name: Annotated[Name, named(marked("Give the token a name, such as what will use it."), cut=True)]
    days: Annotated[int, Field(ge=1, le=LONGEST_TOKEN)] = LONGEST_TOKEN


def create_token(session: Session, user_id: UUID, given: NewToken) -> tuple[AccessToken, str]:
    """Make a personal access token; the secret is shown once and never again."""
    secret = "ic_" + secrets.token_urlsafe(32)
    token = AccessToken(
        user_id=user_id,
        name=given.name[:80],
        token_hash=hash_token(secret),
        created_at=now(),
        expires_at=now() + timedelta(days=given.days),
    )
    session.add(token)
    session.flush()
    return token, secret


def tokens_of(session: Session, user_id: UUID) -> list[AccessToken]:
    """Return a person's tokens."""
    return list(
        session.scalars(
            sa.select(AccessToken).where(AccessToken.user_id == user_id).order_by(AccessToken.created_at.desc())
        )
    )


def delete_token(session: Session, user_id: UUID, token_id: UUID) -> None:
    """End a token at once."""
    token = session.scalar(sa.select(AccessToken).where(AccessToken.id == token_id, AccessToken.user_id == user_id))
    if token is None:
        raise NotFound("not_found", "There is no such thing here, or it is not shared with you.")
    session.delete(token)
    ask_again(session, user_id)
