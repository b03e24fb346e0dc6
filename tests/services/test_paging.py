"""Lists are cut by the database at a place, not at a number of rows: what comes or goes meanwhile shifts nothing."""

import base64
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from cast import Cast
from intercoder.clock import now
from intercoder.errors import InvalidInput
from intercoder.models import Document
from intercoder.services.paging import Asked, Key, Mark, Page, marked_by, page

#: by type of source downwards, then by position, then by identifier: two of the keys tie
KEYS = (Key(Document.source_type, str, descending=True), Key(Document.position, int), Key(Document.id, UUID))


def fill(session: Session, cast: Cast, count: int = 23) -> list[UUID]:
    """Add documents and return them in the order of KEYS."""
    for i in range(count):
        title = f"Document {i}"
        session.add(
            Document(
                project_id=cast.project,
                title=title,
                title_key=title.lower(),
                source_type=("media", "archive", "survey")[i % 3],
                is_primary=False,
                attributes={},
                created_at=now(),
                position=i // 6,
            )
        )
    session.flush()
    rows = session.scalars(sa.select(Document)).all()
    rows = sorted(rows, key=lambda d: (d.position, d.id.hex))
    return [d.id for d in sorted(rows, key=lambda d: d.source_type, reverse=True)]


def cut(session: Session, cursor: str | None, limit: int = 5) -> Page[Document]:
    return page(session, sa.select(Document), KEYS, Asked(cursor, limit))


def test_all_pages_together_are_the_whole_list_forwards_and_backwards(cast: Cast) -> None:
    with cast.database.transaction() as session:
        wanted = fill(session, cast)
        first = part = cut(session, None)
        assert first.previous is None
        seen = [d.id for d in part.rows]
        while part.next:
            part = cut(session, part.next)
            seen += [d.id for d in part.rows]
        assert seen == wanted
        back = [d.id for d in part.rows]
        while part.previous:
            part = cut(session, part.previous)
            back = [*(d.id for d in part.rows), *back]
        assert back == wanted
        assert [d.id for d in part.rows] == [d.id for d in first.rows]


def test_a_page_that_ends_with_the_list_has_no_next(cast: Cast) -> None:
    with cast.database.transaction() as session:
        wanted = fill(session, cast)
        assert cut(session, None, len(wanted)).next is None
        assert cut(session, None, len(wanted) - 1).next is not None


def test_what_comes_and_goes_meanwhile_shifts_nothing(cast: Cast) -> None:
    with cast.database.transaction() as session:
        wanted = fill(session, cast)
        first = cut(session, None)
        session.delete(first.rows[-1])  # the row that the cursor names
        session.delete(first.rows[0])
        session.flush()
        assert first.next is not None
        assert [d.id for d in cut(session, first.next).rows] == wanted[5:10]


IDENTIFIER = "38ff29b6-8c53-4137-919c-41f56da84125"
WRONG: tuple[object, ...] = (
    [],
    {},
    7,
    [0, "a", 1],
    [0, "a", "1", IDENTIFIER],
    [0, "a", 2**40, IDENTIFIER],
    [0, "a", True, IDENTIFIER],
    [0, "a\0", 1, IDENTIFIER],
    [0, 1, 1, IDENTIFIER],
    [0, "a", 1, "no identifier"],
    [0, "a", 1, 5],
)


@pytest.mark.parametrize("text", ["!!!", "中", "[" * 2000, *(json.dumps(content) for content in WRONG)])
def test_a_damaged_cursor_is_refused_with_a_sentence(text: str) -> None:
    cursor = base64.urlsafe_b64encode(text.encode()).decode() if text[0] in "[{7" else text
    with pytest.raises(InvalidInput, match="begin again") as caught:
        marked_by(cursor, [key.kind for key in KEYS])
    assert caught.value.code == "bad_cursor"


@given(st.uuids(), st.datetimes(timezones=st.just(UTC)), st.integers(-(2**31) + 1, 2**31 - 1), st.text(), st.booleans())
def test_a_cursor_keeps_its_place(identifier: UUID, at: datetime, number: int, text: str, backward: bool) -> None:
    mark = Mark((identifier, at, number, text), backward)
    if "\0" in text:
        with pytest.raises(InvalidInput):
            marked_by(mark.cursor(), (UUID, datetime, int, str))
    else:
        assert marked_by(mark.cursor(), (UUID, datetime, int, str)) == mark
