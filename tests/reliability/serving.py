"""A real ``intercoder serve`` in a process group of its own, a study to write into, and twenty people who write."""

import contextlib
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

from cast import make_cast, password_hash, store
from intercoder.db import Database
from intercoder.models import Role
from intercoder.policy import Permission
from intercoder.services import accounts, members, tokens
from outbound.run import also
from reliability.commands import Said, commanded
from services_up import LOOPBACK, free_port
from waiting import PATIENCE, Process, until

PROGRAM = str(Path(sys.executable).with_name("intercoder"))
SENTENCE = "企业在资源约束下把旧设备接上了网，先有信任再有合同。"
LETTERS = 60_000


class Server:
    """One server on a free port: started, killed, started again, and always ended."""

    def __init__(
        self, data: Path, *, database_url: str = "", redis_url: str = "", source: Path | None = None, **settings: str
    ) -> None:
        self.data = data
        self.port = free_port()
        self.log = data.with_name(f"{data.name}-{self.port}.log")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("INTERCODER_", "PG"))}
        self.environment = {
            **kept,
            "INTERCODER_DATA": str(data),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "PORT": str(self.port),
            **settings,
        }
        if source is not None:
            self.environment["PYTHONPATH"] = also(source)
        self.process: Process | None = None

    def start(self, *, wait: bool = True) -> Self:
        """Start; wait until it answers, or fail with what it printed."""
        self.process = self._begin()
        if wait:
            until(self.answers, self.said, alive=[self.process])
        return self

    def _begin(self) -> Process:
        """Start the program in a process group of its own."""
        with self.log.open("ab") as log:
            command, nothing, own = [PROGRAM, "serve"], subprocess.DEVNULL, self.environment
            return subprocess.Popen(command, stdin=nothing, stdout=log, stderr=log, env=own, start_new_session=True)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command of the program with the same settings."""
        return subprocess.run(
            [PROGRAM, *arguments], capture_output=True, text=True, env=self.environment, check=False, timeout=PATIENCE
        )

    def command(self, *arguments: str) -> "Said":
        """Run another command with the same settings in this process: to start one for each costs more than most do."""
        return commanded(self.environment, *arguments)

    def answers(self) -> bool:
        """Whether it takes requests, and says so."""
        try:
            return self.get("/healthz")[0] == 200 and "Intercoder serves" in self.said()
        except (OSError, http.client.HTTPException):
            return False

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text of a visitor's GET."""
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    @property
    def processes(self) -> list[Process]:
        """The process that was started, if any."""
        return [] if self.process is None else [self.process]

    def said(self) -> str:
        """Everything it printed and logged so far."""
        return self.log.read_text("utf-8", errors="replace") if self.log.exists() else ""

    def pids(self) -> list[int]:
        """The processes of its group that live."""
        return [] if self.process is None else group_of(self.process.pid)

    def kill9(self) -> None:
        """Kill the whole group at once, as a power button would."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        until(lambda: not self.pids(), "a killed server lives on")
        self.process = None

    def terminate(self) -> int:
        """Ask it to stop and return its exit status; ``TimeoutExpired`` when it does not."""
        assert self.process is not None
        self.process.terminate()
        status = self.process.wait(PATIENCE)
        self.kill9()
        return status

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _k: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        self.kill9()


def group_of(leader: int) -> list[int]:
    """Return the processes of a group that live and are no zombies."""
    processes = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            words = stat.read_text(errors="replace").rpartition(")")[2].split()
            if words[0] != "Z" and int(words[2]) == leader:
                processes.append(int(stat.parent.name))
    return processes


@dataclass
class Study:
    """An open round in which many code one document, each with a token."""

    project: UUID
    round: UUID
    document: UUID
    codes: list[UUID]
    text: str
    tokens: dict[UUID, str] = field(default_factory=dict)
    #: the addresses under which the coders sign in
    addresses: dict[UUID, str] = field(default_factory=dict)
    lead: str = ""

    @property
    def path(self) -> str:
        """The address of the document's codings."""
        return f"/api/v1/rounds/{self.round}/documents/{self.document}"

    def words(self, chance: random.Random) -> tuple[int, int]:
        """Choose a span of at most 40 characters as a coder would: neither end is a blank."""
        while True:
            start = chance.randrange(len(self.text) - 40)
            end = start + chance.randint(1, 40)
            chosen = self.text[start:end]
            if chosen == chosen.strip():
                return start, end


