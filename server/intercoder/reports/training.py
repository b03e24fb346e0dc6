"""What a gate says of an attempt, in the language spoken now."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from intercoder.language import gettext, listed, ngettext, translate
from intercoder.reports.numbers import number

if TYPE_CHECKING:
    from intercoder.stats.agreement.gate import Judgement


def outcome(judgement: "Judgement") -> str:
    """Return what the whole comes to."""
    from intercoder.stats.agreement.gate import OUTCOMES  # of numpy a page without a gate needs nothing

    if not judgement.conditions:
        return ngettext(
            "Not enough data: no code stands in at least {n} unit of the test.",
            "Not enough data: no code stands in at least {n} units of the test.",
            judgement.rule.places,
        )
    return translate(OUTCOMES[judgement.outcome], judgement.values)


def conditions(judgement: "Judgement", names: Mapping[str, str]) -> Iterator[str]:
    """Give a sentence for each condition, with the names of the codes."""
    from intercoder.stats.agreement.gate import CONDITIONS

    for condition in judgement.conditions:
        values = {k: number(v, 2) if isinstance(v, float) else v for k, v in condition.values.items()}
        code = condition.code
        name = gettext("All codes that count") if code is None else names.get(code, code)
        yield translate(CONDITIONS[condition.why], {"code": name, **values})


def kept_out(names: Sequence[str]) -> str:
    """Return who keeps a round from being opened, having not passed its gate; nothing of nobody."""
    if not names:
        return ""
    return ngettext(
        "{names} has not passed the gate of this round: it can be opened when that is so, or the gate is lifted, or the coder is "
        "taken out.",
        "{names} have not passed the gate of this round: it can be opened when that is so, or the gate is lifted, or the coders are "
        "taken out.",
        len(names),
        names=listed(names),
    )
