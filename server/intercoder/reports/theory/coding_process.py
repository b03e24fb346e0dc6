"""The coding process in numbers: what the pack says of it, and what its page leads to."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from intercoder.interchange.papers import Sentences, Table
from intercoder.language import gettext, grouped, listed, sentences
from intercoder.models import Assignment, AssignmentState, CodebookVersion, Level, MappingAct, MappingKind, Round
from intercoder.reports.exports.people import called
from intercoder.reports.theory.parts import Parts, Written
from intercoder.reports.words import word
from intercoder.services.agreement import rounds_to_take


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
    """Return the numbers of the coding process. One statement."""
    study, project = told.read.study, told.access.project.id
    # What coders do to own labels has no number, and is nobody else's to know while their round is open.
    merged = sa.select(sa.func.count()).where(
        MappingAct.project_id == project,
        MappingAct.number.is_not(None),
        MappingAct.kind == MappingKind.MERGED,
        MappingAct.undone_by_id.is_(None),
    )
    published = sa.select(sa.func.count()).where(CodebookVersion.project_id == project)
    merges, versions = told.session.execute(sa.select(merged.scalar_subquery(), published.scalar_subquery())).one()
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
        merges,
        versions,
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
    rows = [_round(told, round_, people) for round_ in reversed(rounds_to_take(told.session, told.access))]
    cells = [[str(cell) for cell in row] for row in rows]
    rounds = Table(gettext("Rounds of coding"), headings, cells, frozenset({2}), headings, rows)
    return [Sentences(title, [sentences(counts, history)]), rounds]


def _round(told: Written, round_: Round, people: Mapping[UUID, str]) -> list[str | int]:
    rows = told.session.execute(
        sa.select(Assignment.document_id, Assignment.coder_id).where(
            Assignment.round_id == round_.id, Assignment.state == AssignmentState.SUBMITTED
        )
    ).all()
    coders = sorted({people.get(coder, "") for _, coder in rows})
    return [
        f"{round_.number} {round_.name}",
        word("unit", round_.unit),
        len({document for document, _ in rows}),
        listed(coders),
    ]
