"""Every page and every GET of the API needs as many SQL statements in a big study as in a small one."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from cast import Cast, Client
from intercoder.config import load_settings
from intercoder.db import Database
from intercoder.policy import Permission
from intercoder.web.app import create_app
from templates import Templates
from web.ceilings import CEILINGS, GROWS
from web.growing import Grower
from web.world import Ids

MORE = (1, 2)  #: how many there are of each thing beyond the first; 0 would leave lists empty, which saves statements
PEOPLE = ("lena", "olga", "ai", "ada")  # a lead, an observer, a coder, an adjudicator
#: asked too, and refused: the instance is set up, nobody may register, and no token for the figures is set
REFUSED = {"account.setup", "account.register", "health.figures"}
#: not the application's work: transactions and settings of the connection
NOISE = re.compile(r"(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA)\b")


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


@dataclass
class Study:
    """A study of one size and what each request needed in it: by endpoint, by person and state of the round."""

    app: Flask
    sent: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)

    def largest(self, endpoint: str) -> int:
        """Return the largest count of an endpoint."""
        return max(count.total() for count in self.sent[endpoint].values())


def readable(app: Flask) -> list[Rule]:
    """Return the rules of the URL map that answer a GET, files apart."""
    return [r for r in app.url_map.iter_rules() if "GET" in (r.methods or ()) and r.endpoint != "static"]


def administers(app: Flask, rule: Rule) -> bool:
    view: Any = app.view_functions[rule.endpoint]
    return bool(view.permission is Permission.ADMINISTER)


def address(rule: Rule, ids: Ids) -> str:
    """Return the address of a rule; what an invitation calls a token is the secret in its link."""
    invited = rule.endpoint == "account.invitation"
    return (Ids({**ids.values, "token": ids.values["secret"]}) if invited else ids).path(rule)


def ask_everything(study: Study, database: Database, cast: Cast, things: dict[str, Ids]) -> None:
    """Ask every route as everybody who may read it."""
    for person in (*PEOPLE, "root"):
        client = Client(study.app, database, cast.people[person])
        client.get("/api/v1/me")  # notes that the token is in use, which the next hour does not
        for rule, (state, ids) in product(readable(study.app), things.items()):
            if administers(study.app, rule) is not (person == "root") or (
                state == "compared" and "round" not in rule.arguments
            ):
                continue
            path = address(rule, ids)
            with statements(database) as sent:
                status = client.call("GET", path).status_code
            if rule.endpoint not in REFUSED:
                assert status in {200, 302, 403, 404, 409}, (person, path, status)
                if status >= 400:
                    continue
            study.sent.setdefault(rule.endpoint, {})[f"{person}, {state} round"] = sent


#: one process has them all: each would make the two studies again
pytestmark = pytest.mark.xdist_group("statements")


@pytest.fixture(scope="module")
def studies(sqlite_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> list[Study]:
    """The small and the big study, asked."""
    made = []
    for more in MORE:
        folder = tmp_path_factory.mktemp("study")
        database = Database(sqlite_templates.copy("cast", str(folder / "study.sqlite3")))
        kept = sqlite_templates["cast"].cast
        assert kept is not None
        cast = kept.on(database)
        app = create_app(load_settings({"INTERCODER_DATA": str(folder), "DATABASE_URL": database.url}), database)
        app.testing = True
        study = Study(app)
        ask_everything(study, database, cast, Grower(app, cast, more).grow())
        database.dispose()
        made.append(study)
    return made


def growth(studies: list[Study]) -> dict[str, str]:
    """Return the endpoints whose count grows, each with the statement that is repeated most."""
    small, big = studies
    grown = {}
    for endpoint, requests in big.sent.items():
        for who, sent in requests.items():
            before = small.sent[endpoint][who]
            if sent.total() > before.total():
                statement, times = max((sent - before).items(), key=lambda item: item[1])
                grown[endpoint] = f"{before.total()} -> {sent.total()} for {who}; {times} more of: {statement[-300:]}"
    return grown


def test_no_route_needs_more_statements_in_a_bigger_study(studies: list[Study]) -> None:
    new = {endpoint: why for endpoint, why in growth(studies).items() if endpoint not in GROWS}
    assert not new, "\n".join(f"{endpoint}: {why}" for endpoint, why in new.items())


def test_the_list_of_those_that_grow_only_shrinks(studies: list[Study]) -> None:
    assert set(GROWS) - set(growth(studies)) == set(), "these do not grow any more: take them out"
    assert all(why.startswith("grows today: ") for why in GROWS.values())


def test_every_route_keeps_its_ceiling(studies: list[Study]) -> None:
    big = studies[-1]
    counts = {endpoint: big.largest(endpoint) for endpoint in big.sent}
    assert set(CEILINGS) | set(GROWS) == set(counts), "a ceiling for every route that can be read, and for no other"
    assert not set(CEILINGS) & set(GROWS)
    over = {e: (counts[e], "ceiling", ceiling) for e, ceiling in CEILINGS.items() if counts[e] > ceiling}
    assert over == {}


def test_everything_that_can_be_read_was_counted(studies: list[Study]) -> None:
    for study in studies:
        assert set(study.sent) == {rule.endpoint for rule in readable(study.app)}
