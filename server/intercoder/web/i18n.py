"""Which language a request speaks, and how sentences, numbers and times stand in a page."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from flask import Flask, g, has_request_context, request, session
from jinja2.nodes import EvalContext
from jinja2.utils import pass_eval_context
from markupsafe import Markup, escape

from intercoder.errors import IntercoderError
from intercoder.language import LANGUAGES, catalogue, gettext, grouped, inline, language, locale, speak, translate
from intercoder.reports.words import choices, word


def _of_request() -> str:
    """Return the language of this request, found out once; English where the thread has none any more."""
    if not has_request_context():
        return "en"
    known: str | None = g.get("language")
    if known is None:
        chosen = known = g.language = _choose()
        # Asked some thousand times on a large page: from now on without looking, until the request is over, see ``silence``.
        speak(lambda: chosen)
    return known


def _choose() -> str:
    """Return the language that was chosen, is kept with the account, is asked for by the browser; English."""
    from intercoder.web.session import actor_or_none

    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    person = None if request.endpoint in {None, "static"} else actor_or_none()
    if person is not None and person.language in LANGUAGES:
        return str(person.language)
    return request.accept_languages.best_match(["en", "zh", "zh-CN", "zh-Hans"], default="en")[:2]


@pass_eval_context
def in_template(context: EvalContext, message: str, /, **values: object) -> str:
    """Return a literal message for a template; in a page what fills its places is escaped."""
    return _kept(context, catalogue(language()).gettext(message), values)


@pass_eval_context
def plural_in_template(context: EvalContext, singular: str, plural: str, n: int, /, **values: object) -> str:
    """Return the singular or plural form of a literal message for a template; ``{n}`` is the number."""
    return _kept(context, catalogue(language()).ngettext(singular, plural, n), {"n": n, **values})


def _kept(context: EvalContext, text: str, values: Mapping[str, object]) -> str:
    if not context.autoescape:
        return text.format(**values) if values else text
    # Escaped here, since Markup's own way to fill places takes four times as long; numbers keep their formats.
    if values:
        text = text.format(**{k: v if isinstance(v, int | float) else escape(v) for k, v in values.items()})
    return Markup(text)  # noqa: S704 - a sentence of the program, not of a person


def explain(error: IntercoderError) -> str:
    """Return what went wrong, for the person who asked."""
    return translate(error.message, error.values)


def format_time(value: datetime | None) -> Markup | str:
    """Return a time element; the browser shows it in its own zone."""
    if value is None:
        return "–"
    return _written_time(value, locale())


@lru_cache(maxsize=8192)
def _written_time(value: datetime, where: str) -> Markup:
    """Write a time: lists show the same ones at each look, and each takes 70 µs."""
    from babel.dates import format_datetime

    shown = format_datetime(value, "short", locale=where)
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(timespec="seconds"), shown)


def format_number(value: float | None, digits: int | None = None) -> str:
    """Return a number as it is written in the language: grouped, with a fixed number of decimals if given."""
    if value is None:
        return "–"
    if isinstance(value, int) or digits is not None:
        return grouped(value, digits or 0)
    from babel.numbers import format_decimal

    return str(format_decimal(value, "#,##0.###", locale=locale()))


def duration(minutes: int) -> str:
    """Return a time of work in hours and minutes."""
    hours, rest = divmod(minutes, 60)
    return gettext("{hours} h {n} min", hours=hours, n=rest) if hours else gettext("{n} min", n=rest)


def lines(text: str) -> Markup:
    """Return a text of several lines with its line breaks."""
    return Markup("<br>").join(text.splitlines())


def init_app(app: Flask) -> None:
    """Give templates their words, and each request its language."""
    env = app.jinja_env
    env.globals.update(_=in_template, gettext=in_template, ngettext=plural_in_template, word=word, choices=choices)
    env.filters.update(time=format_time, number=format_number, inline=inline, lines=lines, duration=duration)

    @app.before_request
    def listen() -> None:
        speak(_of_request)

    @app.teardown_request
    def silence(_error: BaseException | None = None) -> None:
        """Let the thread find out anew: what comes next may be another's."""
        speak(_of_request)

    @app.context_processor
    def words() -> dict[str, object]:
        return {"language": language(), "language_tag": LANGUAGES[language()].tag, "languages": LANGUAGES}
