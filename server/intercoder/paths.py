"""Where files lie. The only module that knows."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from intercoder.errors import Conflict

PACKAGE = Path(__file__).resolve().parent
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
        if not _lock(held):
            raise Conflict(
                "database_in_use",
                "Another Intercoder server uses {path}. SQLite serves one: stop the other, or use PostgreSQL.",
                path=path,
            )
        yield


def _lock(file: TextIO) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def private_files() -> None:
    """Let only this program's user read what the process writes from now on."""
    os.umask(0o077)
