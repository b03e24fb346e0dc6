"""What a report says of the independence of its layers, in the language spoken now."""

from collections.abc import Sequence
from itertools import groupby

from intercoder.language import gettext, listed, ngettext
from intercoder.reports import Note
from intercoder.reports.names import coefficient
from intercoder.reports.numbers import number
from intercoder.services.independence import Exposure
from intercoder.services.provenance import DependentLayer, Independence, Provenance
from intercoder.services.results import Summary


def all_independent(made: Provenance) -> bool:
    """Return whether every layer of a report is known to be independent."""
    return made.independence is not None and not made.independence.dependent


def independence_note(made: Provenance, summary: Summary) -> Note:
    """Return how many layers are independent, and the headline over these beside that over all, as one note."""
    told = made.independence
    if told is None:
        return Note(
            "independence_unknown",
            gettext(
                "When this report was made, it was not computed whether coders could have seen one another’s work."
            ),
        )
    if not told.dependent:
        return Note("independent", independent_layers(told.independent))
    return Note("not_independent", _partly(told, summary))


def independent_layers(n: int) -> str:
    """Return that all of so many layers are independent."""
    return ngettext(
        "The {n} layer is independent: by the log its coder could not have seen another’s work on the document.",
        "All {n} layers are independent: by the log no coder could have seen another’s work on a document before the "
        "own layer was as it is.",
        n,
    )


def layers_caption(made: Provenance) -> str:
    """Return over which layers a figure or a table of a report is, for the line below its title."""
    told = made.independence
    if told is None:
        return gettext("over all submitted layers; their independence was not computed")
    if not told.dependent:
        return ngettext("over {n} independent layer", "over {n} independent layers", told.independent)
    return gettext(
        "over all {all} layers, of which {n} are independent",
        n=told.independent,
        all=told.independent + len(told.dependent),
    )


def partly_independent(n: int, every: int) -> str:
    """Return that only so many layers are independent."""
    return gettext("{n} of {all} layers are independent.", n=n, all=every)


def exposure_notes(made: Provenance) -> list[Note]:
    """Return for each way in which layers are not independent how many there are, and whose."""
    if made.independence is None:
        return []
    names = {coder.id: coder.name for coder in made.coders}
    order = sorted(made.independence.dependent, key=lambda layer: (layer.exposure, layer.round))
    notes = []
    for (exposure, round_number), layers in groupby(order, key=lambda layer: (layer.exposure, layer.round)):
        several = list(layers)
        coders = listed(sorted({names.get(layer.coder, layer.coder) for layer in several}))
        notes.append(Note(exposure.value, _exposed(exposure, round_number, several, coders)))
    return notes


def _partly(told: Independence, summary: Summary) -> str:
    counts = {"n": told.independent, "all": told.independent + len(told.dependent)}
    alone = (summary.independent or {}).get(summary.headline)
    if alone is None:
        return gettext(
            "{n} of {all} layers are independent, and no document has two of them: all figures are over all layers. Coding "
            "again after a discussion is a legitimate design; it is not independent work.",
            **counts,
        )
    whole = summary.known_by
    return gettext(
        "{n} of {all} layers are independent. {coefficient} over these alone: {alone} ({units} units compared); over all "
        "layers: {whole} ({of} units).",
        coefficient=coefficient(whole.method, whole.parameters),
        alone="–" if alone.value is None else number(alone.value, 2),
        units=alone.n_pairable,
        whole="–" if whole.value is None else number(whole.value, 2),
        of=whole.n_pairable,
        **counts,
    )


def _exposed(exposure: Exposure, round_number: int, layers: Sequence[DependentLayer], coders: str) -> str:
    match exposure:
        case Exposure.EARLIER_ROUND:
            return ngettext(
                "{n} layer was submitted after round {round} was closed, in which others coded the same document ({coders}).",
                "{n} layers were submitted after round {round} was closed, in which others coded the same documents ({coders}).",
                len(layers),
                round=round_number,
                coders=coders,
            )
        case Exposure.REOPENED:
            return ngettext(
                "{n} layer was changed after round {round} was closed and reopened ({coders}).",
                "{n} layers were changed after round {round} was closed and reopened ({coders}).",
                len(layers),
                round=round_number,
                coders=coders,
            )
        case Exposure.LED:
            return ngettext(
                "{n} layer is of somebody who could see figures of round {round} while it ran, as a lead or an observer ({coders}).",
                "{n} layers are of people who could see figures of round {round} while it ran, as leads or observers ({coders}).",
                len(layers),
                round=round_number,
                coders=coders,
            )
