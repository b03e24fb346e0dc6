"""The manuscript pack: the paper's tables, figures and methods as Word and PDF, every table as a workbook, every figure by itself, and what is in it."""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pydantic import JsonValue
from pydantic_core import to_json

from intercoder.errors import Unavailable
from intercoder.interchange.papers import Figure, Paper, Part, Sentences, Table
from intercoder.interchange.papers.book import book_parts
from intercoder.interchange.papers.word import write_word
from intercoder.language import gettext, language
from intercoder.reports import typeset
from intercoder.reports.exports.drawn import PRINTED
from intercoder.reports.exports.kinds import File, Form, Making, file
from intercoder.reports.papers import pdf_of
from intercoder.reports.theory.chapters import MANY, chapters
from intercoder.reports.theory.editable import editable
from intercoder.reports.theory.found import found
from intercoder.reports.theory.parts import Chapter, Drawn, Written


@dataclass(frozen=True)
class _Bound:
    """A paper with its captions numbered, and its figures by number."""

    parts: Sequence[Part]
    figures: Sequence[Drawn]
    tables: Sequence[Table]


def pack(making: Making) -> File:
    """Return the manuscript pack of a project; of the same state the bytes are the same."""
    with making.open() as (session, access):
        read = found(session, access)
        told = Written(session, access, read, making.choices.names)
        made = list(chapters(told, making.tell))
        project = access.project.name
    return file("manuscript", Form.ZIP, _zipped(making, project, made))


def _zipped(making: Making, project: str, made: Sequence[Chapter]) -> Iterator[bytes]:
    spoken, steps = language(), MANY + 3
    bound = _bound(made, spoken)
    paper = Paper(project, gettext("Manuscript pack"), spoken, bound.parts, captions=True, widest=99)
    making.tell(MANY, steps)
    members: dict[str, bytes] = {"manuscript.docx": write_word(paper)}
    notes: list[str] = []
    try:
        members["manuscript.pdf"] = pdf_of(paper)
    except Unavailable as refused:
        notes.append(refused.kept().message)
    making.tell(MANY + 1, steps)
    book = Paper(project, "", spoken, bound.tables)
    members["tables.xlsx"] = b"".join(book_parts(book))
    for number, drawing in enumerate(bound.figures, start=1):
        members |= _figure(f"figures/figure-{number}-{drawing.name}", drawing, spoken)
    making.tell(MANY + 2, steps)
    members["contents.json"] = to_json(_contents(project, made, members, notes), indent=1)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            member = zipfile.ZipInfo(name)  # without the time at which it was made
            member.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(member, content)
    yield whole.getvalue()


def _bound(made: Sequence[Chapter], spoken: str) -> _Bound:
    """Number chapters, tables and figures, and say at the end what is left out."""
    parts: list[Part] = []
    figures: list[Drawn] = []
    tables: list[Table] = []
    chapter = 0
    for one in made:
        if one.reason:
            continue
        chapter += 1
        for n, part in enumerate(one.parts):
            if isinstance(part, Drawn):
                figures.append(part)
                parts += _pages(len(figures), part, spoken)
            elif isinstance(part, Table):
                named = gettext("Table {n}", n=len(tables) + 1)
                parts.append(replace(part, title=f"{named}\n{part.title}"))
                tables.append(replace(part, title=f"{named} {part.title}"))
            elif isinstance(part, Sentences) and n == 0:
                parts.append(Sentences(f"{chapter} {part.title}", part.paragraphs))
            else:
                parts.append(part)
    left = [f"{one.title}: {one.reason}" for one in made if one.reason]
    if left:
        parts.append(Sentences(gettext("Chapters that are left out"), left))
    return _Bound(parts, figures, tables)


def _pages(number: int, drawing: Drawn, spoken: str) -> list[Part]:
    named = gettext("Figure {n}", n=number)
    try:
        dots = typeset.drawings(drawing.svgs, spoken, PRINTED[Form.PNG])
    except Unavailable:
        told = gettext(
            "This server has nothing to print figures with: the figure lies beside this file, in the folder figures."
        )
        return [Sentences(f"{named} {drawing.title}", [told])]
    plates = [typeset.Plate.of(svg) for svg in drawing.svgs]
    return [
        Figure(
            f"{named}\n{drawing.title if len(plates) == 1 else plate.title}",
            plate.svg,
            plate.description,
            plate.width * 0.75,
            plate.height * 0.75,
            shown,
        )
        for plate, shown in zip(plates, dots, strict=True)
    ]


def _figure(name: str, drawing: Drawn, spoken: str) -> dict[str, bytes]:
    """Return a figure in each of its forms; svg and png a file for each page."""
    svgs = drawing.svgs
    pages = [""] if len(svgs) == 1 else [f"-{n}" for n in range(1, len(svgs) + 1)]
    members = {f"{name}{at}.svg": svg.encode() for at, svg in zip(pages, svgs, strict=True)}
    if drawing.leaves:
        members[f"{name}.docx"] = editable(drawing.leaves)
    try:
        members[f"{name}.pdf"] = typeset.leaves(svgs, spoken)
        for dots in PRINTED.values():
            drawn = typeset.drawings(svgs, spoken, dots)
            members |= {f"{name}{at}-{dots}dpi.png": png for at, png in zip(pages, drawn, strict=True)}
    except Unavailable:
        pass  # the svg and the drawing in Word are there; contents.json says why the others are not
    return members


def _contents(project: str, made: Sequence[Chapter], members: dict[str, bytes], notes: Sequence[str]) -> JsonValue:
    return {
        "project": project,
        "chapters": [{"name": one.name, "title": one.title, "holds": one.holds} for one in made if not one.reason],
        "left_out": [{"name": one.name, "title": one.title, "reason": one.reason} for one in made if one.reason],
        "notes": list(notes),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in members.items()},
    }
