"""Fifty people write on SQLite as fast as they can while the lead closes and opens the round under them."""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from intercoder import events
from intercoder.db import Database
from intercoder.models import Coding, Event
from reliability.killing import a_disk, fill
from reliability.serving import Person, Server, Study
from torture.conftest import Figure
from waiting import until

WRITERS, CLOSES, BETWEEN = 50, 12, 150


@pytest.fixture
def disk() -> Iterator[Path]:
    with a_disk() as folder:
        yield folder


class Coders:
    """Fifty threads; each counts what it was told."""

    def __init__(self, port: int, study: Study) -> None:
        self.statuses: Counter[int] = Counter()
        self.taken: set[tuple[object, object]] = set()
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(port, study, *who)) for who in study.tokens.items()]
        for thread in self._threads:
            thread.start()

    def _write(self, port: int, study: Study, coder: object, token: str) -> None:
        person, number = Person(port, token), 0
        while not self._done.is_set():
            key, number = uuid4(), number + 1
            start = 1 + number * 7 % (len(study.text) - 60)
            start += next(i for i, letter in enumerate(study.text[start:]) if not letter.isspace())
            body: Any = {"code": str(study.codes[number % len(study.codes)]), "start": start, "end": start + 1}
            status, _ = person.send("PUT", f"{study.path}/codings/{key}", body)
            self.statuses[status] += 1
            if status in {200, 201}:
                self.taken.add((coder, key))
        person.close()

    def wait_for(self, *, taken: int = 0, refused: int = 0) -> None:
        """Wait until so many more codings were taken, and so many refused because the round was closed."""
        wanted, limit = len(self.taken) + taken, self.statuses[409] + refused
        until(lambda: len(self.taken) >= wanted and self.statuses[409] >= limit, lambda: f"{self.statuses}")

    def stop(self) -> None:
        """Let everybody finish."""
        self._done.set()
        for thread in self._threads:
            thread.join()


def test_fifty_people_write_while_the_round_is_closed_and_opened(disk: Path, figure: Figure) -> None:
    url = f"sqlite:///{disk / 'data' / 'intercoder.sqlite3'}"
    study = fill(url, coders=WRITERS)
    round_path = f"/api/v1/rounds/{study.round}"
    with Server(disk / "data", database_url=url) as server:
        lead = Person(server.start().port, study.lead)
        coders = Coders(server.port, study)
        for _ in range(CLOSES):
            coders.wait_for(taken=BETWEEN)
            assert lead.send("POST", f"{round_path}/close", {"unfinished": True})[0] in {200, 202}
            coders.wait_for(refused=1)
            assert lead.send("POST", f"{round_path}/reopen", {})[0] in {200, 201}
        coders.stop()
        lead.close()
        log = server.said()
    assert set(coders.statuses) <= {200, 201, 409, 403}, coders.statuses
    assert "database is locked" not in log
    database = Database(url)
    with database.reading() as session:
        stored = {(c.coder_id, c.key) for c in session.scalars(sa.select(Coding))}
        rows = session.scalars(sa.select(Event).order_by(Event.stream, Event.seq)).all()
        # One writer at a time has the lock: the order of the rows is that of the commits.
        actions = session.scalars(sa.select(Event.action).order_by(sa.text("rowid"))).all()
    database.dispose()
    assert stored == coders.taken
    assert {"round.closed", "round.reopened"} <= set(actions)
    assert written_while_closed(actions) == 0
    for stream in {e.stream for e in rows}:
        assert events.first_break([e for e in rows if e.stream == stream]) is None
    figure("writers", WRITERS)
    figure("closes and openings meanwhile", CLOSES)
    figure("codings acknowledged, all of them stored, once", len(stored))
    figure("codings refused because the round was closed", coders.statuses[409])
    figure("answers of the kind 5xx, or “database is locked”", 0)
    figure("codings in the log between a close and the opening", 0)


def written_while_closed(actions: Iterable[str]) -> int:
    """Count codings that the database took while the round was closed, by the order of the log's rows."""
    closed, count = False, 0
    for action in actions:
        if action in {"round.closed", "round.reopened"}:
            closed = action == "round.closed"
        elif action == "coding.created" and closed:
            count += 1
    return count
