"""How numbers are written, and the sentences for those that are missing."""

from collections.abc import Sequence

from intercoder.errors import marked
from intercoder.language import grouped, translate
from intercoder.reports import Ends, Measured, Plain
from intercoder.stats.results import REASONS

#: beside an interval from 1 to 1
WITHOUT_WIDTH = marked(
    "The coders agree everywhere, so the interval has no width. It says nothing about other units, least of all with few."
)
#: between a number and its percent sign
NARROW = "\u202f"
DASH, MINUS = "–", "−"
#: upper bounds of the bands of a coefficient, but for the last one
BANDS = (0.4, 0.667, 0.8)


def number(value: float | None, digits: int = 3) -> str:
    """Return a figure: fixed decimals, a minus as long as a plus, a dash for none, never −0.000."""
    return DASH if value is None else grouped(round(value, digits) + 0.0, digits).replace("-", MINUS)


def p_value(p: float | None) -> str:
    """Return a p-value as papers write it: three decimals, and what is below them as such; a dash for none."""
    return f"< {grouped(0.001, 3)}" if p is not None and p < 0.0005 else number(p, 3)


def percent(share: float | None, digits: int = 1) -> str:
    """Return a share as a percentage, a dash for none."""
    return DASH if share is None else f"{number(100 * share, digits)}{NARROW}%"


def whole_percent(share: float | None) -> str:
    """Return a share in whole percent; one that is not quite all of it with as many decimals as say so, four at most."""
    if share is None:
        return DASH
    digits = next((d for d in range(4) if share >= 1 or round(100 * share, d) < 100), 4)
    return percent(share if share >= 1 else min(share, 0.999999), digits)


def signed(change: float | None, digits: int = 3) -> str:
    """Return a change with its sign, a dash for none."""
    if change is None:
        return DASH
    rounded = round(change, digits) + 0.0
    return f"{'+' if rounded > 0 else MINUS if rounded < 0 else ''}{number(abs(rounded), digits)}"


def leverage(millionths: int | None) -> str:
    """Return by how much alpha would rise, of millionths; a dash where nobody has computed it."""
    return signed(None if millionths is None else millionths / 1_000_000, 4)


def ends(interval: Ends | None, digits: int = 3) -> str:
    """Return an interval in brackets; nothing without one."""
    return "" if interval is None else f"[{number(interval.low, digits)}, {number(interval.high, digits)}]"


def why(reason: str | None, *, cases: bool = False) -> str:
    """Return the sentence of a reason code; nothing for none. ``cases``: where cases arrive and not documents."""
    if not reason:
        return ""
    if cases:
        from intercoder.reports.of_cases import OF_CASES  # what few results need

        return translate(OF_CASES.get(REASONS[reason], REASONS[reason]))
    return translate(REASONS[reason])


def remark(estimate: Measured, *, cases: bool = False) -> str:
    """Return why there is no value, else why there is no interval where one was computed for others, or none of any width."""
    if estimate.reason is not None:
        return why(estimate.reason, cases=cases)
    agreement = estimate.value is not None and not isinstance(estimate, Plain)
    if agreement and estimate.interval is not None and estimate.interval.low >= 1.0:
        return translate(WITHOUT_WIDTH)
    return "" if estimate.interval_reason in {None, "not_requested"} else why(estimate.interval_reason)


def letters(coders: Sequence[str]) -> dict[str, str]:
    """Return A, B, C … for coders in the order given; after Z follow AA, AB, …, after ZZ AAA."""
    return {coder: _letters(place) for place, coder in enumerate(coders)}


def _letters(place: int) -> str:
    return chr(65 + place) if place < 26 else _letters(place // 26 - 1) + chr(65 + place % 26)
