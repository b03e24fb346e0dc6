"""What a pasted codebook says, line by line, whatever it was written as."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from intercoder.errors import InvalidInput
from intercoder.stats.tree import Level

#: lines that one codebook may have, and characters of a text
LINES = 5000
CHARACTERS = 2_000_000


class Form(enum.StrEnum):
    """How a codebook was written."""

    INDENTED = "indented"  #: a code on each line, deeper ones further in, or with longer numbers
    LEVELS = "levels"  #: a table with a column for each level
    NAMED = "named"  #: a table with a column of names, and what stands above or how high each is
    QDC = "qdc"  #: the codebook of REFI-QDA


class Field(enum.StrEnum):
    """What a codebook can say of a code besides its name and its place."""

    OTHER_NAME = "other_name"
    ALIASES = "aliases"
    DEFINITION = "definition"
    INCLUDE = "include"
    EXCLUDE = "exclude"
    EXAMPLE = "example"
    NEAR_MISS = "near_miss"
    COLOUR = "colour"


@dataclass(frozen=True)
class Line:
    """A code on a line (or row) of what was pasted."""

    #: counted from 1, as it stands in the file
    number: int
    name: str
    #: 0 for the outermost
    depth: int
    #: where the codebook says it
    level: Level | None = None
    #: the number of the code there (A3), or its identifier in a ``.qdc``
    written_number: str = ""
    guid: str = ""
    #: the name of the code above it where the codebook says it; None: as the lines follow one another
    above: str | None = None
    #: what it says of the code; a field that is not there is not spoken of
    said: Mapping[Field, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Given:
    """A codebook as it was read."""

    form: Form
    lines: tuple[Line, ...]
    #: the headings or signs by which it was understood, for a sentence
    by: tuple[str, ...] = ()
    #: whether columns without a known heading were taken for levels, from the left
    guessed: bool = False


def given(form: Form, lines: Sequence[Line], by: Sequence[str] = (), *, guessed: bool = False) -> Given:
    """Return a codebook; refused when it has no line, or too many."""
    if not lines:
        raise InvalidInput("no_codes", "There is no code in this. Paste one code on each line, or a table of codes.")
    if len(lines) > LINES:
        raise InvalidInput("too_many_codes", "At most {n} codes can be pasted at once.", n=LINES)
    return Given(form, tuple(lines), tuple(by), guessed)
