"""The matrix of what arrived by what it holds: a staircase when both stand in the order in which they came, a part of it at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intercoder.models import Level
from intercoder.services.saturation import Arrival, Picture
from intercoder.services.studied import thing_of
from intercoder.stats.saturation.study.events import Kind


@dataclass(frozen=True)
class Stair:
    """A cell that holds something: whether it came here first, and how many coders applied it there (relations: None)."""

    first: bool
    coders: int | None


@dataclass(frozen=True)
class Staircase:
    """A part of the matrix: ``begin`` and ``first_code`` are its places in the whole, ``units`` and ``codes`` how large that is.

    ``columns``: keys with their names, by where they came first; of compared rounds alone.
    """

    units: int
    codes: int
    begin: int
    first_code: int
    rows: Sequence[Arrival]
    columns: Sequence[tuple[str, str]]
    #: (row, column) of the part
    cells: Mapping[tuple[int, int], Stair]


def coders_of(picture: Picture, documents: Sequence[str]) -> Mapping[str, int]:
    """Return how many coders applied each code of the level in some documents, under today’s mapping. O(applications in them)."""
    level, study = picture.provenance.level, picture.count.found.named
    if isinstance(level, Kind):
        return {}
    who: dict[str, set[str]] = {}
    for document in documents:
        for code, coders in study.applied.get(document, {}).items():
            above = study.lift(code, level)
            if above is not None:
                who.setdefault(above, set()).update(coders)
    return {code: len(coders) for code, coders in who.items()}


def staircase(picture: Picture, begin: int, first_code: int, many: int, wide: int) -> Staircase:
    """Return a part of the matrix of a picture: so many documents or cases, and so many codes, from a place on."""
    order = picture.staircase
    part, rows = order[first_code : first_code + wide], picture.arrivals[begin : begin + many]
    place = {key: column for column, (key, _) in enumerate(part)}
    came = dict(part)
    cells = {}
    for row, arrival in enumerate(rows):
        coders = coders_of(picture, [str(document) for document in arrival.documents])
        for key in arrival.shown & place.keys():
            known = None if isinstance(picture.provenance.level, Kind) else coders.get(key, 0)
            cells[row, place[key]] = Stair(came[key] == begin + row, known)
    columns = [(key, picture.names[key]) for key, _ in part]
    return Staircase(len(picture.arrivals), len(order), begin, first_code, rows, columns, cells)


def opened_by(picture: Picture, key: str) -> str:
    """Return the identifier of what a key leads to: a code, a relation, or the code of a property."""
    level = picture.provenance.level
    return str(picture.count.found.related.called(level, thing_of(key)).id) if isinstance(level, Kind) else key


LEVELS: tuple[Level | Kind, ...] = (*Level, *Kind)
