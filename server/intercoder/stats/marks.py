"""How a code is marked: hue by its construct, lightness by its concept, shape among its siblings; and its number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

from intercoder.stats.tree import Id, Level

#: hues that are given out in turn, and the one without colour, which no construct gets by itself
HUES = 7
GREY = 7
#: the order in which siblings take the five steps of lightness: neighbours are two apart at least
STEPS = (1, 3, 0, 4, 2)
SHAPES = 8
#: what stands before the number of a code, as papers of programmed grounded theory write it
PREFIXES = {Level.LABEL: "a", Level.CONCEPT: "A", Level.THEME: "AA", Level.CONSTRUCT: "AAA"}


@dataclass(frozen=True)
class Mark:
    """What a code looks like. The same mark may come twice in a large codebook: name and number carry."""

    #: 0 to 7, the last one grey
    hue: int
    #: 0 (darkest on paper) to 4; None: the middle, of a construct or theme
    step: int | None = None
    #: 0 to 7; None: the rounded square of a construct or theme
    shape: int | None = None
    #: an outline only: the siblings from the ninth to the sixteenth, and so on in turn
    hollow: bool = False
    #: grey with a dashed ring: a label that is no code of the project yet
    private: bool = False


PRIVATE = Mark(GREY, private=True)


@dataclass(frozen=True)
class Marked(Generic[Id]):
    """What the mark of a code is computed from."""

    code: Id
    parent: Id | None
    level: Level
    #: of the project, by which siblings are told apart in the order in which they were made; 0: none
    number: int = 0
    #: a hue that somebody chose; the same as its parent's is none
    chosen: int | None = None
    private: bool = False


def number_of(level: Level, number: int) -> str:
    """Return the number of a code as it is written (``a12``, ``A3``, ``AA1``, ``AAA1``); empty for 0."""
    return f"{PREFIXES[level]}{number}" if number else ""


def marks(given: Iterable[Marked[Id]]) -> dict[Id, Mark]:
    """Return how each code is marked.

    Parameters
    ----------
    given : iterable of Marked
        In the order of the tree. Private ones take no place among the others.

    Returns
    -------
    dict
        Every code with its mark. Codes without parent take the hues in turn, constructs first; what is below takes the
        hue of its parent, unless somebody chose one. Through a construct its concepts take the shapes and the steps in
        turn: up to eight of one hue never share a shape. Labels have the hue and the step of their concept and the
        shapes that follow its own.

    Notes
    -----
    Siblings come in the order of their numbers: a code that is added changes no other's mark. O(codes log codes).
    The tones are those of ``static/css/tokens.css``, measured there.
    """
    codes = list(given)
    public = [code for code in codes if not code.private]
    known = {code.code for code in public}
    below: dict[Id | None, list[Marked[Id]]] = {}
    for code in public:
        below.setdefault(code.parent if code.parent in known else None, []).append(code)
    for children in below.values():
        # Stable: codes without number stay in the order of the tree, behind the others.
        children.sort(key=lambda code: (-code.level.height, code.number or 10**9))
    made: dict[Id, Mark] = {code.code: PRIVATE for code in codes if code.private}
    for place, root in enumerate(below.get(None, ())):
        hue = place % HUES if root.chosen is None else root.chosen
        _mark(root, hue, place, below, made)
    return made


def _mark(
    root: Marked[Id], hue: int, place: int, below: Mapping[Id | None, Sequence[Marked[Id]]], made: dict[Id, Mark]
) -> None:
    """Mark a code without parent, the ``place``-th, and all that is below it."""
    concepts = 0 if below.get(root.code) else place
    waiting: list[tuple[Marked[Id], int, Mark | None, int]] = [(root, hue, None, 0)]
    while waiting:
        code, hue, above, nth = waiting.pop()
        if above is not None and above.step is not None and above.shape is not None:
            made[code.code] = Mark(hue, above.step, (above.shape + 1 + nth) % SHAPES, nth // SHAPES % 2 == 1)
        elif code.level in {Level.LABEL, Level.CONCEPT}:
            made[code.code] = Mark(hue, STEPS[concepts % len(STEPS)], concepts % SHAPES, concepts // SHAPES % 2 == 1)
            concepts += 1
        else:
            made[code.code] = Mark(hue)
        # Backwards, since what was put last is taken first.
        for nth, child in reversed(list(enumerate(below.get(code.code, ())))):
            inherits = child.chosen is None or child.chosen == code.chosen
            waiting.append((child, hue if inherits else child.chosen or 0, made[code.code], nth))
