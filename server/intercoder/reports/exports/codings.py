"""The codings of a project, one row each, as a table in somebody's language or as lines of JSON."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from uuid import UUID

from pydantic import JsonValue
from pydantic_core import to_json

from intercoder.interchange.sheets import Sheet, Value, csv_cells, csv_parts, csv_text, csv_texts, xlsx_parts
from intercoder.language import gettext
from intercoder.models import Level
from intercoder.reports.exports.kinds import File, Form, Making, file
from intercoder.reports.exports.people import called
from intercoder.reports.words import word
from intercoder.services.coding_rows import (
    CodedLayer,
    CodingRow,
    Counts,
    CountsAs,
    LayerCodings,
    Place,
    coded_layers,
    layer_codings,
)
from intercoder.services.codings_of_views import WithinView, within_view
from intercoder.services.mapping import Mapped, MappedCode, mapping
from intercoder.stats.marks import number_of

#: layers and codings that are read at once, at most; of a layer that has more all are
LAYERS, CODINGS = 500, 8000
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
        kept = within_view(session, access, making.choices.view)
        layers = layers if kept is None else [layer for layer in layers if kept.may_hold(layer)]
        names = called(session, access, making.choices.names)
        mapped = mapping(session, access.project.id)
    attributes = sorted({name for layer in layers for name in layer.attributes})
    return CodingsTable(making, layers, names, attributes, mapped, kept)


class CodingsTable:
    """The rows of one file."""

    def __init__(
        self,
        making: Making,
        layers: Sequence[CodedLayer],
        names: Mapping[UUID, str],
        attributes: Sequence[str],
        mapped: Mapped,
        kept: WithinView | None = None,
    ) -> None:
        self._making, self._layers, self._names, self._attributes = making, layers, names, attributes
        self._kept = kept
        self._counts_as, self._path = CountsAs(mapped), _paths(mapped)

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

    def _parts(self) -> Iterator[Sequence[LayerCodings]]:
        """Yield the layers with their codings, some at a time: as many codings whether a layer holds few or many."""
        done = 0
        for some in _in_parts(self._layers):
            self._making.tell(done, len(self._layers))
            with self._making.open() as (session, access):
                found = layer_codings(session, access, self._counts_as, some)
                yield list(found if self._kept is None else map(self._kept.narrowed, found))
            done += len(some)

    def _heads(self) -> Callable[[CodedLayer], tuple[Value, ...]]:
        """Return what gives the cells that all rows of a layer have in common."""
        purposes = {purpose: word("purpose", purpose) for purpose in {layer.purpose for layer in self._layers}}
        sources = {source: word("source_type", source) for source in {layer.source_type for layer in self._layers}}
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
        for part in self._parts():
            for coded in part:
                head = head_of(coded.layer)
                for row in coded.in_full():
                    yield (
                        *head,
                        *self._path(row.code),
                        row.code.name,
                        _as_applied(row),
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
        """Yield the same as csv: what a layer, a place of a text or a code says in each of its rows is written once."""
        head_of, said, text = self._heads(), _spelled(self._path), csv_text
        of_document = lru_cache(csv_cells)  # but for the coder's name all who coded it have the same
        yield from csv_parts([*self.headings().values()], ())
        for part in self._parts():
            cells_of = cache(_placed)
            lines: list[str] = []
            for layer, codings, place, counts in part:
                *shared, coder = head_of(layer)
                head, cells = f"{of_document(tuple(shared))},{csv_cells((coder,))}", cells_of(place)
                lines += [
                    f"{head},{said(counts(code, key))},{cells(start, end)},"
                    f"{text(memo) if memo else ''},{doubt},{'*' if typical else ''},{at}\r\n"
                    for _, key, code, start, end, memo, doubt, typical, at in codings
                ]
            yield "".join(lines).encode()

    def lines(self) -> Iterator[bytes]:
        """Yield the rows as lines of JSON, some at a time, with identifiers and without words that depend on a language."""
        for part in self._parts():
            rows = (row for coded in part for row in coded.in_full())
            yield b"".join(to_json(self._line(row, self._path(row.code))) + b"\n" for row in rows)

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


def _in_parts(layers: Sequence[CodedLayer]) -> Iterator[Sequence[CodedLayer]]:
    """Yield layers in their order, as many together as may be read at once."""
    first = size = 0
    for n, layer in enumerate(layers):
        if n > first and (size + layer.size > CODINGS or n - first == LAYERS):
            yield layers[first:n]
            first, size = n, 0
        size += layer.size
    if layers:
        yield layers[first:]


def _as_applied(counts: CodingRow | Counts) -> str:
    """Return the name of the code that was applied, where it counts as another."""
    return counts.applied.name if counts.applied.id != counts.code.id else ""


def _spelled(path: Callable[[MappedCode], tuple[str, ...]]) -> Callable[[Counts], str]:
    """Return what gives the cells of csv that say what a coding counts as."""
    return cache(lambda counts: csv_cells((*path(counts.code), counts.code.name, _as_applied(counts))))


def _placed(place: Callable[[int, int], Place]) -> Callable[[int, int], str]:
    """Return what gives the cells of csv that say where in a text a coding stands, and its words."""

    @cache
    def cells(start: int, end: int) -> str:
        paragraph, before, text, after = place(start, end)
        return f"{paragraph},{start},{end},{csv_texts(before, text, after)}"

    return cells
