"""Which codings count as some codes: all of a code, or single ones where a split lies on their way."""

import sqlite3
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.models import Assignment, Coding
from intercoder.policy import Permission
from intercoder.services import remapping
from intercoder.services.counting import counting, of_codes, seen
from intercoder.services.mapping import mapping
from intercoder.services.paging import Asked
from intercoder.services.passages import passages
from intercoder.services.remapping import MergeIn, PassageIn, PassagesIn, SplitIn
from intercoder.services.targets import Target


def counted(cast: Cast, person: str, *codes: str) -> tuple[int, int]:
    """Return how many codings count as one of some codes, and how many of these are single ones."""
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.CODINGS_VIEW)
        mapped = mapping(session, cast.project)
        wanted = {str(cast.codes[code]) for code in codes}
        here = counting(session, mapped, wanted, seen(access))
        rows = sa.select(sa.func.count()).select_from(Coding).join(Assignment, Assignment.id == Coding.assignment_id)
        return session.scalar(rows.where(here.condition, seen(access))) or 0, len(here.singles)


@pytest.mark.sqlite
def test_of_rounds_that_are_open_own_codings_alone_are_seen(cast: Cast) -> None:
    made = cast.coded_round()
    assert [counted(cast, person, "l3") for person in ("lena", "ai", "bo")] == [(0, 0), (1, 0), (2, 0)]
    cast.close(made)
    assert [counted(cast, person, "l3") for person in ("lena", "ai", "bo")] == [(3, 0)] * 3


@pytest.mark.sqlite
def test_codings_of_a_split_code_count_one_by_one_wherever_they_were_put(cast: Cast, compared_round: UUID) -> None:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        into = (Target(code=cast.codes["l1"]), Target(code=cast.codes["l2"]))
        remapping.split(session, access, cast.codes["l3"], SplitIn(into=into))
    assert [counted(cast, "lena", code) for code in ("l1", "l2", "l3")] == [(2, 0), (1, 0), (3, 3)]
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        single = of_codes(session, mapping(session, cast.project), [str(cast.codes["l3"])], seen(access))[0]
        put = PassageIn(coder=UUID(single.coder), key=UUID(single.key), at=cast.codes["l1"])
        remapping.put_passages(session, access, cast.codes["l3"], PassagesIn(passages=(put,)))
    assert [counted(cast, "lena", code) for code in ("l1", "l2", "l3")] == [(3, 1), (1, 0), (2, 2)]
    assert counted(cast, "lena", "l1", "l3") == (5, 3)
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        remapping.merge(session, access, MergeIn(codes=(cast.codes["l1"],), into=cast.codes["l2"]))
    assert [counted(cast, "lena", code) for code in ("l1", "l2", "l3")] == [(0, 0), (4, 1), (2, 2)]


@pytest.mark.sqlite
def test_more_passages_of_a_split_code_than_a_statement_takes_values_are_listed(
    cast: Cast, compared_round: UUID
) -> None:
    many = 300
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        row = session.scalars(sa.select(Coding).where(Coding.code_id == cast.codes["l3"]).limit(1)).one()
        like = {column.key: getattr(row, column.key) for column in sa.inspect(Coding).column_attrs}
        session.execute(sa.insert(Coding), [like | {"key": UUID(int=n)} for n in range(many)])
        into = (Target(code=cast.codes["l1"]), Target(code=cast.codes["l2"]))
        remapping.split(session, access, cast.codes["l3"], SplitIn(into=into))
    assert counted(cast, "lena", "l3") == (many + 3, many + 3)
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.CODINGS_VIEW)
        # As many as may be is the machine's choice (32,766 or more): here so few that these would not go in.
        driver = session.connection().connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        before = driver.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, many // 2)
        there = passages(session, access, cast.codes["l3"], asked=Asked(limit=100))
        driver.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, before)
        assert (there.total, len(there.part.rows)) == (many + 3, 100)
