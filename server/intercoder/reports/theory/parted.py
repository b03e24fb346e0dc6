"""What parting a concept would do, in sentences: shown before it is done."""

from intercoder.language import gettext, listed, ngettext
from intercoder.services.parting import Parting


def parted_sentences(parting: Parting) -> list[str]:
    """Return what happens to labels, and to the concept itself."""
    made = []
    if parting.whole:
        names = listed([parting.name(label) for label in parting.whole])
        made.append(ngettext("{n} label moves: {names}.", "{n} labels move: {names}.", len(parting.whole), names=names))
    for label, chosen in parting.some.items():
        made.append(
            gettext(
                "The label “{name}” is split: {chosen} of its {n} codings move.",
                name=parting.name(label),
                chosen=sum(chosen.values()),
                n=len(chosen),
            )
        )
    if parting.own_chosen:
        made.append(
            gettext(
                "“{name}” was applied itself: {chosen} of these {n} codings move. What is left of it keeps its name, its labels and what is said of it.",
                name=parting.code.name,
                chosen=parting.own_chosen,
                n=len(parting.own),
            )
        )
    return made
