"""The cells of the table of codes and pairs of coders, packed: 30 coders and 400 codes have 174,000 of them."""

import json
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from intercoder.stats.agreement.results import CodeAgreement, CodePairAgreement
from intercoder.stats.results import Estimate, Interval, plain_fields

#: what JSON has kept: a column, all of them, or a value
Stored = Any

_COUNTS = ("n", "both", "first", "second")
_ESTIMATE = tuple(field.name for field in fields(Estimate) if field.name not in {"interval", "parameters"})
_INTERVAL = tuple(field.name for field in fields(Interval))
_of_cell, _of_estimate, _of_interval = attrgetter(*_COUNTS), attrgetter(*_ESTIMATE), attrgetter(*_INTERVAL)


def packed(cells: Sequence[CodePairAgreement], whole: CodeAgreement) -> bytes:
    """Return a code over all coders, and its cells column by column: ``unpacked`` returns them as they were."""
    names = list(dict.fromkeys(name for cell in cells for name in cell.estimates))
    columns: dict[str, object] = _columns(_COUNTS, _of_cell, cells)
    for name in names:
        estimates = [cell.estimates.get(name) for cell in cells]
        intervals = [estimate.interval if estimate else None for estimate in estimates]
        columns[name] = {
            "given": _column([estimate is not None for estimate in estimates]),
            "parameters": _column([estimate.parameters if estimate else None for estimate in estimates]),
            "interval": _column([interval is not None for interval in intervals]),
            **_columns(_ESTIMATE, _of_estimate, estimates),
            **_columns([f"interval.{part}" for part in _INTERVAL], _of_interval, intervals),
        }
    coders = [list(cell.coders) for cell in cells]
    kept = {"names": names, "coders": coders, "columns": columns, "whole": plain_fields(whole)}
    return zlib.compress(json.dumps(kept, separators=(",", ":")).encode())


def _columns(
    names: Sequence[str], read: Callable[[object], tuple[object, ...]], things: Sequence[object | None]
) -> dict[str, object]:
    """Return what is read of each thing column by column; None where there is no thing."""
    nothing = (None,) * len(names)
    rows = [nothing if thing is None else read(thing) for thing in things]
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return {name: _column(column) for name, column in zip(names, columns, strict=True)}


def opened(kept: bytes) -> dict[str, Stored]:
    """Return what ``packed`` has kept of a code: ``whole`` is the code over all coders, as JSON; absent in older reports."""
    stored: dict[str, Stored] = json.loads(zlib.decompress(kept))
    return stored


def unpacked(
    code: str,
    stored: dict[str, Stored],
    pairs: Collection[frozenset[str]] | None = None,
    coefficients: Collection[str] | None = None,
) -> Iterator[CodePairAgreement]:
    """Yield the cells of a code that was opened, in their order: of some pairs of coders or all, some coefficients or all."""
    everybody, columns = stored["coders"], stored["columns"]
    wanted = [place for place, coders in enumerate(everybody) if pairs is None or frozenset(coders) in pairs]
    names = [name for name in stored["names"] if coefficients is None or name in coefficients]
    estimates = {name: _estimates(columns[name], len(everybody), wanted) for name in names}
    counts = [_spread(columns[name], len(everybody)) for name in _COUNTS]
    for number, place in enumerate(wanted):
        first, second = everybody[place]
        given = {name: estimate for name, several in estimates.items() if (estimate := several[number]) is not None}
        yield CodePairAgreement(code, (first, second), given, *[count[place] for count in counts])


def _estimates(columns: Stored, length: int, wanted: Sequence[int]) -> list[Estimate | None]:
    """Return the estimates of one coefficient at some places; None where a cell has none."""
    given, parameters, with_interval = (_spread(columns[name], length) for name in ("given", "parameters", "interval"))
    parts = [_spread(columns[part], length) for part in _ESTIMATE]
    of_interval = [_spread(columns[f"interval.{part}"], length) for part in _INTERVAL]
    return [
        Estimate(
            **dict(zip(_ESTIMATE, [part[place] for part in parts], strict=True)),
            parameters=parameters[place],
            interval=Interval(*[part[place] for part in of_interval]) if with_interval[place] else None,
        )
        if given[place]
        else None
        for place in wanted
    ]


def _column(values: Sequence[object]) -> object:
    """Return a column, or its one value where all are the same."""
    given = list(values)
    # Compared before their types are: 1, 1.0 and True are equal, and few columns that differ are looked at twice.
    same = bool(given) and given.count(given[0]) == len(given) and len(set(map(type, given))) == 1
    return {"all": given[0]} if same else given


def _spread(column: Stored, length: int) -> Sequence[Stored]:
    """Return a value for each cell."""
    return [column["all"]] * length if isinstance(column, dict) else column
