"""Backups by a schedule: when the next one is due, and which of them are kept."""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from intercoder.cli.copies import MANIFEST
from intercoder.clock import now
from intercoder.config import Settings
from intercoder.logs import get_logger

log = get_logger()

#: the reason that stands in the manifest of a backup that the schedule made; only such are ever removed
SCHEDULED = "scheduled"
#: of how many of the latest days, weeks and months the newest is kept; of the last day all
DAYS, WEEKS, MONTHS = 7, 4, 12
DAY = timedelta(days=1)
#: seconds until a server that was started looks for the first time, and from then on
FIRST_LOOK, LOOK_EVERY = 120.0, 1800.0


@dataclass(frozen=True)
class Kept:
    """A backup that the schedule made."""

    path: Path
    made_at: datetime
    whole: bool


def backups_folder(settings: Settings) -> Path:
    """Return where backups go when no folder is named."""
    return settings.data / "backups"


def scheduled(folder: Path) -> list[Kept]:
    """Return the backups of a folder that the schedule made, oldest first; what cannot be read is none of them."""
    kept = []
    for manifest in folder.glob(f"*/{MANIFEST}"):
        with suppress(OSError, ValueError):
            # A server that idles looks at them twice an hour, which is not worth pydantic.
            match json.loads(manifest.read_bytes()):
                case {"reason": reason, "made_at": str(made_at), "file": str(), "sha256": str(), **more} if (
                    reason == SCHEDULED
                ):
                    kept.append(Kept(manifest.parent, datetime.fromisoformat(made_at), not more.get("faults")))
    return sorted(kept, key=lambda backup: backup.made_at)


def due(settings: Settings) -> bool:
    """Return whether the day's backup is missing: none of the last 24 hours, nor one of a clock that was set back since."""
    return not any(abs(now() - backup.made_at) < DAY for backup in scheduled(backups_folder(settings)))


def outlived(kept: Sequence[Kept]) -> list[Kept]:
    """Return those that are no longer kept, given oldest first.

    Kept are all of the 24 hours before the newest, and of the latest 7 days, 4 weeks and 12 months that have one the
    newest. Only whole ones count and are removed: what keeps a damaged state may be all that shows since when. While
    the newest one is not whole nothing is removed, or the last good one would go in time.
    """
    whole = [backup for backup in kept if backup.whole]
    if not whole or whole[-1] is not kept[-1]:
        return []
    stays = {backup.path for backup in whole if whole[-1].made_at - backup.made_at <= DAY}
    periods: Sequence[tuple[int, Callable[[datetime], tuple[int, ...]]]] = (
        (DAYS, lambda at: (at.year, at.month, at.day)),
        (WEEKS, lambda at: tuple(at.isocalendar())[:2]),
        (MONTHS, lambda at: (at.year, at.month)),
    )
    for latest, period in periods:
        newest = {period(backup.made_at): backup.path for backup in whole}
        stays |= set(list(newest.values())[-latest:])
    return [backup for backup in whole if backup.path not in stays]


def remove_outlived(folder: Path) -> list[Path]:
    """Remove the backups that the schedule no longer keeps, and return which these were."""
    gone = [backup.path for backup in outlived(scheduled(folder))]
    # What a machine that was switched off in the middle has left.
    gone += [path for path in folder.glob(f"*-{SCHEDULED}") if not (path / MANIFEST).exists() and _old(path)]
    for path in gone:
        # First it is no backup any more: one that is cut in the middle of its removal is never taken for whole.
        (path / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(path)
    return gone


def _old(path: Path) -> bool:
    return now().timestamp() - path.stat().st_mtime > DAY.total_seconds()


def keep_backups(settings: Settings, stop: threading.Event, *, first_look: float = FIRST_LOOK) -> None:
    """Make a backup each day for as long as a server runs, each in a process of its own; see ``backup --scheduled``."""
    command = [sys.executable, "-P", "-c", "from intercoder.cli import main; main()", "backup", "--scheduled"]
    wait = first_look
    while not stop.wait(wait):
        wait = LOOK_EVERY
        if due(settings):
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
            if done.returncode:
                log.error("backup failed", reason=done.stderr.strip()[-2000:])
