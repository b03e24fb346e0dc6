"""The units behind the numbers of a report: what each coder gave them, in what they differ, what settling one would bring."""

from dataclasses import dataclass

from intercoder.stats.agreement.judged import Judged
from intercoder.stats.agreement.leverage import leverage
from intercoder.stats.differences import PlaceKind
from intercoder.stats.reliability import Ratings


@dataclass(frozen=True, slots=True)
class CodedUnits:
    """Units that somebody coded, column by column, what brings most first.

    ``unit``: their places in the ratings; ``pattern``: which of ``patterns`` they have, each with the place of every
    coder's set in ``sets``, -1 where there is none; ``gain``: by how much nominal alpha over the sets would rise if this
    one alone were settled by the majority, to six digits; None where all agree, or where nothing would vary any more.
    """

    sets: tuple[tuple[str, ...], ...]
    patterns: tuple[tuple[int, ...], ...]
    unit: tuple[int, ...]
    pattern: tuple[int, ...]
    kind: tuple[PlaceKind, ...]
    gain: tuple[float | None, ...]


def coded_units(ratings: Ratings) -> CodedUnits:
    """Return the units behind the numbers over sets of codes; of units that bring the same the first ones first.

    ``ratings`` as ``ratings_of`` gives them. O(units x coders) beside ``leverage``.
    """
    judged = Judged(ratings)
    gains = {row.unit: row.gain for row in leverage(ratings)}
    empty = next((place for place, value in enumerate(ratings.values) if not value), -1)
    met: dict[tuple[int, ...], int] = {}
    found: list[tuple[int, int, PlaceKind, float | None]] = []
    for unit, column in enumerate(ratings.index.T.tolist()):
        places = [place for place in column if place >= 0]
        if all(place == empty for place in places):
            continue
        kind = PlaceKind.UNANIMOUS if min(places) == max(places) else judged.kind(unit, judged.sets(unit))
        gain = gains.get(unit)
        found.append((unit, met.setdefault(tuple(column), len(met)), kind, None if gain is None else round(gain, 6)))
    found.sort(key=lambda row: (row[2] is PlaceKind.UNANIMOUS, row[3] is None, -(row[3] or 0.0), row[0]))
    return CodedUnits(
        sets=tuple(tuple(sorted(value)) for value in ratings.values),  # type: ignore[call-overload]
        patterns=tuple(met),
        unit=tuple(row[0] for row in found),
        pattern=tuple(row[1] for row in found),
        kind=tuple(row[2] for row in found),
        gain=tuple(row[3] for row in found),
    )
