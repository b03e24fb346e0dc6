"""A person's browser at the pages: cookies, the CSRF token of the last page, forms."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from cast import Cast
from intercoder.db import Database
from intercoder.services import accounts


class Visitor:
    """One browser."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, **options)

    def read(self, path: str) -> str:
        """Return the visible words of a page that must open."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.get_data(as_text=True)[:2000])
        return words(answer)

    def send(self, path: str, form: dict[str, str], *, page: str | None = None, **options: Any) -> TestResponse:
        """Send a form as the page it stands on would, with that page's token."""
        shown = self.get(page or path).get_data(as_text=True)
        token = re.search(r'name="csrf-token" content="([^"]+)"', shown)
        assert token is not None, shown[:500]
        return self.client.post(path, data={"csrf_token": html.unescape(token[1]), **form}, **options)

    def secret(self) -> str | None:
        """Return the secret of the session row that the cookie carries."""
        with self.client.session_transaction() as kept:
            return kept.get("_user_id")


def words(answer: TestResponse) -> str:
    """Return what stands in the page, without markup."""
    shown = re.sub(r"<(script|head)\b.*?</\1>", " ", answer.get_data(as_text=True), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", shown)))


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """A browser that nobody is signed in to."""
    return Visitor(app)


@pytest.fixture
def visit(app: Flask, database: Database, cast: Cast) -> Callable[[str], Visitor]:
    """A function that gives a person of the cast a signed-in browser."""

    def signed_in(person: str) -> Visitor:
        made = Visitor(app)
        with database.transaction() as session:
            secret = accounts.open_session(session, cast.people[person], "tests")
        with made.client.session_transaction() as kept:
            kept["_user_id"] = secret
            kept["language"] = "en"
        return made

    return signed_in
