"""What was chosen for a report, in words: what it is about where that is not everything of its round, and how it compares."""

from intercoder.language import gettext, listed, ngettext
from intercoder.models import AgreementReport, Drawn, Unit
from intercoder.reports import Note
from intercoder.reports.names import codebook
from intercoder.reports.words import word
from intercoder.services.provenance import ChoicesThen, Provenance

#: names that are written out; of more only how many there are
NAMED = 6


def choice_notes(made: Provenance) -> list[str]:
    """Return a sentence for everything that makes a report one of a part of its round, or of several; none for all of one."""
    notes = []
    if made.rounds:
        rounds = [
            f"{gettext('Round {number}: {name}', number=r.number, name=r.name)} ({codebook(r.codebook_version)})"
            for r in made.rounds
        ]
        notes.append(gettext("Together with: {rounds}.", rounds=listed(rounds)))
    of = made.choices
    if of is not None:
        notes += [*_about(made, of), *_left_out(of)]
    if made.unit is Unit.TURN:
        notes.append(gettext("What lies in no turn counts by paragraph."))
    if made.unit is Unit.ROW:
        notes.append(gettext("What lies in no row of a table counts by paragraph."))
    return notes


def stale_notes(row: AgreementReport) -> list[Note]:
    """Return that a report no longer holds, where that is so."""
    if row.stale_at is None:
        return []
    said = gettext(
        "This report is out of date: the round was reopened on {day}, after it was made.",
        day=row.stale_at.date().isoformat(),
    )
    return [Note("stale", said)]


def _about(made: Provenance, of: ChoicesThen) -> list[str]:
    selection, notes = of.selection, []
    if selection.coders:
        coders = listed([coder.name for coder in made.coders])
        notes.append(gettext("{n} of {all} coders: {names}.", n=len(made.coders), all=of.coders, names=coders))
    if selection.documents:
        n, every = len(made.documents), of.documents
        if groups := _groups(of):
            notes.append(gettext("{n} of {all} documents: all of {cases}.", n=n, all=every, cases=listed(groups)))
        else:
            notes.append(gettext("{n} of {all} documents, chosen one by one.", n=n, all=every))
    if selection.codes:
        if len(of.codes) <= NAMED:
            notes.append(gettext("Only these codes and what is below them: {codes}.", codes=listed(list(of.codes))))
        else:
            notes.append(gettext("Only {n} chosen codes and what is below them.", n=len(of.codes)))
    if of.documents_repeated:
        notes.append(
            ngettext(
                "{n} document was coded in several of these rounds: what counts is the latest.",
                "{n} documents were coded in several of these rounds: what counts is the latest.",
                of.documents_repeated,
            )
        )
    return notes


def _groups(of: ChoicesThen) -> list[str]:
    """Return of which cases, kinds of source or attribute the documents are all there are; nothing where they are of none."""
    if of.cases:
        return list(of.cases)
    if of.sources:
        return [word("source_type", source) for source in of.sources]
    return [f"{name}: {value}" for name, value in of.attributes]


def _left_out(of: ChoicesThen) -> list[str]:
    selection, notes = of.selection, []
    if not selection.doubtful:
        notes.append(
            ngettext(
                "Without codings in doubt: {n} is left out, as if it had not been made.",
                "Without codings in doubt: {n} are left out, as if they had not been made.",
                of.codings_doubted,
            )
        )
    if not selection.dependent:
        notes.append(
            ngettext(
                "Independent layers only: {n} other is left out.",
                "Independent layers only: {n} others are left out.",
                len(of.layers_dependent),
            )
        )
    if selection.codes and of.codings_not_chosen:
        notes.append(
            ngettext(
                "{n} coding of another code is left out; a unit that held nothing else counts as empty.",
                "{n} codings of other codes are left out; a unit that held nothing else counts as empty.",
                of.codings_not_chosen,
            )
        )
    if of.drawn is Drawn.UNIT:
        notes.append(
            gettext(
                "Resamples draw single units as if those of one document had nothing in common: the intervals are narrower than "
                "those over whole documents and hold for these documents only."
            )
        )
    return notes
