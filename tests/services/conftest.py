from datetime import datetime, timedelta
from typing import Any

import pytest


class Shifted(datetime):
    """The time of this machine and what a test let go by."""

    passed = timedelta()

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + cls.passed


class Clock:
    """Lets time go by without waiting."""

    def forward(self, **units: float) -> None:
        """Go on by so many days, hours, minutes."""
        Shifted.passed += timedelta(**units)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that the test can put forward."""
    monkeypatch.setattr(Shifted, "passed", timedelta())
    monkeypatch.setattr("intercoder.clock.datetime", Shifted)
    return Clock()
