"""The places of a round where coders differ with everything that was decided about them, a part at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Case, Disagreement, Document, Ruling, User
from intercoder.services.access import Access, RoundAccess
from intercoder.services.disagreements import disagreements, excerpts, sides_of
from intercoder.services.masks import seated
from intercoder.services.paging import Asked
from intercoder.services.rulings import IN_FORCE
from intercoder.services.submitted import round_codebook

#: places that are read together, and characters of a place that are told
TOGETHER, LONGEST = 500, 500


@dataclass(frozen=True)
class Decided:
    """The ruling in force at a place: the names of the codes that stand, who made it, and whether that person had coded there."""

    ruling: Ruling
    stands: Sequence[str]
    by: str


@dataclass(frozen=True)
class PlaceRow:
    """A place: its words, the names of the codes that each coder gave it, A first, and what was decided."""

    place: Disagreement
    case: str
    words: str
    given: Sequence[tuple[UUID, Sequence[str]]]
    decided: Decided | None


def rulers_in_order(session: Session, access: Access) -> list[UUID]:
    """Return who has ruled in a project, by their first ruling, so that who comes later comes behind."""
    ruled = sa.select(Ruling.adjudicator_id).join(Disagreement, Disagreement.id == Ruling.disagreement_id)
    of_project = ruled.where(Disagreement.project_id == access.project.id).group_by(Ruling.adjudicator_id)
    return list(session.scalars(of_project.order_by(sa.func.min(Ruling.created_at), Ruling.adjudicator_id)))


def place_rows(session: Session, access: RoundAccess) -> Iterator[PlaceRow]:
    """Yield the places of a compared round in the order of the texts."""
    names = {entry.id: entry.name for entry in round_codebook(session, access.round)}
    cases = dict(
        session.execute(
            sa.select(Document.id, Case.name).join(Case).where(Document.project_id == access.project.id)
        ).all()
    )
    cursor: str | None = None
    while True:
        part = disagreements(session, access, asked=Asked(cursor, TOGETHER))
        sides, words = sides_of(session, part.rows), excerpts(session, part.rows, LONGEST)
        decided = _decided(session, [d.id for d in part.rows], names)
        for d in part.rows:
            codes: dict[UUID, list[str]] = {coder: [] for coder in seated(access, d.document_id, d.coders)}
            for side in sides[d.id]:
                if (name := names.get(side.code, str(side.code))) not in codes[side.coder]:
                    codes[side.coder].append(name)
            yield PlaceRow(d, cases.get(d.document_id, ""), words[d.id], [*codes.items()], decided.get(d.id))
        cursor = part.next
        if cursor is None:
            return


def _decided(session: Session, places: Sequence[UUID], names: dict[UUID, str]) -> dict[UUID, Decided]:
    rows = session.execute(
        sa.select(Ruling, User.name)
        .join(Disagreement, Disagreement.id == Ruling.disagreement_id)
        .join(User, User.id == Ruling.adjudicator_id)
        .where(Ruling.disagreement_id.in_(places), IN_FORCE)
    )
    return {
        ruling.disagreement_id: Decided(
            ruling, [*dict.fromkeys(names.get(c.code, str(c.code)) for c in ruling.codings)], by
        )
        for ruling, by in rows
    }
