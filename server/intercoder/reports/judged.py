"""How rules and declarations of saturation read in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from intercoder.errors import marked
from intercoder.language import gettext, grouped, inline, listed, ngettext, sentences, translate
from intercoder.models import Level, SamplingUnit, SaturationKind, Stopping, StoppingRule, WithdrawalCause
from intercoder.reports.names import NOTED, codes_of
from intercoder.reports.numbers import number, percent, why
from intercoder.reports.of_cases import said_of
from intercoder.reports.saturation import order_in_words, units_in_words, view_in_words
from intercoder.services.arriving import Order
from intercoder.services.axis_marks import AxisMark, MarkKind
from intercoder.services.judgements import DeclarationShown, RuleShown
from intercoder.stats.saturation.stopping import Met
from intercoder.stats.saturation.study.events import Kind
from intercoder.stats.saturation.study.whose import View

MARKS: Mapping[MarkKind, str] = {
    MarkKind.VERSION: marked("Version {number} of the codebook"),
    MarkKind.MERGED: marked("Codes were merged (change {number})"),
    MarkKind.CASE: marked("A new case: {text}"),
    MarkKind.JOINED: marked("{text} began to code"),
    MarkKind.DECLARED: marked("Declaration {number}"),
    MarkKind.WITHDRAWN: marked("Declaration {number} no longer stands"),
}
KINDS = {
    SaturationKind.DATA: marked("Data saturation"),
    SaturationKind.CODES: marked("Saturation of codes or themes"),
    SaturationKind.MEANING: marked("Meaning saturation"),
    SaturationKind.THEORETICAL: marked("Theoretical saturation"),
}
KIND_HINTS = {
    SaturationKind.DATA: marked("what people say repeats itself"),
    SaturationKind.CODES: marked("no new codes or themes come"),
    SaturationKind.MEANING: marked("nothing new is said of the codes there are"),
    SaturationKind.THEORETICAL: marked("categories, their properties and their relations are developed"),
}
RULES = {
    StoppingRule.GUEST2020: marked("Guest, Namey & Chen (2020)"),
    StoppingRule.FRANCIS2010: marked("Francis et al. (2010)"),
    StoppingRule.WELLER2018: marked("Weller et al. (2018)"),
    StoppingRule.HENNINK2017: marked("Hennink et al. (2017)"),
    StoppingRule.CONSTANTINOU2017: marked("Constantinou et al. (2017)"),
}


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def mark_in_words(mark: AxisMark) -> tuple[str, str]:
    """Return the day of a mark, and what happened."""
    if mark.kind is MarkKind.NOTE:
        return _day(mark.at), mark.text
    return _day(mark.at), translate(MARKS[mark.kind], {"number": mark.number, "text": mark.text})


def kinds() -> list[tuple[SaturationKind, str, str]]:
    """Return the kinds of saturation with what they are called and what they mean."""
    return [(kind, translate(KINDS[kind]), translate(KIND_HINTS[kind])) for kind in SaturationKind]


def rule_kinds() -> list[tuple[StoppingRule, str]]:
    """Return the rules that can be saved, with their names."""
    return [(rule, translate(name)) for rule, name in RULES.items()]


def rule_in_words(rule: Stopping) -> str:
    """Return a rule with its parameters, as papers write it."""
    name = translate(RULES[rule.rule])
    if rule.rule is StoppingRule.GUEST2020:
        return f"{name} {rule.base} / {rule.run} / {percent(rule.threshold, 0)}"
    if rule.rule is StoppingRule.FRANCIS2010:
        return f"{name} {rule.initial} + {rule.stop}"
    if rule.rule is StoppingRule.HENNINK2017:
        return ngettext(
            "{name}: no new codes in {n}, and nothing new of any code in the last {n} that hold it",
            "{name}: no new codes in {n}, and nothing new of any code in the last {n} that hold it",
            rule.stop,
            name=name,
        )
    if rule.rule is StoppingRule.CONSTANTINOU2017:
        return ngettext(
            "{name}: as they came, reversed and in 95 % of 1,000 orders, {n} without news at the end",
            "{name}: as they came, reversed and in 95 % of 1,000 orders, {n} without news at the end",
            rule.stop,
            name=name,
        )
    return gettext("{name}: less than one new code expected of the next", name=name)


def met_in_words(met: Met, unit: SamplingUnit) -> str:
    """Return whether a rule is met, and since when or why not."""
    if not met.met:
        return why(met.reason, cases=unit is SamplingUnit.CASE) or gettext("not met")
    if met.since is None:
        return gettext("met")
    return translate(said_of(unit, marked("met from document {n} on")), {"n": met.since})


def saved_in_words(rule: RuleShown) -> str:
    """Return who saved a rule, when, and how much had arrived by then."""
    said = gettext("{day}, {name}", day=_day(rule.at), name=rule.by)
    if rule.before_looking:
        return said
    told = [said]
    if rule.documents:
        told.append(ngettext("when {n} document had arrived", "when {n} documents had arrived", rule.documents))
    if rule.live:
        told.append(gettext("while a round was open that shows its figures"))
    return " · ".join(told)


@dataclass(frozen=True, slots=True)
class Said:
    """A declaration in words: what it says, whether it stands and what took it back, and its figures."""

    title: str
    about: str
    now: str
    stands: bool


def said(shown: DeclarationShown, coder_asked: str = "") -> Said:
    """Return a declaration in words."""
    row = shown.row
    title = gettext(
        "{kind}, {level} (declaration {number})",
        kind=translate(KINDS[row.kind]),
        level=codes_of(row.level),
        number=row.number,
    )
    return Said(title, _about(shown, coder_asked), _now(shown), row.withdrawn_at is None)


def _about(shown: DeclarationShown, coder: str) -> str:
    row, figures = shown.row, shown.row.figures
    unit = row.unit
    parts = [
        gettext(
            "{name} declared it on {day}, by {units} ({n}), {order}; codes counted: {view}. {codes} {level} were there.",
            name=shown.by,
            day=_day(row.declared_at),
            units=inline(units_in_words(unit)),
            n=figures.units,
            order=order_in_words(Order.of(row.order)),
            view=inline(view_in_words(View.of(row.view), coder)),
            codes=grouped(figures.codes),
            level=codes_of(Level(row.level)),
        )
    ]
    if row.covers:
        covered = [inline(translate(NOTED[Kind(kind)])) for kind in row.covers]
        parts.append(
            ngettext(
                "It covers their {what} too ({n} was there).",
                "It covers their {what} too ({n} were there).",
                len(row.things),
                what=listed(covered),
            )
        )
    if row.rule is not None:
        parts.append(gettext("Rule: {rule}.", rule=rule_in_words(row.rule)))
    if figures.coverage is not None and figures.expected_news is not None and figures.least is not None:
        parts.append(
            gettext(
                "Coverage {coverage}; {news} new expected of the next; at least about {least} exist.",
                coverage=percent(figures.coverage, 0),
                news=number(figures.expected_news, 1),
                least=grouped(figures.least),
            )
        )
    if figures.open_places:
        parts.append(ngettext("{n} place waited for a ruling.", "{n} places waited for a ruling.", figures.open_places))
    return sentences(*parts)


def _now(shown: DeclarationShown) -> str:
    row = shown.row
    if row.withdrawn_at is None:
        if not shown.added or shown.added < 0:
            return gettext("It stands: nothing was added since.")
        return ngettext(
            "It still holds: {n} document was added since, and brought nothing that was not there.",
            "It still holds: {n} documents were added since, and brought nothing that was not there.",
            shown.added,
        )
    when = _day(row.withdrawn_at)
    if row.cause is WithdrawalCause.BY_HAND:
        return gettext(
            "{name} took it back on {day}: {reason}", name=shown.withdrawn_by, day=when, reason=row.withdrawal_reason
        )
    if row.new_things:
        return gettext(
            "On {day} a passage of “{title}” showed what was not there: {names}.",
            day=when,
            title=shown.document,
            names=listed(row.new_things),
        )
    if row.cause is WithdrawalCause.RULE_NOT_MET:
        return gettext("Since {day} its rule is no longer met: it no longer stands.", day=when)
    names = listed([name for _, name in shown.came])
    if shown.coder is None:
        return gettext(
            "On {day} a ruling in “{title}” let stand what was not there: {names}.",
            day=when,
            title=shown.document,
            names=names,
        )
    return gettext(
        "On {day} “{title}” brought what was not there, first coded by {coder}: {names}.",
        day=when,
        title=shown.document,
        coder=shown.coder,
        names=names,
    )
