"""Live pages on real servers: who hears what, through one process or two, with Redis and without it."""

import http.client
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from intercoder import schema
from intercoder.db import Database
from reliability.serving import Person, Server, Stream, Study, Writers, prepare_study
from services_up import LOOPBACK, Postgres, Redis
from templates import Templates
from waiting import PATIENCE, until


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, sqlite_templates: Templates) -> Iterator[tuple[Server, Study]]:
    """A server on SQLite with a study of three coders."""
    data = tmp_path_factory.mktemp("live") / "data"
    data.mkdir()
    database = sqlite_templates.migrated(data / "intercoder.sqlite3")
    study = prepare_study(database, coders=4)
    database.dispose()
    with Server(data) as server:
        yield server.start(), study


@pytest.fixture
def left() -> Iterator[ExitStack]:
    """What is left at the end of a test."""
    with ExitStack() as stack:
        yield stack


def say_something_public(server: Server, study: Study) -> None:
    lead = Person(server.port, study.lead)
    assert lead.send("PATCH", f"/api/v1/projects/{study.project}", {"description": str(time.time())})[0] == 200
    lead.close()


def submit(server: Server, study: Study, token: str) -> None:
    coder = Person(server.port, token)
    assert coder.send("POST", f"{study.path}/submit")[0] == 200
    coder.close()


def test_a_lead_hears_that_somebody_submitted(running: tuple[Server, Study], left: ExitStack) -> None:
    server, study = running
    page = left.enter_context(Stream(server.port, study.lead, study.project))
    assert page.next_of("hello") == {}
    submit(server, study, next(iter(study.tokens.values())))
    assert page.next_of("change") == {"topics": ["assignment"]}


def test_a_blind_coder_hears_nothing_of_another_who_codes_and_submits(
    running: tuple[Server, Study], left: ExitStack
) -> None:
    server, study = running
    _, (who, codes), (_, listens), _ = study.tokens.items()
    page = left.enter_context(Stream(server.port, listens, study.project))
    assert page.next_of("hello") == {}
    own = left.enter_context(Stream(server.port, codes, study.project))
    assert own.next_of("hello") == {}
    writer = Writers(server.port, replace(study, tokens={who: codes}), each=3).start()
    writer.wait()
    assert len(writer.acknowledged) == 3
    submit(server, study, codes)
    assert set(own.next_of("change")["topics"]) <= {"assignment", "coding"}, "own work is heard"
    say_something_public(server, study)
    assert page.next_of("change") == {"topics": ["project"]}
    assert [event for event, _ in page.messages] == ["hello", "change"]


def test_the_page_of_somebody_who_was_removed_ends(running: tuple[Server, Study], left: ExitStack) -> None:
    server, study = running
    who, token = list(study.tokens.items())[3]
    page = left.enter_context(Stream(server.port, token, study.project))
    assert page.next_of("hello") == {}
    lead = Person(server.port, study.lead)
    members = lead.send("GET", f"/api/v1/projects/{study.project}/members")[1]
    (member,) = [m["id"] for m in members if m["user_id"] == str(who)]
    assert lead.send("DELETE", f"/api/v1/members/{member}")[0] == 204
    lead.close()
    assert page.ended.wait(PATIENCE)
    assert page.next_of("change") is None
    assert left.enter_context(Stream(server.port, token, study.project)).status == 404


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "..", ""])
def test_a_stream_is_refused_under_a_name_that_is_not_the_servers(running: tuple[Server, Study], host: str) -> None:
    server, study = running
    headers = {"Host": host, "Authorization": f"Bearer {study.lead}"}
    connection = http.client.HTTPConnection(LOOPBACK, server.port, timeout=PATIENCE)
    connection.request("GET", f"/events?project={study.project}", headers=headers)
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (400, b"")
    connection.close()
    assert "Traceback" not in server.said()


def test_nobody_listens_without_an_account_or_to_a_project_of_others(running: tuple[Server, Study]) -> None:
    server, study = running
    for token, project, status in (("ic_no", study.project, 401), (study.lead, study.round, 404)):
        with Stream(server.port, token, project) as page:
            assert page.status == status


@pytest.fixture
def pair(tmp_path: Path, postgres: Postgres, left: ExitStack) -> tuple[Server, Server, Study, Redis]:
    """Two servers on one PostgreSQL and one Redis."""
    url = postgres.create_database(f"pair_{time.time_ns()}")
    database = Database(url)
    schema.upgrade(database)
    study = prepare_study(database, coders=8)
    database.dispose()
    redis = left.enter_context(Redis())
    servers = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        servers.append(left.enter_context(Server(tmp_path / name, database_url=url, redis_url=redis.url)).start())
    return servers[0], servers[1], study, redis


def test_a_change_through_one_server_is_heard_through_another_and_nothing_fails_without_redis(
    pair: tuple[Server, Server, Study, Redis], left: ExitStack
) -> None:
    first, second, study, redis = pair
    page = left.enter_context(Stream(second.port, study.lead, study.project))
    assert page.next_of("hello") == {}
    submit(first, study, list(study.tokens.values())[-1])
    assert page.next_of("change") == {"topics": ["assignment"]}

    writers = [Writers(server.port, study, coders=7).start() for server in (first, second)]
    for group in writers:
        group.wait_for(20)
    redis.kill9()
    for group in writers:
        group.wait_for(40)
    redis.restart()
    for group in writers:
        group.wait_for(20)
        group.stop()
    for group in writers:
        assert group.refusals == []
        assert set(group.statuses) == {201}
        assert group.broken == 0
    assert '"level": "error"' not in first.said() + second.said()

    # Both have found Redis again when a change goes from one to the other once more.
    later = left.enter_context(Stream(second.port, study.lead, study.project))
    assert later.next_of("hello") == {}

    def heard() -> object:
        say_something_public(first, study)
        return later.next_of("change", seconds=2.0)

    assert until(heard, "nothing of the other server is heard") == {"topics": ["project"]}


def test_several_web_processes_of_one_server_share_what_they_hear(
    tmp_path: Path, postgres: Postgres, redis_url: str, left: ExitStack
) -> None:
    url = postgres.create_database(f"workers_{time.time_ns()}")
    database = Database(url)
    schema.upgrade(database)
    study = prepare_study(database, coders=2)
    database.dispose()
    (tmp_path / "data").mkdir()
    server = Server(tmp_path / "data", database_url=url, redis_url=redis_url, WEB_WORKERS="2")
    left.enter_context(server).start()
    assert len(server.pids()) >= 3
    pages = [left.enter_context(Stream(server.port, study.lead, study.project)) for _ in range(8)]
    assert [page.next_of("hello") for page in pages] == [{}] * 8
    submit(server, study, next(iter(study.tokens.values())))
    assert [page.next_of("change") for page in pages] == [{"topics": ["assignment"]}] * 8
