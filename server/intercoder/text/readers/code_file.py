"""Files that hold a codebook: what is in them as text, as the rows of tables, or as the codes of a ``.qdc``.

What it means is found out elsewhere (``interchange/codebook``); here the file of a stranger is only taken apart, in a
limited process.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import PurePath
from typing import TYPE_CHECKING

from intercoder.errors import InvalidInput, TooLarge, marked
from intercoder.text.canonical import canonical
from intercoder.text.encodings import decode
from intercoder.text.readers.document import broken

if TYPE_CHECKING:
    from lxml import etree
    from pydantic import JsonValue

    from intercoder.text.readers.package import Package

MAX_BYTES = 20 * 2**20
#: rows and cells of a table
ROWS, CELLS = 20_000, 500_000
#: how deep the codes of a ``.qdc`` may stand in one another
DEEPEST = 50
_SHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
KNOWN = ".xlsx, .csv, .docx, .qdc, .txt"


@dataclass(frozen=True)
class QdcCode:
    """A code of a ``.qdc`` with its depth, and the sets that it is in."""

    name: str
    depth: int
    guid: str
    colour: str = ""
    description: str = ""
    sets: tuple[str, ...] = ()


@dataclass(frozen=True)
class CodeFile:
    """What a file holds: one of the three."""

    text: str | None = None
    #: the tables, each a list of rows of cells
    tables: tuple[tuple[tuple[str, ...], ...], ...] = ()
    codes: tuple[QdcCode, ...] = ()

    def plain(self) -> "dict[str, JsonValue]":
        """Return it as JSON holds it."""
        return asdict(self)


def read_code_file(name: str, data: bytes) -> CodeFile:
    """Return what a file of a codebook holds.

    Raises
    ------
    InvalidInput
        ``unknown_format``, ``empty_file``, ``broken_file``, ``no_table``, ``zip_bomb``, ``xml_doctype`` and what
        decoding says.
    TooLarge
        ``too_large``.

    Notes
    -----
    The parsers run in this process: for files of strangers use ``limited.read_codes_limited``.
    """
    if not data:
        raise InvalidInput("empty_file", "This file is empty (0 bytes). Choose another, or save it again.")
    if len(data) > MAX_BYTES:
        raise too_large()
    # Loaded here: the process that serves knows this module by its types, and needs no parser of XML.
    from intercoder.text.readers.package import Package, parse_xml

    suffix = PurePath(name).suffix.lower()
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _package(Package(data), data)
    if data.startswith(_OLD_OFFICE) and suffix in _SHEETS:
        return CodeFile(tables=_sheets(data))
    if suffix == ".qdc" or b"<CodeBook" in data[:4096]:
        return CodeFile(codes=tuple(_qdc(parse_xml(data, name))))
    if suffix in {".csv", ".tsv", ".txt", ".md", ".text", ""}:
        return CodeFile(text=canonical(decode(data).text))
    raise InvalidInput(
        "unknown_format",
        "A codebook cannot be read from files of the kind “{suffix}”. Save it as one of {known}.",
        suffix=suffix[:20],
        known=KNOWN,
    )


def too_large() -> TooLarge:
    """Return the refusal of a file that is too large for a codebook."""
    return TooLarge("too_large", "A file with a codebook has at most {limit} MB.", limit=MAX_BYTES // 2**20)


def _package(package: "Package", data: bytes) -> CodeFile:
    names = package.names
    if "word/document.xml" in names:
        return _word(package.xml("word/document.xml"))
    if any(name.startswith("xl/") for name in names) or "content.xml" in names:
        for name in names:
            package.read(name)  # what a list of members lies about is refused before a parser sees it
        return CodeFile(tables=_sheets(data))
    if any(name.lower().endswith(".qde") for name in names):
        raise InvalidInput(
            "unknown_format",
            "This is a whole project (.qdpx). Export its codebook alone (.qdc) from the program that it comes from.",
        )
    raise InvalidInput(
        "unknown_format",
        "A codebook cannot be read from files of the kind “{suffix}”. Save it as one of {known}.",
        suffix=".zip",
        known=KNOWN,
    )


# --- spreadsheets --------------------------------------------------------------------------------


def _sheets(data: bytes) -> tuple[tuple[tuple[str, ...], ...], ...]:
    from python_calamine import CalamineError, CalamineWorkbook

    tables = []
    cells = 0
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=ROWS)
            cells += sum(map(len, rows))
            if cells > CELLS:
                raise too_large()
            tables.append(tuple(tuple(map(_cell, row)) for row in rows))
    except CalamineError as error:
        raise broken(marked("it is not a spreadsheet")) from error
    return tuple(table for table in tables if any(any(row) for row in table))


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return canonical(str(value))


# --- Word ----------------------------------------------------------------------------------------


def _word(root: "etree._Element") -> CodeFile:
    """Return the tables of a document; where it has none, its paragraphs, those of lists as far in as their level."""
    tables = tuple(table for element in root.iter("{*}tbl") if (table := tuple(_rows(element))))
    if tables:
        return CodeFile(tables=tables)
    lines = []
    for paragraph in root.iter("{*}p"):
        level = paragraph.find("./{*}pPr/{*}numPr/{*}ilvl")
        steps = int(_attribute(level, "val") or 0) if level is not None else 0
        lines.append("\t" * min(steps, DEEPEST) + _words(paragraph))
    return CodeFile(text="\n".join(lines))


def _rows(table: "etree._Element") -> Iterator[tuple[str, ...]]:
    for row in table.iterchildren("{*}tr"):
        cells: list[str] = []
        for cell in row.iterchildren("{*}tc"):
            span = cell.find("./{*}tcPr/{*}gridSpan")
            words = "\n".join(_words(paragraph) for paragraph in cell.iter("{*}p")).strip()
            cells += [words, *[""] * (int(_attribute(span, "val") or 1) - 1 if span is not None else 0)]
        yield tuple(cells[:100])


def _attribute(element: "etree._Element", name: str) -> str:
    found = next((value for key, value in element.attrib.items() if str(key).endswith(f"}}{name}")), "")
    return str(found) if str(found).isdecimal() and len(str(found)) < 4 else ""


def _words(paragraph: "etree._Element") -> str:
    parts = []
    for element in paragraph.iter("{*}t", "{*}tab", "{*}br"):
        written = str(element.tag).rpartition("}")[2]
        parts.append({"tab": "\t", "br": "\n"}.get(written) or element.text or "")
    return canonical("".join(parts))


# --- REFI-QDA ------------------------------------------------------------------------------------


def _qdc(root: "etree._Element") -> Iterator[QdcCode]:
    if not str(root.tag).endswith("CodeBook"):
        raise broken(marked("it holds no codebook"))
    sets: dict[str, list[str]] = {}
    for each in root.iter("{*}Set"):
        for member in each.iterchildren("{*}MemberCode"):
            sets.setdefault(_guid(member), []).append(each.get("name") or "")
    waiting = [(code, 0) for codes in root.iterchildren("{*}Codes") for code in codes.iterchildren("{*}Code")][::-1]
    while waiting:
        code, depth = waiting.pop()
        if depth > DEEPEST:
            raise broken(marked("its codes stand in one another more than {n} deep"), n=DEEPEST)
        guid = _guid(code)
        description = "\n".join(said.text or "" for said in code.iterchildren("{*}Description"))
        name = canonical(code.get("name") or "")
        yield QdcCode(
            name, depth, guid, code.get("color") or "", canonical(description).strip(), tuple(sets.get(guid, ()))
        )
        waiting += [(child, depth + 1) for child in code.iterchildren("{*}Code")][::-1]


def _guid(element: "etree._Element") -> str:
    return (element.get("guid") or element.get("targetGUID") or "").strip("{}").lower()
