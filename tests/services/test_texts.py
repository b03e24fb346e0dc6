"""Texts that are kept in memory: the right one each, and no more than there is room for."""

from uuid import UUID, uuid4

import sqlalchemy as sa

from cast import TEXTS, Cast
from intercoder.db import within
from intercoder.models import Document, Revision
from intercoder.services.texts import Texts, text_of, trimmed


def test_each_revision_has_its_own_text(cast: Cast) -> None:
    with cast.database.reading() as session:
        work = within(session)
        kept = sa.select(Document.title, Revision.id).join(Revision, Revision.document_id == Document.id)
        revisions = {row.title: row.id for row in session.execute(kept)}
        for title in ("访谈一", "年报节选", "访谈一"):
            assert text_of(work, revisions[title]) == TEXTS[title]
        assert text_of(work, uuid4()) == ""


def test_those_that_were_asked_for_last_stay() -> None:
    texts, first, second, third = Texts(most=100), uuid4(), uuid4(), uuid4()
    read: list[str] = []

    def asked(revision: UUID, length: int) -> str:
        def from_the_database() -> str:
            read.append(str(revision))
            return "字" * length

        return texts.of(revision, from_the_database)

    asked(first, 40), asked(second, 40), asked(first, 40)
    asked(third, 40)  # no room for three: the second was not asked for again
    assert read == [str(first), str(second), str(third)]
    asked(first, 40)
    asked(second, 40)
    assert read[3:] == [str(second)]
    assert len(asked(uuid4(), 1000)) == 1000, "one that is larger than all the room is read all the same"


def test_blanks_at_the_edges_are_cut_off_and_a_span_outside_stays() -> None:
    text = " \u3000一二 three\n"
    assert trimmed(text, 0, len(text)) == (2, 10)
    assert trimmed(text, 3, 4) == (3, 4)
    assert trimmed(text, 0, 2) == (2, 2)
    assert trimmed(text, 5, 99) == (5, 99)
    assert trimmed(text, 4, 4) == (4, 4)
