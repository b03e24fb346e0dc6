"""The numbers of codes: given when a code becomes one of the project, by level, and never twice."""

from collections import Counter
from collections.abc import Iterable
from functools import cache
from uuid import UUID

from sqlalchemy.orm import Session

from intercoder.db import within
from intercoder.models import Code, CodeCount, Level
from intercoder.prepared import Prepared

KEY = ("project_id", "level")
_COUNTS = CodeCount.metadata.tables[CodeCount.__tablename__]


def give_numbers(session: Session, project_id: UUID, codes: Iterable[Code]) -> None:
    """Give each code the next number of its level, in the order given.

    The count is raised in one statement for a level, so that two who add codes at the same time get different ones.
    """
    given = list(codes)
    wanted = Counter(code.level for code in given)
    # Always in the same order: two who add codes of several levels wait for one another, never for each other.
    free = {level: _taken(session, project_id, level, wanted[level]) for level in Level if level in wanted}
    for code in given:
        code.number = free[code.level]
        free[code.level] += 1


def _taken(session: Session, project_id: UUID, level: Level, many: int) -> int:
    """Take the next ``many`` numbers of a level; return the first of them."""
    raised = _raised(session.get_bind().dialect.name)
    last = within(session).first(raised, {"project_id": project_id, "level": level, "made": many})
    assert last is not None  # it is inserted or raised, and answered either way
    return last - many + 1


@cache
def _raised(dialect: str) -> Prepared[int]:
    """Return what raises the count of a level by ``made`` and answers what it is then; built once for each kind of database."""
    if dialect == "sqlite":
        from sqlalchemy.dialects import sqlite

        on_sqlite = sqlite.insert(_COUNTS)
        more = {"made": _COUNTS.c.made + on_sqlite.excluded.made}
        return Prepared(on_sqlite.on_conflict_do_update(index_elements=KEY, set_=more).returning(_COUNTS.c.made), int)
    from sqlalchemy.dialects import postgresql  # of which a laptop needs nothing

    inserted = postgresql.insert(_COUNTS)
    more = {"made": _COUNTS.c.made + inserted.excluded.made}
    return Prepared(inserted.on_conflict_do_update(index_elements=KEY, set_=more).returning(_COUNTS.c.made), int)
