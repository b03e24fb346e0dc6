"""Grids and facts on paper, and a paper as a file: Word, PDF, a workbook."""

from collections.abc import Sequence

from pydantic import JsonValue

from intercoder.interchange import papers
from intercoder.interchange.papers import Paper
from intercoder.interchange.sheets import Value
from intercoder.language import gettext, listed, sentences
from intercoder.reports import ColumnKind, Facts, Grid, Row
from intercoder.reports.typeset import Plate, drawings, pdf

#: rows that say nothing but the same remark, up to which each is printed
MANY = 3


def facts(made: Facts) -> papers.Facts:
    """Return facts as a part of a paper."""
    return papers.Facts(made.title, made.pairs)


def table(made: Grid, *, empty: str = "") -> papers.Table | papers.Sentences:
    """Return a grid as a table: equal remarks are printed once, below it; in a spreadsheet an interval has two columns.

    A grid without rows is the sentence ``empty``.
    """
    if not made.rows:
        return papers.Sentences(made.title, [empty or gettext("There is none.")])
    marks: dict[str, str] = {}
    cells: list[list[str]] = []
    aside = _aside(made.rows)
    for row in made.rows:
        texts = [cell.text for cell in row.cells]
        if row.remark in aside and _says_nothing(row):
            continue
        if row.remark:
            mark = marks.setdefault(row.remark, _mark(len(marks)))
            texts[0] = f"{texts[0]} {mark}"
        cells.append(texts)
    kinds = [column.kind for column in made.columns]
    headings = [column.heading for column in made.columns]
    return papers.Table(
        made.title,
        headings,
        cells,
        frozenset(i for i, kind in enumerate(kinds) if kind is ColumnKind.NUMBER),
        [*_value_headings(headings, kinds), gettext("Remark")],
        [[*_values(made, row_number), row.remark] for row_number, row in enumerate(made.rows)],
        [
            *(f"{mark} {remark}" for remark, mark in marks.items()),
            *(
                sentences(gettext("Without a row: {names}.", names=listed(names)), remark)
                for remark, names in aside.items()
            ),
        ],
    )


def _says_nothing(row: Row) -> bool:
    """Whether a row has no number but zeros."""
    return not any(digit in cell.text for cell in row.cells[1:] for digit in "123456789")


def _aside(rows: Sequence[Row]) -> dict[str, list[str]]:
    """Return the names of rows that say nothing but the same remark, by remark, where they are many: pages of dashes on paper."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.remark and _says_nothing(row):
            found.setdefault(row.remark, []).append(row.cells[0].text)
    return {remark: names for remark, names in found.items() if MANY < len(names) < len(rows)}


def _mark(place: int) -> str:
    """Return a sign of a note: ᵃ, ᵇ, …; after these a number in brackets."""
    small = "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
    return small[place] if place < len(small) else f"({place + 1})"


def _value_headings(headings: Sequence[str], kinds: Sequence[ColumnKind]) -> list[str]:
    said: list[str] = []
    for heading, kind in zip(headings, kinds, strict=True):
        ends = (gettext("{interval}, from", interval=heading), gettext("{interval}, to", interval=heading))
        said += ends if kind is ColumnKind.INTERVAL else [heading]
    return said


def _values(made: Grid, at: int) -> list[Value]:
    values: list[Value] = []
    for column, cell in zip(made.columns, made.rows[at].cells, strict=True):
        if column.kind is ColumnKind.INTERVAL:
            ends = cell.number.interval if cell.number else None
            values += (ends.low, ends.high) if ends else (None, None)
        elif cell.number is not None:
            values.append(cell.number.value)
        elif column.kind is ColumnKind.NUMBER and cell.text.isascii() and cell.text.isdigit():
            values.append(int(cell.text))
        else:
            values.append(cell.text)
    return values


def pdf_of(paper: Paper) -> bytes:
    """Return a paper as a PDF.

    Raises
    ------
    Unavailable
        Where the server has no Typst or no Chinese font.
    """
    data: dict[str, JsonValue] = {
        "title": paper.title,
        "subtitle": paper.subtitle,
        "language": paper.language,
        "footer": paper.footer,
        "wide": paper.wide,
        "captions": paper.captions,
        "parts": [_part(part, wide=paper.wide, captions=paper.captions) for part in paper.parts],
    }
    return pdf("paper", data)


def figures(drawn: Sequence[str], spoken: str, *, as_dots: bool) -> list[papers.Figure]:
    """Return drawings of ours as numbered figures of a paper; ``as_dots``: for what holds no vectors. Refused as ``pdf_of`` is."""
    dots = drawings(drawn, spoken) if as_dots and drawn else [b""] * len(drawn)
    made = []
    for number, (svg, shown) in enumerate(zip(drawn, dots, strict=True), 1):
        plate = Plate.of(svg)
        title = gettext("Figure {n}", n=number)
        # An inch has 96 units of a drawing and 72 points.
        made.append(papers.Figure(title, svg, plate.alt, plate.width * 0.75, plate.height * 0.75, shown))
    return made


def _part(part: papers.Part, *, wide: bool, captions: bool) -> JsonValue:
    match part:
        case papers.Figure():
            lies = captions and part.lies and not wide
            across, down = part.fitted(wide=wide or lies)
            return {
                "kind": "figure",
                "title": part.title,
                "svg": part.svg,
                "description": part.description,
                "width": across,
                "height": down,
                "lies": lies,
            }
        case papers.Sentences():
            return {"kind": "sentences", "title": part.title, "paragraphs": [*part.paragraphs]}
        case papers.Facts():
            return {"kind": "facts", "title": part.title, "pairs": [[*pair] for pair in part.pairs]}
        case papers.Table():
            return {
                "kind": "table",
                "title": part.title,
                "headings": [*part.headings],
                "cells": [[*row] for row in part.cells],
                "right": [*sorted(part.right)],
                "widths": [*part.widths],
                "dense": part.dense,
                "notes": [*part.notes],
            }
