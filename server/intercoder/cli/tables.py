"""One report, three ways: tables for people, csv with one row for each number, json with everything."""

import contextlib
import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TextIO

import click
from pydantic import JsonValue

from intercoder.errors import InvalidInput
from intercoder.language import gettext
from intercoder.reports import ColumnKind, Facts, Figure, Grid, Json, Report
from intercoder.reports.numbers import NARROW

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

#: How wide a page is that goes to a file or another program.
PIPED_WIDTH = 160
_FIRST = (
    "scope",
    "name",
    "coefficient",
    "value",
    "reason",
    "low",
    "high",
    "interval_method",
    "interval_reason",
    "se",
    "method",
)


def deliver(report: Report, *, as_json: bool, as_csv: bool, output: str | None) -> None:
    """Print a report, or write it to the file ``output``, whose ending (.json, .csv) decides when nothing else does.

    With csv, how the file was read is told on the error stream.
    """
    ending = Path(output).suffix.casefold() if output else ""
    if as_json or (ending == ".json" and not as_csv):
        text = json.dumps(report.to_json(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    elif as_csv or ending == ".csv":
        text = csv_text(report.figures)
        for note in report.reading:  # rows of numbers have no place for how the file was read
            click.echo(f"intercoder: {note.sentence}", err=True)
        # Spreadsheets take a csv file for UTF-8 only when it begins with the mark.
        text = f"\ufeff{text}" if output else text
    elif output:
        text = page_text(report)
    elif sys.stdout.isatty():
        _print(report, sys.stdout)
        return
    else:
        text = page_text(report)
    if output is None:
        # Another program reads UTF-8, whatever the code page of this machine.
        click.echo(text if sys.stdout.isatty() else text.encode(), nl=False)
        return
    try:
        Path(output).write_text(text, "utf-8", newline="")
    except OSError as error:
        raise InvalidInput(
            "unwritable_file", "{file} cannot be written: {why}.", file=output, why=error.strerror or error
        ) from error


def csv_text(figures: Sequence[Figure]) -> str:
    """Return one row for each number; columns that a number does not have are empty."""
    rows = [_flat(figure) for figure in figures]
    counts = list(dict.fromkeys(name for row in rows for name in row if name not in _FIRST))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, [*_FIRST, *counts], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _flat(figure: Figure) -> dict[str, JsonValue]:
    entry = dict(figure.to_json())
    interval, parameters = entry.pop("interval", None), entry.pop("parameters", None)
    row: dict[str, JsonValue] = {name: "" if value is None else value for name, value in entry.items()}
    if isinstance(interval, Mapping):
        row.update(low=interval["low"], high=interval["high"], interval_method=interval["method"])
        for name in ("resamples", "seed", "clustered_by", "below_667", "below_800"):
            value = interval.get(name)
            row[name] = "" if value is None else value
    given: Json = parameters if isinstance(parameters, Mapping) else {}
    row["parameters"] = "; ".join(f"{name}={value}" for name, value in given.items())
    return row


def page_text(report: Report) -> str:
    """Return the tables for people, as plain text."""
    out = io.StringIO()
    _print(report, out)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _print(report: Report, out: TextIO) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(file=out, width=None if out.isatty() else PIPED_WIDTH, highlight=False)
    console.print(Text(report.title, "bold"))
    for section in report.sections:
        console.print()
        console.print(Text(section.title, "bold"))
        below: list[str] = []
        if isinstance(section, Facts):
            table = _facts(section)
        else:
            table, below = _grid(section, ascii_only=console.options.ascii_only)
        console.print(Padding(table, (0, 0, 0, 2), expand=False))
        for line in below:
            console.print(Padding(_text(line), (0, 0, 0, 2), expand=False))
    sentences = [*(note.sentence for note in report.reading), *(note.sentence for note in report.notes)]
    if sentences:
        console.print()
        console.print(Text(gettext("Notes"), "bold"))
        for sentence in sentences:
            console.print(Padding(_text(f"- {sentence}"), (0, 0, 0, 2), expand=False))


def _text(text: str) -> "Text":
    """Return a text for a terminal, whose fonts and code pages need not know a narrow blank."""
    from rich.text import Text

    return Text(text.replace(NARROW, " "))


def _facts(section: Facts) -> "Table":
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    for label, text in section.pairs:
        table.add_row(_text(label), _text(text))
    return table


def _grid(section: Grid, *, ascii_only: bool) -> tuple["Table", list[str]]:
    """Return the table, and its numbered remarks: each once, however many rows it belongs to."""
    from rich.box import ASCII2, SIMPLE_HEAD
    from rich.table import Table

    # Short lines fit beside the numbers; each sentence is told once, below.
    numbers = {text: str(i) for i, text in enumerate(dict.fromkeys(r.remark for r in section.rows if r.remark), 1)}
    table = Table(box=ASCII2 if ascii_only else SIMPLE_HEAD, pad_edge=False, header_style="dim", show_edge=False)
    for column in section.columns:
        justify: Literal["right", "left"] = "right" if column.kind is ColumnKind.NUMBER else "left"
        table.add_column(_text(column.heading), justify=justify, overflow="fold")
    if numbers:
        table.add_column("")
    for row in section.rows:
        mark = [f"({numbers[row.remark]})" if row.remark else ""] if numbers else []
        table.add_row(*(_text(text) for text in (*(cell.text for cell in row.cells), *mark)))
    return table, [f"({number}) {text}" for text, number in numbers.items()]


@contextlib.contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Yield a function that says what is being computed: a moving line on a terminal's error stream, else nothing."""
    if not sys.stderr.isatty():
        yield lambda _text: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")
        yield lambda text: bar.update(task, description=text)
