"""The language of the terminal: the one that was asked for, or the one that is set."""

import functools
import os
import re
import sys
from collections.abc import Callable

import click

from intercoder.errors import IntercoderError
from intercoder.language import LANGUAGES, speak, translate


def language_of(name: str) -> str | None:
    """Return ``zh`` or ``en`` for the name of a locale (zh_CN.UTF-8, zh-Hans, en, C, …); None if neither."""
    word = re.split(r"[-_.@]", name.casefold(), maxsplit=1)[0]
    return word if word in LANGUAGES else "en" if word in {"c", "posix"} else None


def sentence(error: IntercoderError) -> str:
    """Return what went wrong, in the language of this run."""
    return translate(error.message, error.values)


def _speak(_context: click.Context, _option: click.Parameter, asked: str | None) -> str:
    if asked is not None and language_of(asked) is None:
        raise click.BadParameter("choose en or zh_CN")
    # POSIX: the first of these that is set and not empty decides.
    given = asked or next((v for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(name))), "en")
    chosen = language_of(given) or "en"
    speak(lambda: chosen)
    return chosen


def spoken(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the option ``--lang``; its refusals are said in that language, with exit status 1."""

    @functools.wraps(command)
    def run(*, lang: str, **given: object) -> None:  # noqa: ARG001 - it was heard when it was parsed
        try:
            command(**given)
        except IntercoderError as error:
            click.echo(f"intercoder: {sentence(error)}", err=True)
            sys.exit(1)

    option = click.option(
        "--lang",
        metavar="LANG",
        callback=_speak,
        is_eager=True,
        help="Language of what is printed: en or zh_CN. Without it LC_ALL or LANG decides.",
    )
    wrapped: Callable[..., None] = option(run)
    return wrapped
