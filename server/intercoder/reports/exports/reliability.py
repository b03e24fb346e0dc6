"""The data of a report for other programs, each with a script that computes the report's number again, and the diagnosis table."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from uuid import UUID

from intercoder.errors import Conflict
from intercoder.interchange.archive import zip_parts
from intercoder.interchange.sheets import Sheet, Value, csv_parts, xlsx_parts
from intercoder.language import gettext, inline
from intercoder.models import Unit
from intercoder.reports.exports.kinds import File, Form, Making, file
from intercoder.reports.exports.people import called_in
from intercoder.reports.exports.span_data import spans_for_r
from intercoder.reports.exports.tables import Tables
from intercoder.reports.names import codes_of
from intercoder.reports.numbers import number
from intercoder.reports.words import word
from intercoder.services.agreement import get_report
from intercoder.services.reliability_data import Missing, Read, ReliabilityData, UnitRow, reliability_data, texts_of

_SCRIPTS = Path(__file__).with_name("scripts")
#: exports of a report that hold its units
OF_UNITS = frozenset({"diagnosis", "python", "spss", "stata", "recal"})
#: bytes of a file that ReCal takes (dfreelon.org, "ReCal")
RECAL = 100_000
#: sets that SPSS and Stata are told the codes of; beyond them the table values.csv has to do
LABELLED = 2_000
#: characters of a label that both take
LABEL = 120

Member = tuple[str, Iterable[bytes]]


def _tables(making: Making) -> Tables:
    with making.open() as (session, access):
        data = reliability_data(session, access, get_report(session, access.project.id, making.thing))
        return Tables(data, called_in(session, access, data.coders, making.choices.names))


def _package(making: Making, program: str, members: Callable[[Tables, Read], Iterator[Member]]) -> File:
    """Return a zip of what a program needs; whether the data are what the report was made of is asked before it begins."""
    tables = _tables(making)
    made = tables.data.report.provenance
    if not tables.coders:
        raise Conflict("no_values", "Nobody submitted a document in this round: there are no values to take away.")
    return file(
        f"agreement-round-{made.round.number}-{program}", Form.ZIP, zip_parts(members(tables, _reading(making)))
    )


def _reading(making: Making) -> Read:
    """Return what reads texts: the door is opened for each part anew, and no session is held while somebody slow takes the file."""

    def read(revisions: Sequence[UUID]) -> Mapping[UUID, str]:
        with making.open() as (session, _):
            return texts_of(session, revisions)

    return read


def for_r(making: Making) -> File:
    """Return the data with a script for R: the units of a report, or its free spans."""
    with making.open() as (session, access):
        by_span = get_report(session, access.project.id, making.thing, with_provenance=False).unit is Unit.SPAN
    if by_span:
        return spans_for_r(making)
    return _package(making, "r", lambda tables, read: _with_script(tables, read, "alpha.R", "Rscript alpha.R"))


def for_python(making: Making) -> File:
    """Return the data with a script for Python."""
    return _package(making, "python", lambda tables, read: _with_script(tables, read, "alpha.py", "python alpha.py"))


def _with_script(tables: Tables, read: Read, script: str, command: str) -> Iterator[Member]:
    yield "units.csv", tables.units(read)
    yield "expected.csv", tables.expected()
    yield from _legends(tables)
    yield script, [_SCRIPTS.joinpath(script).read_bytes()]
    yield _readme(tables.data, gettext("Run it in this folder: {command}", command=command))


def for_spss(making: Making) -> File:
    """Return the data with a syntax for SPSS."""
    return _package(making, "spss", lambda tables, read: _with_syntax(tables, read, "reliability.sps", _spss))


def for_stata(making: Making) -> File:
    """Return the data with a do-file for Stata."""
    return _package(making, "stata", lambda tables, read: _with_syntax(tables, read, "reliability.do", _stata))


def _with_syntax(tables: Tables, read: Read, script: str, fill: Callable[[str, Tables], str]) -> Iterator[Member]:
    yield "numbers.csv", tables.numbers(read)
    yield "values.csv", tables.legend_of_values()
    yield "expected.csv", tables.expected()
    yield from _legends(tables)
    yield script, [fill(_SCRIPTS.joinpath(script).read_text("utf-8"), tables).encode()]
    said = gettext("Open {script} in the program from this folder and run it.", script=script)
    yield _readme(tables.data, said)


def _legends(tables: Tables) -> Iterator[Member]:
    yield "coders.csv", tables.legend_of_coders()
    yield "codes.csv", tables.legend_of_codes()


def _spss(syntax: str, tables: Tables) -> str:
    columns = [*tables.coders.values()]
    labels = [f"{number} {_quoted(names)}" for number, names in _labelled(tables)]
    people = [f"{column} {_quoted(tables.called[coder])}" for coder, column in tables.coders.items()]
    alpha = _SCRIPTS.joinpath("alpha.sps").read_text("utf-8")
    compared = [columns, *combinations(columns, 2)] if len(columns) > 2 else [columns]
    filled = {
        "VARIABLES": " ".join(f"{column} F8.0" for column in columns),
        "FIRST": columns[0],
        "LAST": columns[-1],
        "VARIABLE_LABELS": "\n /".join(people),
        "VALUE_LABELS": "\n ".join(labels),
        "ALPHAS": "\n".join(alpha.replace("@COLUMNS@", " ".join(several)) for several in compared),
    }
    for name, text in filled.items():
        syntax = syntax.replace(f"@{name}@", text)
    return syntax


def _stata(syntax: str, tables: Tables) -> str:
    lines = [f"label define sets {number} {_in_stata(names)}, modify" for number, names in _labelled(tables)]
    lines += [
        f"label variable {column} {_in_stata(tables.called[coder])}\nlabel values {column} sets"
        for coder, column in tables.coders.items()
    ]
    return syntax.replace("@LABELS@", "\n".join(lines))


def _labelled(tables: Tables) -> list[tuple[int, str]]:
    return [(number, names[:LABEL]) for number, names in tables.values.items() if number < LABELLED]


def _quoted(text: str) -> str:
    """Return a text of SPSS: a quotation mark in it is written twice, a line ends the syntax."""
    return "'" + " ".join(text.split()).replace("'", "''") + "'"


def _in_stata(text: str) -> str:
    """Return a text of Stata in compound quotes, in which nothing is a macro or an end."""
    plain = " ".join(text.split())
    for sign in "`'\"$\\":
        plain = plain.replace(sign, "´" if sign in "`'" else " ")
    return f'`"{plain}"\''


def for_recal(making: Making) -> File:
    """Return the data as ReCal takes them."""
    return _package(making, "recal", _recal)


def _recal(tables: Tables, read: Read) -> Iterator[Member]:
    coders = len(tables.coders)
    rows = [values for row, values in tables.numbered(read) if row.compared]
    whole = [values for values in rows if None not in values]
    sized = {
        f"recal{2 if coders == 2 else 3}.csv": _plain(whole),
        "recal-oir.csv": _plain(["#" if v is None else v for v in values] for values in rows),
    }
    for name, content in sized.items():
        yield name, [content]
    yield "values.csv", tables.legend_of_values()
    yield "expected.csv", tables.expected()
    yield from _legends(tables)
    said = [
        gettext(
            "{first} holds the {n} units that all coders have a value of; ReCal takes no gaps there. recal-oir.csv holds all {all} "
            "compared units, # where a coder has none: its nominal alpha is to be the first of expected.csv.",
            first=next(iter(sized)),
            n=len(whole),
            all=len(rows),
        )
    ]
    if large := [name for name, content in sized.items() if len(content) > RECAL]:
        said.append(
            gettext(
                "ReCal takes files of at most {n} bytes: {files} is larger. Use R or Python for these data.",
                n=RECAL,
                files=", ".join(large),
            )
        )
    yield _readme(tables.data, *said)


def _plain(rows: Iterable[Sequence[int | str | None]]) -> bytes:
    """Return rows without a heading and without the mark of UTF-8, which ReCal would read as a value."""
    return "".join(",".join(map(str, row)) + "\r\n" for row in rows).encode()


def _readme(data: ReliabilityData, *said: str) -> Member:
    made, alpha = data.report.provenance, data.report.summary.overall["alpha"]
    lines = [
        gettext("Data of an agreement report of Intercoder"),
        "",
        gettext("Round {number}: {name}", number=made.round.number, name=made.round.name),
        gettext("Unit: {unit}; compared: {level}", unit=word("unit", made.unit), level=codes_of(made.level)),
        gettext(
            "{n} units, {compared} of them with values of two coders or more",
            n=alpha.n_units,
            compared=alpha.n_pairable,
        ),
        gettext("Krippendorff’s alpha of the report: {alpha}", alpha=number(alpha.value, 6)),
        "",
        *said,
        "",
        gettext(
            "The value of a unit is the set of codes that a coder gave it. No code is a value; a unit that the coder skipped, had not "
            "looked at, or of a document that the coder did not finish, has none."
        ),
        gettext(
            "Texts of the units are in none of these files. Offsets are code points from 0, the end is not included."
        ),
        f"SHA-256: {made.layers_sha256}",
        made.software,
    ]
    return "README.txt", ["\ufeff".encode(), "\r\n".join(lines).encode(), b"\r\n"]


# --- diagnosis -----------------------------------------------------------------------------------


def diagnosis(making: Making) -> File:
    """Return a row for each unit with the codes that each coder gave it, and whether it counts and differs."""
    tables = _tables(making)
    names = {code.id: code.name for code in tables.data.report.provenance.codes}
    order = {code: place for place, code in enumerate(names)}
    known: dict[frozenset[str] | Missing, str] = {
        Missing.NOT_FINISHED: gettext("(not finished)"),
        Missing.LEFT_OUT: gettext("(skipped or not looked at)"),
    }
    none = gettext("(no code)")

    def written(value: frozenset[str] | Missing) -> str:
        if value not in known:
            assert not isinstance(value, Missing)
            known[value] = "; ".join(names[code] for code in sorted(value, key=order.__getitem__)) or none
        return known[value]

    def cells(row: UnitRow) -> Sequence[Value]:
        said = gettext("differs") if row.differs else gettext("agrees")
        counts = said if row.compared else gettext("not compared")
        return (row.title, row.number, row.start, row.end, row.text, counts, *map(written, row.values))

    def rows() -> Iterator[Sequence[Value]]:
        return map(cells, tables.data.units(_reading(making)))

    headings = [
        gettext("Document"),
        inline(gettext("Unit")),
        gettext("From character"),
        gettext("To character"),
        gettext("Words of the unit"),
        gettext("Result"),
        *(tables.called[coder] for coder in tables.data.coders),
    ]
    name, title = f"diagnosis-round-{tables.data.report.provenance.round.number}", gettext("Diagnosis of the units")
    if making.choices.form is Form.CSV:
        return file(name, Form.CSV, csv_parts(headings, rows()))
    sheet = Sheet(title, headings, rows(), [28, 8, 8, 8, 60, 14, *[24] * len(tables.coders)])
    return file(name, Form.XLSX, xlsx_parts(title, [sheet]))
