"""How far two adjudicators agree, as a paragraph for a paper."""

from intercoder.language import gettext, ngettext
from intercoder.reports.numbers import ends, number, percent
from intercoder.services.between_rulers import BetweenRulers
from intercoder.stats.results import Estimate


def paragraph(found: BetweenRulers) -> str:
    """Return what was ruled on by two and how far they agree, in the reader's language; empty before both ruled anywhere."""
    figures = found.figures
    if figures is None or not figures.places:
        return ""
    said = [
        gettext(
            "Two adjudicators ruled on {places}, drawn at random (seed {seeds}), without seeing one another’s ruling. They let the "
            "same codes stand on the same words at {same}, and the same codes at {codes}; Krippendorff’s α over their sets of codes is "
            "{alpha}.",
            places=ngettext("{n} place where coders differed", "{n} places where coders differed", figures.places),
            seeds=", ".join(str(draw.seed) for draw in reversed(found.draws)),
            same=_share(figures.same),
            codes=_share(figures.codes),
            alpha=_with_interval(figures.alpha),
        )
    ]
    if found.known:
        said.append(
            ngettext(
                "At {n} of these places the first ruling had been made before the place was drawn: there the second is a check.",
                "At {n} of these places the first ruling had been made before the place was drawn: there the second is a check.",
                found.known,
            )
        )
    if found.differed:
        said.append(
            gettext(
                "Where they differed ({differed}), a third adjudicator decided {third} and one of the two, after talking about it, "
                "{talk}.",
                differed=ngettext("{n} place", "{n} places", found.differed),
                third=ngettext("{n} place", "{n} places", found.third),
                talk=ngettext("{n} place", "{n} places", found.talk),
            )
        )
    return " ".join(said)


def _share(estimate: Estimate) -> str:
    return (
        f"{percent(estimate.value)} [{percent(estimate.interval.low)}, {percent(estimate.interval.high)}]"
        if estimate.interval
        else percent(estimate.value)
    )


def _with_interval(estimate: Estimate) -> str:
    if estimate.value is None:
        return gettext("not computed")
    return f"{number(estimate.value)} {ends(estimate.interval)}".strip()
