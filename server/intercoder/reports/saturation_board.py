"""The board of saturation as it leaves: a table of what each document brought, a figure, words, and the matrix as a list."""

from collections.abc import Iterator, Sequence
from datetime import UTC

from intercoder.charts.saturation import curve_parts
from intercoder.charts.svg import element, plate
from intercoder.interchange.sheets import Value
from intercoder.language import gettext, grouped, inline, ngettext, sentences
from intercoder.models import SamplingUnit
from intercoder.reports.figures import curve_of, curve_words
from intercoder.reports.names import codes_of, scope_name
from intercoder.reports.numbers import DASH
from intercoder.reports.saturation import limits, order_in_words, picture_facts, units_in_words, view_in_words
from intercoder.services.arriving import Order
from intercoder.services.saturation import Picture
from intercoder.services.staircase import coders_of
from intercoder.stats.saturation.study.whose import View

#: of one curve in the figure, in its own units
WIDTH, HEIGHT = 860.0, 400.0


def _unit(picture: Picture) -> str:
    return scope_name("document") if picture.provenance.unit is SamplingUnit.DOCUMENT else gettext("Case")


# --- the table -----------------------------------------------------------------------------------


def board_headings(picture: Picture) -> list[str]:
    """Return what the columns of the table are called."""
    return [
        gettext("Level"),
        gettext("No."),
        _unit(picture),
        gettext("Case"),
        gettext("Finished on"),
        gettext("Codes"),
        gettext("New"),
        gettext("So far"),
        gettext("Mean of all orders"),
        gettext("S.d. of the orders"),
    ]


def board_rows(pictures: Sequence[Picture]) -> Iterator[Sequence[Value]]:
    """Yield a row for each level and each document or case, unrounded; the mean stands where it was computed, at 200 places at most."""
    for picture in pictures:
        result = picture.result
        found, curve = result.discovery, result.accumulation
        spread = curve.sd_permutation or [None] * len(curve.mean)
        mean = {h: (m, s) for h, m, s in zip(curve.h, curve.mean, spread, strict=True)}
        level = codes_of(picture.provenance.level)
        for place, arrival in enumerate(picture.arrivals):
            yield (
                level,
                place + 1,
                arrival.title,
                arrival.case or "",
                arrival.at.astimezone(UTC).date().isoformat(),
                found.codes_in_document[place],
                found.new[place],
                found.cumulative[place],
                *mean.get(place + 1, (None, None)),
            )


# --- the matrix ----------------------------------------------------------------------------------


def matrix_headings(picture: Picture) -> list[str]:
    """Return what the columns of the matrix, as a list of its cells, are called."""
    return [
        gettext("Level"),
        gettext("No."),
        _unit(picture),
        gettext("Case"),
        gettext("Code"),
        gettext("First here"),
        gettext("Coders"),
    ]


def matrix_rows(pictures: Sequence[Picture]) -> Iterator[Sequence[Value]]:
    """Yield a row for each code that a document or case holds, documents as they came, codes by where they came first.

    One that holds nothing has a row without a code: it counts.
    """
    for picture in pictures:
        order = {key: (place, row) for place, (key, row) in enumerate(picture.staircase)}
        level = codes_of(picture.provenance.level)
        for row, arrival in enumerate(picture.arrivals):
            coders = coders_of(picture, [str(document) for document in arrival.documents])
            if not arrival.shown:
                yield (level, row + 1, arrival.title, arrival.case or "", "", None, None)
            for key in sorted(arrival.shown, key=order.__getitem__):
                yield (
                    level,
                    row + 1,
                    arrival.title,
                    arrival.case or "",
                    picture.names[key],
                    order[key][1] == row,
                    coders.get(key),
                )


# --- words ---------------------------------------------------------------------------------------


def board_text(pictures: Sequence[Picture], coder: str = "") -> Iterator[str]:
    """Yield the board in words, a level after the other: what is known, what each document brought that was new, and what that does not say."""
    for picture in pictures:
        yield f"{_titled(codes_of(picture.provenance.level))}\n"
        yield f"{sentences(*picture_facts(picture, coder))}\n"
        found = picture.result.discovery
        for place, arrival in enumerate(picture.arrivals):
            if found.new[place]:
                yield (
                    "  "
                    + gettext(
                        "{n}. {title}: {new} new, {known} so far",
                        n=place + 1,
                        title=arrival.title,
                        new=grouped(found.new[place]),
                        known=grouped(found.cumulative[place]),
                    )
                    + "\n"
                )
        quiet = sum(not new for new in found.new)
        yield ngettext("{n} brought nothing new.", "{n} brought nothing new.", quiet) + "\n\n"
    yield f"{limits()}\n"


def _titled(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- the figure ----------------------------------------------------------------------------------


def board_figure(pictures: Sequence[Picture], coder: str = "") -> str:
    """Return the curves of levels below one another as one SVG on white; levels without a code are left out and named."""
    drawn = [picture for picture in pictures if picture.result.frequencies.observed]
    made = pictures[0].provenance
    order = order_in_words(Order.of(made.order))
    title = gettext("Saturation of {levels}", levels=_levels(drawn or pictures))
    parts: list[str] = []
    top = 30.0
    for picture in drawn:
        words = curve_words(picture.result, picture.provenance.level, cases=made.unit is SamplingUnit.CASE, order=order)
        names = [arrival.title for arrival in picture.arrivals]
        inside = "".join(curve_parts(curve_of(picture.result), words, names=names, width=WIDTH, height=HEIGHT))
        parts.append(element("g", "words", inside, transform=f"translate(0 {top:g})"))
        top += HEIGHT + 16
    notes = [
        gettext(
            "Codes counted: {view}. {units}: {n}, {order} (round {rounds}).",
            view=inline(view_in_words(View.of(made.view), coder)),
            units=units_in_words(made.unit),
            n=made.units,
            order=order,
            rounds=gettext(", ").join(str(n) for n in made.rounds) or DASH,
        ),
        gettext("Mapping {mapping}; documents SHA-256 {hash}.", mapping=made.mapping, hash=made.documents_sha256[:12]),
        limits(),
    ]
    empty = [codes_of(picture.provenance.level) for picture in pictures if picture not in drawn]
    if empty:
        notes.insert(0, gettext("Nothing to draw: {levels}.", levels=gettext(", ").join(empty)))
    return plate(WIDTH, top, title, " ".join(notes), notes, parts)


def _levels(pictures: Sequence[Picture]) -> str:
    return gettext(", ").join(codes_of(picture.provenance.level) for picture in pictures)
