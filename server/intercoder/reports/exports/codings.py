"""The codings of a project, one row each, as a table in somebody's language or as lines of JSON."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from uuid import UUID

from pydantic import JsonValue
from pydantic_core import to_json

from intercoder.interchange.sheets import Sheet, Value, csv_cells, csv_parts, csv_text, csv_texts, xlsx_parts
from intercoder.language import gettext
from intercoder.models import Level
from intercoder.reports.exports.kinds import File, Form, Making, file
from intercoder.reports.exports.people import called
from intercoder.reports.words import word
from intercoder.services.coding_rows import TOGETHER, CodedLayer, CodingRow, coded_layers, coding_rows
from intercoder.services.mapping import Mapped, MappedCode, mapping
from intercoder.stats.marks import number_of

#: the levels from the top of the tree down
_DOWN = sorted(Level, key=lambda level: -level.height)
_WIDTHS = {
    "document": 28,
    "text": 60,
    "before": 24,
    "after": 24,
    "memo": 30,
    "construct": 20,
    "theme": 20,
    "concept": 24,
}


def codings(making: Making) -> File:
    """Return the codings that the person may take away."""
    choices, table = making.choices, codings_table(making)
    if choices.form is Form.NDJSON:
        return file("codings", choices.form, table.lines())
    if choices.form is Form.CSV:
        return file("codings", choices.form, table.csv())
    widths = [_WIDTHS.get(name, 12) for name in table.headings()]
    sheet = Sheet(gettext("Codings"), [*table.headings().values()], table.rows(), widths)
    return file("codings", choices.form, xlsx_parts(gettext("Codings"), [sheet]))


def codings_table(making: Making) -> "CodingsTable":
    """Return the table of the codings that the person may take away."""
    with making.open() as (session, access):
        layers = coded_layers(session, access, making.choices.round)
        names = called(session, access, making.choices.names)
    attributes = sorted({name for layer in layers for name in layer.attributes})
    return CodingsTable(making, layers, names, attributes)


class CodingsTable:
    """The rows of one file."""

    def __init__(
        self, making: Making, layers: Sequence[CodedLayer], names: Mapping[UUID, str], attributes: Sequence[str]
    ) -> None:
        self._making, self._layers, self._names, self._attributes = making, layers, names, attributes

    def headings(self) -> dict[str, str]:
        """Return what the columns are called, in their order, by what the lines of JSON call them."""
        return {
            "round": gettext("Round"),
            "purpose": gettext("Purpose"),
            "document": gettext("Document"),
            "case": gettext("Case"),
            "source": gettext("Source type"),
            "primary": gettext("Primary or secondary"),
            **{f"attribute {name}": name for name in self._attributes},
            "coder": gettext("Coder"),
            **{level.value: word("level", level) for level in _DOWN},
            "number": word("code_field", "number"),
            "code": gettext("Code"),
            "applied": gettext("Applied as"),
            "paragraph": gettext("Paragraph"),
            "start": gettext("From character"),
            "end": gettext("To character"),
            "before": gettext("Before it"),
            "text": gettext("Coded words"),
            "after": gettext("After it"),
            "memo": gettext("Memo"),
            "doubt": gettext("Doubt (0 to 3)"),
            "starred": gettext("Starred"),
            "coded": gettext("Coded at (UTC)"),
        }

    def _parts(self) -> Iterator[tuple[Mapped, Iterator[CodingRow]]]:
        """Yield the codings of some layers at a time."""
        for first in range(0, len(self._layers), TOGETHER):
            self._making.tell(first, len(self._layers))
            with self._making.open() as (session, access):
                mapped = mapping(session, access.project.id)
                yield mapped, coding_rows(session, access, mapped, self._layers[first : first + TOGETHER])

    def _heads(self) -> Callable[[CodedLayer], tuple[Value, ...]]:
        """Return what gives the cells that all rows of a layer have in common."""
        purposes = {layer.purpose: word("purpose", layer.purpose) for layer in self._layers}
        sources = {layer.source_type: word("source_type", layer.source_type) for layer in self._layers}
        primary = {True: gettext("primary"), False: gettext("secondary")}

        def head(layer: CodedLayer) -> tuple[Value, ...]:
            return (
                layer.round_number,
                purposes[layer.purpose],
                layer.title,
                layer.case or "",
                sources[layer.source_type],
                primary[layer.is_primary],
                *(layer.attributes.get(name, "") for name in self._attributes),
                self._names[layer.coder_id],
            )

        return head

    def rows(self) -> Iterator[Sequence[Value]]:
        """Yield the rows of a table."""
        head_of = self._heads()
        for mapped, rows in self._parts():
            path = _paths(mapped)
            layer: CodedLayer | None = None
            head: tuple[Value, ...] = ()
            for row in rows:
                if row.layer is not layer:
                    layer = row.layer
                    head = head_of(layer)
                yield (
                    *head,
                    *path(row.code),
                    row.code.name,
                    row.applied.name if row.applied.id != row.code.id else "",
                    row.paragraph,
                    row.start,
                    row.end,
                    row.before,
                    row.text,
                    row.after,
                    row.memo,
                    row.doubt,
                    "*" if row.typical else "",
                    row.coded_at,
                )

    def csv(self) -> Iterator[bytes]:
        """Yield the same as csv: what a layer, or a code, says in each of its rows is written once."""
        head_of, text, texts = self._heads(), csv_text, csv_texts
        yield from csv_parts([*self.headings().values()], ())
        codes: dict[tuple[str, str], str] = {}  # all parts are read under one mapping
        for mapped, rows in self._parts():
            layer: CodedLayer | None = None
            head, path, lines = "", _paths(mapped), []
            # Unpacked, and of four texts with one look at three: 200,000 rows are looked at.
            for of, start, end, paragraph, before, words, after, code, applied, _, memo, doubt, typical, at in rows:
                if of is not layer:
                    layer, head = of, csv_cells(head_of(of))
                said = codes.get((code.id, applied.id))
                if said is None:
                    as_applied = applied.name if applied.id != code.id else ""
                    said = csv_cells((*path(code), code.name, as_applied))
                    codes[code.id, applied.id] = said
                lines.append(
                    f"{head},{said},{paragraph},{start},{end},{texts(before, words, after)},"
                    f"{text(memo) if memo else ''},{doubt},{'*' if typical else ''},{at}\r\n"
                )
            yield "".join(lines).encode()

    def lines(self) -> Iterator[bytes]:
        """Yield the rows as lines of JSON, some at a time, with identifiers and without words that depend on a language."""
        for mapped, rows in self._parts():
            path = _paths(mapped)
            yield b"".join(to_json(self._line(row, path(row.code))) + b"\n" for row in rows)

    def _line(self, row: CodingRow, path: Sequence[str]) -> dict[str, JsonValue]:
        layer = row.layer
        return {
            "round": layer.round_number,
            "purpose": layer.purpose,
            "document_id": str(layer.document_id),
            "document": layer.title,
            "case": layer.case,
            "source": layer.source_type,
            "primary": layer.is_primary,
            "attributes": dict(layer.attributes),
            "coder": self._names[layer.coder_id],
            **dict(zip([level.value for level in _DOWN], path, strict=False)),
            "number": path[-1],
            "code_id": row.code.id,
            "code": row.code.name,
            "applied_id": row.applied.id,
            "applied": row.applied.name,
            "waits": row.waits,
            "paragraph": row.paragraph,
            "start": row.start,
            "end": row.end,
            "before": row.before,
            "text": row.text,
            "after": row.after,
            "memo": row.memo,
            "doubt": row.doubt,
            "starred": row.typical,
            "coded": f"{row.coded_at.replace(' ', 'T')}+00:00",
        }


def _paths(mapped: Mapped) -> Callable[[MappedCode], tuple[str, ...]]:
    """Return what gives the names of a code and those above it, one for each level from the top, and its number."""

    @cache
    def path(code: MappedCode) -> tuple[str, ...]:
        above = {mapped.codes[way].level: mapped.codes[way].name for way in mapped.tree.path(code.id)}
        return (*(above.get(level, "") for level in _DOWN), number_of(code.level, code.number))

    return path
