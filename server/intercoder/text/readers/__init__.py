"""From a file to a canonical text: one module per format, one door."""

import importlib
import re
from pathlib import PurePath

from intercoder.errors import IntercoderError, InvalidInput, TooLarge, marked
from intercoder.text.anchors import paragraph_anchors, turn_anchors
from intercoder.text.readers.choices import USUAL, Choices, Found, SpeakerFound
from intercoder.text.readers.document import MAX_BYTES, Raw, ReadDocument, Unread, broken, check_characters
from intercoder.text.readers.document import within as _within
from intercoder.text.units import paragraphs

__all__ = [
    "SUFFIXES",
    "USUAL",
    "Choices",
    "ReadDocument",
    "Unread",
    "format_of",
    "is_small_text",
    "load_for",
    "may_be_small_text",
    "read",
]

#: The extensions that can be read, with their format.
SUFFIXES: dict[str, str] = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".docx": "docx",
    ".docm": "docx",
    ".pdf": "pdf",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".srt": "srt",
    ".vtt": "vtt",
}
#: format → the module that reads it, where it is not plain text
_MODULES = {"docx": "docx", "pdf": "pdf", "html": "html", "srt": "subtitles", "vtt": "subtitles"}
#: formats that no parser of others is needed for, and up to how many bytes such a file is small
_TEXTS, SMALL_TEXT = frozenset({"txt", "md", "srt", "vtt"}), 256 * 1024
#: what a file of subtitles begins with
_SUBTITLES = re.compile(rb"\d+[ \t]*\r?\n\d+:\d\d:\d\d[.,]\d{1,3}\s*-->")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(name: str, data: bytes, choices: Choices = USUAL) -> ReadDocument:
    """Return the canonical text and the anchors of a file.

    The format is told by the first bytes, and only where these say nothing by the extension.

    Parameters
    ----------
    name : str
        The file's name; only its extension is used.
    data : bytes
        The whole file.
    choices : Choices
        What a person decided about the reading.

    Returns
    -------
    ReadDocument
        See there.

    Raises
    ------
    InvalidInput
        ``unknown_format``, ``empty_file``, ``empty_text``, ``broken_file``, ``encrypted_pdf``,
        ``scanned_pdf``, ``zip_bomb``, ``xml_doctype``, ``unknown_encoding``, ``wrong_encoding``,
        ``bad_bytes``, ``binary_file``.
    TooLarge
        ``too_large``, ``too_many_characters``, ``too_many_pages``.

    Notes
    -----
    The parsers run in this process: for files of strangers use ``limited.read_limited``.
    """
    if not data:
        raise InvalidInput("empty_file", "This file is empty (0 bytes). Choose another, or save it again.")
    if len(data) > MAX_BYTES:
        raise TooLarge(
            "too_large",
            "This file has more than {limit} MB. Take out the pictures, or split it, and import the parts.",
            limit=MAX_BYTES // 2**20,
        )
    kind = format_of(name, data)
    raw, reader = _read_as(kind, data, choices)
    if not raw.text or raw.text.isspace():
        raise InvalidInput(
            "empty_text", "There is no text in this file. If it shows text, that may be a picture of it."
        )
    check_characters(len(raw.text))
    from intercoder.text.transcripts import transcribed  # where used: a server reads nothing for hours

    said = {speaker.name: speaker.speaker for speaker in choices.speakers}
    lines = paragraphs(raw.text)
    transcript = raw.transcript or transcribed(raw.text, said, lines)
    anchors = _within(raw.anchors, raw.text) + paragraph_anchors(lines) + turn_anchors(transcript.turns)
    anchors.sort(key=lambda anchor: (anchor.start, -anchor.end))
    speakers = tuple(SpeakerFound(*speaker) for speaker in transcript.speakers)
    learned = Found(raw.bad_bytes, raw.numbered, raw.running_lines, speakers)
    return ReadDocument(raw.text, anchors, kind, reader, raw.encoding, raw.warnings, choices, learned)


