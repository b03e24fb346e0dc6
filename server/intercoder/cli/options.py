"""What the commands that read a file have in common: how it is read, and how the result is written."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from intercoder.cli.words import spoken

if TYPE_CHECKING:
    from intercoder.interchange.reading import Wishes

_OPTIONS = (
    click.option(
        "--encoding", metavar="NAME", help="Of a text file that is not UTF-8: gb18030, big5, utf-16-le, cp1252, …"
    ),
    click.option("--sheet", metavar="NAME", help="Of a spreadsheet; the first one that is not empty without it."),
    click.option(
        "--separator",
        metavar="SIGN",
        help="Between the cells of a text file: comma, semicolon, tab, pipe, or the sign.",
    ),
    click.option(
        "--header/--no-header",
        default=None,
        help="Whether the first row holds the names of the columns; found by looking.",
    ),
    click.option("--columns", metavar="NAMES", help="Which columns are coders (or codes, or categories), with commas."),
    click.option("--unit-column", metavar="NAME", help="Which column names the units (or the documents)."),
    click.option(
        "--missing",
        metavar="TEXTS",
        help="What means “no value” (or “no code”) besides an empty cell, with commas, and nothing else does: --missing=NA,-,99.",
    ),
    click.option("--counts", is_flag=True, help="The cells are counts: of coders who chose a category, or of a code."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object with everything."),
    click.option("--csv", "as_csv", is_flag=True, help="Print one row for each number."),
    click.option("--output", metavar="FILE", help="Write there; .json and .csv say what to write."),
)


T = TypeVar("T")


@dataclass(frozen=True)
class FileOptions:
    """How a file is read, with which declared codes, and how the result is written."""

    encoding: str | None
    sheet: str | None
    as_json: bool
    as_csv: bool
    output: str | None
    codes_file: str | None
    separator: str | None
    header: bool | None
    columns: str | None
    unit_column: str | None
    counts: bool
    missing: str | None
    kind: str | None

    def wishes(self, *, crosstab: bool = False) -> "Wishes":
        """Return what was said of the file."""
        from intercoder.interchange.reading import Shape, Wishes

        if (self.counts, crosstab, self.kind is not None).count(True) > 1:
            raise click.UsageError("--counts, --crosstab and --format exclude one another.")
        shape = Shape.COUNTS if self.counts else Shape.CROSSTAB if crosstab else Shape(self.kind) if self.kind else None
        return Wishes(
            shape=shape,
            columns=names(self.columns),
            unit_column=self.unit_column,
            missing=None if self.missing is None else names(self.missing),
            header=self.header,
            separator=self.separator,
        )


def taken(kind: type[T], given: Mapping[str, object]) -> T:
    """Return the options of a command, which click has checked, in their types."""
    from pydantic import TypeAdapter  # not for --help

    return TypeAdapter(kind).validate_python(given)


def reads_a_file(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of reading, writing and language, after its own."""
    wrapped = spoken(command)
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


Split = Callable[[click.Context, click.Parameter, str | None], tuple[str, ...] | None]


def listed(choices: Sequence[str]) -> Split:
    """Return a callback for an option that takes several of ``choices`` with commas between them."""

    def split(_context: click.Context, _option: click.Parameter, given: str | None) -> tuple[str, ...] | None:
        if given is None:
            return None
        asked = tuple(dict.fromkeys(names(given)))
        wrong = [name for name in asked if name not in choices]
        if wrong:
            raise click.BadParameter(f"{', '.join(wrong)} is not among {', '.join(choices)}")
        return asked

    return split


def names(given: str | None) -> tuple[str, ...]:
    """Return the names in a text with commas between them; a name that holds a comma stands in quotation marks."""
    cells = next(csv.reader([given or ""], skipinitialspace=True), [])
    return tuple(name.strip() for name in cells if name.strip())


def check_files(options: FileOptions, *inputs: str | None) -> None:
    """Refuse two forms of the result, and an output that is one of the files to read."""
    if options.as_json and options.as_csv:
        raise click.UsageError("--json and --csv exclude one another; --output writes one of them to a file.")
    output = options.output
    if output and any(file and file != "-" and Path(file).resolve() == Path(output).resolve() for file in inputs):
        raise click.UsageError(f"--output {output} is a file that is read: choose another name.")
