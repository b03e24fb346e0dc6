"""Every GET of the URL map, asked as everybody who may: what each answer needed and how long it is."""

import re
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from cast import Cast, Client
from intercoder.db import Database
from intercoder.policy import Permission
from web.world import Ids

#: asked too, and refused: the instance is set up, nobody may register, no token for the figures is set, and no worker makes the file
REFUSED = {
    "account.setup",
    "account.register",
    "health.figures",
    "api.take_made_file",
}
#: not the application's work: transactions and settings of the connection
NOISE = re.compile(r"(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA)\b")
GZIP_FORM = 31
PART = 50


@contextmanager
def statements(database: Database) -> Iterator[Counter[str]]:
    """Count the statements that are sent meanwhile."""
    sent: Counter[str] = Counter()

    def keep(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not NOISE.match(statement):
            # However many values a list has, it is one statement.
            sent[re.sub(r"\(\?(, \?)*\)", "(?)", statement)] += 1

    sa.event.listen(database.engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", keep)


def readable(app: Flask) -> list[Rule]:
    """Return the rules of the URL map that answer a GET, files apart."""
    return [r for r in app.url_map.iter_rules() if "GET" in (r.methods or ()) and r.endpoint != "static"]


def _is_for(app: Flask, rule: Rule, person: str, first: str) -> bool:
    """Return whether a route is asked by this person: what anybody may read is asked once, by the first of them."""
    view: Any = app.view_functions[rule.endpoint]
    if person == "root":
        return bool(view.permission is Permission.ADMINISTER)
    return view.permission is not Permission.ADMINISTER and (
        view.permission is not Permission.PUBLIC or person == first
    )


def address(app: Flask, rule: Rule, ids: Ids) -> str:
    """Return the address of a rule; what an invitation calls a token is the secret in its link.

    Of a list that comes in parts a part of fifty is asked for, as pages show them.
    """
    invited = rule.endpoint == "account.invitation"
    path = (Ids({**ids.values, "token": ids.values["secret"]}) if invited else ids).path(rule)
    about = getattr(app.view_functions[rule.endpoint], "described", None)
    return f"{path}?limit={PART}" if about is not None and about.paged else path


@dataclass(frozen=True)
class Answered:
    """What one GET needed: statements, bytes of the answer as it is and as it is sent, seconds of the processor."""

    endpoint: str
    who: str
    state: str
    page: bool
    sent: Counter[str]
    length: int
    packed: int
    seconds: float


def ask_everything(
    app: Flask,
    database: Database,
    cast: Cast,
    things: dict[str, Ids],
    people: tuple[str, ...],
    *,
    repeat: float = 0,
    only: str = "",
) -> Iterator[Answered]:
    """Ask every route as everybody who may read it; what is refused is left out.

    ``repeat`` is for how many seconds each is asked again: the median of its seconds is told. ``only`` are routes with
    this in their name.
    """
    for person in people:
        client = Client(app, database, cast.people[person])
        client.get("/api/v1/me")  # notes that the token is in use, which the next hour does not
        for rule, (state, ids) in product((r for r in readable(app) if only in r.endpoint), things.items()):
            if not _is_for(app, rule, person, people[0]) or (state == "compared" and "round" not in rule.arguments):
                continue
            if (answered := _ask(client, database, rule, address(app, rule, ids), person, state, repeat)) is not None:
                yield answered


def _ask(
    client: Client, database: Database, rule: Rule, path: str, person: str, state: str, repeat: float
) -> Answered | None:
    with statements(database) as sent:
        begun = time.process_time()
        answer = client.call("GET", path, Accept_Encoding="gzip")
        body = answer.get_data()
        seconds = [time.process_time() - begun]
    status = answer.status_code
    if rule.endpoint not in REFUSED:
        assert status in {200, 302, 303, 403, 404, 409}, (person, path, status)
        if status >= 400:
            return None
    # The first may load what only it needs: the median is of three at least.
    while repeat and (len(seconds) < 3 or sum(seconds) < repeat) and len(seconds) < 9:
        begun = time.process_time()
        client.call("GET", path, Accept_Encoding="gzip").get_data()
        seconds.append(time.process_time() - begun)
    plain = zlib.decompress(body, GZIP_FORM) if answer.content_encoding == "gzip" else body
    page = answer.mimetype == "text/html"
    seconds.sort()
    return Answered(rule.endpoint, person, state, page, sent, len(plain), len(body), seconds[len(seconds) // 2])
