"""Where files lie. The only module that knows."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from intercoder.errors import Conflict

PACKAGE = Path(__file__).resolve().parent
LOOK_EVERY = 0.001  # seconds
CHECKOUT = PACKAGE.parents[1]


def asset_dir(name: str) -> Path:
    """Return the folder ``name``: inside the package (wheel) or at the top of the checkout."""
    for folder in (PACKAGE / name, CHECKOUT / name):
        if folder.is_dir():
            return folder
    raise RuntimeError(f"{name}/ was not found beside {PACKAGE}: broken install")


@contextlib.contextmanager
def claim_file(path: Path) -> Iterator[None]:
    """Hold the one claim on an SQLite file for as long as the block runs; the system frees it when a process dies.

    Raises ``Conflict`` when another process has it.
    """
    with Path(f"{path}.lock").open("a+") as held:
        if not _lock(held.fileno()):
            raise Conflict(
                "database_in_use",
                "Another Intercoder server uses {path}. SQLite serves one: stop the other, or use PostgreSQL.",
                path=path,
            )
        yield


def _lock(file: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


class Turn:
    """The turn among processes that have a file in common: one has it at a time; the system frees it when a process dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self, seconds: float) -> bool:
        """Take the turn within this time, looked for every millisecond; return whether it was got."""
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        give_up = time.monotonic() + seconds
        while not _lock(self._file):
            if time.monotonic() > give_up:
                return False
            time.sleep(LOOK_EVERY)
        return True

    def leave(self) -> None:
        """Let another process have it."""
        assert self._file is not None
        _unlock(self._file)

    def close(self) -> None:
        """Close the file; it is opened again when it is needed."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __del__(self) -> None:
        self.close()


def _unlock(file: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_UN)


def private_files() -> None:
    """Let only this program's user read what the process writes from now on."""
    os.umask(0o077)
