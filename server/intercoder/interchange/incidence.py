"""Incidence: which codes are present in which document, in the order in which the documents arrived."""

from dataclasses import dataclass

from intercoder.errors import InvalidInput
from intercoder.interchange.tables import Layout, Table, shorten

_YES, _NO = frozenset({"1", "true", "yes", "是", "有"}), frozenset({"0", "", "false", "no", "否", "无"})


@dataclass(frozen=True, slots=True)
class IncidenceTable:
    """Documents in order of arrival and the codes present in each; an empty document counts.

    ``cases`` and ``sources`` are those of the documents; None when the file has no such column.
    ``columns`` are all codes that the file names, also those never present. ``coders`` is how many
    coders a long file names: their codings are taken together.
    """

    documents: tuple[str, ...]
    codes: tuple[frozenset[str], ...]
    cases: tuple[str, ...] | None
    sources: tuple[str, ...] | None
    columns: tuple[str, ...]
    layout: Layout
    coders: int = 0


def read_long(table: Table) -> IncidenceTable:
    """Return the incidence of a table with one row for each document and code.

    Columns ``document`` and ``code``; optionally ``case`` and ``source``. Documents arrive in the order
    in which the rows first name them; a row without a code is a finished document without any. A pair that
    occurs twice is present once.

    Raises
    ------
    InvalidInput : ``missing_column``, ``empty_cell``, ``two_strata`` (a document of two cases or sources).
    """
    document, code = table.need("document"), table.need("code")
    coder = table.find("coder")
    strata = {name: table.find(name) for name in ("case", "source")}
    present: dict[str, set[str]] = {}
    columns: dict[str, None] = {}
    of: dict[str, dict[str, str]] = {name: {} for name in strata}
    coders = set()
    for line, row in table:
        name = row[document]
        if not name:
            raise table.empty_cell(line, "document")
        codes = present.setdefault(name, set())
        if row[code]:
            codes.add(row[code])
            columns[row[code]] = None
        if coder is not None and row[coder]:
            coders.add(row[coder])
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
    return IncidenceTable(
        documents=tuple(present),
        codes=tuple(frozenset(codes) for codes in present.values()),
        cases=tuple(of["case"].values()) if strata["case"] is not None else None,
        sources=tuple(of["source"].values()) if strata["source"] is not None else None,
        columns=tuple(columns),
        layout="long",
        coders=len(coders),
    )


def read_wide(table: Table) -> IncidenceTable:
    """Return the incidence of a table with one row for each document and one column for each code.

    Columns ``document`` (or a first one without a name; numbered when there is none), optionally ``case``
    and ``source``; every other column is a code, with 1 (present) or 0 or nothing.

    Raises
    ------
    InvalidInput : ``no_codes``, ``document_twice``, ``empty_cell``, ``not_incidence`` (a cell that is neither
        0 nor 1).
    """
    document = table.naming("document")
    case, source = table.find("case"), table.find("source")
    columns = [i for i in range(len(table.columns)) if i not in (document, case, source)]
    if not columns:
        raise InvalidInput(
            "no_code_columns",
            "{file} has no column of a code; its columns are: {columns}. Give each code a column with 0 and 1, or "
            "one row for each document and code (columns document, code).",
            file=table.name,
            columns=table.listed,
        )
    documents: dict[str, int] = {}
    codes = []
    for line, row in table:
        name = str(len(documents) + 1) if document is None else row[document]
        if not name:
            raise table.empty_cell(line, "document")
        if name in documents:
            raise InvalidInput(
                "document_twice",
                "{file}, line {line}: the document {document} has a row already, line {other}. Each document needs "
                "one row, in the order in which the documents were coded.",
                file=table.name,
                line=line,
                document=name,
                other=documents[name],
            )
        documents[name] = line
        codes.append(frozenset(table.columns[i] for i in columns if _present(row[i], table, line, i)))
    return IncidenceTable(
        documents=tuple(documents),
        codes=tuple(codes),
        cases=None if case is None else tuple(row[case] for row in table.rows),
        sources=None if source is None else tuple(row[source] for row in table.rows),
        columns=tuple(table.columns[i] for i in columns),
        layout="wide",
    )


def _present(text: str, table: Table, line: int, column: int) -> bool:
    given = text.casefold()
    if given in _YES:
        return True
    if given in _NO:
        return False
    first = column == 0 and len(table.columns) > 1
    if first:
        raise InvalidInput(
            "not_incidence",
            "{file}, line {line}, column {column}: “{text}” is neither 1 (the code is present) nor 0. If this column "
            "names the documents, call it document.",
            file=table.name,
            line=line,
            column=table.columns[column],
            text=text[:60],
        )
    raise InvalidInput(
        "not_incidence",
        "{file}, line {line}, column {column}: “{text}” is neither 1 (the code is present) nor 0. Every column but "
        "document, case and source is a code; the file has: {columns}.",
        file=table.name,
        line=line,
        column=table.columns[column],
        text=text[:60],
        columns=shorten(table.columns),
    )
