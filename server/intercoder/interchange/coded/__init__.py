"""A text with what was coded in it, to be read outside the program: as a Word document with comments, as a page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class CodedSpan:
    """A coding as a reader sees it: from and to in code points, half-open, by whom, which code, what is said of it."""

    start: int
    end: int
    who: str
    code: str
    note: str = ""


@dataclass(frozen=True)
class CodedText:
    """A document with its codings in the order of the text. ``about``: what is said below the title; ``language``: en or zh."""

    title: str
    about: str
    text: str
    spans: Sequence[CodedSpan]
    language: str


@dataclass(frozen=True)
class Piece:
    """A stretch of a paragraph in which the same codings stand, numbered by their place in ``CodedText.spans``."""

    text: str
    #: how many codings stand over it
    depth: int
    begins: Sequence[int]
    ends: Sequence[int]


def paragraphs(coded: CodedText) -> Iterator[list[Piece]]:
    """Yield the paragraphs of a text in pieces. Each coding begins in one piece and ends in one, also over several paragraphs."""
    begins: dict[int, list[int]] = {}
    ends: dict[int, list[int]] = {}
    for n, span in enumerate(coded.spans):
        begins.setdefault(span.start, []).append(n)
        ends.setdefault(span.end, []).append(n)
    edges = sorted({0, len(coded.text), *begins, *ends})
    here: list[Piece] = []
    depth = 0
    for first, last in pairwise(edges):
        starting, ending = begins.get(first, []), ends.get(last, [])
        depth += len(starting)
        lines = coded.text[first:last].split("\n")
        for n, line in enumerate(lines):
            if n:
                yield here
                here = []
            here.append(Piece(line, depth, starting if n == 0 else (), ending if n == len(lines) - 1 else ()))
        depth -= len(ending)
    yield here
