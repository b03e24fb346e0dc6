"""What is said of a round of open coding whose labels are not aligned yet, in the language spoken now."""

from intercoder.language import gettext, grouped, ngettext
from intercoder.services.marking import MarkedWhere, Waiting


def not_computed() -> str:
    """Return why there is no agreement on what was marked."""
    return gettext(
        "Agreement on what was marked is not computed before the labels are aligned: each coder names it in own words, which "
        "differ by design. Only where something was marked can be compared."
    )


def waiting_words(waiting: Waiting) -> str:
    """Return how many labels of how many coders wait."""
    return gettext(
        "Waiting for alignment: {labels} of {coders}.",
        labels=ngettext("{n} label", "{n} labels", waiting.labels),
        coders=ngettext("{n} coder", "{n} coders", waiting.coders),
    )


def computed_from(where: MarkedWhere) -> str:
    """Return what the numbers were computed from."""
    alpha = where.alpha
    said = gettext(
        "{spans} marked stretches in {documents} documents of {length} characters that two or more of {coders} coders "
        "finished; {submitted} of {all} documents given out came back; {software}.",
        spans=grouped(alpha.spans),
        documents=grouped(alpha.documents),
        length=grouped(alpha.length),
        coders=grouped(len(where.coders)),
        submitted=grouped(where.submitted),
        all=grouped(where.assignments),
        software=where.software,
    )
    if where.missing:
        left = ngettext(
            "{n} character of units that somebody skipped or did not look at is left out.",
            "{n} characters of units that somebody skipped or did not look at are left out.",
            where.missing,
        )
        said = f"{said} {left}"
    if not where.dependent:
        return said
    seen = ngettext(
        "{n} of the layers was made by somebody who could have seen another’s work on the document.",
        "{n} of the layers were made by people who could have seen another’s work on the document.",
        where.dependent,
    )
    return f"{said} {seen}"
