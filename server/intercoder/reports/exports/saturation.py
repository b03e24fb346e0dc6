"""The board of saturation as files: its table, its words, its figure, and the matrix of documents by codes."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from intercoder.errors import marked
from intercoder.interchange.sheets import csv_parts
from intercoder.policy import Permission
from intercoder.reports.exports.drawn import DRAWN, FIGURE, drawn
from intercoder.reports.exports.kinds import Export, File, Form, Making, Scope, file
from intercoder.services import saturation, strata
from intercoder.services.access import Access
from intercoder.services.arriving import Asked
from intercoder.services.saturation import Picture
from intercoder.services.staircase import LEVELS
from intercoder.services.strata import Strata
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


def apart(making: Making) -> File:
    """Return the strata at equal coverage, as a table or in words."""
    from intercoder.reports.saturation_strata import strata_headings, strata_rows, strata_text

    every, asked = _strata(making)
    if making.choices.form is Form.TXT:
        parts = (line.encode() for line in strata_text(every, asked.level, asked.unit))
        return file("saturation-strata", Form.TXT, parts)
    return file("saturation-strata", Form.CSV, csv_parts(strata_headings(), strata_rows(every, asked.level)))


def apart_figure(making: Making) -> File:
    """Return the curves of strata over coverage as a figure."""
    from intercoder.reports.saturation_strata import every_figure

    every, asked = _strata(making)
    return drawn("figure-strata", making.choices.form, every_figure(every, asked.level))


def _strata(making: Making) -> tuple[Sequence[Strata], Asked]:
    """Return the strata of everything by which the study can be put into some, and what was asked for: concepts where nothing is said."""
    asked = making.choices.figures or Asked()
    with making.open() as (session, access):
        return strata.every(session, access, asked), asked


def figure(making: Making) -> File:
    """Return the curves as a figure."""
    from intercoder.reports.saturation_board import board_figure

    pictures, coder = _read(making)
    return drawn("figure-saturation", making.choices.form, board_figure(pictures, coder))


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


OFFERED: tuple[Export, ...] = (
    Export(
        "saturation",
        Scope.PROJECT,
        Permission.SATURATION_VIEW,
        (Form.CSV, Form.TXT),
        marked("Saturation: what each document brought"),
        marked(
            "For each level, document after document: codes, new ones, those so far, the mean of all orders. As text the same in words, for "
            "whoever cannot see the curve."
        ),
        marked("For own figures, for checking the rules, and for screen readers."),
        board,
    ),
    Export(
        "figure-saturation",
        Scope.PROJECT,
        Permission.SATURATION_VIEW,
        FIGURE,
        marked("Figure: saturation"),
        marked(
            "The curve of each level: what each document brought, the mean of all orders with its band, what may still come."
        ),
        marked("For the paper or its appendix: svg and pdf for print, png for Word."),
        figure,
        slow=DRAWN,
    ),
    Export(
        "saturation-matrix",
        Scope.PROJECT,
        Permission.SATURATION_VIEW,
        (Form.CSV,),
        marked("Saturation: documents by codes"),
        marked("A row for each code of each document: whether it came there first, and how many coders applied it."),
        marked("For counting elsewhere: `intercoder saturation` reads it."),
        matrix,
    ),
    Export(
        "saturation-strata",
        Scope.PROJECT,
        Permission.SATURATION_VIEW,
        (Form.CSV, Form.TXT),
        marked("Saturation: strata at equal coverage"),
        marked(
            "By case, source type, primary and secondary, coder and every attribute: what each group knows, and how many concepts (or codes of the "
            "level that a page shows) are expected where all groups are equally complete, with the interval. Of compared rounds alone."
        ),
        marked(
            "For triangulation: whether one case or one kind of source would have said it all. As text also for screen readers."
        ),
        apart,
    ),
    Export(
        "figure-strata",
        Scope.PROJECT,
        Permission.SATURATION_VIEW,
        FIGURE,
        marked("Figure: strata at equal coverage"),
        marked("For each way of grouping the curves of its groups over coverage, and where they are compared."),
        marked("For the paper or its appendix: svg and pdf for print, png for Word."),
        apart_figure,
        slow=DRAWN,
    ),
)
