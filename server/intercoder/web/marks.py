"""How a code is marked in a page, and where its name leads: each put into words once, since a page may have thousands."""

from functools import lru_cache
from uuid import UUID

from flask import Flask, g, url_for
from markupsafe import Markup, escape

from intercoder.stats.marks import Mark

_NOBODY = UUID(int=0)


@lru_cache(maxsize=1024)
def tone(mark: Mark) -> str:
    """Return the class names of the tone of a mark; no sheet knows of step-None and shape-None."""
    return f"colour-{mark.hue} step-{mark.step}"


@lru_cache(maxsize=1024)
def code_mark(mark: Mark) -> Markup:
    """Return a mark, for the eye only: the name stands beside it."""
    form = f"shape-{mark.shape}{' hollow' * mark.hollow}{' private' * mark.private}"
    return Markup('<i class="code-mark {} {}"></i>').format(tone(mark), form)


def passages_of(code: UUID | str, document: UUID | str | None = None) -> str:
    """Return the address of the passages of a code; of those in one document."""
    if "passages" not in g:
        # Flask's own way takes a fifth of a page with 2,000 codes.
        g.passages = url_for("project.passages", code=_NOBODY).split(str(_NOBODY))
    before, after = g.passages
    return f"{before}{code}{after}?document={document}" if document else f"{before}{code}{after}"


def code_name(
    code: UUID | str,
    name: str,
    look: str = "",
    mark: str | Markup = "",
    at: UUID | str | None = None,
    kind: str = "chip",
) -> Markup:
    """Return a code's name, which leads to its passages wherever it stands.

    ``look`` are the classes of its colour, ``mark`` what stands before it, ``at`` the document whose passages are meant. ``kind``
    is chip, or code-name within what has a form of its own.
    """
    classes = f"{kind} {look}" if look else kind
    # Put together here: a macro takes three times as long, and a page may have thousands.
    return Markup(  # noqa: S704 - what people wrote is escaped; the rest is the program's own
        f'<a class="{classes}" href="{passages_of(code, at)}">{escape(mark)}{escape(name)}</a>'
    )


def init_app(app: Flask) -> None:
    """Give templates the marks of codes; ``macros.html`` hands them on."""
    app.jinja_env.globals.update(tone_of_mark=tone, drawn_mark=code_mark, named_code=code_name)
