"""The codebook of REFI-QDA (1.0): its codes as lines, and ours as a file that its schema takes.

The format knows names, a tree, a description and a colour, and sets. What else is said of a code stands in its description,
each on lines that begin with its heading; the level of a code is a set. Positions, numbers and versions are not known to it.
"""

import re
from collections.abc import Iterator, Sequence
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape, quoteattr

from intercoder.interchange.codebook.given import Field, Line
from intercoder.interchange.codebook.headings import field_of, level_of
from intercoder.interchange.codebook.written import Headings, Written
from intercoder.stats.tones import hue_of
from intercoder.stats.tree import Level
from intercoder.text.canonical import clean_name
from intercoder.text.readers.code_file import QdcCode

NAMESPACE = "urn:QDA-XML:codebook:1.0"
ORIGIN = "Intercoder"
_HEADING = re.compile(r"([^:：]{1,40})[:：][ \t]*")
#: characters that XML 1.0 cannot hold
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def qdc_lines(codes: Sequence[QdcCode]) -> list[Line]:
    """Return the codes of a file as lines, with the levels that their sets say."""
    levels = [next((level for name in code.sets if (level := level_of(name))), None) for code in codes]
    known = all(levels)
    lines = []
    for number, (code, level) in enumerate(zip(codes, levels, strict=True), 1):
        said = described(code.description)
        hue = hue_of(code.colour)
        if hue is not None:
            said[Field.COLOUR] = str(hue + 1)
        name = clean_name(code.name)
        lines.append(Line(number, name or "?", code.depth, level if known else None, guid=code.guid, said=said))
    return lines


def described(description: str) -> dict[Field, str]:
    """Return the fields of a description: a heading that is known begins one, what stands before is the definition."""
    said: dict[Field, list[str]] = {}
    field = Field.DEFINITION
    for line in description.split("\n"):
        heading = None if line.startswith("\\") else _HEADING.match(line)
        found = field_of(heading[1]) if heading else None
        field = found or field
        words = line[heading.end() :] if heading and found else line
        said.setdefault(field, []).append(words[1:] if words.startswith("\\") and _like_heading(words) else words)
    texts = {field: "\n".join(lines).strip() for field, lines in said.items()}
    return {field: text for field, text in texts.items() if text}


def _sections(code: Written, headings: Headings) -> Iterator[str]:
    """Yield the parts of a description that ``described`` reads again."""
    # The definition has no heading, and is what stands before the first.
    for field, text in sorted(code.said.items(), key=lambda said: said[0] is not Field.DEFINITION):
        if text and field is not Field.COLOUR:
            # A line that begins like a heading is none: it is said with a sign before it.
            lines = "\n".join(f"\\{line}" if _like_heading(line) else line for line in text.split("\n"))
            yield lines if field is Field.DEFINITION else f"{headings.columns[field]}: {lines}"


def _like_heading(line: str) -> bool:
    heading = _HEADING.match(line.lstrip("\\"))
    return heading is not None and field_of(heading[1]) is not None


def write_qdc(codes: Sequence[Written], headings: Headings) -> bytes:
    """Return a file of codes in the order of the tree."""
    parts = ['<?xml version="1.0" encoding="utf-8"?>\n', f'<CodeBook xmlns="{NAMESPACE}" origin="{ORIGIN}">\n<Codes>\n']
    open_ = 0
    for code in codes:
        parts.append("</Code>\n" * (open_ - code.depth))
        open_ = code.depth + 1
        parts.append(f'<Code guid="{code.guid}" name={_said(code.name)} isCodable="true" color="{code.tone}">\n')
        if about := "\n".join(_sections(code, headings)):
            parts.append(f"<Description>{escape(_NO_XML.sub('', about))}</Description>\n")
    parts.append("</Code>\n" * open_ + "</Codes>\n<Sets>\n")
    for level in Level:
        members = [code.guid for code in codes if code.level is level]
        if members:
            guid = str(uuid5(NAMESPACE_URL, f"{level}:{members[0]}")).upper()
            parts.append(f'<Set guid="{guid}" name={_said(headings.levels[level])}>\n')
            parts += [f'<MemberCode guid="{member}"/>\n' for member in members]
            parts.append("</Set>\n")
    parts.append("</Sets>\n</CodeBook>\n")
    return "".join(parts).encode()


def _said(text: str) -> str:
    return quoteattr(_NO_XML.sub("", text))
