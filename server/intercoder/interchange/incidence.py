"""Incidence: which codes are present in which document, in the order in which the documents arrived."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from intercoder.errors import InvalidInput
from intercoder.interchange.codes import CodeList
from intercoder.interchange.columns import why_not
from intercoder.interchange.headings import SUMS, Role, beside_coders, heading_key
from intercoder.interchange.missing import Missing
from intercoder.interchange.reading import LeftOut, Shape, Spelling, TableReading, Why, Wishes
from intercoder.interchange.spellings import as_number, key, lists, one_spelling
from intercoder.interchange.tables import Layout, Table, as_option, shorten
from intercoder.text.canonical import name_key

_YES = frozenset(["1", "true", "t", "yes", "y", "是", "有", "对", "x", "✓", "√", "✔", "☑", "✅", "■", "●", "+", "v"])
_NO = frozenset(
    ["0", "false", "f", "no", "n", "否", "无", "没有", "✗", "✘", "☐", "□", "○", "-", "–", "—", "/", "."]
) | {""}
#: Beside a tick these may say "not there".
_CROSSES = frozenset(["x", "×"])
_TICKS = frozenset(["✓", "√", "✔", "☑", "✅"])
_SOFTWARE = Missing.of(None)
_SEVERAL = re.compile("[;；\n]")


@dataclass(frozen=True, slots=True)
class IncidenceTable:
    """Documents in order of arrival and the codes present in each; an empty document counts.

    ``cases`` and ``sources`` are those of the documents; None when the file has no such column.
    ``columns`` are all codes that the file names, also those never present. ``own``: what each coder of a long file
    applied, by the place of the document; ``codes`` takes them together. ``strata``: what other columns that were asked for say of
    the documents, by their heading.
    """

    documents: tuple[str, ...]
    codes: tuple[frozenset[str], ...]
    cases: tuple[str, ...] | None
    sources: tuple[str, ...] | None
    columns: tuple[str, ...]
    layout: Layout
    own: Mapping[str, Mapping[int, frozenset[str]]] = field(default_factory=dict)
    strata: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reading: TableReading = field(default_factory=lambda: TableReading(Shape.LONG))

    @property
    def coders(self) -> int:
        """How many coders a long file names."""
        return len(self.own)


def read_long(
    table: Table, declared: tuple[str, ...] = (), told: TableReading | None = None, wishes: Wishes | None = None
) -> IncidenceTable:
    """Return the incidence of a table with one row for each document and code.

    Columns ``document`` and ``code``; optionally ``case`` and ``source``. Documents arrive in the order
    in which the rows first name them; a row without a code is a finished document without any. A pair that
    occurs twice is present once. Several codes in one cell stand with ``;`` or a line end between them, unless the
    cell as a whole is among the ``declared`` codes. Spellings of one code or document are one.

    Raises
    ------
    InvalidInput : ``missing_column``, ``empty_cell``, ``two_strata`` (a document of two cases or sources).
    """
    document, code = table.need("document"), table.need("code")
    coder = table.find("coder")
    further = (wishes or Wishes()).strata
    strata = {name: table.find(name) for name in ("case", "source")} | {name: table.called(name) for name in further}
    known = {key(name) for name in declared}
    missing = Missing.of((wishes or Wishes()).missing, declared)
    written = [_codes(row[code], known) for row in table.rows]
    listed = [[name for name in names if not missing(name)] for names in written]
    absent = Counter(name for names in written for name in names if missing(name))
    used = Counter(name for names in listed for name in names)
    missing.check(absent, used, table.name)
    spelled = one_spelling([[name for names in listed for name in names]], Role.CODE, declared=declared)
    documents = one_spelling([table.column(document)], Role.DOCUMENT)
    present: dict[str, set[str]] = {}
    columns: dict[str, None] = {}
    of: dict[str, dict[str, str]] = {name: {} for name in strata}
    own: dict[str, dict[str, set[str]]] = {}
    for (line, row), given in zip(table, listed, strict=True):
        name = documents(row[document])
        if not name:
            raise table.empty_cell(line, "document")
        codes = present.setdefault(name, set())
        shown = [spelled(text) for text in given]
        codes.update(shown)
        columns.update(dict.fromkeys(shown))
        if coder is not None and row[coder]:
            own.setdefault(row[coder], {}).setdefault(name, set()).update(shown)
        for stratum, column in strata.items():
            if column is not None and of[stratum].setdefault(name, row[column]) != row[column]:
                raise InvalidInput(
                    "two_strata",
                    "{file}, line {line}: the document {document} has another {column} here than above "
                    "({here}, {above}). A document has one.",
                    file=table.name,
                    line=line,
                    document=name,
                    column=stratum,
                    here=row[column],
                    above=of[stratum][name],
                )
    place = {name: i for i, name in enumerate(present)}
    return IncidenceTable(
        documents=tuple(present),
        codes=tuple(frozenset(codes) for codes in present.values()),
        cases=tuple(of["case"].values()) if strata["case"] is not None else None,
        sources=tuple(of["source"].values()) if strata["source"] is not None else None,
        columns=tuple(columns),
        layout="long",
        own={who: {place[name]: frozenset(held) for name, held in mine.items()} for who, mine in own.items()},
        strata={name: tuple(of[name].values()) for name in further},
        reading=replace(
            told or TableReading(Shape.LONG, unit=table.columns[document]),
            several=sum(len(names) > 1 for names in listed),
            lists=lists(Counter({name: n for name, n in used.items() if key(name) not in known})),
            missing=tuple(Spelling(text, n) for text, n in absent.items()),
            doubtful=missing.doubtful(used),
            names=(spelled.names, documents.names),
        ),
    )


def _codes(text: str, declared: set[str]) -> list[str]:
    if not text or key(text) in declared:
        return [text] if text else []
    return [code for part in _SEVERAL.split(text) if (code := part.strip())]


def declared_names(given: IncidenceTable, codes: CodeList | None) -> IncidenceTable:
    """Return the incidence with every code in the spelling in which it is declared."""
    if codes is None:
        return given
    named = {key(code): code for code in codes.codes}

    def name(code: str) -> str:
        return named.get(key(code), code)

    return replace(
        given,
        codes=tuple(frozenset(map(name, present)) for present in given.codes),
        own={who: {i: frozenset(map(name, held)) for i, held in mine.items()} for who, mine in given.own.items()},
        columns=tuple(dict.fromkeys(map(name, given.columns))),
    )


def is_mark(text: str) -> bool:
    """Return whether a cell says that a code is present or not, or how often."""
    given = name_key(text) or text
    return given in _YES or given in _NO or _SOFTWARE(text) or as_number(text.rstrip("%％")) is not None


def read_wide(table: Table, wishes: Wishes | None = None) -> IncidenceTable:
    """Return the incidence of a table with one row for each document and one column for each code.

    Columns ``document`` (or a first one without a name; numbered when there is none), optionally ``case``
    and ``source``; every other column is a code, with a mark (1, 1.0, x, ✓, 是, yes), its opposite or nothing, or how
    often the code is there. What a heading shows to be no code is left out, and told; so are sums in the margins.

    Raises
    ------
    InvalidInput : ``no_codes``, ``document_twice``, ``empty_cell``, ``not_incidence`` (a cell that is no mark),
        ``ticks_and_crosses``, ``nothing_absent`` (numbers none of which is 0).
    """
    wishes = wishes or Wishes()
    document = table.called(wishes.unit_column) if wishes.unit_column else _naming(table)
    case, source = table.find("case"), table.find("source")
    further = {name: table.called(name) for name in wishes.strata}
    columns, left = _code_columns(table, wishes, (document, case, source, *further.values()))
    if not columns:
        raise InvalidInput(
            "no_code_columns",
            "{file} has no column of a code; its columns are: {columns}. Give each code a column with 0 and 1, or "
            "one row for each document and code (columns document, code).",
            file=table.name,
            columns=table.listed,
        )
    rows = list(table)
    missing = Missing.of(wishes.missing)
    counts = _check_marks(table, ["" if missing(row[i]) else row[i] for _, row in rows for i in columns], wishes)
    documents: dict[str, int] = {}
    codes, names = [], []
    for line, row in rows:
        name = str(len(documents) + 1) if document is None else row[document]
        if not name:
            raise table.empty_cell(line, "document")
        if name_key(name) in documents:
            raise InvalidInput(
                "document_twice",
                "{file}, line {line}: the document {document} has a row already, line {other}. Each document needs "
                "one row, in the order in which the documents were coded.",
                file=table.name,
                line=line,
                document=name,
                other=documents[name_key(name)],
            )
        documents[name_key(name)] = line
        names.append(name)
        codes.append(frozenset(table.columns[i] for i in columns if _present(row[i], table, line, i, missing)))
    absent = Counter(row[i] for _, row in rows for i in columns if row[i] and missing(row[i]))
    return IncidenceTable(
        documents=tuple(names),
        codes=tuple(codes),
        cases=None if case is None else tuple(row[case] for _, row in rows),
        sources=None if source is None else tuple(row[source] for _, row in rows),
        strata={name: tuple(row[place] for _, row in rows) for name, place in further.items()},
        columns=tuple(table.columns[i] for i in columns),
        layout="wide",
        reading=TableReading(
            Shape.WIDE,
            coders=tuple(table.columns[i] for i in columns),
            unit=None if document is None else table.columns[document] or "1",
            left_out=tuple(left),
            missing=tuple(Spelling(text, n) for text, n in absent.items()),
            counts=counts,
            chosen=bool(wishes.columns),
        ),
    )


def _naming(table: Table) -> int | None:
    """Return the column that names the documents, by its heading."""
    own = table.naming("document")
    if own is not None:
        return own
    roles = [beside_coders(column) for column in table.columns]
    for role in (Role.DOCUMENT, Role.UNIT, Role.SERIAL):
        for i, other in enumerate(roles):
            if other is role and len(set(table.column(i))) == len(table.rows):
                return i
    return None


def _code_columns(table: Table, wishes: Wishes, taken: tuple[int | None, ...]) -> tuple[list[int], list[LeftOut]]:
    if wishes.columns:
        columns = [table.called(name) for name in wishes.columns]
        rest = [i for i in range(len(table.columns)) if i not in (*columns, *taken)]
        return columns, [LeftOut(table.columns[i], Why.NOT_CHOSEN) for i in rest]
    columns, left = [], []
    for i, column in enumerate(table.columns):
        if i in taken:
            continue
        role = beside_coders(column)
        marks = all(is_mark(text) for text in table.column(i))
        serial = role in (Role.SERIAL, Role.UNIT) and len(set(table.column(i))) == len(table.rows) > 2
        if heading_key(column) in SUMS and marks:
            left.append(LeftOut(column, Why.MARGIN))
        elif (
            (role not in (None, Role.VALUE) and _measures(table, i, taken))
            or serial
            or (role not in (None, Role.VALUE) and not marks)
        ):
            left.append(LeftOut(column, why_not(column)))
        else:
            columns.append(i)
    for i in columns:
        if wishes.shape is None and len(columns) > 2 and _measures(table, i, taken):
            raise InvalidInput(
                "maybe_no_code",
                "{file}: the column {column} has a number in every row, and the other columns say only whether a code is there. If "
                "it is no code, name those that are: --columns {without}; if it counts a code, say --counts.",
                file=table.name,
                column=table.columns[i],
                without=as_option([table.columns[j] for j in columns if j != i]),
            )
    return columns, left


def _measures(table: Table, i: int, taken: tuple[int | None, ...]) -> bool:
    """Return whether a column has numbers above 1 and none that is 0, beside columns of marks only."""
    numbers = [as_number(text) for text in table.column(i)]
    rest = [
        text for j in range(len(table.columns)) if j not in (i, *taken) for text in table.column(j) if is_mark(text)
    ]
    above = all(number is not None and number > 0 for number in numbers) and any(number != 1 for number in numbers)
    return above and sum(as_number(text) in (None, 0, 1) for text in rest) >= 0.9 * len(rest) > 0


def _check_marks(table: Table, cells: Sequence[str], wishes: Wishes) -> int:
    """Refuse marks that may mean two things, and return how many cells are counts above 1."""
    used = {name_key(text) or text for text in cells}
    if used & _TICKS and used & _CROSSES:
        raise InvalidInput(
            "ticks_and_crosses",
            "{file} has both ticks and crosses: a cross may say that a code is there or that it is not. Write 1 and 0.",
            file=table.name,
        )
    numbers = [as_number(text.rstrip("%％")) for text in cells]
    counts = sum(number is not None and number > 0 and number != 1 for number in numbers)
    if counts and wishes.shape is not Shape.COUNTS and all(number is not None and number > 0 for number in numbers):
        raise InvalidInput(
            "nothing_absent",
            "{file}: its numbers say how often each code is there, or they are ratings; none is 0, so every code would be in "
            "every document. Say --counts if they are counts; else write 1 where a code is there and 0 where it is not.",
            file=table.name,
        )
    return counts


def _present(text: str, table: Table, line: int, column: int, missing: Missing) -> bool:
    if text and missing(text):
        return False
    given = name_key(text) or text
    number = as_number(text.rstrip("%％"))
    if given in _YES or (number is not None and number > 0):
        return True
    if given in _NO or number == 0:
        return False
    first = column == 0 and len(table.columns) > 1
    if first:
        raise InvalidInput(
            "not_incidence",
            "{file}, line {line}, column {column}: “{text}” is neither 1 (the code is present) nor 0. If this column "
            "names the documents, call it document, or say --unit-column {column}.",
            file=table.name,
            line=line,
            column=table.columns[column],
            text=text[:60],
        )
    raise InvalidInput(
        "not_incidence",
        "{file}, line {line}, column {column}: “{text}” is neither 1 (the code is present) nor 0. Every column but "
        "document, case and source is a code; the file has: {columns}. If {column} holds the codes, rename it to code; if it "
        "is none, name those that are: --columns.",
        file=table.name,
        line=line,
        column=table.columns[column],
        text=text[:60],
        columns=shorten(table.columns),
    )