def _read_as(kind: str, data: bytes, choices: Choices) -> tuple[Raw, str]:
    # Imported where used: the process that reads one file loads one parser.
    if kind == "docx":
        from intercoder.text.readers import docx

        return docx.read_docx(data, choices), docx.READER
    if kind == "pdf":
        from intercoder.text.readers import pdf

        return pdf.read_pdf(data, choices), pdf.READER
    if kind == "html":
        from intercoder.text.readers import html

        return html.read_html(data, choices), html.READER
    if kind in ("srt", "vtt"):
        from intercoder.text.readers import subtitles

        return subtitles.read_subtitles(data, choices), subtitles.READER
    from intercoder.text.readers import plain

    return plain.read_plain(data, choices), plain.READER


def load_for(suffix: str) -> None:
    """Load what reads files with this extension, so that processes forked from now on have it."""
    module = _MODULES.get(SUFFIXES.get(suffix, ""))
    if module is not None:
        importlib.import_module(f"{__name__}.{module}")


def may_be_small_text(name: str, size: int) -> bool:
    """Whether a file is a text of at most ``SMALL_TEXT`` bytes, by what it is called: its bytes may say otherwise."""
    return size <= SMALL_TEXT and SUFFIXES.get(PurePath(name).suffix.lower()) in _TEXTS


def is_small_text(name: str, data: bytes) -> bool:
    """Whether a file is a text of at most ``SMALL_TEXT`` bytes: Python's own codecs and expressions read it in milliseconds."""
    try:
        return may_be_small_text(name, len(data)) and format_of(name, data) in _TEXTS
    except IntercoderError:
        return False


def format_of(name: str, data: bytes) -> str:
    """Return the format of a file (a value of ``SUFFIXES``); ``InvalidInput`` for one that cannot be read.

    Little of the file is looked at: of a package, its list of members.
    """
    suffix = PurePath(name).suffix.lower()
    if b"%PDF-" in data[:1024] and (suffix == ".pdf" or data.startswith(b"%PDF-")):
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _format_of_zip(data)
    if data.startswith(_OLD_OFFICE):
        raise InvalidInput(
            "unknown_format",
            "This is a file of an old Office version (.doc), or one protected by a password. Open it in Word, take "
            "the password off, save it as .docx, and import that.",
        )
    if data.startswith(b"{\\rtf"):
        raise InvalidInput(
            "unknown_format",
            "This is a rich text file (.rtf). Open it in a word processor, save it as .docx, and import that.",
        )
    kind = SUFFIXES.get(suffix)
    if kind in ("docx", "pdf"):
        raise broken(marked("it does not begin like a {suffix} file"), suffix=suffix)
    start = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if kind != "md" and start.startswith((b"<!doctype html", b"<html")):
        return "html"
    if kind == "txt" and (start.startswith(b"webvtt") or _SUBTITLES.match(start)):
        return "vtt" if start.startswith(b"webvtt") else "srt"
    if kind is not None:
        return kind
    if suffix in (".doc", ".rtf", ".odt", ".wps", ".pages"):
        raise InvalidInput(
            "unknown_format",
            "Files of the kind {suffix} cannot be read. Open the file in a word processor, save it as .docx, and "
            "import that.",
            suffix=suffix,
        )
    raise InvalidInput(
        "unknown_format",
        "Files of the kind “{suffix}” cannot be read. Save the text as one of {known}, and import that.",
        suffix=suffix[:20],
        known=".docx, .pdf, .html, .md, .txt, .srt, .vtt",
    )


def _format_of_zip(data: bytes) -> str:
    from intercoder.text.readers.package import Package

    names = Package(data).names
    if any(name.startswith("word/") for name in names):
        return "docx"
    if "content.xml" in names:
        raise InvalidInput(
            "unknown_format",
            "This is an OpenDocument file (.odt). Open it in a word processor, save it as .docx, and import that.",
        )
    if any(name.startswith("xl/") for name in names):
        raise InvalidInput(
            "unknown_format",
            "This is a spreadsheet, not a document. Import it as a table, or save its text as .docx.",
        )
    raise InvalidInput(
        "unknown_format",
        "This is a zip archive, not a document. Unpack it and import the files in it.",
    )
