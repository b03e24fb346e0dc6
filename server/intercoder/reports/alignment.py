"""Why private labels may be the same, in words with their figures, in the language spoken now."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from intercoder.language import gettext, language
from intercoder.models import LabelPair, ProposalKind
from intercoder.reports.numbers import letters

#: how masked coders are called in Chinese; A1 is there the number of a concept
_STEMS = "甲乙丙丁戊己庚辛壬癸"


def masks(coders: Sequence[UUID]) -> dict[UUID, str]:
    """Return what coders are called whose names are hidden, in the order given."""
    called = letters([str(coder) for coder in coders])
    if language() == "zh" and len(coders) <= len(_STEMS):
        return dict(zip(coders, _STEMS, strict=False))
    return {coder: called[str(coder)] for coder in coders}


def reasons(kind: ProposalKind, evidence: Sequence[LabelPair], names: Mapping[UUID, str]) -> list[str]:
    """Return a sentence for each two labels: where they were used, and how they are called."""
    if not evidence:
        return [gettext("No label of another coder is close to this one in its place or its name.")]
    said = [_reason(pair, names[pair.first], names[pair.second]) for pair in evidence]
    if kind is ProposalKind.BROADER:
        first = names[evidence[0].first]
        said.insert(
            0, gettext("The text of “{name}” covers that of the others: it may be the concept above them.", name=first)
        )
    return said


def _reason(pair: LabelPair, first: str, second: str) -> str:
    return gettext(
        "“{first}” and “{second}”: {place}; {names}.",
        first=first,
        second=second,
        place=_place(pair),
        names=_names(pair),
    )


def _place(pair: LabelPair) -> str:
    if pair.overlap is None:
        return gettext("no document that both coders finished")
    if not pair.shared:
        return gettext("no place in common")
    either = pair.first_extent + pair.second_extent - pair.shared
    return gettext(
        "places overlap by {share} ({shared} of {either} characters)",
        share=f"{pair.overlap:.2f}",
        shared=pair.shared,
        either=either,
    )


def _names(pair: LabelPair) -> str:
    if pair.names >= 1:
        return gettext("the names are the same")
    if pair.names == 0:
        return gettext("the names have nothing in common")
    return gettext("the names are alike by {share}", share=f"{pair.names:.2f}")
