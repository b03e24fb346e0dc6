"""What the commands that read a file have in common: how it is read, and how the result is written."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from intercoder.cli.words import spoken

_OPTIONS = (
    click.option(
        "--encoding", metavar="NAME", help="Of a text file that is not UTF-8: gb18030, big5, utf-16-le, cp1252, …"
    ),
    click.option("--sheet", metavar="NAME", help="Of a spreadsheet; the first one that is not empty without it."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object with everything."),
    click.option("--csv", "as_csv", is_flag=True, help="Print one row for each number."),
    click.option("--output", metavar="FILE", help="Write there; .json and .csv say what to write."),
)


def reads_a_file(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of reading, writing and language, after its own."""
    wrapped = spoken(command)
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


def listed(choices: Sequence[str]) -> Any:
    """Return a callback for an option that takes several of ``choices`` with commas between them."""

    def split(_context: click.Context, _option: click.Parameter, given: str | None) -> tuple[str, ...] | None:
        if given is None:
            return None
        asked = tuple(dict.fromkeys(one.strip() for one in given.split(",") if one.strip()))
        wrong = [one for one in asked if one not in choices]
        if wrong:
            raise click.BadParameter(f"{', '.join(wrong)} is not among {', '.join(choices)}")
        return asked

    return split


def check_files(given: Mapping[str, Any], *inputs: str | None) -> None:
    """Refuse two forms of the result, and an output that is one of the files to read."""
    output = given["output"]
    if given["as_json"] and given["as_csv"]:
        raise click.UsageError("--json and --csv exclude one another; --output writes one of them to a file.")
    if output and any(one and one != "-" and Path(one).resolve() == Path(output).resolve() for one in inputs):
        raise click.UsageError(f"--output {output} is a file that is read: choose another name.")
