"""The language that is spoken now: which one, its words, its numbers. One place for pages, terminal, files and API.

Sentences are English literals in the code; ``gettext`` and ``ngettext`` take nothing else, so that the catalogue holds
all of them. ``translate`` takes a sentence that was marked elsewhere: a reason, a refusal, the name of a state.
"""

import functools
import gettext as catalogues
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import NamedTuple

from intercoder.errors import filled
from intercoder.paths import PACKAGE

TRANSLATIONS = PACKAGE / "translations"


class Language(NamedTuple):
    """A language: its tag for HTML (BCP 47), its locale for Babel, its name in itself, what joins its sentences."""

    tag: str
    locale: str
    name: str
    between_sentences: str


#: code in addresses and settings → the language
LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        "en": Language("en", "en_GB", "English", " "),
        "zh": Language("zh-Hans", "zh_CN", "简体中文", ""),
    }
)
NOTHING: Mapping[str, object] = MappingProxyType({})
# Asked, not stored: a request that says nothing to anybody need not find out which language it would say it in.
_spoken: ContextVar[Callable[[], str]] = ContextVar("spoken", default=lambda: "en")


def language() -> str:
    """Return the code of the language that is spoken now; English when nobody said."""
    return _spoken.get()()


def locale() -> str:
    """Return Babel's name of the language that is spoken now."""
    return LANGUAGES[language()].locale


def speak(which: Callable[[], str]) -> None:
    """From now on, in this context, speak the language that ``which`` returns."""
    _spoken.set(which)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak one language for a while: a paragraph for a paper is wanted in both."""
    token = _spoken.set(lambda: code)
    try:
        yield
    finally:
        _spoken.reset(token)


@functools.cache
def catalogue(code: str) -> catalogues.NullTranslations:
    """Return the messages of a language, read once."""
    return catalogues.translation("messages", TRANSLATIONS, [LANGUAGES[code].locale, code], fallback=True)


def gettext(message: str, **values: object) -> str:
    """Return a literal message in the language spoken now; ``{name}`` places are filled."""
    return translate(message, values)


def ngettext(singular: str, plural: str, n: int, **values: object) -> str:
    """Return the singular or plural form of a literal message; ``{n}`` is the number unless it is given otherwise."""
    return translate_counted(singular, plural, n, values)


def translate(message: str, values: Mapping[str, object] = NOTHING) -> str:
    """Return a message that was marked elsewhere, in the language spoken now."""
    say = catalogue(language()).gettext
    text = say(message)
    return text.format(**filled(values, say)) if values else text


def translate_counted(singular: str, plural: str, n: int, values: Mapping[str, object] = NOTHING) -> str:
    """Return the singular or plural form of a message that was ``counted`` elsewhere; ``{n}`` is the number."""
    return catalogue(language()).ngettext(singular, plural, n).format(**{"n": n, **values})


def inline(words: str) -> str:
    """Return a word or a short sentence as it stands within another one: without its capital and its full stop."""
    kept = words.rstrip(".。")
    return kept if kept[:2].isupper() else kept[:1].lower() + kept[1:]


def sentences(*parts: str) -> str:
    """Return sentences as a paragraph: with blanks between them where the language has any."""
    return LANGUAGES[language()].between_sentences.join(part for part in parts if part)


def listed(words: Sequence[str]) -> str:
    """Return words as a list within a sentence: A, B and C."""
    from babel.lists import format_list  # Babel is loaded when the first list or number is written

    return str(format_list(list(words), locale=locale()))


def grouped(value: float, digits: int = 0) -> str:
    """Return a number as the language writes it: with groups of thousands and so many decimals."""
    return _grouped(value, str(value), digits, language())


@functools.lru_cache(maxsize=8192)
def _grouped(value: float, _written: str, digits: int, code: str) -> str:
    """Write a number: tables have the same ones again and again, and each takes 50 µs. As text -0.0 is not 0."""
    from babel.numbers import format_decimal

    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return str(format_decimal(value, pattern, locale=LANGUAGES[code].locale))
