"""Attributes of cases and documents as a sheet: its columns and lines, what a pasted block would change, and cells that are written in one act."""

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, TypeVar
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.errors import IntercoderError, InvalidInput, Stale, marked
from intercoder.interchange.pasted_cells import cells_of
from intercoder.models import Attribute, AttributeKind, Case, Document, Project
from intercoder.services import held_out
from intercoder.services.access import Access, no_such_thing
from intercoder.services.command import Command
from intercoder.services.describing import require_fitting, source_named, written
from intercoder.services.materials import AttributeName, cleaned_attributes
from intercoder.text.canonical import clean_name, name_key

T = TypeVar("T")

#: cells of a block, and characters
CELLS = 20_000
CHARACTERS = 1_000_000
LONGEST = 500


class Of(enum.StrEnum):
    """Of what a sheet is."""

    CASES = "cases"
    DOCUMENTS = "documents"


class Result(enum.StrEnum):
    """What becomes of a pasted cell."""

    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class Column:
    """A column; without a name it holds the types of source of the project's own list."""

    name: str | None
    kind: AttributeKind
    choices: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers."""
        return self.kind is AttributeKind.NUMBER


@dataclass(frozen=True)
class Line:
    """A case or a document; ``beside``: the case of a document."""

    id: UUID
    name: str
    beside: str
    values: Mapping[str | None, str]


@dataclass(frozen=True)
class Sheet:
    """All lines in the order of the study, as far as the person may know of them, and the columns."""

    of: Of
    columns: Sequence[Column]
    lines: Sequence[Line]


class PastedBlock(Command):
    """A block from a spreadsheet. With headings and names it is matched by them, otherwise it begins at a cell."""

    of: Of
    text: Annotated[str, StringConstraints(max_length=CHARACTERS)]
    #: where it begins: a case or a document, and an attribute; null: at the top, at the left
    line: UUID | None = None
    attribute: AttributeName | None = None


class CellIn(Command):
    """What a cell is to hold. ``attribute`` null: the type of source. ``before``: what the person saw there."""

    line: UUID
    attribute: AttributeName | None = None
    before: Annotated[str, StringConstraints(max_length=2000)] = ""
    after: Annotated[str, StringConstraints(max_length=2000)] = ""


class CellsIn(Command):
    """Cells of one sheet, written all or none."""

    of: Of
    cells: Annotated[tuple[CellIn, ...], Field(min_length=1, max_length=CELLS)]


@dataclass(frozen=True)
class Looked:
    """A pasted cell: where it comes, what it would change, or why it is refused."""

    line: UUID | None
    name: str
    attribute: str | None
    before: str
    after: str
    result: Result
    refusal: IntercoderError | None = None


@dataclass(frozen=True)
class Look:
    """What a pasted block would do."""

    cells: Sequence[Looked]
    #: how it was read: by headings, by names of cases or documents
    headed: bool
    named: bool
    #: headings that are no column
    unknown: Sequence[str] = field(default=())


def sheet(session: Session, access: Access, of: Of) -> Sheet:
    """Return the sheet of cases or of documents."""
    lines = _cases(session, access) if of is Of.CASES else _documents(session, access)
    return Sheet(of, _columns(access.project, of, lines), lines)


def _cases(session: Session, access: Access) -> list[Line]:
    rows = session.execute(
        sa.select(Case.id, Case.name, Case.attributes)
        .where(Case.project_id == access.project.id, held_out.known_cases(access))
        .order_by(Case.position, Case.id)
    )
    return [Line(id_, name, "", _values(attributes)) for id_, name, attributes in rows]


def _documents(session: Session, access: Access) -> list[Line]:
    rows = session.execute(
        sa.select(Document.id, Document.title, Case.name, Document.attributes, Document.source)
        .outerjoin(Case, Case.id == Document.case_id)
        .where(Document.project_id == access.project.id, Document.removed_at.is_(None), held_out.known(access))
        .order_by(
            sa.case((Document.case_id.is_(None), 1), else_=0),
            sa.func.coalesce(Case.position, 0),
            Document.position,
            Document.id,
        )
    )
    return [Line(id_, title, case or "", _values(said) | {None: source}) for id_, title, case, said, source in rows]


def _values(said: Mapping[str, str]) -> dict[str | None, str]:
    return {name: value for name, value in said.items()}


def _columns(project: Project, of: Of, lines: Iterable[Line]) -> list[Column]:
    """Return the columns: the type of source, attributes as the project describes them, then what was said besides."""
    described = project.described
    typed = described.of_cases if of is Of.CASES else described.of_documents
    columns = [Column(attribute.name, attribute.kind, attribute.choices) for attribute in typed]
    if of is Of.DOCUMENTS and described.sources:
        columns.insert(0, Column(None, AttributeKind.CHOICE, tuple(source.name for source in described.sources)))
    known = {column.name for column in columns} | {None}
    besides = dict.fromkeys(name for line in lines for name in line.values if name not in known)
    return [*columns, *(Column(name, AttributeKind.TEXT) for name in besides)]


# --- a block that is pasted ------------------------------------------------------------------------


def look(session: Session, access: Access, given: PastedBlock) -> Look:
    """Return what pasting a block would change, and what of it is refused; changes nothing."""
    here = sheet(session, access, given.of)
    rows = cells_of(given.text)
    if sum(len(row) for row in rows) > CELLS:
        raise InvalidInput("many_cells", "At most {n} cells at once.", n=CELLS)
    block = _placed(here, rows, given)
    cells = [_looked(access.project, line, column, text) for line, column, text in block.cells]
    return Look([*cells, *block.beyond], block.headed, block.named, block.unknown)


@dataclass(frozen=True)
class _Block:
    """The cells of a block in their places."""

    cells: Sequence[tuple[Line, Column, str]]
    #: what has no place
    beyond: Sequence[Looked]
    headed: bool
    named: bool
    unknown: Sequence[str]


def _placed(here: Sheet, rows: Sequence[Sequence[str]], given: PastedBlock) -> _Block:
    by_heading = _by_heading(here.columns)
    headings = [by_heading.get(name_key(cell)) for cell in rows[0]] if rows else []
    headed = any(headings)
    body = rows[1:] if headed else rows
    lines, named = _lines(here, body, given, headed and headings[0] is None)
    columns: list[Column | None] = headings
    if not headed:
        columns = [None] * named + _from(here.columns, lambda column: column.name == given.attribute, given.attribute)
    unknown = (
        [clean_name(cell) for k, cell in enumerate(rows[0]) if headings[k] is None and k >= named] if headed else []
    )
    cells, beyond = [], []
    for row, line in zip(body, lines, strict=True):
        for k, text in enumerate(row):
            column = columns[k] if k < len(columns) else None
            if line is not None and column is not None:
                cells.append((line, column, text))
            elif text.strip() and not (headed and line is not None) and k >= named:
                beyond.append(_beyond(row[0] if named else "", column, text, by_name=named and line is None))
    return _Block(cells, beyond, headed, named, [heading for heading in unknown if heading])


def _by_heading(columns: Iterable[Column]) -> dict[str, Column]:
    """Return the columns by what stands above them; the type of source by its names in both languages."""
    found = {name_key(column.name): column for column in columns if column.name is not None}
    own = next((column for column in columns if column.name is None), None)
    return ({name_key(said): own for said in ("source type", "来源类型", "资料类型")} if own else {}) | found


def _lines(
    here: Sheet, rows: Sequence[Sequence[str]], given: PastedBlock, first_is_no_column: bool
) -> tuple[list[Line | None], bool]:
    """Return the line of each row of a block: by the names in its first column where most are names here, else one below the other."""
    by_name = {name_key(line.name): line for line in here.lines}
    found = [by_name.get(name_key(row[0])) if row else None for row in rows]
    if rows and (first_is_no_column or sum(line is not None for line in found) * 2 > len(rows)):
        return found, True
    below = _from(here.lines, lambda line: line.id == given.line, given.line)
    return [below[k] if k < len(below) else None for k in range(len(rows))], False


def _from(things: Sequence[T], is_first: Callable[[T], bool], said: object) -> list[T]:
    """Return what stands from the first thing on; from the beginning where none is said."""
    first = next((k for k, thing in enumerate(things) if is_first(thing)), None if said is not None else 0)
    if first is None:
        raise no_such_thing()
    return list(things[first:])


def _beyond(name: str, column: Column | None, text: str, *, by_name: bool) -> Looked:
    sentence = (
        marked("There is nothing of this name in the sheet.") if by_name else marked("It would stand beside the sheet.")
    )
    refusal = InvalidInput.saying("beyond", sentence)
    return Looked(
        None, clean_name(name), column.name if column else None, "", clean_name(text), Result.REFUSED, refusal
    )


def _looked(project: Project, line: Line, column: Column, text: str) -> Looked:
    before = line.values.get(column.name, "")
    try:
        after = _kept(project, column, text)
    except InvalidInput as refusal:
        return Looked(line.id, line.name, column.name, before, clean_name(text), Result.REFUSED, refusal)
    result = Result.SAME if before == after else Result.CHANGED
    return Looked(line.id, line.name, column.name, before, after, result)


def _kept(project: Project, column: Column, text: str) -> str:
    """Return what a cell holds after something was typed or pasted there; ``InvalidInput`` where it does not fit."""
    value = clean_name(text)
    if column.name is None:
        own = source_named(project, value)
        return own.name if own else ""
    if len(value) > LONGEST:
        raise InvalidInput("long_value", "An attribute has at most {n} characters.", n=LONGEST)
    attribute = Attribute(column.name, column.kind, column.choices)
    value = written(attribute, value)
    require_fitting([attribute], {column.name: value})
    return value


# --- cells that are written ------------------------------------------------------------------------


@dataclass(frozen=True)
class Written:
    """A cell that changed: what it held, and what it holds."""

    line: UUID
    attribute: str | None
    before: str
    after: str


def write(session: Session, access: Access, given: CellsIn) -> list[Written]:
    """Write cells, all or none; return those that changed. The log has a row for each case or document.

    Raises
    ------
    Stale : somebody else changed one of them since the person saw it.
    InvalidInput : a value is not of the kind of its attribute.
    """
    here = sheet(session, access, given.of)
    by_name = {column.name: column for column in here.columns}
    cells: dict[UUID, list[tuple[Column, CellIn]]] = {}
    for cell in given.cells:
        column = by_name.get(cell.attribute)
        if column is None:
            raise no_such_thing()
        cells.setdefault(cell.line, []).append((column, cell))
    changed = list[Written]()
    things = _held(session, access, given.of, cells)
    for identifier, wanted in cells.items():
        thing = things.get(identifier)
        if thing is None:
            raise no_such_thing()
        changed += _write(session, access, thing, wanted)
    return changed


def _held(session: Session, access: Access, of: Of, wanted: Iterable[UUID]) -> dict[UUID, Case | Document]:
    """Return cases or documents of the project; nobody else changes them until the transaction ends."""
    rows: Iterable[Case | Document]
    if of is Of.CASES:
        cases = sa.select(Case).where(Case.project_id == access.project.id, Case.id.in_(list(wanted)))
        rows = session.scalars(cases.order_by(Case.id).with_for_update())
    else:
        there = (Document.project_id == access.project.id, Document.removed_at.is_(None))
        documents = sa.select(Document).where(*there, Document.id.in_(list(wanted)))
        rows = session.scalars(documents.order_by(Document.id).with_for_update(of=Document))
    return {row.id: row for row in rows}


def _write(
    session: Session, access: Access, thing: Case | Document, cells: Sequence[tuple[Column, CellIn]]
) -> list[Written]:
    said, changed = dict(thing.attributes), list[Written]()
    for column, cell in cells:
        now = said.get(column.name, "") if column.name is not None else _source(thing)
        after = _kept(access.project, column, cell.after)
        if now == after:
            continue
        if now != cell.before:
            raise _stale(thing, column.name, now)
        if column.name is None:
            assert isinstance(thing, Document)
            own = source_named(access.project, after)
            thing.source, thing.is_primary = after, own.primary if own else thing.is_primary
        else:
            said[column.name] = after
        changed.append(Written(thing.id, column.name, now, after))
    if changed:
        thing.attributes = cleaned_attributes({name: value for name, value in said.items() if value})
        session.flush()
        access.log(session, _told(thing, tuple(one.attribute for one in changed if one.attribute is not None)))
    return changed


def _source(thing: Case | Document) -> str:
    return thing.source if isinstance(thing, Document) else ""


def _stale(thing: Case | Document, attribute: str | None, now: str) -> Stale:
    name = thing.name if isinstance(thing, Case) else thing.title
    if attribute is None:
        return Stale(
            "stale_cell",
            "“{name}” is of the type “{value}” now: somebody changed it in the meantime.",
            name=name,
            value=now,
        )
    return Stale(
        "stale_cell",
        "“{attribute}” of “{name}” is “{value}” now: somebody changed it in the meantime.",
        attribute=attribute,
        name=name,
        value=now,
    )


def _told(thing: Case | Document, changed: tuple[str, ...]) -> events.Act:
    if isinstance(thing, Case):
        return events.CaseChanged(thing.id, name=thing.name, attributes=changed or None)
    return events.DocumentChanged(thing.id, title=thing.title, attributes=changed or None)
