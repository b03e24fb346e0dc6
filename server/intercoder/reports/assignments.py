"""What a plan of who codes what says of itself, in the language spoken now."""

from collections.abc import Iterable, Iterator, Mapping

from intercoder.language import gettext, ngettext, sentences, translate
from intercoder.models import RoundState
from intercoder.reports.numbers import number
from intercoder.services.round_plans import Overlap, RoundPlan
from intercoder.stats.planning.assignment_sums import NOT_MET, NotMet


def not_met(plan: RoundPlan) -> Iterator[str]:
    """Give a sentence for each thing that is not as it was asked for, with the titles and names of the project."""
    yield from not_met_of(plan.sums.not_met, {**plan.titles, **plan.names})
    for coder, own in plan.own.items():
        most = plan.design.ceilings.get(coder, own)
        if most > own:
            yield gettext(
                "{name} said to take at most {own} characters; at most {most} are set here.",
                name=plan.names[str(coder)],
                own=number(own, 0),
                most=number(most, 0),
            )


def not_met_of(those: Iterable[NotMet], known: Mapping[str, str]) -> Iterator[str]:
    """Give a sentence for each of these; ``known``: titles and names by identifier."""
    for told in those:
        said = {name: _said(value, known) for name, value in told.values.items()}
        yield translate(NOT_MET[told.reason], said)


def independence(overlaps: Iterable[Overlap]) -> Iterator[str]:
    """Give a sentence or two for each other round that holds the same documents: what that does to independence."""
    for other in overlaps:
        yield sentences(_where(other), _again(other))


def _where(other: Overlap) -> str:
    values = {"number": other.number, "name": other.name}
    if other.state is RoundState.OPEN:
        return ngettext(
            "{n} of these documents is being coded in round {number} “{name}”, which is open: when it closes before this one, "
            "its codings lie open, and layers finished here after that do not count as independent.",
            "{n} of these documents are being coded in round {number} “{name}”, which is open: when it closes before this one, "
            "its codings lie open, and layers finished here after that do not count as independent.",
            other.documents,
            **values,
        )
    return ngettext(
        "{n} of these documents was coded in round {number} “{name}”: its codings lie open, and layers of this document "
        "do not count as independent where somebody else coded it there.",
        "{n} of these documents were coded in round {number} “{name}”: its codings lie open, and layers of these documents "
        "do not count as independent where somebody else coded them there.",
        other.documents,
        **values,
    )


def _again(other: Overlap) -> str:
    if not other.same:
        return ""
    return ngettext(
        "In {n} case a coder gets the same document again.",
        "In {n} cases a coder gets the same document again.",
        other.same,
    )


def _said(value: str | int | float, known: Mapping[str, str]) -> str:
    if isinstance(value, str):
        return known.get(value, value)
    return number(value, 0 if float(value).is_integer() else 1)
