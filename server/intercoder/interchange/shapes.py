"""What kind of table a file is, and which column of a long one holds what: by headings, and by what stands below them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from intercoder.errors import InvalidInput
from intercoder.interchange import counted, headings
from intercoder.interchange.columns import why_not
from intercoder.interchange.edges import looks_turned, turned, without_last_rows
from intercoder.interchange.headings import SYNONYMS, Role, candidates, made_by, position
from intercoder.interchange.incidence import is_mark
from intercoder.interchange.reading import LeftOut, Shape, TableReading, Taken, Why, Wishes
from intercoder.interchange.tables import Table, as_option

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Shaped:
    """A table whose shape is known; a long one's ``roles`` are in it, and ``reading`` says what they rest on."""

    shape: Shape
    table: Table
    reading: TableReading


def reliability_shape(table: Table, wishes: Wishes | None = None) -> Shaped:
    """Return what a file of coders' decisions is.

    Raises
    ------
    InvalidInput : ``incidence_given`` (documents and codes, nothing of coders), ``results_given`` (coefficients of another
        program), ``one_column``, ``no_headings`` and ``maybe_headings``, ``maybe_counts``, ``maybe_crosstab``,
        ``maybe_triples``, ``offsets_are_no_characters``, ``two_units``.
    """
    wishes = wishes or Wishes()
    _check_table(table, wishes)
    table, last = without_last_rows(table)
    shape = wishes.shape or (Shape.WIDE if wishes.columns else _reliability_shape(table))
    shaped = _shaped(shape, table, wishes)
    return replace(shaped, reading=replace(shaped.reading, last_rows=last))


def _shaped(shape: Shape, table: Table, wishes: Wishes) -> Shaped:
    if shape is Shape.SPANS:
        shaped = _spans(table)
        if wishes.shape is None:
            _check_offsets(shaped.table)
        return shaped
    if shape is Shape.LONG:
        return _long(table, wishes)
    if shape is Shape.TURNED:
        return Shaped(Shape.WIDE, turned(table), TableReading(Shape.WIDE, turned=True))
    return Shaped(shape, table, TableReading(shape))


def saturation_shape(table: Table, wishes: Wishes | None = None) -> Shaped:
    """Return what a file of codes in documents is: long (a column of codes) or wide.

    Raises
    ------
    InvalidInput : ``ratings_given`` for a file of units, coders and values; ``one_column``, ``no_headings``.
    """
    wishes = wishes or Wishes()
    _check_table(table, wishes)
    table, last = without_last_rows(table)
    shaped = _saturation_shape(table, wishes)
    return replace(shaped, reading=replace(shaped.reading, last_rows=last))


def _saturation_shape(table: Table, wishes: Wishes) -> Shaped:
    if wishes.shape is Shape.WIDE or wishes.columns:
        return Shaped(Shape.WIDE, table, TableReading(Shape.WIDE))
    code = _code_column(table)
    if code is None and wishes.shape is Shape.LONG:
        table.need("code")
    if code is None:
        if table.has("unit", "coder"):
            raise InvalidInput(
                "ratings_given",
                "{file} says which coder gave which value to which unit: that is a file for “intercoder reliability”. "
                "Saturation needs the columns document and code, or one column for each code.",
                file=table.name,
            )
        return Shaped(Shape.WIDE, table, TableReading(Shape.WIDE))
    document = table.called(wishes.unit_column) if wishes.unit_column else position(table.columns, Role.DOCUMENT)
    roles = {Role.CODE: code}
    coder = position(table.columns, Role.CODER)
    for role, place in (
        (Role.DOCUMENT, document),
        (Role.CODER, coder),
        (Role.CASE, table.find("case")),
        (Role.SOURCE, table.find("source")),
    ):
        if place is not None and place not in roles.values():
            roles[role] = place
    return _mapped(Shape.LONG, table, roles)


def _code_column(table: Table) -> int | None:
    """Return the column of codes: called so, and holding more than marks of presence."""
    for i in candidates(table.columns, Role.CODE):
        own = table.columns[i].casefold() in ("code", *SYNONYMS[Role.CODE])
        if own or not all(is_mark(text) for text in table.column(i)):
            return i
    return None


