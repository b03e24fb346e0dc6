"""How a file was read, in words: once, for the notes of the terminal and the ``reading`` of the json."""

from collections.abc import Iterator, Mapping, Sequence

from intercoder.errors import marked
from intercoder.interchange.headings import Role
from intercoder.interchange.reading import Comma, OneName, Shape, Spelling, TableReading, Why
from intercoder.interchange.tables import as_option, shorten
from intercoder.language import gettext, inline, translate
from intercoder.reports import Json, ReadingNote
from intercoder.reports.files import Source

#: How many names a sentence lists.
_MOST = 6
_WHY: Mapping[Why, str] = {
    Why.SERIAL: marked("it numbers the rows"),
    Why.IDENTIFIER: marked("it names the units"),
    Why.TEXT: marked("it holds texts"),
    Why.NOTE: marked("it holds notes"),
    Why.AGREED: marked("it holds the agreed code"),
    Why.GROUP: marked("it says what units have in common"),
    Why.DATE: marked("it holds dates or times"),
    Why.PLACE: marked("it says where something stands"),
    Why.DETAIL: marked("it says something else"),
    Why.MARGIN: marked("it holds sums"),
    Why.NOT_CHOSEN: marked("it is not among those that were named"),
}
_ROLES: Mapping[Role, str] = {
    Role.UNIT: marked("Unit"),
    Role.CODER: marked("Coder"),
    Role.VALUE: marked("value"),
    Role.DOCUMENT: marked("Document"),
    Role.CODE: marked("Code"),
    Role.START: marked("Start"),
    Role.END: marked("End"),
    Role.LENGTH: marked("Length"),
    Role.CASE: marked("Case"),
    Role.SOURCE: marked("Source"),
}


def reading_notes(reading: TableReading, source: Source, *, of_codes: bool = False) -> list[ReadingNote]:
    """Return what there is to say of how a file was read; ``of_codes``: it says which codes are in which document."""
    notes = [
        *_columns(reading, of_codes=of_codes),
        *_apart(reading),
        *_left_out(reading),
        *_cells(reading, of_codes=of_codes),
    ]
    if source.encoding not in (None, "utf-8"):
        text = gettext("The text was read as {encoding}; --encoding says otherwise.", encoding=source.encoding)
        notes.append(ReadingNote("encoding", text, {"encoding": source.encoding}))
    if source.table.delimiter not in (None, ","):
        name = str(source.to_json()["delimiter"])
        text = gettext("Cells are separated by: {separator}; --separator says otherwise.", separator=name)
        notes.append(ReadingNote("separator", text, {"separator": name}))
    if source.table.other_sheets:
        text = gettext(
            "Only the sheet {sheet} was read; the file also has: {others}. --sheet chooses another.",
            sheet=source.table.sheet,
            others=shorten(source.table.other_sheets),
        )
        notes.append(
            ReadingNote("sheet", text, {"sheet": source.table.sheet, "others": list(source.table.other_sheets)})
        )
    if source.table.above:
        text = gettext("Lines above the table were left out: {lines}.", lines=shorten(source.table.above, 3))
        notes.append(ReadingNote("above", text, {"lines": list(source.table.above)}))
    if not source.table.header:
        text = gettext("The first row holds values; the columns are called 1, 2, …")
        notes.append(ReadingNote("no_header", text))
    return notes


