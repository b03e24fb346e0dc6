"""English and Chinese: which language a request speaks, and how words, numbers and times read in it."""

import functools
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import cast

from babel.dates import format_datetime
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request, session
from jinja2.nodes import EvalContext
from jinja2.utils import pass_eval_context
from markupsafe import Markup

from intercoder.errors import IntercoderError

#: code in URLs and settings → (BCP 47 tag, Babel locale, name in itself)
LANGUAGES: Mapping[str, tuple[str, str, str]] = {
    "en": ("en", "en_GB", "English"),
    "zh": ("zh-Hans", "zh_CN", "简体中文"),
}
TRANSLATIONS = Path(__file__).parent / "translations"


@functools.cache
def catalogue(language: str) -> NullTranslations:
    """Return the messages of a language, read once."""
    found: NullTranslations = Translations.load(str(TRANSLATIONS), [LANGUAGES[language][1], language])
    return found


def language() -> str:
    """Return the language of this request: chosen, kept with the account, asked for by the browser, English."""
    if not has_request_context():
        return "en"
    if "language" not in g:
        g.language = _choose()
    return cast("str", g.language)


def _choose() -> str:
    from intercoder.web.session import actor_or_none

    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    person = None if request.endpoint in {None, "static"} else actor_or_none()
    if person is not None and person.language in LANGUAGES:
        return str(person.language)
    return request.accept_languages.best_match(["en", "zh", "zh-CN", "zh-Hans"], default="en")[:2]


def gettext(message: str, **values: object) -> str:
    """Return a literal message in the language of the request; ``{name}`` places are filled."""
    return translate(message, values)


def ngettext(singular: str, plural: str, n: int, **values: object) -> str:
    """Return the singular or plural form of a literal message; ``{n}`` is the number."""
    return translate_counted(singular, plural, n, values)


def translate(message: str, values: Mapping[str, object] = MappingProxyType({})) -> str:
    """Return a message that was marked elsewhere (a reason, a stored refusal) in the language of the request."""
    text = catalogue(language()).gettext(message)
    return text.format(**values) if values else text


@pass_eval_context
def in_template(context: EvalContext, message: str, /, **values: object) -> str:
    """Return a literal message for a template; in a page what fills its places is escaped."""
    return _kept(context, catalogue(language()).gettext(message), values)


@pass_eval_context
def plural_in_template(context: EvalContext, singular: str, plural: str, n: int, /, **values: object) -> str:
    """Return the singular or plural form of a literal message for a template; ``{n}`` is the number."""
    return _kept(context, catalogue(language()).ngettext(singular, plural, n), {"n": n, **values})


def _kept(context: EvalContext, text: str, values: Mapping[str, object]) -> str:
    shown = Markup(text) if context.autoescape else text  # noqa: S704 - a sentence of the program, not of a person
    return shown.format(**values) if values else shown


def translate_counted(message: str, many: str, n: int, values: Mapping[str, object]) -> str:
    """Return the singular or plural form of a message that was ``counted`` elsewhere; ``{n}`` is the number."""
    return catalogue(language()).ngettext(message, many, n).format(n=n, **values)


def explain(error: IntercoderError) -> str:
    """Return what went wrong, for the person who asked."""
    return translate(error.message, error.values)


def inline(words: str) -> str:
    """Return a word or a short sentence as it stands within another one: without its capital and its full stop."""
    kept = words.rstrip(".。")
    return kept if kept[:2].isupper() else kept[:1].lower() + kept[1:]


def format_time(value: datetime | None) -> Markup | str:
    """Return a time element; the browser shows it in its own zone."""
    if value is None:
        return "–"
    shown = format_datetime(value, "short", locale=LANGUAGES[language()][1])
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(timespec="seconds"), shown)


def format_number(value: float | int | None, digits: int | None = None) -> str:
    """Return a number as it is written in the language: grouped, with a fixed number of decimals if given."""
    if value is None:
        return "–"
    pattern = "#,##0" + ("." + "0" * digits if digits else "") if digits is not None else "#,##0.###"
    shown: str = format_decimal(value, pattern, locale=LANGUAGES[language()][1])
    return shown


def init_app(app: Flask) -> None:
    """Give templates their words."""
    env = app.jinja_env
    env.globals.update(_=in_template, gettext=in_template, ngettext=plural_in_template)
    env.filters.update(time=format_time, number=format_number, inline=inline)

    @app.context_processor
    def words() -> dict[str, object]:
        tag = LANGUAGES[language()][0]
        return {"language": language(), "language_tag": tag, "languages": LANGUAGES}
