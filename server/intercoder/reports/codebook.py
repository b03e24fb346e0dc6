"""The codebook as a file in somebody's language: its headings, its title, its name."""

import enum
from collections.abc import Mapping, Sequence
from uuid import UUID

from intercoder.interchange.codebook.given import Field
from intercoder.interchange.codebook.headings import Column, Place
from intercoder.interchange.codebook.qdc import write_qdc
from intercoder.interchange.codebook.written import (
    Appendix,
    Headings,
    Quoted,
    Written,
    write_csv,
    write_docx,
    write_xlsx,
)
from intercoder.language import gettext, ngettext
from intercoder.reports.alignment import masks
from intercoder.reports.words import word
from intercoder.services.code_passages import CodePassages
from intercoder.services.codebook import Entry
from intercoder.services.passages import Passage
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
    codes: Sequence[Written], form: FileForm, project: str, version: int | None, appendix: Appendix | None = None
) -> tuple[bytes, str, str]:
    """Return a codebook as a file: its bytes, its media type and its name.

    ``version``: None for the draft; ``appendix``: the passages behind it, in a Word document.
    """
    if version is None:
        title = gettext("Codebook of “{project}”, draft", project=project)
    else:
        title = gettext("Codebook of “{project}”, version {number}", project=project, number=version)
    kind, write = _KINDS[form]
    name = f"codebook-{'draft' if version is None else version}.{form}"
    said = headings(title)
    return write_docx(codes, said, appendix) if appendix else write(codes, said), kind, name


def with_passages(entries: Sequence[Entry], there: CodePassages, most: int) -> Appendix:
    """Return the passages of codes in words: coders are called by letters, since a file is handed on."""
    coders = sorted({p.layer.coder_id for rows in there.first.values() for p in rows})
    called = masks(coders)
    shown = []
    for entry in entries:
        passages = there.first.get(str(entry.id), ())
        if not passages:
            continue
        total = there.total[str(entry.id)]
        how_many = ngettext("{n} passage", "{n} passages", total)
        if total > len(passages):
            how_many = gettext("the first {shown} of {total} passages", shown=len(passages), total=total)
        shown.append((f"{entry.numbered} {entry.name} · {how_many}".strip(), [_quoted(p, called) for p in passages]))
    remark = gettext(
        "At most {most} passages of each code, without those of the codes below it, in the order of the documents. Passages "
        "of rounds that are open are left out, but for own ones. Coders are called by letters. Counted under mapping {n} of the codes.",
        most=most,
        n=there.mapped.number,
    )
    return Appendix(gettext("Passages"), remark, shown)


def _quoted(passage: Passage, called: Mapping[UUID, str]) -> Quoted:
    layer = passage.layer
    source = [layer.title, gettext("Round {n}", n=layer.round_number), called[layer.coder_id]]
    if passage.stands is not None:
        source.append(word("stands", passage.stands))
    elif passage.waits:
        source.append(gettext("waits for its place"))
    return Quoted(
        f"{'…' if passage.cut_before else ''}{passage.before}",
        passage.text,
        f"{passage.after}{'…' if passage.cut_after else ''}",
        " · ".join(source),
    )
