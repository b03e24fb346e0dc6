"""How a passage is cited: by the words of the project, or as the program does it."""

import re

from intercoder.language import gettext
from intercoder.reports.words import word
from intercoder.services.matrices import Kind, kind_of
from intercoder.services.study_tallies import Source

_PLACE = re.compile(r"\{([^{}]*)\}")
#: what is left where a place is empty: separators at the ends, and one before another
_ENDS = re.compile(r"^[\s·,，、;；–-]+|[\s·,，、;；–-]+$")
_DOUBLED = re.compile(r"\s*[·,，、;；](?=\s*[·,，、;；])")


def cite(pattern: str, source: Source, paragraph: int) -> str:
    """Return where a passage stands, in the words of ``pattern``; an empty one means those of the program."""
    places = {
        "case": source.case,
        "document": source.title,
        "source": source_word(source),
        "paragraph": str(paragraph),
    }
    if not pattern:
        document = gettext("{document}, para. {paragraph}", document=source.title, paragraph=paragraph)
        return f"{source.case} · {document}" if source.case else document
    said = _PLACE.sub(lambda found: places.get(found[1], source.attributes.get(found[1], "")), pattern)
    return _ENDS.sub("", _DOUBLED.sub("", said))


def source_word(source: Source) -> str:
    """Return what the type of a source is called."""
    return kind_word(kind_of(source))


def kind_word(kind: Kind) -> str:
    """Return what a type of source is called: by the project, or by the program."""
    return kind.own or (word("source_type", kind.kind) if kind.kind else "")
