"""The chapters of a manuscript pack: what is known of a study as parts of a paper. A chapter without data says why it is left out; nothing is invented."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from intercoder.charts.drawing import leaf_svg
from intercoder.interchange.papers import Part, Sentences, Table
from intercoder.language import gettext, grouped, ngettext
from intercoder.models import (
    Level,
    Round,
)
from intercoder.policy import Permission
from intercoder.reports import after_ruling
from intercoder.reports.agreement import coefficients_table
from intercoder.reports.exports.agreement import methods_sentences, read_row
from intercoder.reports.independence import independence_note
from intercoder.reports.papers import table as paper_table
from intercoder.reports.path_model import model_leaf, model_of
from intercoder.reports.theory.arrived import no_power, no_saturation, power_parts, saturation_parts
from intercoder.reports.theory.category_parts import category_parts, no_categories
from intercoder.reports.theory.coding_process import process_parts
from intercoder.reports.theory.matrices import matrix_table
from intercoder.reports.theory.parts import Chapter, Drawn, Parts, Written, author
from intercoder.reports.theory.structure import structure_leaves
from intercoder.reports.theory.tables import (
    PaperTable,
    axial_table,
    case_table,
    evidence_table,
    open_table,
    source_table,
)
from intercoder.reports.words import word
from intercoder.services import account
from intercoder.services.access import authorise
from intercoder.services.agreement import rounds_to_take
from intercoder.services.mapping import mapping
from intercoder.services.matrices import Across, matrix
from intercoder.services.quotations import some_star
from intercoder.services.relations import relations
from intercoder.services.study_tallies import ABOVE_LABELS


def chapters(told: Written, tell: Callable[[int, int], None] = lambda _done, _all: None) -> Iterator[Chapter]:
    """Yield the chapters in the order of a paper, those without data with their reason."""
    for n, one in enumerate(outline(told)):
        tell(n, MANY + 3)
        yield one if one.reason else replace(one, parts=CHAPTERS[one.name][2](told, one.title))


def outline(told: Written) -> list[Chapter]:
    """Return the chapters without their parts: which there are, and why the others are left out. A handful of statements."""
    not_named = "saturation" if told.access.project.information_power else "power"
    there = ((name, of) for name, of in CHAPTERS.items() if name != not_named)
    return [Chapter(name, title(), reason=lacks(told)) for name, (title, lacks, _) in there]


def _no_passages(told: Written) -> str:
    return "" if told.read.study.rows else gettext("Nothing stands as a code yet: no round is closed and compared.")


def _no_case(told: Written) -> str:
    return "" if told.read.study.cases else gettext("The project has no case.")


def _no_document(told: Written) -> str:
    return "" if told.read.study.sources else gettext("The project has no document.")


def _no_structure(told: Written) -> str:
    return "" if structure_leaves(told.read.study) else gettext("No construct has a theme with a concept below it.")


def _no_star(told: Written) -> str:
    starred = any(row.starred for row in told.read.study.rows) or some_star(told.session, told.access)
    return _no_passages(told) or ("" if starred else gettext("No passage is marked as typical."))


def _no_relation(told: Written) -> str:
    there = relations(told.session, told.access, bare=True)
    return "" if there else gettext("The project has no relation between elements of a model.")


def _no_report(told: Written) -> str:
    return "" if told.reports else gettext("There is no agreement report that still holds.")


def _compared(told: Written) -> list[Round]:
    rounds = rounds_to_take(told.session, told.access)
    return [r for r in reversed(rounds) if not r.unaligned and r.compared_at is not None]


def _no_round(told: Written) -> str:
    return "" if _compared(told) else gettext("No round was compared.")


def _no_code(told: Written) -> str:
    there = any(told.read.study.codes(level) for level in ABOVE_LABELS)
    return "" if there else gettext("The codebook has no code above labels.")


def _cases(told: Written, title: str) -> Parts:
    study = told.read.study
    said = ngettext("{n} case was studied.", "{n} cases were studied.", len(study.cases))
    why = author(gettext("why these cases were chosen; how the field was entered, and when"))
    return [Sentences(title, [said, why]), case_table(study, told.read.described).table]


def _materials(told: Written, title: str) -> Parts:
    study = told.read.study
    there = list(study.sources.values())
    primary = [source for source in there if source.primary]
    said = gettext(
        "In all {documents} documents with {characters} characters: {primary} primary sources with {of_primary} characters, "
        "{secondary} secondary sources with {of_secondary} characters.",
        documents=grouped(len(there)),
        characters=grouped(sum(s.length for s in there)),
        primary=grouped(len(primary)),
        of_primary=grouped(sum(s.length for s in primary)),
        secondary=grouped(len(there) - len(primary)),
        of_secondary=grouped(sum(s.length for s in there if not s.primary)),
    )
    return [Sentences(title, [said]), source_table(study, told.read.described).table]


def _coding(told: Written, title: str) -> Parts:
    read = told.read.quoting()
    parts: list[Part | Drawn] = [Sentences(title, []), open_table(read).table]
    axial = axial_table(told.read.study)
    if axial.table.values:
        parts += [axial.table, *_missing(axial)]
    return parts


def _structure(told: Written, title: str) -> Parts:
    leaves = structure_leaves(told.read.study)
    return [
        Sentences(title, []),
        Drawn("data-structure", gettext("Data structure"), [leaf_svg(leaf) for leaf in leaves], leaves),
    ]


def _evidence(told: Written, title: str) -> Parts:
    read = told.read.quoting()
    made = evidence_table(read)
    return [Sentences(title, []), made.table, *_missing(made)]


def _missing(made: PaperTable) -> list[Part]:
    return [Sentences("", [author(" ".join(made.missing))])] if made.missing else []


def _relations(told: Written, title: str) -> Parts:
    made, leaf = told.read.selective(), model_leaf(*model_of(told.session, told.access))
    drawn = Drawn("path-model", gettext("Path model"), [leaf_svg(leaf)], [leaf])
    return [Sentences(title, []), drawn, made.table, *_missing(made)]


def _across(told: Written, title: str) -> Parts:
    study = told.read.study
    own = [source.name for source in told.read.described.sources]
    made = [
        matrix_table(study, matrix(study, level, across, own=own)).table
        for level, across in (
            (Level.CONSTRUCT, Across.CASE),
            (Level.THEME, Across.CASE),
            (Level.CONCEPT, Across.SOURCE),
        )
        if study.codes(level) and (across is not Across.CASE or study.cases)
    ]
    return [Sentences(title, []), *made]


def _reliability(told: Written, title: str) -> Parts:
    latest = {report.round_id: report for report in told.reports}
    parts: list[Part | Drawn] = [Sentences(title, [])]
    for row in latest.values():
        access = authorise(told.session, told.access.actor, Permission.AGREEMENT_VIEW, "round", row.round_id)
        read = read_row(told.session, access, row, told.names, drawn=False)
        about = gettext("Round {number}: {name}", number=row.round.number, name=row.round.name)
        written = methods_sentences(read)
        parts.append(Sentences(about, written.paragraphs))
        made = paper_table(coefficients_table(read.report.summary))
        parts.append(replace(made, title=f"{made.title} ({about})"))
    return parts


def _disagreements(told: Written, title: str) -> Parts:
    parts: list[Part | Drawn] = []
    for round_ in _compared(told):
        access = authorise(told.session, told.access.actor, Permission.DISAGREEMENTS_VIEW, "round", round_.id)
        found = account.account(told.session, access)
        about = gettext("Round {number}: {name}", number=round_.number, name=round_.name)
        parts.append(Sentences(about, [after_ruling.paragraph(found)]))
        made = after_ruling.account_table(found)
        if made.cells:
            parts.append(replace(made, title=f"{made.title} ({about})"))
    return [Sentences(title, []), *parts]


def _codebook(told: Written, title: str) -> Parts:
    study = told.read.study
    codes = [c for level in ABOVE_LABELS for c in study.codes(level)]
    ordered = mapping(told.session, told.access.project.id).in_order([code.id for code in codes])
    headings = [gettext("Level"), gettext("Code"), gettext("Definition"), gettext("Passages")]
    rows: list[list[str | int]] = [
        [
            word("level", code.level),
            code.name,
            " ".join(study.definitions.get(code.id, "").split()),
            len(study.of(code.id)),
        ]
        for code in ordered
    ]
    made = Table(gettext("Codebook"), headings, [[str(c) for c in row] for row in rows], frozenset({3}), headings, rows)
    read = told.read.quoting(whole=True)
    return [Sentences(title, []), made, open_table(read, whole=True).table]


def _independence(told: Written, title: str) -> Parts:
    paragraphs: list[str] = []
    for report in {r.round_id: r for r in told.reports}.values():
        access = authorise(told.session, told.access.actor, Permission.AGREEMENT_VIEW, "round", report.round_id)
        read = read_row(told.session, access, report, told.names, drawn=False)
        about = gettext("Round {number}: {name}", number=report.round.number, name=report.round.name)
        paragraphs.append(f"{about}. {independence_note(read.report.provenance, read.report.summary).sentence}")
        paragraphs += [p for p in _sheets(read.conduct, read.called) if p not in paragraphs]
    paragraphs.append(
        gettext(
            "Every change is in a log whose entries are chained by SHA-256; `intercoder audit` holds codings, rulings, texts, codes and versions against it."
        )
    )
    paragraphs.append(
        author(
            gettext("the training of the coders and their relation to those studied, where their sheets do not say it")
        )
    )
    return [Sentences(title, paragraphs)]


def _sheets(conduct: object, names: Mapping[str, str]) -> list[str]:
    from intercoder.reports.conduct import coders_paragraphs
    from intercoder.services.round_conduct import RoundConduct

    assert isinstance(conduct, RoundConduct)
    return coders_paragraphs(conduct, names)


#: name of a chapter -> its title, why there is none (empty where there is), and what makes it
CHAPTERS: Mapping[str, tuple[Callable[[], str], Callable[[Written], str], Callable[[Written, str], Parts]]] = {
    "cases": (lambda: gettext("Cases"), _no_case, _cases),
    "materials": (lambda: gettext("Materials"), _no_document, _materials),
    "process": (lambda: gettext("Coding process"), _no_passages, process_parts),
    "coding": (lambda: gettext("Open and axial coding"), _no_passages, _coding),
    "structure": (lambda: gettext("Data structure"), _no_structure, _structure),
    "evidence": (lambda: gettext("Evidence"), _no_star, _evidence),
    "categories": (lambda: gettext("Categories"), no_categories, category_parts),
    "relations": (lambda: gettext("Path model and relations"), _no_relation, _relations),
    "across": (lambda: gettext("Across cases, and triangulation"), _no_passages, _across),
    "reliability": (lambda: gettext("Reliability of coding"), _no_report, _reliability),
    "disagreements": (lambda: gettext("Disagreements and how they were resolved"), _no_round, _disagreements),
    "saturation": (lambda: gettext("Saturation"), no_saturation, saturation_parts),
    "power": (lambda: gettext("Information power"), no_power, power_parts),
    "codebook": (lambda: gettext("Appendix: codebook"), _no_code, _codebook),
    "independence": (lambda: gettext("Appendix: coders, independence and audit"), _no_report, _independence),
}
#: chapters of one pack: it argues by saturation or by information power
MANY = len(CHAPTERS) - 1
