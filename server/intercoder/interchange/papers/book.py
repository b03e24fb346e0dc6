"""A paper as a workbook: a sheet for each part but figures, numbers as numbers."""

from collections.abc import Iterator

from intercoder.interchange.papers import Facts, Figure, Paper, Sentences, Table
from intercoder.interchange.sheets import Sheet, xlsx_parts

_WIDE = 100


def book_parts(paper: Paper) -> Iterator[bytes]:
    """Yield a workbook."""
    wanted = (part for part in paper.parts if not isinstance(part, Figure) and part.title)
    return xlsx_parts(paper.title, (_sheet(part) for part in wanted))


def _sheet(part: Sentences | Facts | Table) -> Sheet:
    match part:
        case Sentences():
            return Sheet(part.title, [part.title], [(sentence,) for sentence in part.paragraphs], [_WIDE])
        case Facts():
            return Sheet(part.title, [part.title, ""], list(part.pairs), [32, _WIDE])
        case Table():
            headings = part.value_headings or part.headings
            rows = part.values or part.cells
            notes = [(note,) for note in part.notes]
            return Sheet(part.title, headings, [*rows, *notes], [32, *[12] * (len(headings) - 1)])
