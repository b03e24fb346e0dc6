"""How pages print a coefficient: two decimals, the interval, a band of colour, a small bar, the reason for what is missing."""

from flask import Flask
from markupsafe import Markup

from intercoder.reports import Measured
from intercoder.reports.names import sign
from intercoder.reports.numbers import BANDS, ends, number, percent, remark, signed, why

#: decimals on pages
DIGITS = 2


def coefficient_text(value: float | None) -> str:
    """Return a coefficient, a dash for none."""
    return number(value, DIGITS)


def interval_text(estimate: Measured) -> str:
    """Return the interval of a coefficient; nothing without one."""
    return ends(estimate.interval, DIGITS)


def band(value: float | None) -> str:
    """Return the class of the heat map for a value; hatched when there is none."""
    return "band-none" if value is None else f"band-{sum(value >= bound for bound in BANDS)}"


#: width of a column of intervals; where many columns stand beside it
WIDE, NARROW = 260.0, 204.0


def bar(name: str, estimate: Measured, width: float = WIDE) -> Markup:
    """Return the interval of a number as a small figure."""
    from intercoder.reports.figures import interval_figure

    return Markup(interval_figure(name, estimate, digits=DIGITS, width=width))  # noqa: S704 - own SVG, its texts escaped


def axis(width: float = WIDE) -> Markup:
    """Return the scale above a column of intervals."""
    from intercoder.reports.figures import scale_figure

    return Markup(scale_figure(width))  # noqa: S704 - own SVG, its texts escaped


def change_text(change: float | None) -> str:
    """Return a change with its sign, a dash for none."""
    return signed(change, DIGITS)


def init_app(app: Flask) -> None:
    """Give templates the printing of numbers."""
    app.jinja_env.globals.update(band=band, bar=bar, axis=axis, narrow=NARROW)
    app.jinja_env.filters.update(
        sign=sign,
        coefficient=coefficient_text,
        interval=interval_text,
        change=change_text,
        percent=percent,
        remark=remark,
        why=why,
    )
