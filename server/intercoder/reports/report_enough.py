"""Whether a report rests on enough: a line of what is there, each with a tick or a warning."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intercoder.language import gettext, grouped, ngettext
from intercoder.services.provenance import Provenance
from intercoder.services.results import Summary
from intercoder.stats.agreement.results import FEW_UNITS, CodeBrief
from intercoder.stats.results import Estimate


@dataclass(frozen=True, slots=True)
class Tick:
    """One thing that a report needs enough of; ``enough`` says whether it has."""

    enough: bool
    text: str


def ticks(made: Provenance, summary: Summary, codes: Sequence[CodeBrief], whole: Estimate) -> Iterator[Tick]:
    """Give what a report rests on: documents, what came back, coders, units, missing values, layers, rare codes."""
    yield from coded_ticks(made, len(summary.documents), summary.compared_documents, len(summary.coders))
    yield Tick(
        whole.n_pairable >= FEW_UNITS and 2 * whole.n_pairable >= whole.n_units,
        gettext(
            "{n} of {all} units coded by two coders or more", n=grouped(whole.n_pairable), all=grouped(whole.n_units)
        ),
    )
    if missing := made.units_skipped + made.units_unseen:
        text = ngettext("{n} unit skipped or not looked at", "{n} units skipped or not looked at", missing)
        yield Tick(False, text)
    yield from layers_tick(made)
    if rare := sum(row.few_positives and row.units_used > 0 for row in codes):
        yield Tick(False, ngettext("{n} code applied fewer than 5 times", "{n} codes applied fewer than 5 times", rare))


def coded_ticks(made: Provenance, documents: int, compared: int, coders: int) -> Iterator[Tick]:
    """Give what every report rests on, by unit or by free span: documents, what came back, coders."""
    yield Tick(
        0 < compared == documents,
        gettext("{n} of {all} documents finished by two coders or more", n=grouped(compared), all=grouped(documents)),
    )
    if made.assignments > made.submitted:
        missing = made.assignments - made.submitted
        text = ngettext("{n} assignment did not come back", "{n} assignments did not come back", missing)
        yield Tick(False, text)
    yield Tick(coders > 1, ngettext("{n} coder", "{n} coders", coders))


def layers_tick(made: Provenance) -> Iterator[Tick]:
    """Give whether the layers are independent, where that was computed."""
    if made.independence is not None:
        count = len(made.independence.dependent)
        dependent = ngettext("{n} layer is not independent", "{n} layers are not independent", count)
        yield Tick(not count, dependent if count else gettext("all layers are independent"))
