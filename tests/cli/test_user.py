"""`intercoder user`: accounts from the command line follow the same rules as the pages."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from intercoder.db import Database
from intercoder.models import User
from intercoder.services import accounts, credentials, tokens
from reliability.serving import Server
from templates import Templates

GOOD = "four quiet herons stand"


@pytest.fixture
def here(tmp_path: Path, sqlite_templates: Templates) -> Server:
    data = tmp_path / "data"
    data.mkdir()
    database = sqlite_templates.migrated(data / "intercoder.sqlite3")
    database.dispose()
    return Server(data)


def test_an_account_is_made_and_its_password_changed_by_the_rules_of_the_pages(here: Server) -> None:
    weak = here.command("user", "add", "nia@study.example", "--name", "Nia Wang", "--password", "niawang2024")
    assert weak.returncode != 0
    assert "made of your name" in weak.stderr
    made = here.run("user", "add", "nia@study.example", "--name", "Nia Wang", "--password", GOOD)
    assert made.returncode == 0, made.stderr
    database = Database(f"sqlite:///{here.data / 'intercoder.sqlite3'}")
    with database.transaction() as session:
        nia = session.scalars(sa.select(User)).one()
        cookie = accounts.open_session(session, nia, "tests")
        _, token = tokens.create_token(session, nia.id, tokens.NewToken(name="script"))
    for weak_too in ("1234567890", "Nia-Wang-2026"):
        assert here.command("user", "password", "nia@study.example", "--password", weak_too).returncode != 0
    assert here.command("user", "password", "nobody@study.example", "--password", GOOD).returncode != 0
    with database.reading() as session:
        assert credentials.find_session(session, cookie) is not None, "a refusal changes nothing"
    changed = here.run("user", "password", "nia@study.example", "--password", "seven small boats sail")
    assert changed.returncode == 0, changed.stderr
    with database.reading() as session:
        assert credentials.find_session(session, cookie) is None
        assert credentials.find_token(session, token) is None
        accounts.check_password(session, "nia@study.example", "seven small boats sail")
    database.dispose()
    told = [
        json.loads(line)["what"] for done in (made, changed) for line in done.stderr.splitlines() if line[:1] == "{"
    ]
    assert told == ["account made", "password changed"]
    assert GOOD not in made.stderr + made.stdout
