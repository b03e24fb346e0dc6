"""A figure as a file: vectors (svg, pdf), dots (png)."""

from collections.abc import Mapping

from intercoder.language import language
from intercoder.reports import typeset
from intercoder.reports.exports.kinds import File, Form, file

#: the forms of a figure, and those of them that are set by a program of its own
FIGURE, DRAWN = (Form.SVG, Form.PNG, Form.PNG_600, Form.PDF), (Form.PNG, Form.PNG_600, Form.PDF)
#: dots per inch of a figure that is printed
PRINTED: Mapping[Form, int] = {Form.PNG: 300, Form.PNG_600: 600}


def drawn(name: str, form: Form, svg: str) -> File:
    """Return a figure in one of the forms of ``FIGURE``."""
    if form is Form.SVG:
        return file(name, form, [f'<?xml version="1.0" encoding="UTF-8"?>\n{svg}\n'.encode()])
    if form is Form.PDF:
        return file(name, form, [typeset.drawing(svg, language(), "pdf")])
    return file(name, form, [typeset.drawing(svg, language(), "png", PRINTED[form])])
