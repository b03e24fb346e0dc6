"""How the hold-out test of saturation reads: its steps, its table, its verdict, what it was worth, and the paragraph for the paper."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from intercoder.language import gettext, grouped, inline, listed, ngettext, sentences, translate
from intercoder.models import Level, ReserveState, SamplingUnit
from intercoder.reports.names import CODES_OF, NOTED, codes_of
from intercoder.reports.numbers import number, percent
from intercoder.reports.saturation import view_in_words
from intercoder.services.hold_out import ReserveShown, Test, Verdict
from intercoder.stats.saturation.study.events import Kind

#: a test that so large a share of all splits would pass says little
LUCKY = 0.5


@dataclass(frozen=True, slots=True)
class TestRow:
    """A level or kind of the test in words; ``reason`` says why there is nothing to tell."""

    name: str
    base: str = ""
    reserved: str = ""
    new: str = ""
    expected: str = ""
    quiet: str = ""
    brings: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What happened to the test: a day and what was done."""

    day: str
    what: str


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def called(name: str) -> str:
    """Return what a level or kind of a test is called."""
    return codes_of(name) if name in CODES_OF else translate(NOTED[Kind(name)])


def many_in_words(shown: ReserveShown) -> str:
    """Return how many cases or documents were put aside."""
    n = len(shown.row.units)
    if shown.row.unit is SamplingUnit.CASE:
        return ngettext("{n} case", "{n} cases", n)
    return ngettext("{n} document", "{n} documents", n)


def way_in_words(shown: ReserveShown) -> str:
    """Return how they were drawn or chosen, of how many."""
    row = shown.row
    if row.seed is None:
        return gettext("chosen by hand of {n}", n=row.offered)
    drawn = gettext("drawn at random of {n} (seed {seed})", n=row.offered, seed=row.seed)
    return drawn if row.unit is SamplingUnit.CASE else gettext("{drawn}, within case and kind of source", drawn=drawn)


def rows(found: Verdict) -> list[TestRow]:
    """Return the table of a test."""
    return [_row(test) for test in found.tests]


def _row(test: Test) -> TestRow:
    held = test.found
    if held is None:
        return TestRow(called(test.name), reason=gettext("Nothing of it is recorded yet: it cannot be tested."))
    return TestRow(
        called(test.name),
        grouped(held.codes_in_base),
        grouped(held.codes_in_reserved),
        grouped(held.new_in_reserved),
        number(held.expected_new_if_random_split, 1),
        percent(held.share_of_splits_with_nothing_new, 0),
        not held.passed,
    )


def worth(found: Verdict) -> str:
    """Return how lucky the split was: how many of all splits bring nothing either, at the level that is hardest to pass above labels."""
    above = [test for test in found.tests if test.found is not None and test.name != Level.LABEL]
    if not above or found.passed is None:
        return ""
    hardest = min(above, key=lambda test: test.found.share_of_splits_with_nothing_new if test.found else 1.0)
    held = hardest.found
    assert held is not None
    share, name = held.share_of_splits_with_nothing_new, inline(called(hardest.name))
    of = held.splits_drawn or found.splits
    told = gettext(
        "Of {splits} ways to put so many aside {quiet} ({share}) bring nothing new either ({level}).",
        splits=grouped(of) if held.splits_drawn is None else gettext("{n} drawn", n=grouped(of)),
        quiet=grouped(round(share * of)),
        share=percent(share, 0),
        level=name,
    )
    if not found.passed:
        return told
    if share >= LUCKY:
        return sentences(told, gettext("So this test is easily passed, and is no more than supporting evidence."))
    return sentences(told, gettext("So it was not passed by a lucky split alone."))


def history(all_: list[ReserveShown]) -> list[Line]:
    """Return what happened to all reservations of a project, the earliest first."""
    return [line for shown in reversed(all_) for line in _lines(shown)]


