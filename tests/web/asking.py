"""What tests of the API ask again and again: how it refuses, how much the log holds, a token."""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from werkzeug.test import TestResponse

from cast import Cast
from intercoder.models import Event
from intercoder.services import tokens


def refused(answer: TestResponse, status: int, code: str) -> Mapping[str, Any]:
    """Check that an answer is a problem document with this status and code, and return it."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.get_data(as_text=True)
    body: dict[str, Any] = json.loads(answer.get_data())
    assert body.keys() - {"errors"} == {"type", "title", "status", "code", "detail"}
    assert (body["status"], body["code"], body["type"]) == (status, code, f"/problems/{code}")
    assert body["title"]
    assert body["detail"].endswith(".")
    assert "{" not in body["detail"]
    return body


def events(cast: Cast) -> int:
    """Return how many rows the log has: every change leaves one."""
    with cast.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Event)) or 0


def token_of(cast: Cast, person: str, days: int = 365) -> str:
    """Return a new access token of a person."""
    with cast.database.transaction() as session:
        return tokens.create_token(session, cast.people[person].id, tokens.NewToken(name="input tests", days=days))[1]
