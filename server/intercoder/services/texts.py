"""Texts of revisions as writing a coding needs them, kept in memory: they never change.

A database reads a text from its beginning to give a few words of it; PostgreSQL unpacks all of it first.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

import sqlalchemy as sa

from intercoder.models import Revision
from intercoder.prepared import Prepared, Transaction

#: characters that are kept in all, some 16 MB
MOST = 8_000_000


class Texts:
    """The texts that were asked for last."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._length = most, 0
        self._kept: OrderedDict[UUID, str] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, revision_id: UUID, read: Callable[[], str]) -> str:
        """Return the text of a revision, read when it is not here."""
        with self._lock:
            kept = self._kept.get(revision_id)
            if kept is not None:
                self._kept.move_to_end(revision_id)
                return kept
        text = read()
        with self._lock:
            if revision_id not in self._kept:
                self._kept[revision_id] = text
                self._length += len(text)
            while self._length > self._most and len(self._kept) > 1:
                self._length -= len(self._kept.popitem(last=False)[1])
        return text


_TEXTS = Texts()
_REVISIONS = Revision.metadata.tables[Revision.__tablename__]
_TEXT = Prepared(sa.select(_REVISIONS.c.text).where(_REVISIONS.c.id == sa.bindparam("revision")), str)


def text_of(transaction: Transaction, revision_id: UUID) -> str:
    """Return the text of a revision; an empty one where there is none."""
    return _TEXTS.of(revision_id, lambda: transaction.first(_TEXT, {"revision": revision_id}) or "")


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span of a text without the blanks at its edges; an empty one when there is nothing else in it.

    One that does not lie in the text comes back as it is, to be refused.
    """
    if not 0 <= start < end <= len(text):
        return start, end
    words = text[start:end]
    begins = start + len(words) - len(words.lstrip())
    return begins, begins + len(words.strip())
