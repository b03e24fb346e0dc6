"""Files that leave by the web at once: made whole from one state of the database before the first byte is sent.

So whoever reads slowly holds no connection and no state, and what is refused half way is a sentence and not half a file.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO, Literal
from uuid import UUID

from intercoder.language import language, speaking
from intercoder.reports.exports.kinds import Choices, Export
from intercoder.reports.exports.taking import taking
from intercoder.services.access import Access
from intercoder.web.api.endpoint import Sent
from intercoder.web.session import database, release

#: bytes that are kept in memory; more lies in a file without a name
IN_MEMORY, PIECE = 2**23, 2**16


def made(export: Export, access: Access, thing: UUID, choices: Choices, spoken: Literal["en", "zh"] | None) -> Sent:
    """Return an export of a thing whose door was opened for somebody, in a language, the reader's own when none is named."""
    base, actor = database(), access.actor
    release()
    with ExitStack() as unsent:
        kept: IO[bytes] = unsent.enter_context(SpooledTemporaryFile(IN_MEMORY))
        with speaking(spoken or language()), taking(base, actor, export, thing, choices) as (file, _):
            kept.writelines(file.parts)
        unsent.pop_all()
    return Sent(_Pieces(kept), file.kind, file.name)


class _Pieces:
    """What was made, read in pieces; it is gone when it has been sent."""

    def __init__(self, kept: IO[bytes]) -> None:
        kept.seek(0)
        self._kept = kept

    def __iter__(self) -> Iterator[bytes]:
        with self._kept:
            while piece := self._kept.read(PIECE):
                yield piece

    def close(self) -> None:
        self._kept.close()
