"""The API of attributes as a sheet: what a pasted block would change, and cells that are written in one act."""

from uuid import UUID

from intercoder.language import translate
from intercoder.policy import Permission
from intercoder.services import material_sheets
from intercoder.services.access import Access
from intercoder.services.material_sheets import CellsIn, Looked, PastedBlock, Result
from intercoder.web.api.endpoint import endpoint
from intercoder.web.api.shapes import Out
from intercoder.web.session import db


class PastedCellOut(Out):
    """A cell of a block: where it comes (null: nowhere), what it holds and would hold, and why it is refused."""

    line: UUID | None
    name: str
    #: null: the type of source
    attribute: str | None
    before: str
    after: str
    result: Result
    detail: str


class PastedBlockOut(Out):
    """What pasting a block would do; ``headed``, ``named``: matched by its headings, by its names; ``unknown``: headings of no column."""

    cells: list[PastedCellOut]
    headed: bool
    named: bool
    unknown: list[str]


class WrittenCellOut(Out):
    """A cell that changed: what it held, and what it holds; a day is kept as 2021-05-12."""

    line: UUID
    attribute: str | None
    before: str
    after: str


class WrittenOut(Out):
    """The cells that changed."""

    cells: list[WrittenCellOut]


def _cell(cell: Looked) -> PastedCellOut:
    detail = translate(cell.refusal.message, cell.refusal.values) if cell.refusal else ""
    return PastedCellOut.of(cell, detail=detail)


@endpoint("POST", "/projects/<uuid:project>/sheet/preview", Permission.MATERIALS_MANAGE, tag="cases")
def preview_sheet(access: Access, body: PastedBlock) -> PastedBlockOut:
    """Say what pasting a block of attributes would change, and what of it is refused; nothing is written."""
    look = material_sheets.look(db(), access, body)
    return PastedBlockOut.of(look, cells=[_cell(cell) for cell in look.cells], unknown=list(look.unknown))


@endpoint("PATCH", "/projects/<uuid:project>/sheet", Permission.MATERIALS_MANAGE, tag="cases")
def write_sheet(access: Access, body: CellsIn) -> WrittenOut:
    """Write attributes of cases or documents, all cells or none; 412 where somebody changed one since it was seen."""
    written = material_sheets.write(db(), access, body)
    return WrittenOut(cells=[WrittenCellOut.of(cell) for cell in written])
