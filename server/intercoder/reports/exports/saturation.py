"""The board of saturation as files: its table, its words, its figure, and the matrix of documents by codes."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from intercoder.interchange.sheets import csv_parts
from intercoder.language import language
from intercoder.reports import typeset
from intercoder.reports.exports.kinds import File, Form, Making, file
from intercoder.services import saturation
from intercoder.services.access import Access
from intercoder.services.arriving import Asked
from intercoder.services.saturation import Picture
from intercoder.services.staircase import LEVELS
from intercoder.stats.saturation.study.whose import View


def board(making: Making) -> File:
    """Return what each document brought, as a table or in words."""
    from intercoder.reports.saturation_board import board_headings, board_rows, board_text  # their figures need numpy

    pictures, coder = _read(making)
    if making.choices.form is Form.TXT:
        return file("saturation", Form.TXT, (line.encode() for line in board_text(pictures, coder)))
    return file("saturation", Form.CSV, csv_parts(board_headings(pictures[0]), board_rows(pictures)))


def matrix(making: Making) -> File:
    """Return the matrix of documents or cases by codes as a list of its cells."""
    from intercoder.reports.saturation_board import matrix_headings, matrix_rows

    pictures, _ = _read(making)
    return file("saturation-matrix", Form.CSV, csv_parts(matrix_headings(pictures[0]), matrix_rows(pictures)))


def figure(making: Making) -> File:
    """Return the curves as a figure."""
    from intercoder.reports.saturation_board import board_figure

    pictures, coder = _read(making)
    svg, form = board_figure(pictures, coder), making.choices.form
    if form is Form.SVG:
        return file("figure-saturation", form, [f'<?xml version="1.0" encoding="UTF-8"?>\n{svg}\n'.encode()])
    return file("figure-saturation", form, [typeset.drawing(svg, language(), "png" if form is Form.PNG else "pdf")])


def _read(making: Making) -> tuple[Sequence[Picture], str]:
    """Return the figures that are asked for, of one level or of all, and the name of the coder whose view they are."""
    asked = making.choices.figures
    with making.open() as (session, access):
        coder = _coder(session, access, asked.view) if asked else ""
        if asked is not None:
            return [saturation.picture(session, access, asked)], coder
        usual = saturation.picture(session, access, Asked())
        return [saturation.at_level(usual, level) for level in LEVELS], coder


def _coder(session: Session, access: Access, view: View) -> str:
    return saturation.coders(session, saturation.visible_rounds(session, access)).get(view.coder, "")
