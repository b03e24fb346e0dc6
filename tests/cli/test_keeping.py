"""Backups by a schedule: which are kept, and that a server which runs makes them."""

import json
import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cast import Cast
from cli.running import run
from intercoder.cli.keeping import DAY, Kept, due, keep_backups, outlived, scheduled
from intercoder.clock import now
from intercoder.config import Settings
from waiting import until

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def made(*ages: timedelta, damaged: frozenset[int] = frozenset()) -> list[Kept]:
    """Return backups of these ages, oldest first."""
    at = sorted(NOON - age for age in ages)
    return [Kept(Path(str(n)), when, whole=n not in damaged) for n, when in enumerate(at)]


def left(kept: list[Kept]) -> list[Kept]:
    gone = outlived(kept)
    return [backup for backup in kept if backup not in gone]


def test_of_four_years_every_day_there_stay_seven_days_four_weeks_and_twelve_months() -> None:
    stays = left(made(*(timedelta(days=n) for n in range(4 * 365))))
    days = [f"{backup.made_at:%m-%d}" for backup in stays]
    assert days == [
        *("12-31", "01-31", "02-28", "03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30", "10-31"),
        *("11-08", "11-15"),  # Sundays; the weeks of the 22nd and of today are among the days
        *("11-21", "11-22", "11-23", "11-24", "11-25", "11-26", "11-27"),
    ]


def test_of_the_last_day_all_stay() -> None:
    assert len(left(made(*(timedelta(hours=n) for n in range(72))))) == 25 + 2


@given(st.lists(st.integers(0, 60 * 24 * 900), min_size=1, max_size=60))
def test_the_newest_always_stays_and_looking_again_removes_no_more(minutes: list[int]) -> None:
    kept = made(*(timedelta(minutes=m) for m in minutes))
    stays = left(kept)
    assert kept[-1] in stays
    assert outlived(stays) == []
    old = [backup for backup in stays if kept[-1].made_at - backup.made_at > DAY]
    assert len(old) <= 7 + 4 + 12


def test_what_is_not_whole_is_never_removed_and_nothing_is_while_the_newest_is_not() -> None:
    hours = [timedelta(days=n) for n in range(60)]
    assert not outlived(made(*hours, damaged=frozenset({59})))
    gone = outlived(made(*hours, damaged=frozenset({3})))
    assert gone
    assert all(backup.whole for backup in gone)


# --- with real backups ---------------------------------------------------------------------------


@pytest.fixture
def served(cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of a study on SQLite, as the command line reads them."""
    monkeypatch.setenv("INTERCODER_DATA", str(settings.data))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    return settings


def aged(settings: Settings, backup: Path, days: int) -> Path:
    """Return a copy of a backup that says it was made so many days ago."""
    copy = backup.with_name(f"{days:03}-days-old")
    shutil.copytree(backup, copy)
    told = json.loads((copy / "manifest.json").read_text())
    told["made_at"] = (now() - timedelta(days=days)).isoformat()
    (copy / "manifest.json").write_text(json.dumps(told))
    return copy


@pytest.mark.sqlite
def test_the_command_removes_what_is_no_longer_kept_and_nothing_that_a_person_made(served: Settings) -> None:
    by_hand, first = (Path(run("backup", *option).stdout.strip()) for option in ((), ("--scheduled",)))
    old = [aged(served, first, days) for days in range(40, 60)]
    by_hand_old = aged(served, by_hand, 900)
    done = run("backup", "--scheduled")
    assert done.exit_code == 0, done.output
    gone = [path for path in old if not path.exists()]
    assert sorted(str(path) for path in gone) == sorted(
        line.removeprefix("No longer kept: ") for line in done.stdout.splitlines()[1:]
    )
    assert len(gone) > 10
    assert by_hand_old.exists()
    assert by_hand.exists()
    assert all(run("verify", str(backup.path)).exit_code == 0 for backup in scheduled(served.data / "backups")[-2:])


@pytest.mark.sqlite
def test_a_server_that_runs_makes_the_missing_one_and_no_second(served: Settings) -> None:
    folder = served.data / "backups"
    aged(served, Path(run("backup", "--scheduled").stdout.strip()), 2)
    shutil.rmtree(scheduled(folder)[-1].path)
    assert due(served)
    stop = threading.Event()
    keeper = threading.Thread(target=keep_backups, args=(served, stop), kwargs={"first_look": 0.0})
    keeper.start()
    try:
        until(lambda: not due(served), "a backup")
    finally:
        stop.set()
        keeper.join()
    assert [backup.whole for backup in scheduled(folder)] == [True, True]
    assert not due(served)


@pytest.mark.sqlite
def test_a_clock_that_was_set_back_does_not_put_the_next_one_off_for_long(served: Settings) -> None:
    newest = Path(run("backup", "--scheduled").stdout.strip())
    aged(served, newest, -3)
    shutil.rmtree(newest)
    assert due(served)
