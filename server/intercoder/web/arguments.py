"""What stands behind the question mark of a page's address: read, or refused with a sentence."""

import math
from collections.abc import Collection
from uuid import UUID

from flask import request

from intercoder.errors import InvalidInput


def chosen(name: str, choices: Collection[str], default: str) -> str:
    """Return one of ``choices``; ``default`` when the address does not say."""
    value = request.args.get(name) or default
    if value not in choices:
        raise InvalidInput("bad_choice", "{name} must be one of: {choices}.", name=name, choices=", ".join(choices))
    return value


def identifier(name: str) -> UUID | None:
    """Return the identifier given, or None."""
    value = request.args.get(name)
    if not value:
        return None
    try:
        return UUID(value)
    except ValueError:
        raise InvalidInput(
            "bad_address", "The address of this page is damaged: {name} is not an identifier.", name=name
        ) from None


def number(name: str, low: float, high: float, default: float) -> float:
    """Return a number within bounds; ``default`` when the address does not say."""
    value = request.args.get(name) or str(default)
    try:
        found = float(value)
    except ValueError:
        found = math.nan
    if not low <= found <= high:
        raise InvalidInput(
            "bad_number", "{name} must be a number from {low} to {high}.", name=name, low=f"{low:g}", high=f"{high:g}"
        )
    return found


def page_number() -> int:
    """Return the number of the page of a long list, from 1."""
    return int(number("page", 1, 1_000_000, 1))
