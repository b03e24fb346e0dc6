"""Which mapping of codes a figure used, in words."""

from intercoder.language import gettext, ngettext


def mapping_notes(number: int | None, waiting: int) -> tuple[str, ...]:
    """Return what is to be said of the mapping that a figure used: nothing where no code ever counted as another.

    ``number``: of the last act that it knew, None where codes count as the version of the round had them; ``waiting``:
    codings of split codes that nobody had put yet.
    """
    notes = []
    if number:
        notes.append(gettext("codes as they count after change {n} of the codebook", n=number))
    if waiting:
        notes.append(
            ngettext(
                "{n} passage of a split code has no place yet and counts as the old code",
                "{n} passages of split codes have no place yet and count as the old codes",
                waiting,
            )
        )
    return tuple(notes)