def _lines(shown: ReserveShown) -> Iterator[Line]:
    row = shown.row
    yield Line(
        _day(row.reserved_at),
        gettext(
            "{name} put {many} aside, {way}: {reason}",
            name=shown.by,
            many=many_in_words(shown),
            way=way_in_words(shown),
            reason=row.reason,
        ),
    )
    for look in shown.looks:
        title = look.title or gettext("a document that is hidden")
        yield Line(
            _day(look.at),
            gettext("{name} looked at “{title}”: {reason}", name=look.by, title=title, reason=look.reason),
        )
    if row.ended_at is not None:
        day = _day(row.ended_at)
        if row.state is ReserveState.OPENED:
            yield Line(day, gettext("{name} opened it", name=shown.ended_by))
        else:
            yield Line(day, gettext("{name} replaced it by another", name=shown.ended_by))


def paragraph(all_: list[ReserveShown], shown: ReserveShown, found: Verdict | None) -> str:
    """Return the sentences on the test for a paper, as it stands: what was done, what it brought, and what speaks against it."""
    return sentences(*_done(all_, shown), *(_brought(found) if found is not None else ()))


def _done(all_: list[ReserveShown], shown: ReserveShown) -> Iterator[str]:
    row = shown.row
    yield gettext(
        "For a test of saturation by hold-out the lead put {many} aside on {day}, {way}: {reason}",
        many=many_in_words(shown),
        day=_day(row.reserved_at),
        way=way_in_words(shown),
        reason=row.reason if row.reason[-1:] in ".。!！" else gettext("{reason}.", reason=row.reason),
    )
    if row.begun:
        yield ngettext(
            "{n} document had been given out by then.", "{n} documents had been given out by then.", row.begun
        )
    if row.state is ReserveState.OPENED and row.ended_at is not None:
        yield gettext(
            "They were hidden from everybody who codes until they were opened on {day}.", day=_day(row.ended_at)
        )
        if row.unfinished:
            yield ngettext(
                "{n} other document was not compared by then.",
                "{n} other documents were not compared by then.",
                row.unfinished,
            )
    else:
        yield gettext("They are hidden from everybody who codes.")
    looks, replaced = sum(len(one.looks) for one in all_), len(all_) - 1
    yield (
        ngettext(
            "Somebody looked at them {n} time before.",
            "Somebody looked at what was put aside {n} times before.",
            looks,
        )
        if looks
        else gettext("Nobody looked at them before.")
    )
    if replaced:
        yield ngettext(
            "What is put aside was replaced {n} time.", "What is put aside was replaced {n} times.", replaced
        )


def _brought(found: Verdict) -> Iterator[str]:
    if found.missing:
        yield ngettext(
            "{n} document of them is not compared yet: there is no verdict.",
            "{n} documents of them are not compared yet: there is no verdict.",
            found.missing,
        )
        return
    yield gettext("Codes counted: {view}.", view=inline(view_in_words(found.view)))
    if found.late:
        yield ngettext(
            "{n} other document was finished after that, so that they were not coded last.",
            "{n} other documents were finished after that, so that they were not coded last.",
            found.late,
        )
    else:
        yield gettext("They were coded last.")
    tested = [test for test in found.tests if test.found is not None]
    quiet = [inline(called(test.name)) for test in tested if test.found and test.found.passed]
    if quiet:
        yield gettext("They brought no new {what}.", what=listed(quiet))
    for test in tested:
        held = test.found
        if held is not None and not held.passed:
            yield gettext(
                "They brought {n} new, where a random split would have brought {expected} ({level}).",
                n=held.new_in_reserved,
                expected=number(held.expected_new_if_random_split, 1),
                level=inline(called(test.name)),
            )
    if told := worth(found):
        yield told
    if not_tested := [inline(called(test.name)) for test in found.tests if test.found is None]:
        yield gettext("Not tested, since nothing of it is recorded: {what}.", what=listed(not_tested))
