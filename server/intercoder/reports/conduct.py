"""How a round was done, in sentences for the methods section."""

from collections.abc import Mapping

from intercoder.language import gettext, grouped, ngettext, sentences
from intercoder.models import DisagreementState
from intercoder.reports.coder_sheets import in_words
from intercoder.reports.norming import before_sentence
from intercoder.reports.numbers import number, percent
from intercoder.reports.planning import planned_sentence
from intercoder.reports.rulers import paragraph
from intercoder.services.results import Summary
from intercoder.services.round_conduct import RoundConduct


def conduct_paragraph(told: RoundConduct) -> str:
    """Return when the round was coded, what of it by several, how that was chosen, and how differences were settled."""
    planned = planned_sentence(told.planned, told.goal) if told.planned is not None else ""
    if planned:
        planned = sentences(gettext("This was planned before the round was opened."), planned)
    by_two = paragraph(told.by_two) if told.by_two is not None else ""
    return sentences(
        _when(told), _several(told), _chosen(told), planned, _settled(told), by_two, *map(before_sentence, told.normed)
    )


def coders_paragraphs(told: RoundConduct, called: Mapping[str, str]) -> list[str]:
    """Return what coders say of themselves, a paragraph each; ``called``: coder → name in this file."""
    written = (in_words(sheet, called.get(str(sheet.user_id), "")) for sheet in told.sheets)
    return [words for words in written if words]


def holsti_sentence(summary: Summary) -> str:
    """Return Holsti's coefficients, which Chinese journals ask for; empty where there are none."""
    holsti, composite = summary.overall.get("holsti"), summary.overall.get("holsti_reliability")
    if holsti is None or composite is None or holsti.value is None or composite.value is None:
        return ""
    return gettext(
        "Holsti’s mean pairwise agreement K was {k}, the composite reliability R of {n} coders {r} (1969; neither is corrected for "
        "chance).",
        k=number(holsti.value, 3),
        n=len(summary.coders),
        r=number(composite.value, 3),
    )


def _when(told: RoundConduct) -> str:
    if told.first is None or told.last is None:
        return ""
    first, last = told.first.date(), told.last.date()
    if first == last:
        return gettext("The documents were submitted on {day}.", day=first.isoformat())
    return gettext(
        "The documents were submitted between {first} and {last}.", first=first.isoformat(), last=last.isoformat()
    )


def _several(told: RoundConduct) -> str:
    if not told.documents:
        return ""
    return gettext(
        "{several} of {all} documents ({share}) were coded by two coders or more.",
        several=grouped(told.several),
        all=grouped(told.documents),
        share=percent(told.several / told.documents, 0),
    )


def _chosen(told: RoundConduct) -> str:
    design = told.design
    if design is None:
        return gettext("Who coded which of them was chosen by hand.")
    if design.more is not None and design.percent:
        return gettext(
            "Who coded which of them was drawn when the round was planned: {n} each, {percent} % of them with {more} (seed {seed}); "
            "what was changed by hand afterwards is in the log.",
            n=_coders(design.each),
            percent=design.percent,
            more=_coders(design.more),
            seed=design.seed,
        )
    return gettext(
        "Who coded which of them was drawn when the round was planned: {n} each (seed {seed}); what was changed by hand afterwards "
        "is in the log.",
        n=_coders(design.each),
        seed=design.seed,
    )


def _coders(n: int) -> str:
    return ngettext("{n} coder", "{n} coders", n)


def _settled(told: RoundConduct) -> str:
    places = {state: n for state, n in told.places.items() if state is not DisagreementState.VOID}
    total, ruled = sum(places.values()), places.get(DisagreementState.RULED, 0)
    if not total:
        return ""
    if ruled == total:
        return gettext(
            "Coders differed at {places}; all were decided by {rulers}, each with a reason. What the coders had coded stayed as it "
            "was, and the agreement was computed from that.",
            places=_places(total),
            rulers=ngettext("{n} adjudicator", "{n} adjudicators", told.rulers),
        )
    return gettext(
        "Coders differed at {places}; of these {ruled} have been decided so far. The agreement was computed from what the coders had "
        "coded, not from any decision.",
        places=_places(total),
        ruled=grouped(ruled),
    )


def _places(n: int) -> str:
    return ngettext("{n} place", "{n} places", n)
