"""A file that is given on the command line: its bytes, its fingerprint, and the table in it."""

import codecs
import hashlib
import re
import sys
import unicodedata
from pathlib import Path

from intercoder.errors import InvalidInput
from intercoder.interchange.reading import Wishes
from intercoder.interchange.separators import named_separator
from intercoder.interchange.tables import is_spreadsheet, read_spreadsheet, read_text
from intercoder.reports.files import Source
from intercoder.text.encodings import ENCODINGS, decode, encoding_name

_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"\x84\x31\x95\x33")


def open_table(
    path: str, *, encoding: str | None = None, sheet: str | None = None, wishes: Wishes | None = None
) -> Source:
    """Return the table in a csv, tsv, xlsx, xls or ods file; ``-`` is the standard input.

    Text is UTF-8, or what its byte order mark says, or in the encoding that is given: a wrong guess
    would turn names into other names without a word.

    Raises
    ------
    InvalidInput : ``unreadable_file``, ``not_utf8``, ``no_table_file``, and all that the readers of tables raise.
    """
    wishes = wishes or Wishes()
    header = wishes.header is not False
    name = "-" if path == "-" else Path(path).name
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise InvalidInput(
            "unreadable_file", "{file} cannot be read: {why}.", file=name, why=error.strerror or error
        ) from error
    fingerprint = hashlib.sha256(data).hexdigest()
    if is_spreadsheet(data):
        return Source(read_spreadsheet(data, name, sheet=sheet, header=header), fingerprint, None)
    text, chosen = _text(data, name, encoding)
    delimiter = named_separator(wishes.separator) if wishes.separator else None
    return Source(read_text(text, name, header=header, delimiter=delimiter), fingerprint, chosen)


def _text(data: bytes, name: str, encoding: str | None) -> tuple[str, str]:
    if encoding is not None:
        decoded = decode(data, encoding_name(encoding))
        return decoded.text, decoded.encoding
    if not data.startswith(_MARKS):
        _check_bad_bytes(data, name)
    try:
        decoded = decode(data)
    except InvalidInput as error:
        if error.code != "binary_file":
            raise
        raise InvalidInput(
            "no_table_file", "{file} is neither text nor a spreadsheet. Give a .csv, .tsv or .xlsx file.", file=name
        ) from error
    if decoded.encoding == "utf-8" and not data.startswith(codecs.BOM_UTF8):
        _check_by_accident(data, decoded.text, name)
    if decoded.encoding != "utf-8" and not data.startswith(_MARKS):
        raise InvalidInput(
            "not_utf8",
            "{file} is not UTF-8; it looks like {encoding}. Save it as UTF-8 (in Excel: “CSV UTF-8”), or read it as it "
            "is with --encoding {option}.",
            file=name,
            encoding=ENCODINGS.get(decoded.encoding, decoded.encoding),
            option=decoded.encoding,
        )
    return decoded.text, decoded.encoding


def _check_bad_bytes(data: bytes, name: str) -> None:
    """Refuse a text that is UTF-8 but for a few bytes, with the place of the first."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd") - data.count("\ufffd".encode())
    good = sum(sign > "\x7f" for sign in text) - bad
    if not 0 < bad <= 3 or good < 4 * bad or b"\0" in data:
        return
    before = text[: text.index("\ufffd")]
    line = before.count("\n") + 1
    place = len(before) - before.rfind("\n")
    raise InvalidInput(
        "bad_byte",
        "{file}, line {line}, column {column}: one byte there is no UTF-8, though the rest is; the file was damaged or put "
        "together from two. Correct that place and save the file as UTF-8.",
        file=name,
        line=line,
        column=place,
    )


def _check_by_accident(data: bytes, text: str, name: str) -> None:
    """Refuse a few Chinese words in GB18030 whose bytes happen to be letters in UTF-8 (缺失 is ȱʧ), and those letters."""
    words = re.findall(r"[A-Za-z]?[^\x00-\x7f]+[A-Za-z]?", text)
    if not words or any(sign > "\u07ff" or not unicodedata.category(sign).startswith("L") for w in words for sign in w):
        return
    if any(len(word) > 2 or word.isascii() or word[0].isascii() or word[-1].isascii() for word in words):
        return
    try:
        chinese = data.decode("gb2312")
    except UnicodeDecodeError:
        return
    raise InvalidInput(
        "two_encodings",
        "{file} is text in UTF-8 ({first}) and in GB18030 ({second}) alike. Say which: --encoding utf-8 or --encoding gb18030.",
        file=name,
        first=words[0],
        second="".join(re.findall(r"[^\x00-\x7f]+", chinese)[:1]),
    )
