"""Rows of the log read back as acts: with this module every kind of act is loaded."""

from collections.abc import Mapping
from functools import cache

from pydantic import TypeAdapter, ValidationError

from intercoder.events import (  # noqa: F401 - each enters its kinds
    categories,
    codebook,
    coding,
    comparison,
    mapping,
    materials,
    memos,
    norming,
    people,
    rounds,
    saturation,
    teaching,
    theory,
    threads,
)
from intercoder.events.act import Act
from intercoder.models import Event


def known() -> Mapping[str, type[Act]]:
    """Return action → its class, of every kind of act that this version of the program knows."""
    return Act.known


@cache
def _reader(action: str) -> TypeAdapter[Act]:
    return TypeAdapter(Act.known[action])


def read(row: Event) -> Act | None:
    """Return the act of a stored row; None for one that this version of the program does not know."""
    if row.action not in Act.known:
        return None
    place = {"subject_id": row.subject_id, "in_round": row.round_id, "in_stream": row.stream}
    try:
        return _reader(row.action).validate_python({**row.detail, **place})
    except ValidationError:
        return None
