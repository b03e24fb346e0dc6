"""A long list in one answer: one line for each row, sent as it is read, so that its length costs no memory."""

import csv
import enum
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from flask import request
from pydantic_core import to_json

from intercoder.web.api.shapes import PartQuery

#: rows that are written at once
ROWS = 500
#: what a spreadsheet takes for the beginning of a formula
_FORMULA = frozenset("=+-@\t\r")
Value = str | int | bool


class Form(enum.Enum):
    """How a whole list is written: the media type by which it is asked for."""

    NDJSON = "application/x-ndjson"
    CSV = "text/csv"


class ListQuery(PartQuery):
    """Which part of a list, or with a format that has no parts all of it."""

    format: Literal["json", "ndjson", "csv"] | None = None


@dataclass(frozen=True)
class Whole:
    """All rows of a list: the names of their fields, and the rows as they are read."""

    fields: Sequence[str]
    rows: Iterable[Sequence[Value]]


def wanted_form(query: ListQuery) -> Form | None:
    """Return how the whole list is wanted; None for a part of it. What the address says goes before the header Accept."""
    if query.format is not None:
        return None if query.format == "json" else Form[query.format.upper()]
    best = request.accept_mimetypes.best_match(["application/json", *(form.value for form in Form)])
    return next((form for form in Form if form.value == best), None)


def written(whole: Whole, form: Form) -> Iterator[bytes]:
    """Yield a list some rows at a time."""
    rows = iter(whole.rows)
    if form is Form.CSV:
        # Spreadsheets take a csv file for UTF-8 only when it begins with the mark.
        yield b"\xef\xbb\xbf" + _table([whole.fields])
    while part := list(islice(rows, ROWS)):
        yield _table(part) if form is Form.CSV else _lines(whole.fields, part)


def _lines(fields: Sequence[str], rows: Sequence[Sequence[Value]]) -> bytes:
    return b"".join(to_json(dict(zip(fields, row, strict=True))) + b"\n" for row in rows)


def _table(rows: Sequence[Sequence[Value]]) -> bytes:
    """Write rows of which no spreadsheet computes a cell: what looks like a formula gets an apostrophe before it."""
    text = io.StringIO()
    csv.writer(text).writerows(zip(*map(_safe, zip(*rows, strict=True)), strict=True))
    return text.getvalue().encode()


def _safe(column: Sequence[Value]) -> Sequence[Value]:
    """Return a column as it is written; most need no change, and to look at each cell took a third of the time."""
    kinds = set(map(type, column))
    if str in kinds and not _FORMULA.isdisjoint({value[:1] for value in column if type(value) is str}):
        column = [f"'{value}" if type(value) is str and value[:1] in _FORMULA else value for value in column]
    if bool in kinds:
        column = [("true" if value else "false") if type(value) is bool else value for value in column]
    return column
