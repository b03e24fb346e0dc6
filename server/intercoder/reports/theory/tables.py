"""The tables of a grounded theory as papers print them: cases, sources, open, axial and selective coding, evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from intercoder.interchange.papers import Table
from intercoder.interchange.sheets import Value
from intercoder.language import gettext, grouped, ngettext
from intercoder.models import Described, Level
from intercoder.reports.theory.citing import cite, kind_word, source_word
from intercoder.services.mapping import MappedCode
from intercoder.services.matrices import kind_of, kinds
from intercoder.services.passage_words import worded
from intercoder.services.study_tallies import StudyPassage, StudyPassages

#: labels of a concept that an excerpt shows, quotations of a concept in the table of evidence
EXCERPT, QUOTATIONS = 2, 3


@dataclass(frozen=True)
class PaperTable:
    """A table, and which code's passages a cell opens: (row, column) -> code.

    ``name``: what addresses and files call it; ``missing``: what is not in it, and why.
    """

    name: str
    table: Table
    opens: Mapping[tuple[int, int], str] = field(default_factory=dict)
    missing: Sequence[str] = ()


@dataclass(frozen=True)
class Quote:
    """Words that a table prints, and where they stand."""

    text: str
    cited: str

    @property
    def said(self) -> str:
        """The words with their source behind them."""
        return gettext("“{text}” ({source})", text=self.text.strip('“”"'), source=self.cited)


@dataclass(frozen=True)
class Quoting:
    """The words that the tables of a study print, read once. ``stars``: code -> quotations that are marked as typical of it."""

    study: StudyPassages
    described: Described
    by_passage: Mapping[str, Quote]
    stars: Mapping[str, Sequence[Quote]]

    def of(self, passage: StudyPassage) -> Quote:
        """Return the words of a passage that was read."""
        return self.by_passage[passage.key]


def quoting(
    session: Session,
    study: StudyPassages,
    described: Described,
    stars: Mapping[str, Sequence[Quote]],
    *,
    whole: bool = False,
) -> Quoting:
    """Read the words that the tables print: the examples of open coding, all or an excerpt, and what is starred. Two statements.

    ``stars``: the typical quotations of the study; a concept without one has what its coders starred.
    """
    labels = (label for concept in study.codes(Level.CONCEPT) for label in _labels(study, concept.id, whole=whole))
    wanted = {p.key: p for p in (_example(study, label.id) for label in labels)}
    starred = {
        concept.id: [p for p in study.of(concept.id) if p.starred][:QUOTATIONS]
        for concept in study.codes(Level.CONCEPT)
    }
    wanted |= {p.key: p for rows in starred.values() for p in rows}
    read = {
        w.passage.key: Quote(
            " ".join(w.text.split("\n")), cite(described.citation, study.sources[w.passage.document], w.paragraph)
        )
        for w in worded(session, wanted.values())
    }
    of_coders = {code: [read[p.key] for p in rows] for code, rows in starred.items() if rows}
    return Quoting(study, described, read, of_coders | {code: quotes[:QUOTATIONS] for code, quotes in stars.items()})


def _labels(study: StudyPassages, concept: str, *, whole: bool) -> Sequence[MappedCode]:
    """Return the labels of a concept that stand in a text: all, or those with the most passages, first ones first."""
    used = [label for label in study.below(concept) if study.by_label.get(label.id)]
    return used if whole else sorted(used, key=lambda label: -len(study.by_label[label.id]))[:EXCERPT]


def _example(study: StudyPassages, label: str) -> StudyPassage:
    """Return the passage by which a label is shown: one that is starred, else the first."""
    rows = study.by_label[label]
    return next((row for row in rows if row.starred), rows[0])


# --- what was studied ----------------------------------------------------------------------------


def case_table(study: StudyPassages, described: Described) -> PaperTable:
    """Return the cases with their attributes, documents and characters."""
    named = [column.name for column in described.of_cases]
    named += sorted({name for given in study.attributes.values() for name in given} - set(named))
    headings = [
        gettext("Case"),
        *named,
        gettext("Documents"),
        gettext("Primary / secondary"),
        gettext("Characters"),
    ]
    values: list[list[Value]] = []
    for case, name in study.cases.items():
        there = [source for source in study.sources.values() if source.case_id == case]
        primary = sum(source.primary for source in there)
        given = study.attributes[case]
        values.append(
            [
                name,
                *(given.get(attribute, "") for attribute in named),
                len(there),
                f"{primary} / {len(there) - primary}",
                sum(source.length for source in there),
            ]
        )
    right = frozenset(range(len(named) + 1, len(headings)))
    notes = []
    without = sum(source.case_id is None for source in study.sources.values())
    if without:
        notes.append(ngettext("{n} document belongs to no case", "{n} documents belong to no case", without))
    return _table("cases", gettext("Cases and materials"), headings, values, right, notes)


def source_table(study: StudyPassages, described: Described) -> PaperTable:
    """Return the types of sources, primary ones first, with documents and characters."""
    headings = [
        gettext("Source type"),
        gettext("Primary or secondary"),
        gettext("Documents"),
        gettext("Characters"),
        gettext("Passages"),
    ]
    passages = dict.fromkeys(study.sources, 0)
    for row in study.rows:
        passages[row.document] += 1
    values: list[list[Value]] = []
    for kind in kinds(study, [source.name for source in described.sources]):
        there = [source for source in study.sources.values() if kind_of(source) == kind]
        values.append(
            [
                kind_word(kind),
                gettext("primary") if kind.primary else gettext("secondary"),
                len(there),
                sum(source.length for source in there),
                sum(passages[source.id] for source in there),
            ]
        )
    return _table("sources", gettext("Sources"), headings, values, frozenset({2, 3, 4}), [])


# --- open, axial, selective coding ---------------------------------------------------------------


def open_table(read: Quoting, *, whole: bool = False) -> PaperTable:
    """Return open coding: words | initial concept | category, with passages and documents of the category."""
    study = read.study
    headings = [
        gettext("Original words"),
        gettext("Initial concept"),
        gettext("Category"),
        gettext("Reference points"),
        gettext("Sources of materials"),
    ]
    values: list[list[Value]] = []
    opens: dict[tuple[int, int], str] = {}
    for concept in study.codes(Level.CONCEPT):
        rows = study.of(concept.id)
        if not rows:
            continue
        tally = study.tally(rows)
        labels = _labels(study, concept.id, whole=whole)
        for label in labels:
            opens[len(values), 1] = label.id
            opens |= {(len(values), column): concept.id for column in (2, 3, 4)}
            said = read.of(_example(study, label.id)).said
            values.append([said, label.name, concept.name, tally.passages, tally.documents])
        if not labels:  # coded as the concept itself
            opens |= {(len(values), column): concept.id for column in (2, 3, 4)}
            values.append(["", "–", concept.name, tally.passages, tally.documents])
    title = gettext("Open coding") if whole else gettext("Open coding (excerpt)")
    used = sum(bool(study.by_label.get(label.id)) for label in study.codes(Level.LABEL))
    notes = [
        gettext(
            "In all {labels} initial concepts and {concepts} categories. Reference points: passages in {basis}; those of one "
            "category that overlap are one. Sources of materials: documents. An initial concept is shown by a passage that is "
            "marked as typical, else by its first one.",
            labels=grouped(used),
            concepts=grouped(sum(bool(study.of(c.id)) for c in study.codes(Level.CONCEPT))),
            basis=basis_word(study),
        )
    ]
    return _table("open_coding", title, headings, values, frozenset({3, 4}), notes, opens, grouped_by=(2, 3, 4))


def axial_table(study: StudyPassages) -> PaperTable:
    """Return axial coding: main category | its categories | what they mean."""
    headings = [gettext("Main category"), gettext("Corresponding category"), gettext("Meaning of the category")]
    values: list[list[Value]] = []
    opens: dict[tuple[int, int], str] = {}
    missing = []
    for theme in study.codes(Level.THEME):
        for concept in study.below(theme.id):
            opens |= {(len(values), 0): theme.id, (len(values), 1): concept.id}
            meaning = " ".join(study.definitions.get(concept.id, "").split())
            if not meaning:
                missing.append(gettext("“{name}” has no definition.", name=concept.name))
            values.append([theme.name, concept.name, meaning])
    return _table(
        "axial_coding", gettext("Axial coding"), headings, values, frozenset(), [], opens, missing, grouped_by=(0,)
    )


def evidence_table(read: Quoting, construct: str | None = None) -> PaperTable:
    """Return the evidence of all constructs, or of one: construct | theme | concept | quotation | source. What has no star stays empty."""
    study = read.study
    headings = [
        gettext("Aggregate construct"),
        gettext("Second-order theme"),
        gettext("First-order concept"),
        gettext("Typical quotation"),
        gettext("Source"),
    ]
    values: list[list[Value]] = []
    opens: dict[tuple[int, int], str] = {}
    missing = []
    for top in study.codes(Level.CONSTRUCT):
        if construct not in {None, top.id}:
            continue
        for theme in study.below(top.id):
            for concept in study.below(theme.id):
                quotes = read.stars.get(concept.id, ())
                if not quotes:
                    many = len(study.of(concept.id))
                    missing.append(
                        ngettext(
                            "“{name}” has no typical quotation: choose one of its {n} passage.",
                            "“{name}” has no typical quotation: choose some of its {n} passages.",
                            many,
                            name=concept.name,
                        )
                    )
                for quote in quotes or [Quote("", "")]:
                    at = len(values)
                    opens |= {(at, 0): top.id, (at, 1): theme.id, (at, 2): concept.id}
                    values.append([top.name, theme.name, concept.name, quote.text, quote.cited])
    return _table(
        "evidence", gettext("Evidence"), headings, values, frozenset(), [], opens, missing, grouped_by=(0, 1, 2)
    )


def paper_table(
    name: str,
    title: str,
    headings: Sequence[str],
    values: Sequence[Sequence[Value]],
    notes: Sequence[str],
    missing: Sequence[str],
) -> PaperTable:
    """Return a table whose cells open nothing."""
    return _table(name, title, headings, values, frozenset(), notes, None, missing)


def basis_word(study: StudyPassages) -> str:
    """Return whose work counts, in words."""
    if study.basis.value == "coders":
        return gettext("the work of any coder")
    if study.alone:
        return ngettext(
            "the consensus, and of {n} document the work of its only coder",
            "the consensus, and of {n} documents the work of their only coder",
            study.alone,
        )
    return gettext("the consensus")


def _table(
    name: str,
    title: str,
    headings: Sequence[str],
    values: Sequence[Sequence[Value]],
    right: frozenset[int],
    notes: Sequence[str],
    opens: Mapping[tuple[int, int], str] | None = None,
    missing: Sequence[str] = (),
    grouped_by: Sequence[int] = (),
) -> PaperTable:
    """Return a table; in what is read, words of the columns ``grouped_by`` stand once for the rows that share them."""
    cells = []
    before: Sequence[Value] = ()
    for row in values:
        shown = [_cell(value) for value in row]
        same = bool(before)
        for column in grouped_by:
            same = same and row[column] == before[column]
            if same:
                shown[column] = ""
        cells.append(shown)
        before = row
    made = Table(title, headings, cells, right, headings, values, [note for note in notes if note])
    return PaperTable(name, made, opens or {}, missing)


def _cell(value: Value) -> str:
    if isinstance(value, bool) or value is None:
        return ""
    return grouped(value) if isinstance(value, int) else str(value)


__all__ = [
    "PaperTable",
    "Quote",
    "Quoting",
    "axial_table",
    "case_table",
    "evidence_table",
    "open_table",
    "paper_table",
    "quoting",
    "source_table",
    "source_word",
]
