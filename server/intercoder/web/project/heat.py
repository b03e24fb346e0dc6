"""The cells of the heat map of a report: a page has hundreds, and a template takes three times as long over each."""

from collections.abc import Callable, Mapping

from markupsafe import Markup, escape

from intercoder.language import gettext
from intercoder.reports.numbers import why
from intercoder.stats.agreement.results import CodePairAgreement
from intercoder.web.figures import band, coefficient_text


def drawn(letters: Mapping[str, str], passages: Callable[..., str]) -> Callable[[CodePairAgreement], Markup]:
    """Return what draws a code and two coders: alpha in its colour, which leads to its passages, with the counts behind it.

    ``passages`` returns the address of the passages of a code, a coder and another.
    """
    counted = gettext("both {both} · only {a} {first} · only {b} {second}")

    def cell(given: CodePairAgreement) -> Markup:
        alpha, (first, second) = given.estimates["alpha"], given.coders
        if alpha.reason:
            said = escape(why(alpha.reason))
            hidden = f'<span class="visually-hidden">{said}</span>'
        else:
            said, hidden = escape(_counted(counted, letters, given)), ""
        address = escape(passages(code=given.code, coder=first, other=second))
        return Markup(  # noqa: S704 - letters, addresses and reasons are escaped; the rest is the program's own
            f'<a class="{band(alpha.value)}" href="{address}" title="{said}">{coefficient_text(alpha.value)}{hidden}</a>'
        )

    return cell


def _counted(sentence: str, letters: Mapping[str, str], given: CodePairAgreement) -> str:
    first, second = given.coders
    return sentence.format(both=given.both, a=letters[first], first=given.first, b=letters[second], second=given.second)
