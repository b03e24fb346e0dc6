"""How a study was coded, as far as the acts on it say: how often codes were merged and the codebook published, who coded what."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, AssignmentState, CodebookVersion, MappingAct, MappingKind


class CodebookActs(NamedTuple):
    """How often codes of the project were merged, what was taken back left out, and in how many versions the codebook was published."""

    merges: int
    versions: int


class Submitted(NamedTuple):
    """The documents that were coded in a round, and those who coded them."""

    documents: frozenset[UUID]
    coders: frozenset[UUID]


def codebook_acts(session: Session, project_id: UUID) -> CodebookActs:
    """Return what was done to the codebook. One statement."""
    # What coders do to own labels has no number, and is nobody else's to know while their round is open.
    merged = sa.select(sa.func.count()).where(
        MappingAct.project_id == project_id,
        MappingAct.number.is_not(None),
        MappingAct.kind == MappingKind.MERGED,
        MappingAct.undone_by_id.is_(None),
    )
    published = sa.select(sa.func.count()).where(CodebookVersion.project_id == project_id)
    row = session.execute(sa.select(merged.scalar_subquery(), published.scalar_subquery())).one()
    return CodebookActs(*row)


def submitted_in(session: Session, rounds: Collection[UUID]) -> Mapping[UUID, Submitted]:
    """Return what was submitted in each of some rounds that the person may know of. One statement."""
    rows: Sequence[sa.Row[UUID, UUID, UUID]] = session.execute(
        sa.select(Assignment.round_id, Assignment.document_id, Assignment.coder_id).where(
            Assignment.round_id.in_(rounds), Assignment.state == AssignmentState.SUBMITTED
        )
    ).all()
    return {
        of: Submitted(
            frozenset(document for round_, document, _ in rows if round_ == of),
            frozenset(coder for round_, _, coder in rows if round_ == of),
        )
        for of in rounds
    }
