"""The time, asked for in one place so that tests can move it."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """Return the current time, aware, in UTC."""
    return datetime.now(UTC)


def elapsed() -> float:
    """Return seconds since some moment, which go on evenly whatever is done to the clock of the machine."""
    return time.monotonic()
