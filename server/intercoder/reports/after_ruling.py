"""What came of adjudication, in words and tables: the account of disagreements, coders against the consensus, leanings."""

from collections.abc import Callable, Mapping, Sequence

from intercoder.interchange.papers import Sentences, Table
from intercoder.language import gettext, grouped, inline, listed, ngettext, sentences
from intercoder.models import DisagreementKind
from intercoder.reports.numbers import DASH, ends, number, percent, remark
from intercoder.reports.words import word
from intercoder.services.account import Account, Told
from intercoder.services.coders_against import Against
from intercoder.stats.agreement.rulings import NOTHING, Leaning, Resolution
from intercoder.stats.results import Estimate

#: codes in one another's place that are told
MOST = 40


def paragraph(told: Account) -> str:
    """Return in what coders differed and how that was resolved, for a paper; empty where they differed nowhere."""
    if not told.total:
        return ""
    kinds = [
        f"{inline(word('disagreement_kind', kind))} {_of(_kind(told, kind), told.total)}"
        for kind in DisagreementKind
        if _kind(told, kind)
    ]
    ruled = told.total - _resolved(told, Resolution.UNDECIDED)
    said = [
        gettext(
            "Coders differed at {places}: {kinds}.",
            places=ngettext("{n} place", "{n} places", told.total),
            kinds=listed(kinds),
        )
    ]
    if ruled:
        ways = [
            f"{inline(word('resolution', way))} {_of(_resolved(told, way), ruled)}"
            for way in Resolution
            if way is not Resolution.UNDECIDED and _resolved(told, way)
        ]
        said.append(
            gettext(
                "{ruled} of these were decided by {rulers}, each with a reason. What stands: {ways}.",
                ruled=grouped(ruled),
                rulers=ngettext("{n} adjudicator", "{n} adjudicators", told.rulers),
                ways=listed(ways),
            )
        )
        why = [f"{inline(word('ruling_tag', tag))} {grouped(n)}" for tag, n in _tags(told) if tag is not None]
        if why:
            said.append(gettext("Why coders differed, as the adjudicators say: {why}.", why=listed(why)))
    if told.by_rule:
        said.append(
            ngettext(
                "{n} ruling was made by a rule for many places, seen before it was made.",
                "{n} rulings were made by a rule for many places, seen before they were made.",
                told.by_rule,
            )
        )
    if told.own:
        said.append(
            ngettext(
                "{n} ruling is by somebody who had coded the document.",
                "{n} rulings are by somebody who had coded the document.",
                told.own,
            )
        )
    return sentences(*said)


def _of(n: int, whole: int) -> str:
    return f"{grouped(n)} ({percent(n / whole)})"


def _kind(told: Account, kind: DisagreementKind) -> int:
    return sum(n for (of, _), n in told.counts.items() if of is kind)


def _resolved(told: Account, way: Resolution) -> int:
    return sum(n for (_, of), n in told.counts.items() if of is way)


def _tags(told: Account) -> list[tuple[str | None, int]]:
    return sorted(
        ((tag, n) for tag, n in told.tags.items()), key=lambda item: (item[0] is None, -item[1], item[0] or "")
    )


def rule_of_examples(told: Account) -> str:
    """Return by what rule the examples were chosen."""
    if told.by_leverage:
        return gettext(
            "Three of each kind: the ruled places by which agreement would rise most, of different documents as far as there are such."
        )
    return gettext(
        "Three of each kind: the first ruled places in the texts, of different documents as far as there are such."
    )


def example(one: Told, called: Callable[[object], str]) -> str:
    """Return an example as a sentence; ``called``: coder or adjudicator → name."""
    given = gettext("; ").join(
        gettext("{name}: {codes}", name=called(coder), codes=" + ".join(code.name for code in codes) or DASH)
        for coder, codes in one.given
    )
    return gettext(
        "“{words}” ({title}). {given}. What stands: {stands}. {reason}",
        words=one.words,
        title=one.title,
        given=given,
        stands=" + ".join(code.name for code in one.stands) or inline(gettext("No code stands")),
        reason=one.reason,
    )


def with_interval(estimate: Estimate, *, share: bool = False) -> str:
    """Return an estimate with its interval, or why there is none."""
    if estimate.value is None:
        return remark(estimate)
    return f"{percent(estimate.value) if share else number(estimate.value)} {ends(estimate.interval)}".strip()


def account_table(told: Account) -> Table:
    """Return kinds by resolution, with sums."""
    ways = list(Resolution)
    counts = {
        kind: [told.counts.get((kind, way), 0) for way in ways] + [_kind(told, kind)] for kind in DisagreementKind
    }
    rows = [(word("disagreement_kind", kind), numbers) for kind, numbers in counts.items()]
    rows.append((gettext("All"), [*(_resolved(told, way) for way in ways), told.total]))
    headings = [gettext("Kind"), *(word("resolution", way) for way in ways), gettext("All")]
    return Table(
        gettext("Kinds of disagreement and how they were resolved"),
        headings,
        [[name, *map(grouped, numbers)] for name, numbers in rows],
        frozenset(range(1, len(headings))),
        headings,
        [[name, *numbers] for name, numbers in rows],
    )