def _check_table(table: Table, wishes: Wishes) -> None:
    if len(table.columns) < 2:
        raise InvalidInput(
            "one_column",
            "{file} has one column only: {columns}. If its rows hold several cells, say what stands between them: "
            "--separator comma, semicolon, tab, pipe, or the sign itself.",
            file=table.name,
            columns=table.listed[:80],
        )
    if wishes.header is None and table.header:
        _check_header(table)


def _check_header(table: Table) -> None:
    """Refuse a first row that may hold values like those below it."""
    named = [i for i, column in enumerate(table.columns) if column]
    if len(named) < len(table.columns) and len(named) > 1:
        return  # R and pandas leave the heading above the names of the rows empty
    long_roles = (Role.UNIT, Role.CODER, Role.VALUE, Role.DOCUMENT, Role.CODE, Role.START, Role.END)
    speaking = [
        i
        for i, c in enumerate(table.columns)
        if headings.beside_coders(c) or any(headings.rank(c, r) is not None for r in long_roles)
    ]
    silent = [column for i, column in enumerate(table.columns) if i not in speaking]
    called = [float(c.replace(",", ".")) for c in silent] if all(map(_NUMBER.fullmatch, silent)) else []
    steps = {b - a for a, b in pairwise(called)}
    counted_up = not called or steps <= {1.0} or (min(steps) > 0 and len(table.rows) > 4)
    if any(table.columns[i] not in table.column(i) for i in speaking) and counted_up:
        return
    values = {cell for row in table.rows for cell in row}
    first = table.column(0)
    skipped = 1 if len(set(first)) == len(first) and len(table.columns) > 2 else 0
    asked = table.columns[skipped:]
    repeated = [column for column in asked if column in values]
    numbers = all(_NUMBER.fullmatch(column) for column in asked) and all(
        _NUMBER.fullmatch(cell) or not cell for row in table.rows for cell in row[skipped:]
    )
    if len(repeated) * 2 >= len(asked) or numbers:
        raise InvalidInput(
            "no_headings",
            "{file}: the names in its first row ({columns}) stand among the values as well, so it may have no row of names. "
            "Say --no-header if the first row holds values, --header if it holds names.",
            file=table.name,
            columns=table.listed[:80],
        )


def _reliability_shape(table: Table) -> Shape:
    columns = table.columns
    results = [column for column in columns if headings.heading_key(column) in headings.RESULTS]
    if len(results) > 1 or any(column.casefold() in ("kappa", "alpha") for column in results):
        raise InvalidInput(
            "results_given",
            "{file} has a column {column}: it seems to hold results of another program, not coders’ decisions. Give the "
            "decisions; or, if it does hold them, say --format or --columns.",
            file=table.name,
            column=results[0],
        )
    coder, code = position(columns, Role.CODER), position(columns, Role.CODE)
    value, unit = position(columns, Role.VALUE), position(columns, Role.UNIT)
    document = position(columns, Role.DOCUMENT)
    if coder is not None and made_by(columns[coder]) and value is None and code is None:
        coder = None
    start, end = position(columns, Role.START), position(columns, Role.END)
    if (start is not None or end is not None) and (coder is not None or code is not None):
        return Shape.SPANS
    if coder == 0 and value is None and unit is None and document is None and len(columns) > 3:
        names = table.column(0)
        if all(names) and len(set(names)) == len(names):
            return Shape.TURNED
    if coder is not None and not (value is None and code is None and _answers(table, coder)):
        return Shape.LONG
    others = [i for i, column in enumerate(columns) if headings.beside_coders(column) is None and column]
    if len(others) < 2 and table.has("unit", "value"):
        return Shape.LONG
    if document is not None and code is not None and len(others) < (2 if unit is None else 1):
        raise InvalidInput(
            "incidence_given",
            "{file} says which code is in which document, and nothing of coders: that is a file for “intercoder "
            "saturation”. Agreement needs a column coder.",
            file=table.name,
        )
    if table.header and counted.looks_like_triples(table):
        raise InvalidInput(
            "maybe_long",
            "{file}: its columns ({columns}) may be unit, coder and value, one row for each decision, or three coders. For the "
            "first call them unit, coder and value; for the second say --format wide.",
            file=table.name,
            columns=table.listed,
        )
    if counted.looks_like_triples(table):
        raise InvalidInput(
            "maybe_triples",
            "{file}: its rows may be coder, unit and value, or the values of three coders. Say --format long for the first, "
            "--format wide for the second.",
            file=table.name,
        )
    if looks_turned(table):
        raise InvalidInput(
            "maybe_turned",
            "{file} has {columns} columns and {rows} rows: it may have a row for each coder and a column for each unit. Say "
            "--format turned if it has; if each column is a coder, --format wide.",
            file=table.name,
            columns=len(columns),
            rows=len(table.rows),
        )
    return counted.shape_of_counts(table) or Shape.WIDE


