"""Tables and matrices of what a study has found, as files."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from intercoder.charts.drawing import leaf_svg
from intercoder.errors import Conflict, marked
from intercoder.interchange.papers import Paper
from intercoder.interchange.papers.book import book_parts
from intercoder.interchange.papers.word import write_word
from intercoder.interchange.sheets import Value, csv_parts
from intercoder.language import gettext, language
from intercoder.models import Level
from intercoder.policy import Permission
from intercoder.reports import typeset
from intercoder.reports.exports.drawn import DRAWN, FIGURE, drawn
from intercoder.reports.exports.kinds import Export, File, Form, Making, Scope, file
from intercoder.reports.theory.editable import editable
from intercoder.reports.theory.found import TABLES, Found, found, table_called
from intercoder.reports.theory.matrices import column_name, matrix_table, nothing_said
from intercoder.reports.theory.structure import structure_leaves, structure_svg
from intercoder.reports.theory.tables import PaperTable
from intercoder.reports.words import word
from intercoder.services import passage_views
from intercoder.services.access import Access
from intercoder.services.matrices import Across, matrix
from intercoder.services.study_tallies import ABOVE_LABELS

#: the matrices that a file holds: of which level, by what
MATRICES = (
    (Level.CONSTRUCT, Across.CASE),
    (Level.THEME, Across.CASE),
    (Level.CONCEPT, Across.CASE),
    (Level.CONCEPT, Across.SOURCE),
    (Level.CONCEPT, Across.CODE),
)


def tables(making: Making) -> File:
    """Return the tables of coding, the whole of open coding, as Word or a workbook."""
    with making.open() as (session, access):
        read = found(session, access, view=making.choices.view)
        made = [table_called(read, name, whole=True) for name in TABLES]
        title = _titled(session, access, making.choices.view)
    return _paper("tables", making.choices.form, title, made)


def matrices(making: Making) -> File:
    """Return the matrices as a workbook, or as csv: a row for each cell of each of them."""
    with making.open() as (session, access):
        read = found(session, access, view=making.choices.view)
        title = _titled(session, access, making.choices.view)
    if making.choices.form is Form.CSV:
        headings = [
            gettext("Level"),
            gettext("Code"),
            gettext("By"),
            gettext("Column"),
            gettext("Passages"),
            gettext("Documents"),
            gettext("Cases"),
            gettext("Passages of primary sources"),
            gettext("Empty because"),
        ]
        return file("matrices", Form.CSV, csv_parts(headings, _cells(read)))
    return _paper("matrices", making.choices.form, title, matrix_tables(read))


def data_structure(making: Making) -> File:
    """Return the figure of the data structure in black: on pages as PDF, in Word as a drawing that can be changed, else in one drawing."""
    return _structure(making, "figure-structure")


def coloured_structure(making: Making) -> File:
    """Return the same figure in the colours of the project."""
    return _structure(making, "figure-structure-coloured", coloured=True)


def _structure(making: Making, name: str, *, coloured: bool = False) -> File:
    with making.open() as (session, access):
        leaves = structure_leaves(found(session, access).study, coloured=coloured)
    form = making.choices.form
    if not leaves:
        raise Conflict(
            "no_structure", "There is no data structure yet: a construct needs a theme, and a theme a concept below it."
        )
    if form is Form.DOCX:
        return file(name, form, [editable(leaves)])
    if form is Form.PDF:
        return file(name, form, [typeset.leaves([leaf_svg(leaf) for leaf in leaves], language())])
    return drawn(name, form, structure_svg(leaves))


def _titled(session: Session, access: Access, view: UUID | None) -> str:
    """Return what stands above tables: the project, and the view whose passages they are made of."""
    named = passage_views.name_of(session, access, view)
    return (
        access.project.name
        if named is None
        else gettext("{project}: passages of “{view}”", project=access.project.name, view=named)
    )


def matrix_tables(read: Found) -> list[PaperTable]:
    """Return the matrices of a study as tables."""
    own = [source.name for source in read.described.sources]
    return [matrix_table(read.study, matrix(read.study, level, across, own=own)) for level, across in MATRICES]


def _cells(read: Found) -> Iterator[Sequence[Value]]:
    own = [source.name for source in read.described.sources]
    by = {Across.CASE: gettext("Case"), Across.SOURCE: gettext("Source type"), Across.CODE: gettext("Code")}
    for across in Across:
        for level in ABOVE_LABELS if across is Across.CASE else [Level.CONCEPT]:
            made = matrix(read.study, level, across, own=own)
            for row in made.rows:
                for column in made.columns:
                    cell = made.cells[row.code.id, column.id]
                    why = nothing_said(cell.nothing).strip("–") if cell.nothing else ""
                    yield (
                        word("level", level),
                        row.code.name,
                        by[across],
                        column_name(column),
                        cell.tally.passages,
                        cell.tally.documents,
                        cell.tally.cases,
                        cell.tally.primary,
                        why,
                    )


def _paper(name: str, form: Form, title: str, made: Iterable[PaperTable]) -> File:
    paper = Paper(title, "", language(), [one.table for one in made])
    if form is Form.XLSX:
        return file(name, form, book_parts(paper))
    return file(name, form, [write_word(paper)])


#: the figures among the exports
FIGURES = (
    Export(
        "figure-structure",
        Scope.PROJECT,
        Permission.CODINGS_VIEW,
        (*FIGURE, Form.DOCX),
        marked("Figure: data structure"),
        marked(
            "Concepts, themes and constructs in three columns with brackets, in black and white; on several pages where one is not "
            "enough. In Word every box and line can be changed."
        ),
        marked("For the paper: svg and pdf for print, png for Word (300 and 600 dpi), docx for changing it."),
        data_structure,
        slow=DRAWN,
    ),
    Export(
        "figure-structure-coloured",
        Scope.PROJECT,
        Permission.CODINGS_VIEW,
        (*FIGURE, Form.DOCX),
        marked("Figure: data structure, in colour"),
        marked(
            "The same figure in the colours of the project: a frame for each construct and its themes, a square before each concept."
        ),
        marked("For slides and for journals that print in colour."),
        coloured_structure,
        slow=DRAWN,
    ),
)
