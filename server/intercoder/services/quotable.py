"""By what a passage of the study can be quoted: the coding of the consensus or of a coder behind it, and what quotes it already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, AssignmentState, Coding, ConsensusCoding, Evidence, Quotation, Relation
from intercoder.services.access import Access
from intercoder.services.mapping import Mapped
from intercoder.services.quoted import LONGEST, today, visible
from intercoder.services.study_tallies import StudyPassage, StudyPassages


class _Place(NamedTuple):
    """A coding behind a passage; without a coder: one of the consensus."""

    start: int
    end: int
    coder: UUID | None
    key: UUID

    @property
    def rank(self) -> tuple[int, bool, int, str]:
        """The longest first, of as long ones that of the consensus, then in the order of the text."""
        return (self.start - self.end, self.coder is not None, self.start, str(self.key))


@dataclass
class Quotable:
    """What names a passage where it is quoted, empty where nothing can; its stars, and how many relations it is evidence of."""

    chosen: Mapping[str, str] = field(default_factory=dict)
    #: identifiers of the stars by the code that they are of today
    stars: dict[str, UUID] = field(default_factory=dict)
    relations: set[UUID] = field(default_factory=set)

    def values(self, chosen: str, words: str, field: str = "relation") -> Mapping[str, str]:
        """Return what a form is filled with that puts the passage to a relation or to what it shows; ``chosen``: to which."""
        named = {"consensus": "", "coder": "", "key": ""} | dict(self.chosen)
        rest = {"stance": "for", "note": "", "at": "", "words": words}
        return named | rest | ({field: chosen} if chosen else {})

    def memo_values(self, words: str) -> Mapping[str, str]:
        """Return what the form of a memo on the passage is filled with."""
        named = {"consensus": "", "coder": "", "key": ""} | dict(self.chosen)
        return {f"passage.{name}": value for name, value in named.items()} | {"about": "passage", "words": words}


def quotable(
    session: Session, access: Access, study: StudyPassages, rows: Sequence[StudyPassage]
) -> Mapping[str, Quotable]:
    """Return by what passages of a study can be quoted, by their keys; five statements."""
    if not rows:
        return {}
    mapped = study.mapped
    behind: dict[str, list[_Place]] = {}
    for row, code, place in _codings(session, access, rows):
        counts = mapped.resolved(code, str(place.coder), str(place.key)).code if place.coder else None
        ends = {counts} if counts else mapped.map.ends(code)
        if _counts_as(mapped, ends, row.code) and place.end - place.start <= LONGEST:
            behind.setdefault(row.key, []).append(place)
    found = {row.key: Quotable(_named(behind.get(row.key, []))) for row in rows}
    stars = _marks(access, Quotation, rows).add_columns(Quotation.id, Quotation.code_id)
    for revision, start, end, star, code_id in session.execute(stars):
        for row in _sharing(rows, revision, start, end):
            found[row.key].stars[today(mapped, str(code_id))] = star
    evidence = _marks(access, Evidence, rows).add_columns(Evidence.relation_id)
    evidence = evidence.join(Relation, Relation.id == Evidence.relation_id).where(Relation.removed_at.is_(None))
    for revision, start, end, relation_id in session.execute(evidence):
        for row in _sharing(rows, revision, start, end):
            found[row.key].relations.add(relation_id)
    return found


def _counts_as(mapped: Mapped, ends: Iterable[str], code: str) -> bool:
    return any(end in mapped.tree.parents and code in mapped.tree.path(end) for end in ends)


def _named(places: Sequence[_Place]) -> Mapping[str, str]:
    best = min(places, key=lambda place: place.rank, default=None)
    if best is None:
        return {}
    return {"coder": str(best.coder), "key": str(best.key)} if best.coder else {"consensus": str(best.key)}


def _sharing(rows: Sequence[StudyPassage], revision: UUID, start: int, end: int) -> list[StudyPassage]:
    return [row for row in rows if row.revision == str(revision) and row.start < end and start < row.end]


def _codings(
    session: Session, access: Access, rows: Sequence[StudyPassage]
) -> Iterable[tuple[StudyPassage, str, _Place]]:
    """Yield for each passage the codings within it, with the code that each was given.

    Passages are a table of the statements: as conditions beside one another each coding of the study was held against
    all of them.
    """
    turns = [(turn, UUID(row.revision), row.start, row.end) for turn, row in enumerate(rows)]
    columns = sa.column("turn", sa.Integer), sa.column("revision", sa.Uuid)
    ends = sa.column("start", sa.Integer), sa.column("end", sa.Integer)
    at, layer = sa.values(*columns, *ends).data(turns).cte().c, ConsensusCoding
    agreed = sa.select(at.turn, layer.code_id, layer.start, layer.end, sa.null(), layer.id).where(
        layer.project_id == access.project.id,
        visible(access, layer.round_id),
        layer.revision_id == at.revision,
        layer.start.between(at.start, at.end),
        layer.end <= at.end,
    )
    # Asked for within the next statement, they double the time of the page on SQLite.
    layers = session.scalars(
        sa.select(Assignment.id).where(
            Assignment.project_id == access.project.id,
            Assignment.state == AssignmentState.SUBMITTED,
            visible(access, Assignment.round_id),
            Assignment.revision_id.in_({UUID(row.revision) for row in rows}),
        )
    ).all()
    coded = (
        sa.select(at.turn, Coding.code_id, Coding.start, Coding.end, Coding.coder_id, Coding.key)
        .join(Assignment, Assignment.revision_id == at.revision)
        .join(Coding, Coding.assignment_id == Assignment.id)
        .where(
            Assignment.id.in_(layers),
            Coding.deleted_at.is_(None),
            Coding.start.between(at.start, at.end),
            Coding.end <= at.end,
        )
    )
    for turn, code, *place in (*session.execute(agreed), *session.execute(coded)):
        yield rows[turn], str(code), _Place(*place)


def _marks(
    access: Access, kind: type[Quotation] | type[Evidence], rows: Sequence[StudyPassage]
) -> sa.Select[UUID, int, int]:
    """Return the statement of what quotes words of the texts that some passages are of."""
    return sa.select(kind.revision_id, kind.start, kind.end).where(
        kind.project_id == access.project.id,
        visible(access, kind.round_id),
        kind.revision_id.in_({UUID(row.revision) for row in rows}),
    )
