"""Passages as they are read: their words, what they stand as, and where they are, in the words of the project."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from intercoder.reports.theory.citing import cite, source_word
from intercoder.reports.theory.found import Found
from intercoder.services.passage_words import worded
from intercoder.services.study_tallies import StudyPassage


@dataclass(frozen=True)
class Said:
    """A passage as it is read; ``labels``: names of the labels that were applied there."""

    passage: StudyPassage
    text: str
    cited: str
    source: str
    primary: bool
    labels: Sequence[str]
    paragraph: int


def said_of(session: Session, read: Found, rows: Sequence[StudyPassage]) -> list[Said]:
    """Return passages as they are read, in their order. Two statements."""
    codes = read.study.mapped.codes
    return [
        Said(
            w.passage,
            w.text,
            cite(read.described.citation, read.study.sources[w.passage.document], w.paragraph),
            source_word(read.study.sources[w.passage.document]),
            read.study.sources[w.passage.document].primary,
            [codes[label].name for label in w.passage.labels],
            w.paragraph,
        )
        for w in worded(session, rows)
    ]
