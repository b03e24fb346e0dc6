"""Files that leave by the web at once: made whole from one state of the database before the first byte is sent.

So whoever reads slowly holds no connection and no state, and what is refused half way is a sentence and not half a file.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Literal
from uuid import UUID

from intercoder.errors import TooManyRequests
from intercoder.language import language, speaking
from intercoder.reports.exports.kinds import Choices, Export
from intercoder.reports.exports.taking import taking
from intercoder.services.access import Access
from intercoder.web.api.endpoint import Sent
from intercoder.web.session import database, release

#: bytes that are kept in memory; more lies in a file without a name
IN_MEMORY, PIECE = 2**23, 2**16


#: files of one person that a process makes or sends at a time: each may hold a disk's worth until its reader has read it
AT_A_TIME = 4
_taken: Counter[UUID] = Counter()
_counting = threading.Lock()


@contextmanager
def _place(person: UUID) -> Iterator[None]:
    """Hold one of the places of a person; refuse who has none left."""
    with _counting:
        if _taken[person] >= AT_A_TIME:
            raise TooManyRequests(
                "too_many_files",
                "{most} files are on their way to you already: try again when one has come.",
                most=AT_A_TIME,
            )
        _taken[person] += 1
    try:
        yield
    finally:
        with _counting:
            _taken[person] -= 1
            if not _taken[person]:
                del _taken[person]


def made(export: Export, access: Access, thing: UUID, choices: Choices, spoken: Literal["en", "zh"] | None) -> Sent:
    """Return an export of a thing whose door was opened for somebody, in a language, the reader's own when none is named."""
    base, actor = database(), access.actor
    release()
    with ExitStack() as unsent:
        unsent.enter_context(_place(actor.id))
        kept: IO[bytes] = unsent.enter_context(SpooledTemporaryFile(IN_MEMORY))
        with speaking(spoken or language()), taking(base, actor, export, thing, choices) as (file, _):
            kept.writelines(file.parts)
        return Sent(_Pieces(kept, unsent.pop_all()), file.kind, file.name)


class _Pieces:
    """What was made, read in pieces; it is gone, and its place free, when it has been sent."""

    def __init__(self, kept: IO[bytes], held: ExitStack) -> None:
        kept.seek(0)
        self._kept, self._held = kept, held

    def __iter__(self) -> Iterator[bytes]:
        with self._held:
            while piece := self._kept.read(PIECE):
                yield piece

    def close(self) -> None:
        self._held.close()
