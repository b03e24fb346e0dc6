"""The API of what a study has found: its tables, matrices and passages, each counted from what stands in the texts."""

from uuid import UUID

from intercoder.policy import Permission
from intercoder.reports.theory.found import found, table_called
from intercoder.reports.theory.matrices import column_name
from intercoder.reports.theory.quoted import said_of
from intercoder.services.access import Access
from intercoder.services.matrices import Nothing, matrix
from intercoder.services.passage_queries import chosen
from intercoder.services.study_tallies import Tally
from intercoder.web.api.endpoint import endpoint
from intercoder.web.api.shapes import In, Out
from intercoder.web.session import db
from intercoder.web.theory_asked import OfMatrix, OfPassages, OfTable


class TheoryTally(Out):
    """How many passages, documents and cases; how many passages are of primary sources."""

    passages: int
    documents: int
    cases: int
    primary: int
    secondary: int


def _tally(tally: Tally) -> TheoryTally:
    return TheoryTally.of(tally, secondary=tally.secondary)


class TheoryTableQuery(OfTable, In):
    """Which table, of whose work; ``whole``: of open coding every initial concept; ``of``: evidence of that construct alone."""


class TheoryTable(Out):
    """A table as a paper prints it: headings, rows with every word and number, notes, and what is missing in it and why."""

    title: str
    headings: list[str]
    rows: list[list[str | int | float | None]]
    notes: list[str]
    missing: list[str]


@endpoint("GET", "/projects/<uuid:project>/theory/table", Permission.CODINGS_VIEW, tag="theory")
def get_theory_table(access: Access, query: TheoryTableQuery) -> TheoryTable:
    """A table of coding, in the language of the request."""
    read = found(db(), access, query.basis, query.view)
    made = table_called(read, query.table, whole=query.whole, construct=str(query.of) if query.of else None)
    return TheoryTable(
        title=made.table.title,
        headings=list(made.table.headings),
        rows=[list(row) for row in made.table.values],
        notes=list(made.table.notes),
        missing=list(made.missing),
    )


class TheoryMatrixQuery(OfMatrix, In):
    """The codes of which level by what; ``down``: with those below them down to concepts; ``near`` and ``sequence``: codes by one another."""


class TheoryColumn(Out):
    """A column: a case, a type of source, or a code. ``primary``: of a type of source whether it is."""

    id: str
    name: str
    primary: bool | None


class TheoryRow(Out):
    """A row: a code, and what it holds in all."""

    code: UUID
    name: str
    depth: int
    total: TheoryTally


class TheoryCell(Out):
    """A cell: what it counts, or why it is empty (``not_coded``, ``claimed``, ``none``, ``self``)."""

    row: UUID
    column: str
    counts: TheoryTally
    empty: Nothing | None


class TheoryMatrix(Out):
    """A matrix with every cell."""

    columns: list[TheoryColumn]
    rows: list[TheoryRow]
    cells: list[TheoryCell]


@endpoint("GET", "/projects/<uuid:project>/theory/matrix", Permission.CODINGS_VIEW, tag="theory")
def get_theory_matrix(access: Access, query: TheoryMatrixQuery) -> TheoryMatrix:
    """A matrix of codes by cases, by types of sources, or by one another (which passages overlap, lie near, follow)."""
    read = found(db(), access, query.basis, query.view)
    own = [source.name for source in read.described.sources]
    made = matrix(read.study, query.level, query.across, own=own, down_to=query.lowest, together=query.together)
    return TheoryMatrix(
        columns=[
            TheoryColumn(id=c.id, name=column_name(c), primary=c.kind.primary if c.kind else None) for c in made.columns
        ],
        rows=[
            TheoryRow(code=UUID(r.code.id), name=r.code.name, depth=r.depth, total=_tally(r.total)) for r in made.rows
        ],
        cells=[
            TheoryCell(row=UUID(row), column=column, counts=_tally(cell.tally), empty=cell.nothing)
            for (row, column), cell in made.cells.items()
        ],
    )


class StudyPassagesQuery(OfPassages, In):
    """Which passages: of a code with all below it, beside another code, of a case, a document, a type of source, an attribute, words.

    ``source`` as the columns of a matrix by source name it; ``number``: which hundred of them, from 1 on.
    """


class StudyPassageOut(Out):
    """A passage: what it stands as, its labels, where it is (half-open, in code points of the revision), its words, how it is cited."""

    code: UUID
    labels: list[UUID]
    document_id: UUID
    revision_id: UUID
    start: int
    end: int
    paragraph: int
    text: str
    cited: str
    primary: bool
    starred: bool


class StudyPassagesOut(Out):
    """A hundred passages, and how many there are in all."""

    counts: TheoryTally
    passages: list[StudyPassageOut]


@endpoint("GET", "/projects/<uuid:project>/theory/passages", Permission.CODINGS_VIEW, tag="theory")
def list_study_passages(access: Access, query: StudyPassagesQuery) -> StudyPassagesOut:
    """Passages of the study, joined through the mapping: overlapping codings of one concept are one."""
    read = found(db(), access, query.basis, query.view)
    rows = chosen(db(), access, read.study, query.wanted)
    part = rows[(query.number - 1) * 100 : query.number * 100]
    return StudyPassagesOut(
        counts=_tally(read.study.tally(rows)),
        passages=[
            StudyPassageOut.of(
                said.passage,
                code=UUID(said.passage.code),
                labels=[UUID(label) for label in said.passage.labels],
                document_id=UUID(said.passage.document),
                revision_id=UUID(said.passage.revision),
                paragraph=said.paragraph,
                text=said.text,
                cited=said.cited,
                primary=said.primary,
            )
            for said in said_of(db(), read, part)
        ],
    )
