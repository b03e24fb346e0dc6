"""Two reports side by side: what changed in what was compared, and how much agreement changed, in the language spoken now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from intercoder.language import gettext, grouped, listed, ngettext
from intercoder.models import Unit
from intercoder.reports.choices import choice_notes
from intercoder.reports.names import codebook, coefficient
from intercoder.reports.numbers import number, percent, signed, why
from intercoder.reports.words import word
from intercoder.services.over_versions import alphas
from intercoder.services.provenance import Provenance
from intercoder.services.results import Contents
from intercoder.services.span_sections import whole_of
from intercoder.stats.changed import Change, Changes
from intercoder.stats.results import Estimate
from intercoder.stats.spans.digest import SpanFigure


@dataclass(frozen=True, slots=True)
class Fact:
    """What was compared, in both reports; ``same`` where nothing changed."""

    name: str
    first: str
    second: str

    @property
    def same(self) -> bool:
        """Whether it is the same in both."""
        return self.first == self.second


@dataclass(frozen=True, slots=True)
class Moved:
    """A number of both reports: its change, the interval of that, and in words what follows from it."""

    key: str
    name: str
    first: str
    second: str
    change: str
    interval: str
    said: str
    #: by how much it changed; None where one of the two is undefined
    by: float | None
    #: the interval leaves no change out
    certain: bool


def what_changed(first: Contents, second: Contents) -> list[Fact]:
    """Return what was compared in both reports, line by line."""
    one, two = first.provenance, second.provenance
    none = gettext("all of the round")
    return [
        Fact(gettext("Round"), _round(one), _round(two)),
        Fact(gettext("Codebook"), codebook(one.codebook_version), codebook(two.codebook_version)),
        Fact(gettext("Unit"), word("unit", one.unit), word("unit", two.unit)),
        Fact(gettext("Level"), word("report_level", one.level), word("report_level", two.level)),
        Fact(gettext("Coders"), *(listed(sorted(c.name for c in made.coders)) for made in (one, two))),
        Fact(gettext("Documents"), *_documents(one, two)),
        Fact(gettext("Codes"), *(grouped(len(made.codes)) for made in (one, two))),
        Fact(gettext("Chosen"), *(" ".join(choice_notes(made)) or none for made in (one, two))),
        Fact(gettext("Mapping"), *(grouped(made.mapping or 0) for made in (one, two))),
        Fact(gettext("Software"), one.software, two.software),
    ]


def _round(made: Provenance) -> str:
    return gettext("Round {number}: {name}", number=made.round.number, name=made.round.name)


def _documents(one: Provenance, two: Provenance) -> tuple[str, str]:
    """Return how many documents each has, and how many of them the other has not."""
    ids = [{document.id for document in made.documents} for made in (one, two)]
    said = []
    for own, others in (ids, ids[::-1]):
        alone = len(own - others)
        text = ngettext("{n} document", "{n} documents", len(own))
        said.append(
            text
            if not alone
            else gettext("{documents}, {alone} of them not in the other report", documents=text, alone=alone)
        )
    return said[0], said[1]


def overall_rows(first: Contents, second: Contents, changes: Changes | None) -> list[Moved]:
    """Return the coefficients over everything that both reports have, what the later one is known by first."""
    one, two = _overall(first), _overall(second)
    known_by, order = second.report.coefficient, [*two]
    rows = []
    for key in sorted(one.keys() & two.keys(), key=lambda key: (key != known_by, order.index(key))):
        a, b = one[key], two[key]
        computed = changes.overall.get(key) if changes else None
        rows.append(_moved(key, coefficient(b.method, b.parameters, key), (a, b), computed, share=key == "percent"))
    return rows


def _overall(report: Contents) -> Mapping[str, Estimate | SpanFigure]:
    """Return the coefficients over everything; of a report by free span those of spans."""
    whole = whole_of(report.sections) if report.report.unit is Unit.SPAN else None
    return report.summary.overall if whole is None else whole.overall


def code_rows(first: Contents, second: Contents, changes: Changes | None) -> list[Moved]:
    """Return alpha of the codes used in both reports, what certainly changed first and the largest changes before the others."""
    known = alphas(first)
    names = {code.id: code.name for code in second.provenance.codes}
    rows = [
        _row(code, names[code], (known[code], alpha), changes.by_code.get(code) if changes else None)
        for code, alpha in alphas(second).items()
        if code in known
    ]
    return sorted(rows, key=lambda row: (not row.certain, row.by is None, -abs(row.by or 0.0), row.name))


def only_in(one: Contents, other: Contents) -> list[str]:
    """Return the names of the codes that were used in one report and not in the other."""
    known, names = alphas(other), {code.id: code.name for code in one.provenance.codes}
    return sorted(names[code] for code in alphas(one) if code not in known)


def about(changes: Changes) -> Iterator[str]:
    """Give the sentences that say how the intervals were made."""
    if not changes.resamples:
        yield gettext("No interval of a change: at least 10 documents in the two reports together are needed.")
        return
    yield gettext(
        "Intervals of changes: {n} resamples of {documents} documents, seed {seed}; {shared} of them are in both reports and are drawn "
        "for both at once.",
        n=grouped(changes.resamples),
        documents=grouped(changes.documents),
        shared=grouped(changes.shared),
        seed=changes.seed,
    )
    yield gettext(
        "A change whose interval leaves zero out is more than chance in which documents were coded. It tells nothing of why: between "
        "two rounds coders, documents and codebook may all have changed. Of many codes a few will seem changed by chance alone."
    )


def _moved(
    key: str,
    name: str,
    both: tuple[Estimate | SpanFigure, Estimate | SpanFigure],
    change: Change | None,
    *,
    share: bool,
) -> Moved:
    if share:
        values = [estimate.value for estimate in both]
        by = None if None in values else (values[1] or 0.0) - (values[0] or 0.0)
        shown = None if by is None else 100 * by
        return Moved(key, name, percent(values[0]), percent(values[1]), signed(shown, 1), "", "", by, certain=False)
    return _row(key, name, (both[0].value, both[1].value), change)


def _row(key: str, name: str, values: Sequence[float | None], change: Change | None) -> Moved:
    first, second = values
    by = None if first is None or second is None else second - first
    interval, said, certain = "", "", False
    if change is not None and change.low is not None and change.high is not None:
        interval = f"[{signed(change.low, 2)}, {signed(change.high, 2)}]"
        certain = change.low > 0.0 or change.high < 0.0
        said = gettext("higher in {share} of resamples", share=percent(change.rises, 0))
    elif change is not None and change.reason not in {"no_value", "too_few_documents", "not_requested"}:
        said = why(change.reason)
    return Moved(key, name, number(first, 2), number(second, 2), signed(by, 2), interval, said, by, certain)
