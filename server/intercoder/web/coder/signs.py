"""Numbers and identifiers as characters: as digits they are longer by half, and by a third, where they are compressed.

static/js/coding/columns.js reads them.
"""

from base64 import b64encode
from collections.abc import Sequence
from uuid import UUID


def identifiers(values: Sequence[UUID]) -> str:
    """Return identifiers as the base64 (RFC 4648) of their bytes, one after another: 16 for each."""
    return b64encode(b"".join([value.bytes for value in values])).decode()


def signs(values: Sequence[int]) -> str:
    """Return numbers from 0 on as characters: one for what is below 32,768, one more for each further 14 bits (the lowest first)."""
    return "".join(
        [_SIGNS[value] if value < _FEW else _sign(value) if value < _MANY else _sign_of_many(value) for value in values]
    )


_MANY, _BITS = 0x8000, 14


def _sign(value: int) -> str:
    # From "#" on, so that none is a quotation mark, and without the backslash: JSON would write them as two.
    return chr(value + 35 if value < 57 else value + 36)


#: those of most values, which are small
_FEW = 1024
_SIGNS = [_sign(value) for value in range(_FEW)]


def _sign_of_many(value: int) -> str:
    made = ""
    while value >= _MANY:
        made += _sign(_MANY | value & (1 << _BITS) - 1)
        value >>= _BITS
    return made + _sign(value)
