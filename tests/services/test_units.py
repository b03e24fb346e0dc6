"""Units of a text are cut once: at its import, or when a text of an earlier version is first needed."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import TEXTS, Cast
from intercoder.db import Database
from intercoder.errors import InvalidInput
from intercoder.models import Revision, RevisionUnits, Unit
from intercoder.services import units
from intercoder.text.units import paragraphs, sentences

CUT = {Unit.SENTENCE: sentences, Unit.PARAGRAPH: paragraphs}


@pytest.fixture(autouse=True)
def nothing_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has just started."""
    monkeypatch.setattr(units, "_met", units._Met())


def revisions(cast: Cast) -> dict[UUID, str]:
    with cast.database.reading() as session:
        return {i: text for i, text in session.execute(sa.select(Revision.id, Revision.text))}


def stored(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(RevisionUnits)) or 0


def test_units_that_were_kept_are_those_of_the_text(cast: Cast) -> None:
    texts = revisions(cast)
    assert sorted(texts.values()) == sorted(TEXTS.values())
    assert stored(cast.database) == 3 * len(texts)
    with cast.database.reading() as session:
        for revision, text in texts.items():
            for unit, how in CUT.items():
                assert list(units.units_of(session, revision, unit)) == how(text)
            assert list(units.units_of(session, revision, Unit.SPAN)) == []


def test_a_text_of_an_earlier_version_is_cut_when_it_is_needed_and_kept_where_that_may_be(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = revisions(cast)
    with cast.database.transaction() as session:
        session.execute(sa.delete(RevisionUnits))
    with cast.database.reading() as session:
        for revision, text in texts.items():
            assert list(units.units_of(session, revision, Unit.SENTENCE)) == sentences(text)
    assert stored(cast.database) == 0
    monkeypatch.setattr(units, "_met", units._Met())
    with cast.database.transaction() as session:
        for revision, text in texts.items():
            assert list(units.units_of(session, revision, Unit.SENTENCE)) == sentences(text)
    assert stored(cast.database) == len(texts)
    monkeypatch.setattr(units, "_met", units._Met())
    with cast.database.engine.begin() as connection:  # and by a connection alone; what was kept is read
        for revision, text in texts.items():
            assert list(units.units_of(connection, revision, Unit.SENTENCE)) == sentences(text)
    assert stored(cast.database) == len(texts)


def test_a_process_keeps_only_so_many_and_goes_on_without_the_oldest(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(units, "ROOM", 3)
    with cast.database.reading() as session:
        for _ in range(2):
            for revision, text in revisions(cast).items():
                assert list(units.units_of(session, revision, Unit.SENTENCE)) == sentences(text)
    assert 0 < len(units._met._units) < len(TEXTS)


def test_turns_are_those_of_the_transcript_also_of_a_text_that_came_before_they_were_kept(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    (revision,) = [i for i, text in revisions(cast).items() if text == TEXTS["访谈一"]]

    def said() -> list[str]:
        with cast.database.reading() as session:
            return [TEXTS["访谈一"][a:b] for a, b in units.units_of(session, revision, Unit.TURN)]

    expected = ["您当初为什么要改？", *(words.removeprefix("陈总：") for words in TEXTS["访谈一"].split("\n")[1:])]
    assert said() == expected
    with cast.database.transaction() as session:
        session.execute(sa.delete(RevisionUnits))
    monkeypatch.setattr(units, "_met", units._Met())
    assert said() == expected
    monkeypatch.setattr(units, "_met", units._Met())
    made = cast.round(documents=("访谈一",), unit="turn")  # and within the short write of a coding
    cast.code("ai", made, "访谈一", "l1", expected[0])
    with pytest.raises(InvalidInput, match="whole units"):
        cast.code("ai", made, "访谈一", "l1", "陈总：订单一下子掉了六成。")
