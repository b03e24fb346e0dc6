"""The cells of the table of codes and pairs of coders, packed: 30 coders and 400 codes have 174,000 of them."""

import json
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields
from typing import Any

from intercoder.stats.agreement.results import CodePairAgreement
from intercoder.stats.results import Estimate, Interval

#: what JSON has kept: a column, all of them, or a value
Stored = Any

_COUNTS = ("n", "both", "first", "second")
_ESTIMATE = tuple(field.name for field in fields(Estimate) if field.name not in {"interval", "parameters"})
_INTERVAL = tuple(field.name for field in fields(Interval))


def packed(cells: Sequence[CodePairAgreement]) -> bytes:
    """Return the cells of one code, column by column: ``unpacked`` returns them as they were."""
    names = list(dict.fromkeys(name for cell in cells for name in cell.estimates))
    columns: dict[str, object] = {name: _column([getattr(cell, name) for cell in cells]) for name in _COUNTS}
    for name in names:
        estimates = [cell.estimates.get(name) for cell in cells]
        intervals = [estimate.interval if estimate else None for estimate in estimates]
        columns[name] = {
            "given": _column([estimate is not None for estimate in estimates]),
            "parameters": _column([estimate.parameters if estimate else None for estimate in estimates]),
            "interval": _column([interval is not None for interval in intervals]),
            **{part: _column([getattr(estimate, part, None) for estimate in estimates]) for part in _ESTIMATE},
            **{
                f"interval.{part}": _column([getattr(interval, part, None) for interval in intervals])
                for part in _INTERVAL
            },
        }
    coders = [list(cell.coders) for cell in cells]
    text = json.dumps({"names": names, "coders": coders, "columns": columns}, separators=(",", ":"))
    return zlib.compress(text.encode())


def unpacked(code: str, kept: bytes, pairs: Collection[frozenset[str]] | None = None) -> Iterator[CodePairAgreement]:
    """Yield the cells of a code, those of some pairs of coders or all, in the order in which they were packed."""
    stored = json.loads(zlib.decompress(kept))
    columns = stored["columns"]
    for place, coders in enumerate(stored["coders"]):
        if pairs is not None and frozenset(coders) not in pairs:
            continue
        estimates = {
            name: _estimate(columns[name], place) for name in stored["names"] if _at(columns[name]["given"], place)
        }
        counts = [_at(columns[name], place) for name in _COUNTS]
        yield CodePairAgreement(code, (coders[0], coders[1]), estimates, *counts)


def _estimate(columns: Stored, place: int) -> Estimate:
    interval = None
    if _at(columns["interval"], place):
        interval = Interval(**{part: _at(columns[f"interval.{part}"], place) for part in _INTERVAL})
    values = {part: _at(columns[part], place) for part in _ESTIMATE}
    return Estimate(parameters=_at(columns["parameters"], place), interval=interval, **values)


def _column(values: Sequence[object]) -> object:
    """Return a column, or its one value where all are the same."""
    same = bool(values) and all(value == values[0] and type(value) is type(values[0]) for value in values)
    return {"all": values[0]} if same else list(values)


def _at(column: Stored, place: int) -> Stored:
    return column["all"] if isinstance(column, dict) else column[place]
