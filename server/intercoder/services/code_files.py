"""A codebook as files have it: the codes of the draft or of a version as rows, and files of codebooks taken apart."""

import threading
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from intercoder.errors import Conflict, TooManyRequests
from intercoder.interchange.codebook.changes import Known
from intercoder.interchange.codebook.given import Field, Given
from intercoder.interchange.codebook.reading import read_file
from intercoder.interchange.codebook.written import Written
from intercoder.models import Level, Passage
from intercoder.services.codebook import Entry
from intercoder.services.quoting import Quotation, quotations
from intercoder.stats.marks import number_of
from intercoder.stats.tones import tone_of
from intercoder.text.readers.code_file import MAX_BYTES, too_large
from intercoder.text.readers.limited import read_codes_limited

#: how many files one process takes apart at the same time, how long that may take, and how long one waits for it
LOOKS = 2
LOOK_SECONDS = 20.0
LOOK_PATIENCE = 10.0
_looks = threading.BoundedSemaphore(LOOKS)


def read_codes(name: str, data: bytes) -> Given:
    """Return the codebook of an uploaded file, read in a limited process; holds no transaction while it reads."""
    if len(data) > MAX_BYTES:
        raise too_large()
    if not _looks.acquire(timeout=LOOK_PATIENCE):
        raise TooManyRequests("busy", "Other files are being read: try again in a moment.")
    try:
        return read_file(read_codes_limited(name, data, seconds=LOOK_SECONDS))
    finally:
        _looks.release()


def quoted_in(session: Session, entries: Sequence[Entry]) -> Mapping[Passage, Quotation]:
    """Return the passages that codes quote."""
    return quotations(session, [p for e in entries for p in (e.example_at, e.near_miss_at)])


def said_of(entry: Entry, words: Mapping[Passage, Quotation]) -> dict[Field, str]:
    """Return what is said of a code, as a file has it: a quoted passage with its words, then what is said beside it."""
    return {
        Field.OTHER_NAME: entry.other_name,
        Field.ALIASES: "; ".join(entry.aliases),
        Field.DEFINITION: entry.definition,
        Field.INCLUDE: entry.include,
        Field.EXCLUDE: entry.exclude,
        Field.EXAMPLE: _with(entry.example_at, entry.example, words),
        Field.NEAR_MISS: _with(entry.near_miss_at, entry.near_miss, words),
    }


def _with(passage: Passage | None, text: str, words: Mapping[Passage, Quotation]) -> str:
    quoted = words[passage].words if passage is not None and passage in words else ""
    return "\n".join(part for part in (quoted, text) if part)


def known_codes(entries: Sequence[Entry], words: Mapping[Passage, Quotation]) -> list[Known]:
    """Return codes as a pasted codebook is compared with them."""
    return [
        Known(
            e.id,
            e.name,
            e.level,
            e.parent_id,
            e.number,
            said_of(e, words) | {Field.COLOUR: str(e.mark.hue + 1)},
        )
        for e in entries
    ]


def written_codes(session: Session, entries: Sequence[Entry], *, renumbered: bool = False) -> list[Written]:
    """Return codes as files have them; ``renumbered`` counts them anew in the order of the tree, in the file alone."""
    if not entries:
        raise Conflict("empty_codebook", "There is no code to export yet.")
    words = quoted_in(session, entries)
    by_id = {e.id: e for e in entries}
    counted: dict[Level, int] = dict.fromkeys(Level, 0)
    rows = []
    for entry in entries:
        counted[entry.level] += 1
        above = by_id.get(entry.parent_id) if entry.parent_id else None
        number = number_of(entry.level, counted[entry.level]) if renumbered else entry.numbered
        said = said_of(entry, words)
        if entry.colour is not None and (above is None or above.colour != entry.colour):
            said[Field.COLOUR] = str(entry.colour + 1)
        rows.append(
            Written(
                _guid(entry.id),
                number,
                entry.name,
                entry.level,
                entry.depth,
                above.name if above else "",
                tone_of(entry.mark),
                said,
            )
        )
    return rows


def _guid(code: UUID) -> str:
    return str(code).upper()
