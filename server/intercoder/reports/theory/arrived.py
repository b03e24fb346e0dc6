"""The chapter of a manuscript pack on saturation: the curve, and the paragraph with rules, declarations and the test by hold-out; or on information power."""

from intercoder.interchange.papers import Sentences
from intercoder.language import gettext
from intercoder.models import Round, SamplingUnit
from intercoder.reports import information_power as of_power
from intercoder.reports.theory.parts import Drawn, Parts, Written, author
from intercoder.services import information_power, judgements, saturation
from intercoder.services.arriving import Asked, Order
from intercoder.stats.saturation.study.whose import View


def _rounds(told: Written) -> list[Round]:
    """Return the rounds whose figures the person may see and that are compared: a paper tells of nothing that is going on."""
    return [r for r in saturation.visible_rounds(told.session, told.access) if r.state.compared]


def no_saturation(told: Written) -> str:
    """Return why there is no chapter on saturation; empty where there is one."""
    there = any(r.compared_at is not None for r in _rounds(told))
    return "" if there else gettext("No document is finished in a round that was compared.")


def saturation_parts(told: Written, title: str) -> Parts:
    """Return the curve as the last declaration asks for it, concepts by document where there is none, and the paragraph."""
    from intercoder.reports.figures import discovery_figure
    from intercoder.reports.saturation import order_in_words
    from intercoder.reports.saturation_paper import told as told_of

    session, access, rounds = told.session, told.access, _rounds(told)
    declarations = judgements.declarations(session, access)
    asked = Asked()
    if declarations:
        row = declarations[0].row
        asked = Asked(row.level, View.of(row.view), row.unit, Order.of(row.order), row.rule or asked.rule)
    of = told_of(session, access, asked, rounds)
    picture = of.picture
    parts: list[Sentences | Drawn] = [Sentences(title, [of.paragraph()])]
    if picture.result.frequencies.observed:
        made = picture.provenance
        cases = made.unit is SamplingUnit.CASE
        svg = discovery_figure(
            picture.result,
            made.level,
            [arrival.title for arrival in picture.arrivals],
            cases=cases,
            order=order_in_words(Order.of(made.order)),
        )
        named = gettext("Discovery curve by case") if cases else gettext("Discovery curve by document")
        parts.append(Drawn("saturation", named, [svg]))
    parts.append(Sentences("", [author(gettext("the judgement by which gathering materials was ended, and why"))]))
    return parts


def no_power(told: Written) -> str:
    """Return why there is no chapter on information power; empty where there is one."""
    judged = information_power.judgements_of_power(told.session, told.access)
    return "" if judged else gettext("Nothing was judged by information power.")


def power_parts(told: Written, title: str) -> Parts:
    """Return the paragraph on information power: the latest judgement, in a study that does not look at saturation."""
    (latest, *_) = information_power.judgements_of_power(told.session, told.access)
    return [Sentences(title, [of_power.paragraph(latest)])]
