"""The certificate of independence in words, in the language spoken now: the same for the page and the PDF."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from intercoder.errors import marked
from intercoder.language import gettext, grouped, language, listed, ngettext, sentences, translate
from intercoder.models import CodebookPolicy
from intercoder.reports import Facts, Grid, Note, grid
from intercoder.reports.independence import independent_layers, partly_independent
from intercoder.reports.names import codebook
from intercoder.reports.typeset import pdf
from intercoder.reports.words import word
from intercoder.services.certificate import Certificate, CertificateFault, CertifiedLayer, Fault
from intercoder.services.independence import Exposure

_SEEN: Mapping[Exposure, str] = {
    Exposure.EARLIER_ROUND: marked("since {when} what others had coded here in round {round}, which was then closed"),
    Exposure.REOPENED: marked("since {when} what others had coded here in this round, which was closed and reopened"),
    Exposure.LED: marked("since {when} the figures of round {round}, as a lead or an observer of it"),
}
#: what the rule of a codebook let coders see of one another
_POLICIES: Mapping[CodebookPolicy, str] = {
    CodebookPolicy.FROZEN: marked("The codebook was frozen while the round ran."),
    CodebookPolicy.PROPOSALS: marked(
        "Coders could propose codes, each seen by its author and the lead alone; of these {n} were taken while the round ran, "
        "and from then on every coder saw them."
    ),
    CodebookPolicy.OPEN: marked(
        "Each coder made own codes, which no other coder could see before the round was closed."
    ),
}

#: what a third party types; see cli/audit.py
COMMAND = "intercoder audit verify BACKUP --certificate FILE"


@dataclass(frozen=True)
class Written:
    """A certificate as it is read: a title, facts, what is certified, exceptions, the layers, and how to check it."""

    title: str
    subtitle: str
    facts: Facts
    certified: Note
    exceptions: tuple[Note, ...]
    rules: tuple[str, ...]
    layers: Grid
    notes: tuple[Note, ...]
    head: Note
    how: str
    check: tuple[str, ...]


def written(told: Certificate) -> Written:
    """Return a certificate in words."""
    seen = _seen(told.layers)
    return Written(
        title=gettext("Certificate of independence"),
        subtitle=gettext(
            "{project}: round {number}, “{name}”", project=told.project, number=told.number, name=told.name
        ),
        facts=_facts(told),
        certified=_certified(told),
        exceptions=tuple(_exceptions(told, seen)),
        rules=tuple(_rules(told)),
        layers=_layers(told, seen),
        notes=(_machine(told), _rulings(told)),
        head=_head(told),
        how=gettext("How to check this certificate"),
        check=_check(),
    )


def moment(at: datetime) -> str:
    """Return a time that reads the same everywhere: in UTC, to the second."""
    return f"{at.astimezone(UTC).isoformat(' ', 'seconds').removesuffix('+00:00')} UTC"


def _moments(several: tuple[datetime, ...]) -> str:
    if len(several) < 2:
        return moment(several[0]) if several else "–"
    return gettext("; ").join(map(moment, several))


def _facts(told: Certificate) -> Facts:
    return Facts(
        gettext("The round"),
        [
            (gettext("Opened"), _moments(told.opened)),
            (gettext("Closed"), _moments(told.closed)),
            (gettext("Unit of coding"), word("unit", told.unit)),
            (gettext("Codebook"), codebook(told.codebook_version)),
            (gettext("Layers compared"), grouped(len(told.layers))),
            (gettext("Made"), gettext("{when} with {software}", when=moment(told.made_at), software=told.software)),
            (gettext("Project"), str(told.project_id)),
            (gettext("Round"), str(told.round_id)),
        ],
    )


def _certified(told: Certificate) -> Note:
    if not told.layers:
        return Note("nothing", gettext("No layer was submitted in this round: there is nothing to certify."))
    if told.independent == len(told.layers):
        return Note("independent", independent_layers(told.independent))
    return Note("not_independent", partly_independent(told.independent, len(told.layers)))


def _exceptions(told: Certificate, seen: Sequence[str]) -> Iterator[Note]:
    for layer, things in zip(told.layers, seen, strict=True):
        if layer.seen:
            sentence = gettext(
                "{coder}, “{document}”: before this layer was as it is, its coder could see {seen}.",
                coder=layer.coder,
                document=layer.document,
                seen=things,
            )
            yield Note(layer.seen[0].exposure.value, sentence)
    if told.left_out:
        which = listed([f"{row.coder} – {row.document}" for row in told.left_out])
        yield Note(
            "left_out",
            ngettext(
                "{n} layer was not submitted and is in no figure: {which}.",
                "{n} layers were not submitted and are in no figure: {which}.",
                len(told.left_out),
                which=which,
            ),
        )


def _seen(layers: Sequence[CertifiedLayer]) -> list[str]:
    """Return for each layer what its coder could see, empty where it is independent."""
    # Thousands of layers share a few closings and submissions.
    every = dict.fromkeys(seen for layer in layers for seen in layer.seen)
    words = {seen: translate(_SEEN[seen.exposure], {"when": moment(seen.at), "round": seen.round}) for seen in every}
    between = gettext("; ")
    return [between.join([words[seen] for seen in layer.seen]) for layer in layers]


def _rules(told: Certificate) -> Iterator[str]:
    yield gettext(
        "While the round was open, a coder was given the own layer, the texts assigned and the codebook, and of others neither "
        "codings nor progress nor figures. A lead or adjudicator who codes is held by the same rule."
    )
    yield translate(_POLICIES[told.policy], {"n": told.accepted_codes})
    if told.live_figures:
        yield gettext("Leads and observers who did not code in the round could see its figures while it ran.")
    else:
        yield gettext("Nobody could see figures of the round while it ran.")


def _layers(told: Certificate, seen: Sequence[str]) -> Grid:
    nothing = gettext("nothing")
    return grid(
        gettext("Who submitted what, when, and what could be seen before"),
        [
            gettext("Document"),
            gettext("Coder"),
            gettext("Submitted"),
            gettext("Handed back"),
            gettext("Could see of others’ work here"),
        ],
        [
            [
                layer.document,
                layer.coder,
                _moments(layer.submitted),
                _moments(layer.handed_back),
                things or nothing,
            ]
            for layer, things in zip(told.layers, seen, strict=True)
        ],
    )


def _machine(told: Certificate) -> Note:
    if told.coded_by_hand:
        return Note(
            "no_machine",
            gettext(
                "No machine coder was enabled at any time: this version of the program has none, it knows every kind of act in "
                "the project’s log, and every coding was made from its coder’s own account."
            ),
        )
    return Note(
        "machine_unknown",
        sentences(
            ngettext(
                "{n} act on codings of these layers did not come from its coder’s account.",
                "{n} acts on codings of these layers did not come from their coder’s account.",
                told.foreign_acts,
            )
            if told.foreign_acts
            else "",
            gettext("The log holds acts that this version does not know: {acts}.", acts=listed(told.unknown_acts))
            if told.unknown_acts
            else "",
            gettext("So it is not certified that no machine coder took part."),
        ),
    )


def _rulings(told: Certificate) -> Note:
    total = sum(row.rulings for row in told.rulings)
    if not total:
        return Note("rulings", gettext("No ruling is in force in this round."))
    own = sum(row.on_own_work for row in told.rulings)
    who = listed([gettext("{name} {n}", name=row.name, n=row.rulings) for row in told.rulings])
    return Note(
        "rulings",
        sentences(
            ngettext("{n} ruling is in force: {who}.", "{n} rulings are in force: {who}.", total, who=who),
            ngettext(
                "{n} of them is by somebody who had coded the document: {who}.",
                "{n} of them are by somebody who had coded the document: {who}.",
                own,
                who=listed(
                    [gettext("{name} {n}", name=row.name, n=row.on_own_work) for row in told.rulings if row.on_own_work]
                ),
            )
            if own
            else gettext("None of them is by somebody who had coded the document."),
            gettext("The project allows adjudicators to rule on documents that they coded.")
            if told.coders_may_rule
            else "",
        ),
    )


def _head(told: Certificate) -> Note:
    if told.head is None:
        return Note(
            "no_head",
            gettext(
                "The head of the log is left out: its number tells how much others have done, and you code in a running round. "
                "A certificate without it cannot be checked; ask somebody who does not code, or wait until the round is closed."
            ),
        )
    return Note(
        "head",
        gettext(
            "When this certificate was made, the chain of the project’s log ended with event {seq} of {when}: {hash}",
            seq=told.head.seq,
            when=moment(told.head.at),
            hash=told.head.hash,
        ),
    )


def _check() -> tuple[str, ...]:
    return (
        gettext(
            "Whoever is given a backup of the database can check all of this without the server, by the command below; FILE is this "
            "certificate as JSON. It replays the log, compares every coding, ruling and text with it, looks for the event above in "
            "the chain, and computes again what each coder could have seen."
        ),
        gettext(
            "A layer is independent when its coder could not have seen another’s work on the document before the layer was as it "
            "is, by the log and the rules of the program. What passes outside the program, a talk or a shared screen, is not "
            "known to it."
        ),
    )


_FAULTS: Mapping[Fault, str] = {
    Fault.NO_HEAD: marked(
        "it names no event of the log, so nothing can be held against it: ask for one by somebody who does not code"
    ),
    Fault.HEAD: marked(
        "the log does not hold the event that it names: it is of another database, or the log was rewritten"
    ),
    Fault.ROUND: marked("by the log the round was opened and closed at other times"),
    Fault.LAYER: marked(
        "{coder}, “{document}”: by the log it was submitted at other times, or its coder could see something else"
    ),
    Fault.UNTOLD: marked("{coder}, “{document}”: the layer took part and is not in it"),
    Fault.INVENTED: marked("{coder}, “{document}”: the layer did not take part"),
    Fault.FOREIGN: marked("by the log another number of acts did not come from their coder’s account"),
}


def certificate_sentences(told: Certificate, wrong: Sequence[CertificateFault]) -> Iterator[str]:
    """Yield whether a certificate is what the log says, and in what it is not."""
    round_ = gettext("{project}: round {number}, “{name}”", project=told.project, number=told.number, name=told.name)
    if not wrong:
        yield gettext("Certificate ({round}): what it says follows from this log.", round=round_)
        return
    yield gettext("Certificate ({round}): NOT what this log says.", round=round_)
    for fault in wrong:
        yield "  " + translate(_FAULTS[fault.fault], {"coder": fault.coder, "document": fault.document})


def certificate_pdf(told: Certificate) -> bytes:
    """Return the certificate as a PDF, in the language spoken now; raises what ``typeset.pdf`` raises."""
    words = written(told)
    return pdf(
        "certificate",
        {
            "lang": language(),
            "title": words.title,
            "subtitle": words.subtitle,
            "certified": words.certified.sentence,
            "whole": not words.exceptions,
            "exceptions": [note.sentence for note in words.exceptions],
            "facts": {"title": words.facts.title, "pairs": [list(pair) for pair in words.facts.pairs]},
            "rules": list(words.rules),
            "layers": {
                "title": words.layers.title,
                "columns": [column.heading for column in words.layers.columns],
                "rows": [[cell.text for cell in row.cells] for row in words.layers.rows],
            },
            "notes": [note.sentence for note in words.notes],
            "head": words.head.sentence,
            "command": COMMAND,
            "how": words.how,
            "check": list(words.check),
        },
    )
