"""The coding process in numbers: what the pack says of it, and what its page leads to."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from intercoder.interchange.papers import Sentences, Table
from intercoder.language import gettext, grouped, listed, sentences
from intercoder.models import Level, Round
from intercoder.reports.exports.people import called
from intercoder.reports.theory.parts import Parts, Written
from intercoder.reports.words import word
from intercoder.services.agreement import rounds_to_take
from intercoder.services.study_process import Submitted, codebook_acts, submitted_in


@dataclass(frozen=True)
class CodingProcess:
    """How much was coded, to what it came, and how often the codebook changed."""

    codings: int
    passages: int
    #: labels that were applied; codes of each level in which a passage stands
    labels: int
    concepts: int
    themes: int
    constructs: int
    #: of codes of the project, as they stand
    merges: int
    versions: int


def coding_process(told: Written) -> CodingProcess:
    """Return the numbers of the coding process."""
    study = told.read.study
    acts = codebook_acts(told.session, told.access.project.id)
    held = {
        level: sum(bool(study.of(code.id)) for code in study.codes(level))
        for level in (Level.CONCEPT, Level.THEME, Level.CONSTRUCT)
    }
    return CodingProcess(
        study.codings,
        len(study.rows),
        sum(bool(study.by_label.get(label.id)) for label in study.codes(Level.LABEL)),
        held[Level.CONCEPT],
        held[Level.THEME],
        held[Level.CONSTRUCT],
        acts.merges,
        acts.versions,
    )


def process_parts(told: Written, title: str) -> Parts:
    """Return the chapter on the coding process: its numbers in sentences, and the rounds."""
    made = coding_process(told)
    counts = gettext(
        "{codings} codings stand in {passages} passages. Open coding gave {labels} labels, which came to {concepts} concepts, axial coding {themes} "
        "themes, selective coding {constructs} constructs.",
        codings=grouped(made.codings),
        passages=grouped(made.passages),
        labels=grouped(made.labels),
        concepts=grouped(made.concepts),
        themes=grouped(made.themes),
        constructs=grouped(made.constructs),
    )
    history = gettext(
        "Codes were merged {merges} times; the codebook was published in {versions} versions.",
        merges=grouped(made.merges),
        versions=grouped(made.versions),
    )
    headings = [gettext("Round"), gettext("Unit"), gettext("Documents"), gettext("Coders")]
    people = called(told.session, told.access, told.names)
    taken = [*reversed(rounds_to_take(told.session, told.access))]
    submitted = submitted_in(told.session, [round_.id for round_ in taken])
    rows = [_round(round_, submitted[round_.id], people) for round_ in taken]
    cells = [[str(cell) for cell in row] for row in rows]
    rounds = Table(gettext("Rounds of coding"), headings, cells, frozenset({2}), headings, rows)
    return [Sentences(title, [sentences(counts, history)]), rounds]


def _round(round_: Round, of: Submitted, people: Mapping[UUID, str]) -> list[str | int]:
    return [
        f"{round_.number} {round_.name}",
        word("unit", round_.unit),
        len(of.documents),
        listed(sorted({people.get(coder, "") for coder in of.coders})),
    ]
