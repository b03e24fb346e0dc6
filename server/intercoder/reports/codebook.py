"""The codebook as a file in somebody's language: its headings, its title, its name."""

import enum
from collections.abc import Sequence

from intercoder.interchange.codebook.given import Field
from intercoder.interchange.codebook.headings import Column, Place
from intercoder.interchange.codebook.qdc import write_qdc
from intercoder.interchange.codebook.written import Headings, Written, write_csv, write_docx, write_xlsx
from intercoder.language import gettext
from intercoder.reports.words import word
from intercoder.stats.tree import Level


class FileForm(enum.StrEnum):
    """The kinds of files that a codebook is written to."""

    CSV = "csv"
    XLSX = "xlsx"
    DOCX = "docx"
    QDC = "qdc"


_OFFICE = "application/vnd.openxmlformats-officedocument"
_KINDS = {
    FileForm.CSV: ("text/csv", write_csv),
    FileForm.XLSX: (f"{_OFFICE}.spreadsheetml.sheet", write_xlsx),
    FileForm.DOCX: (f"{_OFFICE}.wordprocessingml.document", write_docx),
    FileForm.QDC: ("application/xml", write_qdc),
}
#: the kinds of files that are sent
MEDIA_TYPES = tuple(kind for kind, _ in _KINDS.values())


def headings(title: str) -> Headings:
    """Return what columns and levels are called in the language that is spoken now."""
    columns: dict[Column, str] = {field: word("code_field", field) for field in Field}
    columns |= {Place.NUMBER: word("code_field", "number"), Place.NAME: gettext("Code")}
    columns |= {Place.LEVEL: word("code_field", "level"), Place.PARENT: word("code_field", "parent")}
    levels = {level: word("level", level) for level in Level}
    return Headings(title, columns, levels)


def codebook_file(
    codes: Sequence[Written], form: FileForm, project: str, version: int | None
) -> tuple[bytes, str, str]:
    """Return a codebook as a file: its bytes, its media type and its name. ``version``: None for the draft."""
    if version is None:
        title = gettext("Codebook of “{project}”, draft", project=project)
    else:
        title = gettext("Codebook of “{project}”, version {number}", project=project, number=version)
    kind, write = _KINDS[form]
    name = f"codebook-{'draft' if version is None else version}.{form}"
    return write(codes, headings(title)), kind, name
