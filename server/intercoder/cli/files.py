"""A file that is given on the command line: its bytes, its fingerprint, and the table in it."""

import hashlib
import sys
from pathlib import Path

from intercoder.errors import InvalidInput
from intercoder.interchange.tables import is_spreadsheet, read_spreadsheet, read_text
from intercoder.reports.files import Source
from intercoder.text.encodings import ENCODINGS, decode, encoding_name


def open_table(path: str, *, encoding: str | None = None, sheet: str | None = None) -> Source:
    """Return the table in a csv, tsv, xlsx, xls or ods file; ``-`` is the standard input.

    Text is UTF-8, with or without a byte order mark, or in the encoding that is given: a wrong guess
    would turn names into other names without a word.

    Raises
    ------
    InvalidInput : ``unreadable_file``, ``not_utf8``, ``no_table_file``, and all that the readers of tables raise.
    """
    name = "-" if path == "-" else Path(path).name
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise InvalidInput(
            "unreadable_file", "{file} cannot be read: {why}.", file=name, why=error.strerror or error
        ) from error
    fingerprint = hashlib.sha256(data).hexdigest()
    if is_spreadsheet(data):
        return Source(read_spreadsheet(data, name, sheet=sheet), fingerprint, None)
    text, chosen = _text(data, name, encoding)
    return Source(read_text(text, name), fingerprint, chosen)


def _text(data: bytes, name: str, encoding: str | None) -> tuple[str, str]:
    if encoding is not None:
        decoded = decode(data, encoding_name(encoding))
        return decoded.text, decoded.encoding
    try:
        decoded = decode(data)
    except InvalidInput as error:
        if error.code != "binary_file":
            raise
        raise InvalidInput(
            "no_table_file", "{file} is neither text nor a spreadsheet. Give a .csv, .tsv or .xlsx file.", file=name
        ) from error
    if decoded.encoding != "utf-8":
        raise InvalidInput(
            "not_utf8",
            "{file} is not UTF-8; it looks like {encoding}. Save it as UTF-8 (in Excel: “CSV UTF-8”), or read it as it "
            "is with --encoding {option}.",
            file=name,
            encoding=ENCODINGS.get(decoded.encoding, decoded.encoding),
            option=decoded.encoding,
        )
    return decoded.text, "utf-8"
