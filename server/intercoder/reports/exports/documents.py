"""The documents of a round with what was coded in them, each a file of its own in one package."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from uuid import UUID

from intercoder.interchange.archive import zip_parts
from intercoder.interchange.coded import CodedSpan, CodedText
from intercoder.interchange.coded.page import write_page
from intercoder.interchange.coded.word import write_coded_word
from intercoder.language import gettext, language, sentences
from intercoder.reports.exports.kinds import Door, File, Form, Making, file
from intercoder.reports.exports.people import called
from intercoder.reports.words import word
from intercoder.services import consensus
from intercoder.services.access import RoundAccess
from intercoder.services.coding_rows import CodedLayer, CodingRow, coded_layers, coding_rows, text_of_layers
from intercoder.services.mapping import mapping

#: characters of a title that the name of a file takes
_LONGEST = 60
_NO_NAME = str.maketrans(dict.fromkeys('/\\:*?"<>|\n\t', "_"))


def as_pages(making: Making) -> File:
    """Return a page for each document."""
    words = {
        "codings": gettext("Codings"),
        "number": "#",
        "coder": gettext("Coder"),
        "code": gettext("Code"),
        "passage": gettext("Coded words"),
        "note": gettext("Memo"),
    }
    return _package(making, "html", lambda coded: write_page(coded, words))


def as_word(making: Making) -> File:
    """Return a Word document with comments for each document."""
    return _package(making, "docx", lambda coded: [write_coded_word(coded)])


def _package(making: Making, ends: str, write: Callable[[CodedText], Iterable[bytes]]) -> File:
    with making.open() as door:
        assert isinstance(door.access, RoundAccess)
        round_ = door.access.round
        layers = coded_layers(door.session, door.access, round_.id)
        names = called(door.session, door.access, making.choices.names)
    documents = [list(of_document) for _, of_document in groupby(layers, key=lambda layer: layer.document_id)]

    def members() -> Iterator[tuple[str, Iterable[bytes]]]:
        for n, of_document in enumerate(documents, 1):
            making.tell(n - 1, len(documents))
            with making.open() as door:
                coded = _coded(door, of_document, names)
            title = coded.title.translate(_NO_NAME)[:_LONGEST].strip(". ")
            yield f"{n:03}-{title}.{ends}", write(coded)
            # A Word document is a ring of objects: a hundred of them, 9 MiB each, would wait for the next search for garbage.
            gc.collect(1)

    return file(f"documents-round-{round_.number}-{ends}", Form.ZIP, zip_parts(members()))


def _coded(door: Door, layers: list[CodedLayer], names: Mapping[UUID, str]) -> CodedText:
    session, access = door
    assert isinstance(access, RoundAccess)
    first, mapped = layers[0], mapping(session, access.project.id)
    rows = coding_rows(session, access, mapped, layers)
    spans = [CodedSpan(row.start, row.end, names[row.layer.coder_id], row.code.name, _note(row)) for row in rows]
    agreed = gettext("Consensus")
    spans += [
        CodedSpan(c.start, c.end, agreed, c.name, _why(c))
        for c in consensus.standing(session, access, first.document_id)
    ]
    spans.sort(key=lambda span: (span.start, -span.end))
    about = " · ".join(
        part
        for part in (
            gettext("Round {number}: {name}", number=first.round_number, name=first.round_name),
            first.case or "",
            word("source_type", first.source_type),
            gettext(", ").join(names[layer.coder_id] for layer in layers),
        )
        if part
    )
    return CodedText(first.title, about, text_of_layers(session, layers), spans, language())


def _why(c: consensus.Standing) -> str:
    tag = f"[{word('ruling_tag', c.tag)}]" if c.tag else ""
    return sentences(tag, c.reason or "") if c.disagreement_id else gettext("all agreed")


def _note(row: CodingRow) -> str:
    applied = gettext("applied as “{code}”", code=row.applied.name) if row.applied.id != row.code.id else ""
    doubt = gettext("doubt {n} of 3", n=row.doubt) if row.doubt else ""
    return sentences(row.memo, *(f"[{said}]" for said in (applied, doubt) if said))
