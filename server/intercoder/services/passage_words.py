"""The words of passages of a study, and the paragraphs that they begin in."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Revision
from intercoder.services.study_tallies import StudyPassage
from intercoder.text.units import paragraphs


class Worded(NamedTuple):
    """A passage with its words and the number of the paragraph that it begins in, from 1 on."""

    passage: StudyPassage
    text: str
    paragraph: int


def worded(session: Session, rows: Iterable[StudyPassage]) -> list[Worded]:
    """Return passages with their words, in their order. O(texts that they stand in), each text read once."""
    rows = list(rows)
    revisions = sorted({UUID(row.revision) for row in rows})
    texts: dict[str, str] = {}
    starts: dict[str, list[int]] = {}
    for first in range(0, len(revisions), 500):
        some = revisions[first : first + 500]
        texts |= {
            str(revision): text
            for revision, text in session.execute(sa.select(Revision.id, Revision.text).where(Revision.id.in_(some)))
        }
    for revision, text in texts.items():
        starts[revision] = [start for start, _ in paragraphs(text)]
    return [
        Worded(
            row,
            texts[row.revision][row.start : row.end],
            max(bisect_right(starts[row.revision], row.start), 1),
        )
        for row in rows
    ]
