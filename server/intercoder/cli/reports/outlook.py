"""How saturation reads in words: the grade with its sentences, the rules, and what the numbers are called."""

import math
from collections.abc import Mapping
from typing import Any

from intercoder.cli.reports import Facts
from intercoder.cli.reports.names import LIFTED
from intercoder.cli.tables import number, percent
from intercoder.cli.words import gettext, translate, why
from intercoder.errors import marked
from intercoder.stats.saturation.reading import GRADES, Reading
from intercoder.stats.saturation.reordering import Reordering
from intercoder.stats.saturation.stopping import Guest

#: Numbers in the order of their table -> their names; the first ones answer most.
NUMBERS: Mapping[str, str] = {
    "expected_new_next": marked("Expected new in the next document"),
    "expected_new_next_5": marked("Expected new in the next five documents"),
    "p_new_last_exact": marked("Chance that the last document of a random order brings something new"),
    "coverage": marked("Coverage: share of future applications that are of known codes"),
    "turing_coverage": marked("Coverage, Turing’s form"),
    "chao2": marked("At least so many codes exist (Chao2)"),
    "chao2_bc": marked("Chao2, bias-corrected"),
    "ichao2": marked("iChao2"),
    "ice": marked("ICE"),
    "ice_2016": marked("ICE (2016)"),
    "jack1": marked("Jackknife of first order"),
    "jack2": marked("Jackknife of second order"),
    "bootstrap": marked("Bootstrap estimate"),
    "p_new_next_model": marked("Chance that the next document brings something new (model)"),
    "extrapolate_to_2n": marked("Expected codes with twice the documents"),
    "coverage_at_2n": marked("Expected coverage with twice the documents"),
    "further_documents_0.9": marked("Further documents for 90 % of Chao2"),
    "further_documents_0.95": marked("Further documents for 95 % of Chao2"),
    "further_documents_0.99": marked("Further documents for 99 % of Chao2"),
}
WHOLE = frozenset({"least", "low", "high"})
SHARES = frozenset({"p_new_last_exact", "coverage", "turing_coverage", "p_new_next_model", "coverage_at_2n"})


def reading_in_words(reading: Reading) -> Facts:
    """Return the grade, and the sentences of facts and findings of every level."""
    pairs = []
    for scope, facts in reading.facts.items():
        said = [*facts, *(one for one in reading.sentences if one.values["scope"] == scope)]
        name = translate(LIFTED[scope]) if scope in LIFTED else gettext("Codes")
        for i, one in enumerate(said):
            pairs.append((name if not i else "", translate(one.message, _shown(one.values | {"scope": name}))))
    return Facts(translate(GRADES[reading.grade]), pairs)


def _shown(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the values of a sentence as they are written: shares in percent, few decimals."""
    shown = {}
    for name, value in values.items():
        if isinstance(value, float) and name in ("coverage", "share"):
            shown[name] = percent(value, 0)
        elif isinstance(value, float):
            shown[name] = str(math.ceil(value)) if name == "further" else number(value, 0 if name in WHOLE else 1)
        else:
            shown[name] = str(value)
    return shown


def guest_in_words(guest: Guest) -> tuple[str, str]:
    """Return the rule of Guest, Namey & Chen with its parameters, and where it was met or why it was not."""
    name = gettext(
        "Guest, Namey & Chen (2020), base {base}, run {run}, at most {threshold}",
        base=guest.base,
        run=guest.run,
        threshold=percent(guest.threshold, 0),
    )
    if guest.saturated_at is None:
        return name, why(guest.reason)
    text = gettext("first met at document {n} ({label})", n=guest.saturated_at, label=guest.label)
    latest = guest.runs[-1]
    if latest.ratio is not None and latest.ratio > guest.threshold + 1e-12:
        text += gettext("; no longer in the latest run")
    return name, text


def orders_in_words(orders: Reordering) -> list[tuple[str, str]]:
    """Return where news would have ended in other orders; nothing when there is no code."""
    if orders.median is None or orders.percentile5 is None or orders.percentile95 is None:
        return []
    text = gettext(
        "in {orders} random orders at document {median} in the middle, and in nine of ten between {low} and {high}; as "
        "they came: {arrival}; reversed: {reversed}",
        orders=orders.orders,
        median=orders.median.value,
        low=orders.percentile5.value,
        high=orders.percentile95.value,
        arrival=orders.arrival,
        reversed=orders.reversed,
    )
    if orders.by_case is not None:
        text += gettext("; case by case: {n}", n=orders.by_case)
    return [(gettext("Last news in other orders"), text)]
