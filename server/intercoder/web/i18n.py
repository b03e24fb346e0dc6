"""English and Chinese: which language a request speaks, and how words, numbers and times read in it."""

import functools
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import cast

from babel.dates import format_datetime
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request, session
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
    """Return a message in the language of the request; ``%(name)s`` places are filled."""
    text = catalogue(language()).gettext(message)
    return text % values if values else text


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """Return the singular or plural form of a message; ``%(n)s`` is the number."""
    return catalogue(language()).ngettext(one, many, n) % {"n": n, **values}


def sentence(message: str, values: Mapping[str, object]) -> str:
    """Return a refusal's sentence, whose places are written ``{name}``, in the language of the request."""
    text = catalogue(language()).gettext(message)
    return text.format(**values) if values else text


def explain(error: IntercoderError) -> str:
    """Return what went wrong, for the person who asked."""
    return sentence(error.message, error.values)


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
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: catalogue(language()).gettext(text),
        lambda one, many, n: catalogue(language()).ngettext(one, many, n),
        newstyle=True,
    )
    env.filters.update(time=format_time, number=format_number)

    @app.context_processor
    def words() -> dict[str, object]:
        tag = LANGUAGES[language()][0]
        return {"language": language(), "language_tag": tag, "languages": LANGUAGES}
