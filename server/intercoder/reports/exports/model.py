"""The path model as a file: vectors (svg, pdf) and dots (png)."""

from intercoder.language import language
from intercoder.reports import typeset
from intercoder.reports.exports.kinds import File, Form, Making, file
from intercoder.reports.path_model import model_figure, model_of


def model(making: Making) -> File:
    """Return the path model as a figure."""
    with making.open() as (session, access):
        svg = model_figure(*model_of(session, access))
    form = making.choices.form
    if form is Form.SVG:
        return file("figure-model", form, [f'<?xml version="1.0" encoding="UTF-8"?>\n{svg}\n'.encode()])
    return file("figure-model", form, [typeset.drawing(svg, language(), "png" if form is Form.PNG else "pdf")])
