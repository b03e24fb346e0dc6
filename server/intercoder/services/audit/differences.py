"""In what a table can differ from the log."""

import enum
from dataclasses import dataclass
from uuid import UUID


class Differs(enum.StrEnum):
    """What was found; each is a sentence in ``reports/audit.py``."""

    CHAIN = "chain"  #: a row does not follow from the one before it
    CUT = "cut"  #: the end of a stream, which the log names elsewhere, is not there
    ANCHOR = "anchor"  #: what was written down outside the database names another event
    UNKNOWN = "unknown"  #: this program cannot read the row
    UNREADABLE = "unreadable"  #: a table holds a value that this program does not know
    UNLOGGED = "unlogged"  #: a table has a row that the log knows nothing of
    MISSING = "missing"  #: the log has it, the table does not
    CHANGED = "changed"  #: both have it, and say different things


@dataclass(frozen=True)
class Difference:
    """One place where the log and the tables do not agree.

    ``stream`` and ``seq`` name the event (the last one that says it); None where no event does. ``thing`` is what it is
    about (event, coding, ruling, text, code, version), ``subject`` its identifier, ``field`` which part differs.
    """

    differs: Differs
    thing: str
    subject: str
    stream: UUID | None = None
    seq: int | None = None
    field: str = ""
    logged: str = ""
    stored: str = ""