def _columns(reading: TableReading, *, of_codes: bool) -> Iterator[ReadingNote]:
    unit = reading.unit or gettext("the number of the row")
    if of_codes and reading.shape is Shape.WIDE:
        text = gettext(
            "Documents are named by {unit}; {n} columns are codes. --unit-column and --columns say otherwise.",
            unit=unit,
            n=len(reading.coders),
        )
        yield ReadingNote("columns", text, {"unit": reading.unit, "codes": list(reading.coders)})
    elif reading.turned:
        text = gettext(
            "Each row was read as a coder and each column as a unit; coders: {coders}. --format wide takes each column for a coder.",
            coders=shorten(reading.coders),
        )
        yield ReadingNote("turned", text, {"coders": list(reading.coders)})
    elif reading.shape is Shape.WIDE:
        text = gettext(
            "Coders are the columns {coders}; units are named by {unit}. --columns and --unit-column say otherwise.",
            coders=shorten(reading.coders),
            unit=unit,
        )
        yield ReadingNote("columns", text, {"unit": reading.unit, "coders": list(reading.coders)})
        if reading.document is not None:
            text = gettext("The column {column} says to which document a unit belongs.", column=reading.document)
            yield ReadingNote("document", text, {"column": reading.document})
    elif reading.shape in (Shape.LONG, Shape.SPANS):
        yield _long(reading, of_codes=of_codes)
    elif reading.shape is Shape.COUNTS:
        text = gettext(
            "Every row adds up to {n} coders or fewer, so the columns {columns} were read as categories and their numbers as how "
            "many coders chose each. Who is who is not known: what compares coders has no value. --format wide takes each column "
            "for a coder.",
            n=reading.coders_counted,
            columns=shorten(reading.coders),
        )
        yield ReadingNote("counts", text, {"categories": list(reading.coders), "coders": reading.coders_counted})
    elif reading.shape is Shape.CROSSTAB:
        text = gettext(
            "Rows and columns have the same names, so this was read as the cross table of two coders: rows are the first "
            "coder’s categories, columns the second’s. --format wide takes each column for a coder."
        )
        yield ReadingNote("crosstab", text)
    for taken in reading.taken:
        text = gettext(
            "The column {column} was taken for {role}; rename it if it is something else.",
            column=taken.column,
            role=inline(translate(_ROLES[taken.role])),
        )
        yield ReadingNote("taken_for", text, {"column": taken.column, "role": taken.role})
    if reading.strangers and len(reading.strangers) < len(reading.coders) + 1:
        text = gettext(
            "No value of {coders} occurs under another coder. If a column is no coder, or its values are spelled otherwise, the "
            "numbers say nothing: --columns names the coders.",
            coders=shorten(reading.strangers),
        )
        yield ReadingNote("strangers", text, {"coders": list(reading.strangers)})


def _apart(reading: TableReading) -> Iterator[ReadingNote]:
    if reading.apart:
        text = gettext(
            "The others agree with one another, and with {coders} no more than by chance. If that is no coder, leave it out: "
            "--columns names the coders.",
            coders=shorten(reading.apart),
        )
        yield ReadingNote("stands_apart", text, {"coders": list(reading.apart)})


def _long(reading: TableReading, *, of_codes: bool) -> ReadingNote:
    """Return what the columns of a table with one row for each decision or passage were taken for."""
    names = {
        Role.DOCUMENT: reading.document or (reading.unit if of_codes else None),
        Role.UNIT: None if of_codes else reading.unit,
        Role.CODER: reading.coders[0] if reading.coders else None,
        Role.VALUE: reading.value,
    }
    said = {role: name for role, name in names.items() if name is not None}
    text = gettext(
        "Each row is one decision or one coded passage; its columns: {columns}. --format wide takes each column for a coder or "
        "a code.",
        columns=", ".join(f"{inline(translate(_ROLES[role]))} = {name}" for role, name in said.items()),
    )
    return ReadingNote("columns", text, {role.value: name for role, name in said.items()})


def _left_out(reading: TableReading) -> Iterator[ReadingNote]:
    if reading.last_rows:
        text = gettext(
            "The last rows were left out, since they hold sums or the like: {rows}. Rename them if they are units.",
            rows=shorten(reading.last_rows),
        )
        yield ReadingNote("last_rows", text, {"rows": list(reading.last_rows)})
    for left in reading.left_out:
        why = translate(_WHY[left.why])
        if reading.shape in (Shape.LONG, Shape.SPANS):
            text = gettext("The column {column} was not used: {why}.", column=left.column or "1", why=why)
        else:
            text = gettext(
                "The column {column} was left out: {why}. If it counts, name all that count: --columns.",
                column=left.column,
                why=why,
            )
        yield ReadingNote("left_out", text, {"column": left.column, "why": left.why})


