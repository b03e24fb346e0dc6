"""How a code is marked in a page, each mark put into words once: a page may have thousands."""

from functools import lru_cache

from flask import Flask
from markupsafe import Markup

from intercoder.stats.marks import Mark


@lru_cache(maxsize=1024)
def tone(mark: Mark) -> str:
    """Return the class names of the tone of a mark; no sheet knows of step-None and shape-None."""
    return f"colour-{mark.hue} step-{mark.step}"


@lru_cache(maxsize=1024)
def code_mark(mark: Mark) -> Markup:
    """Return a mark, for the eye only: the name stands beside it."""
    form = f"shape-{mark.shape}{' hollow' * mark.hollow}{' private' * mark.private}"
    return Markup('<i class="code-mark {} {}"></i>').format(tone(mark), form)


def init_app(app: Flask) -> None:
    """Give templates the marks of codes; ``macros.html`` hands them on."""
    app.jinja_env.globals.update(tone_of_mark=tone, drawn_mark=code_mark)
