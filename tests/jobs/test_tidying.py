"""Files to take away go with time: also where nobody has another one made."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder import clock
from intercoder.jobs import tidying
from intercoder.jobs.runner import run_next
from intercoder.models import FilePart, MakeFile
from intercoder.policy import Permission
from intercoder.services import made_files


def kept(cast: Cast) -> int:
    with cast.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(FilePart)) or 0


def test_what_is_older_than_a_day_goes_a_few_parts_at_a_time(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.compared_round()
    monkeypatch.setattr(made_files, "PART", 200)
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.PROJECT_VIEW)
        made_files.start(session, access, MakeFile("archive", cast.project, "zip", "real", "zh"))
    assert run_next(cast.database)
    assert kept(cast) > tidying.AT_ONCE
    tidied = tidying.Tidying(cast.database, every=0.0)
    assert not tidied(), "it may be fetched still"
    assert kept(cast) > tidying.AT_ONCE
    later = clock.now() + timedelta(hours=25)
    for module in (tidying, made_files):
        monkeypatch.setattr(module, "now", lambda: later)
    assert tidied()
    assert kept(cast) == 0
    assert not tidied()


@pytest.mark.sqlite
def test_it_looks_now_and_then_only(cast: Cast) -> None:
    looked: list[int] = []

    class Looking(tidying.Tidying):
        def _old(self) -> bool:
            looked.append(1)
            return False

    tidied = Looking(cast.database)
    assert [tidied() for _ in range(5)] == [False] * 5
    assert looked == [1]
