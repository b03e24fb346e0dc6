"""Throw-away PostgreSQL and Redis servers, for tests and for `make large`.

Both servers listen on the loopback address only, on a free port, keep their data in a temporary folder and
end with the program that started them, however that ends. They never touch a server that the machine already runs.
"""

import atexit
import contextlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, LiteralString, Self

import psycopg
from psycopg import sql

from waiting import PATIENCE, until

LOOPBACK = "127.0.0.1"
DEBIAN_POSTGRES = Path("/usr/lib/postgresql")


def free_port() -> int:
    """Return a TCP port of the loopback address that nothing listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def postgres_folder() -> Path:
    """Return the folder of the newest PostgreSQL server programs; RuntimeError says what to install."""
    # Debian keeps the programs outside PATH, and what it does put there are wrappers for its own clusters.
    folders = [path.parent for path in DEBIAN_POSTGRES.glob("*/bin/initdb")]
    if folders:
        return max(folders, key=lambda folder: int(re.sub(r"\D", "", folder.parent.name) or 0))
    initdb = shutil.which("initdb")
    if initdb and shutil.which("postgres"):
        return Path(initdb).parent
    raise RuntimeError("PostgreSQL's server programs are missing: install the package 'postgresql' (15 or newer)")


def redis_program() -> str:
    """Return the path of redis-server; RuntimeError says what to install."""
    program = shutil.which("redis-server")
    if program is None:
        raise RuntimeError("redis-server is missing: install the package 'redis-server'")
    return program


#: Ends the server whose number it read last, and removes its folder, when nobody holds the other end of its pipe any
#: more: a program that is killed runs no code of its own.
GUARD = """
while read -r line; do server=$line; done
[ -n "$server" ] || exit 0
kill -s "$1" "$server"
# Where nobody collects the dead, a dead one answers for ever.
for moment in $(seq 600); do kill -0 "$server" && sleep 0.1 || break; done
rm -rf "$2"
"""


class _Service:
    """One server process in a temporary folder: started, killed, restarted, and always stopped."""

    name = ""
    stop_signal = signal.SIGTERM
    beside = Path("/tmp")  # the folder of its folder

    def __init__(self) -> None:
        self.port = free_port()
        # Short, because the path of a unix socket has a limit, and open to the account that runs the server.
        self.folder = Path(tempfile.mkdtemp(prefix=f"{self.name}-", dir=self.beside))
        self.log = self.folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._account: pwd.struct_passwd | None = None
        self._guard = subprocess.Popen(
            ["sh", "-c", GUARD, "guard", self.stop_signal.name.removeprefix("SIG"), str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
        atexit.register(self.stop)
        try:
            self._prepare()
            self._start()
        except BaseException:
            self.stop()
            raise

    def _prepare(self) -> None:
        """Lay out the data folder."""

    def _command(self) -> list[str]:
        """Return the command that runs the server in the foreground."""
        raise NotImplementedError

    def _answers(self) -> bool:
        """Return whether the server takes connections."""
        raise NotImplementedError

    def _run(self, *command: str) -> None:
        """Run a program as the server's account; RuntimeError carries what it printed."""
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            cwd=self.folder,
            env=self._environment(),
            **self._identity(),
        )
        if done.returncode:
            raise RuntimeError(f"{Path(command[0]).name} failed: {done.stderr.strip() or done.stdout.strip()}")

    def _environment(self) -> dict[str, str]:
        """Return the environment without settings that point the programs at another server."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
        return {**kept, "HOME": str(self.folder), "LC_ALL": "C"}

    def _identity(self) -> dict[str, Any]:
        """Return what makes a program run as the server's account."""
        if self._account is None:
            return {}
        return {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            server = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=self._environment(),
                # A session of its own: Ctrl-C reaches the test run, which then stops the server in order.
                start_new_session=True,
                **self._identity(),
            )
        self._tell_guard(str(server.pid))
        return server

    def _tell_guard(self, server: str) -> None:
        assert self._guard.stdin is not None
        self._guard.stdin.write(f"{server}\n".encode())
        self._guard.stdin.flush()

    def _start(self) -> None:
        self._process = self._spawn()
        until(self._started, lambda: f"{self.name} did not start: {self._last_words()}")

    def _started(self) -> bool:
        if self._answers():
            return True
        if self._process is None or self._process.poll() is not None:
            # After a kill the orphans may still hold the port or the shared memory for a moment.
            if not re.search(r"in use|bind", self._last_words(), re.IGNORECASE):
                raise RuntimeError(f"{self.name} did not start: {self._last_words()}")
            self._process = self._spawn()
        return False

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:]) if self.log.exists() else ""

    @property
    def pid(self) -> int | None:
        """The process id of the running server, or None."""
        return self._process.pid if self._process else None

    def kill9(self) -> None:
        """Kill the server and every process of it at once, as the end of a machine would."""
        if self._process is None:
            return
        victims = [self._process.pid, *_children(self._process.pid)]
        for pid in victims:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
        _wait_until_gone(victims)

    def restart(self) -> None:
        """Start the server again on the same port and data, after a kill or after stopping it in order."""
        self._shut_down()
        self._start()

    def _shut_down(self) -> None:
        if self._process is None:
            return
        family = [self._process.pid, *_children(self._process.pid)]
        self._process.send_signal(self.stop_signal)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill9()
        self._process = None
        _wait_until_gone(family)

    def stop(self) -> None:
        """Stop the server and remove its folder; harmless when repeated."""
        atexit.unregister(self.stop)
        self._shut_down()
        if self._guard.returncode is None:
            self._tell_guard("")
            self._guard.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class Postgres(_Service):
    """A PostgreSQL server of its own; ``fsync=False`` trades crash safety for speed."""

    name = "postgres"
    stop_signal = signal.SIGINT  # the "fast" shutdown: ends sessions instead of waiting for them
    user = "intercoder"

    def __init__(self, *, fsync: bool = True, beside: Path | None = None) -> None:
        self.fsync = fsync
        self.beside = beside or self.beside
        self._programs = postgres_folder()
        super().__init__()

    def _prepare(self) -> None:
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root: borrow an account without rights.
            names = {entry.pw_name: entry for entry in pwd.getpwall()}
            self._account = names.get("postgres") or names["nobody"]
            os.chown(self.folder, self._account.pw_uid, self._account.pw_gid)
        # macOS knows no C.UTF-8; there plain C sorts the same way.
        locale = "C" if sys.platform == "darwin" else "C.UTF-8"
        self._run(
            str(self._programs / "initdb"),
            f"--pgdata={self.folder / 'data'}",
            f"--username={self.user}",
            "--auth=trust",
            "--encoding=UTF8",
            f"--locale={locale}",
            "--no-sync",
        )

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "max_connections": "200",
        }
        if not self.fsync:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command = [str(self._programs / "postgres"), "-D", str(self.folder / "data")]
        for key, value in settings.items():
            command += ["-c", f"{key}={value}"]
        return command

    def _connect_as(self, program: str) -> list[str]:
        return [str(self._programs / program), "-h", LOOPBACK, "-p", str(self.port), "-U", self.user]

    def _answers(self) -> bool:
        command = [*self._connect_as("pg_isready"), "-q", "-d", "postgres"]
        return subprocess.run(command, check=False, env=self._environment()).returncode == 0

    def url(self, database: str) -> str:
        """Return the SQLAlchemy address of ``database``."""
        return f"postgresql+psycopg://{self.user}@{LOOPBACK}:{self.port}/{database}"

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Create a database, empty or a copy of another, and return its SQLAlchemy address."""
        # As files: through the log (the default) it costs twice as much, and each test has a database of its own.
        self._execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._execute("DROP DATABASE {} WITH (FORCE)", name)

    def _execute(self, statement: LiteralString, *names: str) -> None:
        address = f"host={LOOPBACK} port={self.port} user={self.user} dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


class Redis(_Service):
    """A Redis server of its own that writes nothing to disk."""

    name = "redis"

    def __init__(self) -> None:
        self._program = redis_program()
        super().__init__()

    def _command(self) -> list[str]:
        command = [self._program, "--bind", LOOPBACK, "--port", str(self.port), "--dir", str(self.folder)]
        return [*command, "--save", "", "--appendonly", "no"]

    def _answers(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=PATIENCE) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    @property
    def url(self) -> str:
        """The address of the server's first database."""
        return f"redis://{LOOPBACK}:{self.port}/0"


def _children(pid: int) -> list[int]:
    """Return the direct children of ``pid`` (Linux; elsewhere none: they follow by themselves)."""
    children = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # "pid (name) state parent ...": the name may hold blanks and brackets.
            parent = int(stat.read_text(errors="replace").rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        if parent == pid:
            children.append(int(stat.parent.name))
    return children


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with contextlib.suppress(OSError, IndexError):
        # A killed orphan that nobody has waited for yet holds nothing any more.
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0] != "Z"
    return True


def _wait_until_gone(pids: list[int]) -> None:
    until(lambda: not any(_alive(pid) for pid in pids), f"some of the processes {pids} live on")
