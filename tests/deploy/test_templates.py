"""The databases of tests are copies: what one test changes, no other sees."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder import events
from intercoder.db import Database
from intercoder.models import Coding, Event, Project, User
from templates import CONTENTS, Templates, wanted


def copied(request: pytest.FixtureRequest, kind: str, tmp_path: Path, content: str) -> tuple[Database, Cast]:
    templates: Templates = request.getfixturevalue(f"{kind}_templates")
    name = f"t{uuid4().hex}"
    database = Database(templates.copy(content, str(tmp_path / name) if kind == "sqlite" else name), pool_size=2)
    cast = templates[content].cast
    assert cast is not None
    return database, cast.on(database)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_is_changed_in_a_copy_is_in_no_other(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> None:
    changed, cast = copied(request, kind, tmp_path, "cast")
    cast.people.pop("olga")
    cast.compared_round()
    with changed.transaction() as session:
        session.get_one(Project, cast.project).name = "changed"
    changed.dispose()
    fresh, again = copied(request, kind, tmp_path, "cast")
    with fresh.reading() as session:
        assert session.get_one(Project, again.project).name == "九案例：数字化转型中的资源行动"
        assert session.scalar(sa.select(sa.func.count()).select_from(Coding)) == 0
        assert {u.id for u in session.scalars(sa.select(User))} == {p.id for p in again.people.values()}
    fresh.dispose()


def test_a_copy_is_as_good_as_one_that_was_made_here(cast: Cast, compared_round: UUID) -> None:
    assert cast.round() != compared_round
    with cast.database.reading() as session:
        rows = session.scalars(sa.select(Event).order_by(Event.stream, Event.seq)).all()
    for stream in {e.stream for e in rows}:
        assert events.first_break([e for e in rows if e.stream == stream]) is None


def test_the_fixtures_of_a_test_choose_its_template() -> None:
    assert wanted(["app", "database"]) == "empty"
    assert wanted(["cast", "database"]) == "cast"
    assert wanted(["cast", "compared_round"]) == "compared_round"
    assert all(start in CONTENTS for start, _ in CONTENTS.values() if start)