def _cells(reading: TableReading, *, of_codes: bool) -> Iterator[ReadingNote]:
    if reading.missing:
        spellings = _times(reading.missing)
        if of_codes:
            text = gettext("These cells say that a code is not there: {spellings}.", spellings=spellings)
        else:
            text = gettext("Missing are: {spellings}. --missing says otherwise.", spellings=spellings)
        yield ReadingNote("missing", text, {"spellings": {s.text: s.times for s in reading.missing}})
    if reading.doubtful:
        text = gettext(
            "These are values, and may mean “no value”: {spellings}. If they do: --missing={option}.",
            spellings=_times(reading.doubtful),
            option=as_option(["NA", *(spelling.text for spelling in reading.doubtful)]),
        )
        yield ReadingNote("doubtful", text, {"spellings": {s.text: s.times for s in reading.doubtful}})
    yield from _one_name(reading.one_name)
    for alike in reading.alike:
        text = gettext(
            "These are nearly the same, and were kept apart: {spellings}. If they are one {role}, write them alike.",
            role=inline(translate(_ROLES[alike.role])),
            spellings=_times(alike.spellings),
        )
        values: Json = {"role": alike.role, "spellings": {s.text: s.times for s in alike.spellings}}
        yield ReadingNote("alike", text, values)
    for name in reading.kept_apart:
        text = gettext(
            "These numbers are equal and were kept apart, because one column has both: {spellings}.",
            spellings=_times(name.spellings),
        )
        yield ReadingNote("kept_apart", text, {"spellings": {s.text: s.times for s in name.spellings}})
    if reading.comma is Comma.DECIMAL:
        text = gettext("Numbers with a decimal comma: {n}.", n=reading.commas)
        yield ReadingNote("decimal_comma", text, {"cells": reading.commas})
    elif reading.comma is Comma.THOUSANDS:
        text = gettext("Numbers with commas between thousands: {n}.", n=reading.commas)
        yield ReadingNote("thousands", text, {"cells": reading.commas})
    if reading.several:
        text = gettext("Cells with several codes: {n}; each code was counted.", n=reading.several)
        yield ReadingNote("several_codes", text, {"cells": reading.several})
    if reading.lists:
        text = gettext(
            "These may be several codes in one cell, and each was taken for one: {spellings}. If they are several, write “;” between "
            "them (in ratings with --multi).",
            spellings=_times(reading.lists),
        )
        yield ReadingNote("lists", text, {"spellings": {s.text: s.times for s in reading.lists}})
    if reading.counts:
        text = gettext(
            "Cells with other numbers than 0 and 1: {n}; a code is there where its number is above 0.", n=reading.counts
        )
        yield ReadingNote("presence", text, {"cells": reading.counts})


def _one_name(names: Sequence[OneName]) -> Iterator[ReadingNote]:
    """Yield one note for each kind of name of which several spellings are one."""
    for role in dict.fromkeys(name.role for name in names):
        of_role = [name for name in names if name.role is role]
        text = gettext(
            "Several spellings are one {role}: {spellings}.",
            role=inline(translate(_ROLES[role])),
            spellings="; ".join(f"{name.shown} = {_times(name.spellings)}" for name in of_role[:_MOST])
            + ("; …" if len(of_role) > _MOST else ""),
        )
        told: Json = {name.shown: {s.text: s.times for s in name.spellings} for name in of_role}
        yield ReadingNote("one_name", text, {"role": role, "names": dict(told)})


def _times(spellings: tuple[Spelling, ...]) -> str:
    return shorten(f"{spelling.text or gettext('empty cell')} ({spelling.times})" for spelling in spellings)
