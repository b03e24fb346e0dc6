"""The path model as a file: vectors (svg, pdf), dots (png), and a drawing that can be changed (docx)."""

from intercoder.charts.drawing import leaf_svg
from intercoder.reports.exports.drawn import drawn
from intercoder.reports.exports.kinds import File, Form, Making, file
from intercoder.reports.path_model import model_leaf, model_of
from intercoder.reports.theory.editable import editable


def model(making: Making) -> File:
    """Return the path model as a figure."""
    with making.open() as (session, access):
        leaf = model_leaf(*model_of(session, access))
    name, form = "figure-model", making.choices.form
    return file(name, form, [editable([leaf])]) if form is Form.DOCX else drawn(name, form, leaf_svg(leaf))