def _long(table: Table, wishes: Wishes) -> Shaped:
    columns = table.columns
    left: list[LeftOut] = []
    if not table.header and len(columns) == 3:
        return _mapped(Shape.LONG, table, {Role.CODER: 0, Role.UNIT: 1, Role.VALUE: 2})
    coder = position(columns, Role.CODER)
    document = next((i for i in candidates(columns, Role.DOCUMENT) if i != coder), None)
    named = None if not wishes.columns else table.called(wishes.columns[0])
    roles = {} if coder is None else {Role.CODER: coder}
    if wishes.unit_column:
        unit: int | None = table.called(wishes.unit_column)
    else:
        unit, numbers = _unit_of_long(table, {**roles, **({} if named is None else {Role.VALUE: named})}, document)
        left += [LeftOut(columns[i], Why.SERIAL) for i in numbers]
    if unit is None and document is None:
        texts = [i for i in candidates(columns, Role.TEXT) if i not in (coder, named)]
        unit = next((i for i in texts if len(set(table.column(i))) < len(table.rows)), None)
    if unit is None and document is not None:
        unit, document = document, None
    value = _value_of_long(table, wishes, (coder, unit, document))
    for role, place in ((Role.VALUE, value), (Role.UNIT, unit), (Role.DOCUMENT, document)):
        if place is not None and place not in roles.values():
            roles[role] = place
    return _mapped(Shape.LONG, table, roles, left)


def _answers(table: Table, coder: int) -> bool:
    """Return whether a column that is called like coders (Judge, 专家) holds answers: it shares them with other columns."""
    own = set(table.column(coder))
    others = [i for i, column in enumerate(table.columns) if i != coder and not headings.beside_coders(column)]
    return len(own) < len(table.rows) and any(2 * len(own & set(table.column(i))) >= len(own) for i in others)


def _value_of_long(table: Table, wishes: Wishes, taken: Sequence[int | None]) -> int | None:
    """Return the column of what coders gave: called so, or named by a person.

    Raises
    ------
    InvalidInput : ``two_values``, when two columns may hold it and do not say the same; ``missing_column``, when none may,
        with the only one that no heading explains.
    """
    if wishes.columns:
        return table.called(wishes.columns[0])
    places = [i for i in candidates(table.columns, Role.VALUE) if i not in taken]
    own = [i for i in places if table.columns[i].casefold() in ("value", "取值", "值")]
    if own:
        return own[0]
    if not places:
        rest = [c for i, c in enumerate(table.columns) if i not in taken and headings.beside_coders(c) is None and c]
        if len(rest) != 1 or len(table.columns) < 4 or None in taken[:2]:
            return None
        raise InvalidInput(
            "missing_column",
            "{file} has no column “value”; its columns are: {columns}. “{alike}” may hold what the coders gave: say --format "
            "long --columns {alike}, or rename that column to value.",
            file=table.name,
            columns=table.listed,
            alike=as_option(rest[:1]),
        )
    for other in places[1:]:
        if _partition(table.column(places[0])) != _partition(table.column(other)):
            raise InvalidInput(
                "two_values",
                "{file}: both {first} and {second} may hold what the coders gave. Say which: --format long --columns {first} or "
                "--format long --columns {second}.",
                file=table.name,
                first=as_option([table.columns[places[0]]]),
                second=as_option([table.columns[other]]),
            )
    return places[0]


