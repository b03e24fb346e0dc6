"""One document of a report with what each coder gave its units."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict, NotFound
from intercoder.models import ReportContent, ReportSection, Revision
from intercoder.services import agreement, compared_text
from intercoder.services.coded_units import Cell


@pytest.fixture
def two_documents(cast: Cast) -> UUID:
    """A compared round in which both coders coded several sentences of two documents; it came with the copy."""
    return cast.rounds["two documents"]


def compared(
    cast: Cast, round_id: UUID, cell: Cell, at: int | None = None, part: int = 0
) -> compared_text.ComparedText:
    with cast.database.reading() as session:
        return compared_text.compared_text(session, agreement.reports(session, round_id)[0], cell, at, part)


def test_the_parts_of_a_document_join_to_its_whole_text(
    cast: Cast, two_documents: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    interview = cast.documents["访谈一"]
    with cast.database.reading() as session:
        text = session.scalar(sa.select(Revision.text).where(Revision.document_id == interview)) or ""
    assert text
    for size in (1, 2, 60):
        monkeypatch.setattr(compared_text, "PART", size)
        first = compared(cast, two_documents, Cell(document=interview))
        parts = [compared(cast, two_documents, Cell(document=interview), part=n) for n in range(first.parts)]
        lines = [line for part in parts for line in part.lines]
        assert all(line.text.first == text[line.start : line.end] for line in lines)
        # what follows a part is what precedes the first unit of the next one
        joined = "".join(
            "".join(line.before.first + line.text.first for line in part.lines) + part.after.first
            for part in parts[-1:]
        )
        assert text.endswith(joined)
        whole = "".join(line.before.first + line.text.first for line in lines) + parts[-1].after.first
        assert whole == text
        assert [line.start for line in lines if line.differs] == list(first.differences)


def test_a_place_opens_its_part_and_the_nearest_difference_beyond_is_known(
    cast: Cast, two_documents: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell = Cell(document=cast.documents["访谈一"])
    monkeypatch.setattr(compared_text, "PART", 60)
    lines = compared(cast, two_documents, cell).lines
    monkeypatch.setattr(compared_text, "PART", 1)
    (different,) = [line.start for line in lines if line.differs]
    assert len(lines) > 1
    for line in lines:
        here = compared(cast, two_documents, cell, at=line.start)
        assert (here.here, [one.start for one in here.lines]) == (line.start, [line.start])
        assert here.beyond(-1) == (different if different < line.start else None)
        assert here.beyond(1) == (different if different > line.start else None)
    assert compared(cast, two_documents, cell, at=10_000).part == len(lines) - 1


def test_coders_who_gave_the_same_stand_together(cast: Cast, two_documents: UUID) -> None:
    for line in compared(cast, two_documents, Cell()).lines:
        assert line.differs is (len(line.given) > 1)
        assert {coder for given in line.given for coder in given.coders} | {*line.missing} == {
            str(cast.people[name].id) for name in ("ai", "bo")
        }


def test_words_that_nobody_coded_are_left_out_in_the_middle() -> None:
    around = compared_text.AROUND
    words = "甲" * around + "乙" * 500 + "丙" * around
    assert compared_text.stretch(words) == compared_text.Stretch("甲" * around, 500, "丙" * around)
    assert compared_text.stretch(words[:300]) == compared_text.Stretch(words[:300])
    # A passage may be a whole document: of sixty thousand characters nobody reads the middle on this page.
    shown = compared_text.passage("甲" * 60_000)
    assert len(shown.first) + shown.omitted + len(shown.last) == 60_000
    assert len(shown.first) + len(shown.last) < 2_000


def test_a_document_of_elsewhere_is_none_and_an_older_report_says_what_to_do(cast: Cast, two_documents: UUID) -> None:
    with pytest.raises(NotFound):
        compared(cast, two_documents, Cell(document=uuid4()))
    with cast.database.transaction() as session:
        session.execute(sa.delete(ReportContent).where(ReportContent.section == ReportSection.UNITS))
    with pytest.raises(Conflict, match="Make a new one"):
        compared(cast, two_documents, Cell())
