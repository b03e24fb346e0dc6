"""Typical quotations and relations of a theory as the tables of a paper print them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from intercoder.interchange.sheets import Value
from intercoder.language import gettext, grouped
from intercoder.models import Described, RelationSort, Stance
from intercoder.models.theory import Quoted
from intercoder.reports.theory.citing import cite
from intercoder.reports.theory.tables import PaperTable, Quote, paper_table
from intercoder.services import quotations, relations
from intercoder.services.access import Access
from intercoder.services.passage_words import worded
from intercoder.services.quoted import Holds
from intercoder.services.relations import RelationRead
from intercoder.services.study_tallies import StudyPassage, StudyPassages

#: of how a structure is written: what leads to something, what makes it possible, what changes a relation
_ARROWS: Mapping[RelationSort, str] = {
    RelationSort.CONDITIONS: "⇢",
    RelationSort.INTERVENES: "⇢",
    RelationSort.CONTEXT_OF: "⇢",
    RelationSort.PART_OF: "⊂",
    RelationSort.MODERATES: "⊸",
    RelationSort.CONTRADICTS: "↮",
}


def typical(session: Session, access: Access, study: StudyPassages, described: Described) -> dict[str, list[Quote]]:
    """Return the typical quotations that still hold, in their order, by what they are typical of. Some statements."""
    read = [one for one in quotations.quotations(session, access) if one.holds is Holds.HOLDS]
    where_they_are = cited(session, study, described, (one.row for one in read))
    found: dict[str, list[Quote]] = {}
    for one in read:
        where = where_they_are.get(place_key(one.row))
        if where is not None:
            found.setdefault(one.code.id, []).append(Quote(" ".join(one.shown.split("\n")), where))
    return found


def selective_table(session: Session, access: Access, study: StudyPassages, described: Described) -> PaperTable:
    """Return selective coding: structure of a relation | what it means | words that stand for it, with how much is for it and against."""
    read = relations.relations(session, access)
    first = {one.row.id: next(_shown(one), None) for one in read}
    where_they_are = cited(session, study, described, (row for row, _ in filter(None, first.values())))
    headings = [
        gettext("Typical structure of relations"),
        gettext("Meaning of the structure"),
        gettext("Representative words"),
        gettext("For / against"),
    ]
    values: list[list[Value]] = []
    missing = []
    for one in read:
        shown = first[one.row.id]
        words = Quote(shown[1], where_they_are.get(place_key(shown[0]), "")).said if shown else ""
        structure = structure_of(one)
        if not one.row.words:
            missing.append(gettext("“{name}” has no words of its own.", name=structure))
        weights = [one.weight(stance).passages for stance in (Stance.FOR, Stance.AGAINST)]
        values.append([structure, one.row.words, words, " / ".join(map(grouped, weights))])
    notes = [
        gettext("→ leads to; ⇢ makes possible; ⊸ moderates; ⊂ is part of; ↮ contradicts. Passages for and against.")
    ]
    return paper_table("selective_coding", gettext("Selective coding"), headings, values, notes, missing)


def structure_of(one: RelationRead) -> str:
    """Return a relation as a paper writes it."""
    arrow = _ARROWS.get(one.row.sort, "→") if one.row.directed else "↔"
    between = f" {arrow} " if one.own is None else f" {arrow} ({one.own}) "
    return f"{one.first.name}{between}{one.second.name}"


def _shown(one: RelationRead) -> Iterator[tuple[Quoted, str]]:
    return (
        (each.row, each.cited.words)
        for each in one.evidence
        if each.row.stance is Stance.FOR and each.became.holds is Holds.HOLDS
    )


def place_key(row: Quoted) -> str:
    """Return what names the place of a quoted passage."""
    return f"{row.revision_id}.{row.start}.{row.end}"


def cited(session: Session, study: StudyPassages, described: Described, rows: Iterable[Quoted]) -> Mapping[str, str]:
    """Return how quoted passages are cited, those of documents that are not in the study left out. One statement."""
    there: Sequence[StudyPassage] = [
        StudyPassage(str(row.document_id), str(row.revision_id), "", row.start, row.end, (), starred=True)
        for row in rows
        if str(row.document_id) in study.sources
    ]
    return {
        f"{w.passage.revision}.{w.passage.start}.{w.passage.end}": cite(
            described.citation, study.sources[w.passage.document], w.paragraph
        )
        for w in worded(session, there)
    }