def _unit_of_long(table: Table, roles: dict[Role, int], document: int | None) -> tuple[int | None, list[int]]:
    """Return the column of the units, and those that only number the rows.

    Raises
    ------
    InvalidInput : ``two_units``, when two columns name units and do not mean the same ones.
    """
    places = [i for i in candidates(table.columns, Role.UNIT) if i not in roles.values() and i != document]
    coder = roles.get(Role.CODER)
    if coder is None or not places:
        return (places[0] if places else None), []
    coders = table.column(coder)
    several = len(set(coders)) > 1 and len(coders) > 3
    numbers = [i for i in places if several and len(set(table.column(i))) == len(coders)]
    if len(places) == len(numbers) and document is None:
        return places[0], []
    places = [i for i in places if i not in numbers]
    if not places:
        return None, numbers
    grouped = table.column(document) if document is not None else [""] * len(coders)
    fitting = [
        i for i in places if len(set(zip(grouped, table.column(i), coders, strict=True))) == len(coders)
    ] or places[:1]
    partitions = {i: _partition(table.column(i)) for i in fitting}
    own = [i for i in fitting if table.columns[i].casefold() in ("unit", *SYNONYMS[Role.UNIT][:2], "单元", "分析单元")]
    for first, second in pairwise(fitting):
        if not own and partitions[first] != partitions[second]:
            raise InvalidInput(
                "two_units",
                "{file}: both {first} and {second} may name the units, and they do not name the same ones. Say which: "
                "--unit-column {first} or --unit-column {second}.",
                file=table.name,
                first=as_option([table.columns[first]]),
                second=as_option([table.columns[second]]),
            )
    return (own or fitting)[0], numbers


def _partition(names: list[str]) -> tuple[int, ...]:
    seen: dict[str, int] = {}
    return tuple(seen.setdefault(name, len(seen)) for name in names)


def _spans(table: Table) -> Shaped:
    roles: dict[Role, int] = {}
    for role in (Role.START, Role.END, Role.CODER, Role.CODE, Role.DOCUMENT, Role.LENGTH, Role.TEXT):
        place = next((i for i in candidates(table.columns, role) if i not in roles.values()), None)
        if place is not None:
            roles[role] = place
    if Role.DOCUMENT not in roles:
        place = next((i for i in candidates(table.columns, Role.UNIT) if i not in roles.values()), None)
        if place is not None and len(set(table.column(place))) < len(table.rows):
            roles[Role.DOCUMENT] = place
    return _mapped(Shape.SPANS, table, roles)


def _check_offsets(table: Table) -> None:
    """Refuse offsets that count something else than characters, where the text of the spans stands beside them."""
    places = [table.find(role) for role in (Role.START, Role.END, Role.TEXT)]
    if any(place is None for place in places):
        return
    start, end, text = (place for place in places if place is not None)
    told = [row for row in table.rows if row[text] and row[start].isdigit() and row[end].isdigit()]
    fitting = sum(abs(int(row[end]) - int(row[start]) - len(row[text])) <= max(2, len(row[text]) // 20) for row in told)
    if told and fitting * 2 < len(told):
        raise InvalidInput(
            "offsets_are_no_characters",
            "{file}: {start} and {end} are not as far apart as the texts in {text} are long, so they seem to count paragraphs, "
            "lines or bytes. Agreement on spans needs positions of characters; say --format spans if these are.",
            file=table.name,
            start=table.columns[start],
            end=table.columns[end],
            text=table.columns[text],
        )


def _mapped(shape: Shape, table: Table, roles: dict[Role, int], left: list[LeftOut] | None = None) -> Shaped:
    used = {i: role for role, i in roles.items()}
    taken = [
        Taken(table.columns[i], role)
        for role, i in roles.items()
        if table.columns[i].casefold() not in (role, *SYNONYMS.get(role, ())) and role is not Role.TEXT
    ]
    said = {left_out.column for left_out in left or ()}
    rest = [
        LeftOut(column, why_not(column))
        for i, column in enumerate(table.columns)
        if (i not in used or used[i] is Role.TEXT) and column not in said
    ]
    unit, document, coder = (roles.get(role) for role in (Role.UNIT, Role.DOCUMENT, Role.CODER))
    value = roles.get(Role.VALUE, roles.get(Role.CODE))
    reading = TableReading(
        shape,
        coders=() if coder is None else (table.columns[coder],),
        unit=None if unit is None else table.columns[unit],
        document=None if document is None else table.columns[document],
        value=None if value is None else table.columns[value],
        left_out=(*(left or ()), *rest),
        taken=tuple(taken),
    )
    return Shaped(shape, replace(table, roles=roles), reading)
