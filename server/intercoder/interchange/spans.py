"""Free spans: which coder put which code from where to where in which document, and who finished what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from intercoder.errors import InvalidInput
from intercoder.interchange.headings import Role
from intercoder.interchange.reading import Shape, TableReading
from intercoder.interchange.spellings import Spellings, as_number, one_spelling
from intercoder.interchange.tables import Table


@dataclass(frozen=True, slots=True)
class SpanRow:
    """One coding: half-open offsets in code points, and the line it stands in."""

    document: str
    coder: str
    start: int
    end: int
    code: str
    line: int


@dataclass(frozen=True, slots=True)
class SpanTable:
    """Spans, the coders who finished each document, and how long the documents are.

    ``coders[document]`` also holds those who finished it without a span. ``lengths[document]`` is in
    code points; documents in ``assumed`` have none in the file, and the last end stands for it.
    """

    spans: tuple[SpanRow, ...]
    coders: Mapping[str, tuple[str, ...]]
    lengths: Mapping[str, int]
    assumed: tuple[str, ...]
    reading: TableReading = field(default_factory=lambda: TableReading(Shape.SPANS))

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents in the order of the file."""
        return tuple(self.lengths)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that were used, sorted."""
        return tuple(sorted({span.code for span in self.spans}))


def read_spans(
    table: Table,
    lengths: Table | None = None,
    coders: Table | None = None,
    told: TableReading | None = None,
    *,
    declared: Sequence[str] = (),
) -> SpanTable:
    """Return the spans of a table.

    Parameters
    ----------
    table
        with columns ``document``, ``coder``, ``start``, ``end``, ``code`` and optionally ``length``.
        ``start`` is the first code point, ``end`` the one after the last. A row with a document and a
        length only says how long the document is; a row with a document and a coder only says that the
        coder finished it without a span.
    lengths
        with columns ``document``, ``length``.
    coders
        with columns ``document``, ``coder``: who finished what; with ``coder`` alone everybody
        named finished every document.
    told
        how the columns were found.
    declared
        codes whose own spelling is shown. Spellings of one code, coder or document are one.

    Raises
    ------
    InvalidInput : ``missing_column``, ``half_a_span`` (a row with some of the three of a span),
        ``not_an_offset``, ``span_ends_early``, ``two_lengths``, ``span_outside``.
    """
    document, coder, code = table.need("document"), table.need("coder"), table.need("code")
    start, end, length = table.need("start"), table.need("end"), table.find("length")
    codes = one_spelling([[text for text in table.column(code) if text]], Role.CODE, declared=declared)
    people = one_spelling([[text for text in table.column(coder) if text]], Role.CODER)
    documents = one_spelling([[text for text in table.column(document) if text]], Role.DOCUMENT)
    said = _Lengths()
    finished: dict[str, dict[str, None]] = {}
    spans = []
    for line, row in table:
        name = documents(row[document])
        if not name:
            raise _half(table, line)
        finished.setdefault(name, {})
        if length is not None and row[length]:
            said.take(name, _offset(row[length], table, line, "length"), table, line)
        given = [bool(row[i]) for i in (start, end, code)]
        if any(given) and not (all(given) and row[coder]):
            raise _half(table, line)
        if row[coder]:
            finished[name][people(row[coder])] = None
        if any(given):
            begin, stop = (_offset(row[i], table, line, column) for i, column in ((start, "start"), (end, "end")))
            if stop <= begin:
                raise InvalidInput(
                    "span_ends_early",
                    "{file}, line {line}: the span ends at {end}, which is not after its start {start}. start is the "
                    "first character, counted from 0; end is the one after the last.",
                    file=table.name,
                    line=line,
                    start=begin,
                    end=stop,
                )
            spans.append(SpanRow(name, people(row[coder]), begin, stop, codes(row[code]), line))
    if lengths is not None:
        _more_lengths(lengths, said, finished, documents)
    if coders is not None:
        _more_coders(coders, finished, people, documents)
    last = {name: max((s.end for s in spans if s.document == name), default=0) for name in finished}
    for span in spans:
        if span.end > said.of.get(span.document, span.end):
            raise InvalidInput(
                "span_outside",
                "{file}, line {line}: the span ends at {end}, but the document {document} has {length} characters. "
                "Offsets count characters (code points) of the same text for every coder.",
                file=table.name,
                line=span.line,
                end=span.end,
                document=span.document,
                length=said.of[span.document],
            )
    return SpanTable(
        spans=tuple(spans),
        coders={name: tuple(who) for name, who in finished.items()},
        lengths={name: said.of.get(name, last[name]) for name in finished},
        assumed=tuple(name for name in finished if name not in said.of),
        reading=replace(told or TableReading(Shape.SPANS), names=(codes.names, people.names, documents.names)),
    )


class _Lengths:
    """The lengths said so far; a document has one."""

    def __init__(self) -> None:
        self.of: dict[str, int] = {}

    def take(self, document: str, length: int, table: Table, line: int) -> None:
        if self.of.setdefault(document, length) != length:
            raise InvalidInput(
                "two_lengths",
                "{file}, line {line}: the document {document} has length {length} here and {other} elsewhere. "
                "Every coder must have coded the same text.",
                file=table.name,
                line=line,
                document=document,
                length=length,
                other=self.of[document],
            )


def _more_lengths(table: Table, said: _Lengths, finished: dict[str, dict[str, None]], documents: Spellings) -> None:
    document, length = table.need("document"), table.need("length")
    for line, row in table:
        name = documents.known(row[document])
        finished.setdefault(name, {})
        said.take(name, _offset(row[length], table, line, "length"), table, line)


def _more_coders(table: Table, finished: dict[str, dict[str, None]], people: Spellings, documents: Spellings) -> None:
    coder, document = table.need("coder"), table.find("document")
    for _, row in table:
        for name in list(finished) if document is None else [documents.known(row[document])]:
            finished.setdefault(name, {})[people.known(row[coder])] = None


def _offset(text: str, table: Table, line: int, column: str) -> int:
    number = as_number(text)
    if number is not None and number >= 0 and number.is_integer() and "e" not in text.casefold():
        return int(number)
    raise InvalidInput(
        "not_an_offset",
        "{file}, line {line}, column {column}: “{text}” is not a whole number of characters from 0 on.",
        file=table.name,
        line=line,
        column=column,
        text=text[:60],
    )


def _half(table: Table, line: int) -> InvalidInput:
    return InvalidInput(
        "half_a_span",
        "{file}, line {line}: a span needs document, coder, start, end and code. A row with a document and a coder "
        "alone says that the coder finished it without a span.",
        file=table.name,
        line=line,
    )
