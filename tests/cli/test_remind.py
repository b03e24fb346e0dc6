"""`intercoder remind`: a mail in the reader's language that says how much is due and nothing of others, once."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.clock import now
from intercoder.models import Assignment, Round
from intercoder.services import accounts, reminders
from reliability.serving import Server
from templates import Templates
from web.pages.test_pages_mail import postbox

pytestmark = pytest.mark.sqlite


@pytest.fixture
def here(tmp_path: Path, sqlite_templates: Templates) -> tuple[Server, Cast]:
    data = tmp_path / "data"
    data.mkdir()
    cast = sqlite_templates.cast(data / "intercoder.sqlite3")
    database = cast.database
    round_id = cast.round()
    with database.transaction() as session:
        session.get_one(Round, round_id).name = "保密的名称"
        session.execute(sa.update(Assignment).values(due_on=now().date() + timedelta(days=1)))
        for person, language in (("ai", "zh"), ("bo", "en")):
            accounts.set_language(session, cast.people[person].id, language)
            reminders.set_wish(session, cast.people[person].id, wished=True)
    return Server(data), cast


def test_who_wishes_it_gets_one_calm_mail_in_the_own_language(here: tuple[Server, Cast]) -> None:
    server, cast = here
    without = server.run("remind")
    assert (without.returncode, "SMTP_URL" in without.stderr) == (1, True)
    with postbox() as box:
        server.environment |= {
            "SMTP_URL": f"smtp://127.0.0.1:{box.port}",
            "PUBLIC_URL": "https://coding.example.org",
            "MAIL_FROM": "study@example.org",
        }
        first, second = server.run("remind"), server.run("remind")
        assert (first.returncode, first.stdout.strip()) == (0, "2 sent, 0 failed."), first.stderr
        assert second.stdout.strip() == "0 sent, 0 failed."
    sent = {mail["To"]: mail for mail in box.received}
    assert set(sent) == {cast.people["ai"].email, cast.people["bo"].email}
    zh, en = (sent[cast.people[person].email].get_content() for person in ("ai", "bo"))
    assert "2 份资料" in zh
    assert "2 documents are due on" in en
    for text in (zh, en):
        assert "https://coding.example.org/account" in text
        for hidden in ("保密的名称", *cast.documents):
            assert hidden not in text
    assert "Bo" not in zh
    assert "Ai" not in en


def test_what_no_server_took_is_sent_the_next_time(here: tuple[Server, Cast]) -> None:
    server, _ = here
    server.environment |= {"SMTP_URL": "smtp://127.0.0.1:9", "PUBLIC_URL": "https://coding.example.org"}
    failed = server.run("remind")
    assert (failed.returncode, failed.stdout.strip()) == (1, "0 sent, 2 failed.")
    with postbox() as box:
        server.environment["SMTP_URL"] = f"smtp://127.0.0.1:{box.port}"
        assert server.run("remind").stdout.strip() == "2 sent, 0 failed."
    assert len(box.received) == 2
