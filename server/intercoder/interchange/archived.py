"""What is in an archive of a project: the names of its members, its manifest, and how the words of a text are hidden."""

import unicodedata
from functools import cache
from uuid import UUID

from pydantic import BaseModel, ConfigDict

FORMAT = 1
MANIFEST = "manifest.json"
README = "README.txt"


class Manifest(BaseModel):
    """What an archive holds. ``revision``: of the tables; ``masked``: nobody is named; ``files``: member → SHA-256."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    program: str
    revision: str
    project_id: UUID
    project: str
    masked: bool
    scrambled: bool
    #: table → rows
    tables: dict[str, int]
    files: dict[str, str]


def data_of(table: str) -> str:
    """Return the member that holds the rows of a table."""
    return f"data/{table}.ndjson"


def source_of(identifier: str) -> str:
    """Return the member that holds a file as it was imported."""
    return f"sources/{identifier}"


def text_of(position: int, title: str, revision: int) -> str:
    """Return the member that holds a text for people to read."""
    safe = "".join("_" if sign in '/\\:*?"<>|' or not sign.isprintable() else sign for sign in title)[:60].strip(". ")
    return f"texts/{position:04} {safe or '-'} ({revision}).txt"


def scrambled(text: str) -> str:
    """Return a text of which nothing can be read: as many signs, each letter and digit another of its kind; what parts words stays."""
    return "".join(map(_other, text))


@cache
def _other(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Lu":
        return "X"
    if kind == "Lo":
        return "文" if ord(sign) > 0x2E7F else sign if kind.startswith("M") else "x"
    if kind[0] == "L":
        return "x"
    return "0" if kind[0] == "N" else sign
