"""A long list in one answer: one line for each row, sent as it is read, so that its length costs no memory."""

import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from json.encoder import encode_basestring as _text
from typing import Literal

from flask import request
from pydantic_core import to_json

from intercoder.interchange.sheets import ROWS, Value, csv_parts
from intercoder.web.api.shapes import PartQuery


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
    if form is Form.CSV:
        yield from csv_parts(whole.fields, whole.rows)
        return
    rows = iter(whole.rows)
    while part := list(islice(rows, ROWS)):
        yield _lines(whole.fields, part)


def _lines(fields: Sequence[str], rows: Sequence[Sequence[Value]]) -> bytes:
    """Return rows as objects, each on its line: written column by column, which takes half the time of an object each."""
    line = ",".join(f"{_text(name)}:%s" for name in fields)
    columns = [_column(column) for column in zip(*rows, strict=True)]
    return "".join(map(f"{{{line}}}\n".__mod__, zip(*columns, strict=True))).encode()


def _column(values: Sequence[Value]) -> Sequence[object]:
    """Return the values of a column as they fill a line: numbers as they are, all else as JSON has it."""
    texts = [_text(value) for value in values if type(value) is str]
    if len(texts) == len(values):
        return texts
    return values if set(map(type, values)) == {int} else [to_json(value).decode() for value in values]
