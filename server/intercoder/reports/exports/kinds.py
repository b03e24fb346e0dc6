"""What an export is: its name, what it is of, its forms, who may have it, and the file that comes of it."""

import enum
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from intercoder.errors import InvalidInput
from intercoder.language import language, speaking
from intercoder.policy import Permission
from intercoder.services.access import Access
from intercoder.services.arriving import Asked


class Scope(enum.StrEnum):
    """What an export is of: the thing that its address begins with."""

    PROJECT = "project"
    ROUND = "round"
    REPORT = "report"


class Form(enum.StrEnum):
    """The kinds of files; the value is how a file's name ends."""

    XLSX = "xlsx"
    CSV = "csv"
    NDJSON = "ndjson"
    JSON = "json"
    DOCX = "docx"
    PDF = "pdf"
    SVG = "svg"
    PNG = "png"  #: a figure with 300 dots to an inch
    PNG_600 = "600dpi.png"
    TXT = "txt"
    ZIP = "zip"


_OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    Form.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    Form.CSV: "text/csv",
    Form.NDJSON: "application/x-ndjson",
    Form.JSON: "application/json",
    Form.DOCX: f"{_OFFICE}.wordprocessingml.document",
    Form.PDF: "application/pdf",
    Form.SVG: "image/svg+xml",
    Form.PNG: "image/png",
    Form.PNG_600: "image/png",
    Form.TXT: "text/plain",
    Form.ZIP: "application/zip",
}


class Names(enum.StrEnum):
    """How coders are called in a file."""

    REAL = "real"
    LETTERS = "letters"  #: the same letter for a coder in every file of the project


@dataclass(frozen=True)
class Choices:
    """What whoever takes a file has chosen. ``round``: of a project's codings those of one round alone.

    ``figures``: of the board of saturation those of one level; the usual ones of every level where nothing is said. ``view``: of
    what is made of passages those alone that a saved view asks for.
    """

    form: Form
    names: Names = Names.REAL
    round: UUID | None = None
    figures: Asked | None = None
    view: UUID | None = None


class Door(NamedTuple):
    """A session, and what the person may do in it."""

    session: Session
    access: Access


#: opens the door of the thing: all parts of a file read one state of the database
Open = Callable[[], AbstractContextManager[Door]]


def _nobody_asks(_done: int, _total: int) -> None:
    """Tell nobody how far a file is."""


@dataclass(frozen=True)
class Making:
    """What a file is made of: the thing whose door was opened, how it is opened again, and what was chosen."""

    thing: UUID
    open: Open
    choices: Choices
    #: told how many parts are read, and of how many; raises when the making is to stop
    tell: Callable[[int, int], None] = _nobody_asks


@dataclass(frozen=True)
class File:
    """A file that leaves: its name, its media type, and its bytes as they are made."""

    name: str
    kind: str
    parts: Iterable[bytes]


@dataclass(frozen=True)
class Export:
    """One thing that can be taken away. ``title``, ``holds`` (what is in it) and ``suits`` (for whom) are translated when read."""

    name: str
    scope: Scope
    permission: Permission
    forms: tuple[Form, ...]
    title: str
    holds: str
    suits: str
    make: Callable[[Making], File]
    #: the forms that may take longer than a second: a worker makes them, and they are fetched when they are there
    slow: tuple[Form, ...] = ()
    #: it can be made of the passages of a saved view
    of_view: bool = False
    #: raises why there is no such file now; a page says that in place of its buttons
    ready: Callable[[Session, Access], None] = lambda _session, _access: None

    @property
    def quick(self) -> tuple[Form, ...]:
        """The forms that are made while somebody waits."""
        return tuple(form for form in self.forms if form not in self.slow)

    def form(self, wanted: Form | None) -> Form:
        """Return the form that is wanted, the first where none is named; refuse one that this export has not."""
        form = wanted or self.forms[0]
        if form not in self.forms:
            raise InvalidInput(
                "no_such_form",
                "There is no {form} of this. Ask for one of: {forms}.",
                form=form.value,
                forms=", ".join(self.forms),
            )
        return form

    def require_view(self, access: Access, view: UUID | None) -> None:
        """Refuse a view where this is not made of passages, or where the person may not ask for passages."""
        if view is None:
            return
        if not self.of_view:
            raise InvalidInput("no_view", "This is not made of passages: no saved view applies to it.")
        refusal = access.refusal(Permission.CODINGS_VIEW)
        if refusal is not None:
            raise refusal


def file(name: str, form: Form, parts: Iterable[bytes]) -> File:
    """Return a file of a form in the language spoken now; ``name`` without what a form's names end with."""
    return File(f"{name}.{form}", MEDIA_TYPES[form], _spoken(language(), iter(parts)))


def _spoken(code: str, parts: Iterator[bytes]) -> Iterator[bytes]:
    """Yield parts that are made in a language: they are asked for after the answer has begun, when none is spoken."""
    while True:
        with speaking(code):
            part = next(parts, None)
        if part is None:
            return
        yield part
