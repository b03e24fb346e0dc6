"""The words of the terminal: the catalogue of the web, in the language that was asked for or is set."""

import functools
import gettext as catalogues
import os
import re
import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

import click

from intercoder.errors import IntercoderError
from intercoder.paths import PACKAGE
from intercoder.stats.results import REASONS

_locale: ContextVar[str] = ContextVar("locale", default="en")


def locale_of(name: str) -> str | None:
    """Return ``zh_CN`` or ``en`` for the name of a locale (zh_CN.UTF-8, zh-Hans, en, C, …); None if neither."""
    word = re.split(r"[-_.@]", name.casefold(), maxsplit=1)[0]
    return "zh_CN" if word == "zh" else "en" if word in {"en", "c", "posix"} else None


@functools.cache
def _catalogue(locale: str) -> catalogues.NullTranslations:
    return catalogues.translation("messages", PACKAGE / "web" / "translations", [locale], fallback=True)


def gettext(message: str, **values: object) -> str:
    """Return a literal message in the language of this run; ``{name}`` places are filled."""
    return translate(message, values)


def sentence(error: IntercoderError) -> str:
    """Return what went wrong, in the language of this run."""
    return translate(error.message, error.values)


def translate(message: str, values: Mapping[str, object] = MappingProxyType({})) -> str:
    """Return a message that was marked elsewhere (a reason, a remark of the statistics) in the language of this run."""
    text = _catalogue(_locale.get()).gettext(message)
    return text.format(**values) if values else text


def why(reason: str | None) -> str:
    """Return the sentence of a reason code; nothing for none."""
    return translate(REASONS[reason]) if reason else ""


def _speak(_context: click.Context, _option: click.Parameter, asked: str | None) -> str:
    if asked is not None and locale_of(asked) is None:
        raise click.BadParameter("choose en or zh_CN")
    # POSIX: the first of these that is set and not empty decides.
    given = asked or next((v for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(name))), "en")
    chosen = locale_of(given) or "en"
    _locale.set(chosen)
    return chosen


def spoken(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the option ``--lang``; its refusals are said in that language, with exit status 1."""

    @functools.wraps(command)
    def run(**given: Any) -> None:
        given.pop("lang")
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