def prepare_study(database: Database, coders: int = 20, letters: int = LETTERS) -> Study:
    """Fill an empty, migrated database with the cast, a long document and an open round of many coders."""
    cast = make_cast(database)
    text = "\n".join([SENTENCE * 8] * (letters // (len(SENTENCE) * 8) + 1))[:letters]
    with database.transaction() as session:
        lead = cast.access(session, "lena", Permission.MATERIALS_MANAGE)
        cast.documents["长访谈"] = store(session, lead, "长访谈", text).id
        for number in range(coders):
            name = f"coder{number}"
            user = accounts.create_user(session, f"{name}@study.example", name, password_hash())
            cast.people[name] = accounts.actor_of(user)
            members.add_member(session, cast.project, user.id, [Role.CODER])
    made = cast.round(documents=("长访谈",), coders=[f"coder{n}" for n in range(coders)])
    study = Study(cast.project, made, cast.documents["长访谈"], list(cast.codes.values()), text)
    with database.transaction() as session:
        for number in range(coders):
            coder = cast.people[f"coder{number}"].id
            study.tokens[coder] = tokens.create_token(session, coder, tokens.NewToken(name="writer"))[1]
            study.addresses[coder] = f"coder{number}@study.example"
        study.lead = tokens.create_token(session, cast.people["lena"].id, tokens.NewToken(name="lead"))[1]
    return study


@dataclass(frozen=True)
class Acknowledged:
    """A coding that the server said it has."""

    coder: UUID
    key: UUID
    body: Mapping[str, Any]


class Person:
    """Somebody with a token, or with a browser's headers, and one kept connection to a server."""

    def __init__(self, port: int, shows: str | Mapping[str, str]) -> None:
        self._port = port
        shown = {"Authorization": f"Bearer {shows}"} if isinstance(shows, str) else shows
        self._headers = {**shown, "Content-Type": "application/json"}
        self._connection: http.client.HTTPConnection | None = None

    def send(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Return status and JSON of a request; OSError or HTTPException when the connection broke."""
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(LOOPBACK, self._port, timeout=PATIENCE)
            self._connection.request(method, path, None if body is None else json.dumps(body), self._headers)
            answer = self._connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        return answer.status, json.loads(content) if content else None

    def close(self) -> None:
        """Let the connection go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Writers:
    """People who code, with ``pause`` seconds in between, each repeating a coding under one key until it is acknowledged."""

    def __init__(
        self,
        port: int,
        study: Study,
        *,
        coders: int = 20,
        each: int | None = None,
        browsers: Mapping[UUID, Mapping[str, str]] | None = None,
        pause: float = 0.0,
    ) -> None:
        self._port, self._study, self._each, self._pause = port, study, each, pause
        self.acknowledged: list[Acknowledged] = []
        self.latencies: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.broken = 0  #: requests whose connection failed
        self.refusals: list[str] = []  #: what answers other than 200, 201 and 503 said
        self._stop = threading.Event()
        shown: Mapping[UUID, str | Mapping[str, str]] = browsers or study.tokens
        chosen = list(shown.items())[:coders]
        self._threads = [threading.Thread(target=self._write, args=who, daemon=True) for who in chosen]

    def start(self) -> Self:
        """Begin."""
        for thread in self._threads:
            thread.start()
        return self

    def wait_for(self, more: int) -> None:
        """Wait until this many further codings were acknowledged."""
        wanted = len(self.acknowledged) + more
        until(
            lambda: self.refusals or len(self.acknowledged) >= wanted, lambda: f"writing stands still: {self.statuses}"
        )
        if self.refusals:
            raise RuntimeError(f"writing was refused: {self.refusals[:3]}")

    def wait(self) -> None:
        """Wait until everybody has written what they were to write."""
        for thread in self._threads:
            thread.join()

    def stop(self) -> None:
        """Let everybody finish the coding at hand."""
        self._stop.set()
        self.wait()

    def _write(self, coder: UUID, shows: str | Mapping[str, str]) -> None:
        person, chance, written = Person(self._port, shows), random.Random(coder.int), 0
        while not self._stop.is_set() and (self._each is None or written < self._each):
            start, end = self._study.words(chance)
            body = {
                "code": str(chance.choice(self._study.codes)),
                "start": start,
                "end": end,
                "memo": "",
                "doubt": False,
            }
            written += self._acknowledged(person, coder, uuid4(), body)
            self._stop.wait(self._pause)
        person.close()

    def _acknowledged(self, person: Person, coder: UUID, key: UUID, body: Mapping[str, Any]) -> bool:
        """Send a coding until it is answered; return whether the server took it."""
        begun = time.perf_counter()
        try:
            status, answer = until(lambda: self._answered(person, key, body), "not acknowledged", pause=0.1)
        except RuntimeError as error:
            self.refusals.append(str(error))
            return False
        if status not in {200, 201}:
            self.refusals.append(f"{status} {answer}")
            return False
        self.acknowledged.append(Acknowledged(coder, key, body))
        self.latencies.append(time.perf_counter() - begun)
        return True

    def _answered(self, person: Person, key: UUID, body: Mapping[str, Any]) -> tuple[int, Any] | None:
        """Send a coding once; None when it is to be sent again, as the browser does."""
        try:
            status, answer = person.send("PUT", f"{self._study.path}/codings/{key}", body)
        except (OSError, http.client.HTTPException):
            self.broken += 1
            return None
        self.statuses[status] += 1
        return None if status == 503 else (status, answer)


def next_release(folder: Path) -> Path:
    """Make a copy of the program with one more migration, as the next release will have; return its source root."""
    import intercoder.paths as here

    root = folder / "next"
    shutil.copytree(here.PACKAGE, root / "server" / "intercoder")  # with what was compiled: it takes two seconds
    shutil.copytree(here.asset_dir("migrations"), root / "migrations")
    (root / "static").symlink_to(here.asset_dir("static"))
    from intercoder import schema

    (root / "migrations" / "versions" / "9999_next.py").write_text(
        f'"""next release"""\nimport sqlalchemy as sa\nfrom alembic import op\n\n'
        f'revision = "next"\ndown_revision = "{schema.head()}"\nbranch_labels = depends_on = None\n\n\n'
        'def upgrade():\n    op.add_column("project", sa.Column("of_the_next_release", sa.Text(), nullable=True))\n\n\n'
        'def downgrade():\n    op.drop_column("project", "of_the_next_release")\n',
        "utf-8",
    )
    return root / "server"


class Stream:
    """An open page: reads /events in a thread."""

    def __init__(self, port: int, token: str, project: UUID) -> None:
        self._connection = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE)
        self._connection.request("GET", f"/events?project={project}", headers={"Authorization": f"Bearer {token}"})
        self._answer = self._connection.getresponse()
        self.status = self._answer.status
        self.messages: list[tuple[str, Any]] = []  #: (event, data), as they came
        self.ended = threading.Event()
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        event = ""
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError, AttributeError):
            while line := self._answer.readline().decode():
                name, _, value = line.rstrip("\n").partition(": ")
                if name == "event":
                    event = value
                elif name == "data":
                    with self._news:
                        self.messages.append((event, json.loads(value)))
                        self._news.notify_all()
        with self._news:
            self.ended.set()
            self._news.notify_all()

    def next_of(self, event: str, seconds: float = PATIENCE) -> Any:
        """Return the data of the first message of this kind, waiting for it; None when none came."""
        with self._news:
            self._news.wait_for(lambda: self.ended.is_set() or any(e == event for e, _ in self.messages), seconds)
            return next((data for e, data in self.messages if e == event), None)

    def close(self) -> None:
        """Leave the page."""
        with contextlib.suppress(OSError):
            if self._connection.sock is not None:
                self._connection.sock.shutdown(socket.SHUT_RDWR)  # wakes the reader
        self._thread.join(PATIENCE)
        self._answer.close()
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _k: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        self.close()