def coders_table(found: Against, called: Callable[[object], str]) -> Table:
    """Return a row for each coder: alpha, recall, precision, F1 against the consensus."""
    headings = [
        *(gettext("Coder"), gettext("Units"), gettext("α with the consensus")),
        *(gettext("Recall"), gettext("Precision"), "F1"),
    ]
    return Table(
        gettext("Each coder against the consensus"),
        headings,
        [
            [
                *(called(one.coder), grouped(one.units), with_interval(one.alpha)),
                *(with_interval(one.recall, share=True), with_interval(one.precision, share=True), number(one.f1)),
            ]
            for one in found.coders
        ],
        frozenset(range(1, 6)),
        headings,
        [
            [called(one.coder), one.units, one.alpha.value, one.recall.value, one.precision.value, one.f1]
            for one in found.coders
        ],
        notes(found),
    )


def notes(found: Against) -> list[str]:
    """Return what has to be known to read the figures against the consensus."""
    said = [
        gettext(
            "The consensus was made of the coders’ own work: whose reading was often taken stands close to it for that reason. "
            "These figures are no agreement of independent judgements."
        )
    ]
    if found.undecided:
        said.append(
            ngettext(
                "{n} unit is left out: something in it waits for a ruling.",
                "{n} units are left out: something in them waits for a ruling.",
                found.undecided,
            )
        )
    return said


def codes_table(found: Against, called: Callable[[object], str]) -> Table:
    """Return a row for each coder and code."""
    headings = [
        *(gettext("Coder"), gettext("Code"), gettext("Cohen’s κ"), gettext("Recall"), gettext("Precision"), "F1"),
        *(gettext("Both"), gettext("Missed"), gettext("Too much")),
    ]
    rows = [(of, code) for of in found.coders for code in of.by_code]
    return Table(
        gettext("By code"),
        headings,
        [
            [
                *(called(of.coder), found.names[c.code], with_interval(c.kappa), with_interval(c.recall, share=True)),
                *(
                    with_interval(c.precision, share=True),
                    number(c.f1),
                    grouped(c.both),
                    grouped(c.missed),
                    grouped(c.extra),
                ),
            ]
            for of, c in rows
        ],
        frozenset(range(2, 9)),
        headings,
        [
            [
                *(called(of.coder), found.names[c.code], c.kappa.value, c.recall.value, c.precision.value, c.f1),
                *(c.both, c.missed, c.extra),
            ]
            for of, c in rows
        ],
    )


def coded_as_table(found: Against) -> Table:
    """Return for what something else was coded, most frequent first."""
    headings = [gettext("Ruled as"), gettext("Coded as"), gettext("Units")]
    rows = [(_code(found, one.ruled), _code(found, one.coded), one.count) for one in found.coded_as[:MOST]]
    return Table(
        gettext("Ruled as, and coded as"),
        headings,
        [[ruled, coded, grouped(n)] for ruled, coded, n in rows],
        frozenset({2}),
        headings,
        rows,
    )


def _code(found: Against, code: str) -> str:
    return gettext("no code") if code == NOTHING else found.names[code]


def leanings_table(told: Account, called: Callable[[object], str]) -> Table:
    """Return what each adjudicator took from each coder, beside what chance would give."""
    headings = [
        *(gettext("Adjudicator"), gettext("Coder"), gettext("Rulings"), gettext("Taken")),
        *(gettext("Share taken"), gettext("By chance"), gettext("What it says")),
    ]
    return Table(
        gettext("Whose reading was taken"),
        headings,
        [
            [
                *(ruler(one, called), called(one.coder), grouped(one.rulings), grouped(one.taken)),
                *(with_interval(one.share, share=True), percent(one.by_chance), leaning(one)),
            ]
            for one in told.leanings
        ],
        frozenset({2, 3, 4, 5}),
        headings,
        [
            [
                *(ruler(one, called), called(one.coder), one.rulings, one.taken),
                *(one.share.value, one.by_chance, leaning(one)),
            ]
            for one in told.leanings
        ],
        [leanings_note()],
    )


def leanings_note() -> str:
    """Return what the share by chance is."""
    return gettext(
        "By chance: the share if each ruling had taken the reading of a coder drawn at random. Who often reads as the others do "
        "is taken often without any leaning."
    )


def ruler(one: Leaning, called: Callable[[object], str]) -> str:
    """Return who ruled."""
    return gettext("All adjudicators") if one.ruler is None else called(one.ruler)


def leaning(one: Leaning) -> str:
    """Return what a share says, with what speaks against reading much into it."""
    said = {
        1: gettext("taken more often than by chance"),
        -1: gettext("taken less often than by chance"),
        0: gettext("as chance would have it"),
    }[one.leans]
    if one.few:
        said = gettext("fewer than ten rulings: nothing can be said")
    if one.own:
        own = ngettext("{n} on own work of the adjudicator", "{n} on own work of the adjudicator", one.own)
        said = f"{said}; {own}"
    return said


def parts(told: Account, found: Against, called: Callable[[object], str]) -> Sequence[Sentences | Table]:
    """Return all of it for a file."""
    made: list[Sentences | Table] = [
        Sentences(gettext("Account of disagreements"), [paragraph(told)]),
        account_table(told),
    ]
    for kind, some in told.examples.items():
        if some:
            title = gettext("Examples: {kind}", kind=word("disagreement_kind", kind))
            made.append(Sentences(title, [rule_of_examples(told), *(example(one, called) for one in some)]))
    if found.coders:
        made += [coders_table(found, called), codes_table(found, called), coded_as_table(found)]
    if told.leanings:
        made.append(leanings_table(told, called))
    return made


def names_of(told: Account, found: Against) -> Mapping[str, str]:
    """Return what people are called, coders and adjudicators."""
    return {**told.people, **{one.coder: found.names[one.coder] for one in found.coders}}
