"""What closing a round leaves, as tests of several services ask for it."""

from uuid import UUID

import sqlalchemy as sa

from cast import Cast
from intercoder.models import Coding, Disagreement
from intercoder.policy import Permission
from intercoder.services import adjudication, consensus, disagreements
from intercoder.services.adjudication import RulingIn, Span


def disagreements_of(cast: Cast, round_id: UUID) -> list[Disagreement]:
    """Return the disagreements of a round as the adjudicator sees them."""
    with cast.database.reading() as session:
        access = cast.access(session, "ada", Permission.DISAGREEMENTS_VIEW, "round", round_id)
        return list(disagreements.disagreements(session, access).rows)


def rule(cast: Cast, d: Disagreement, version: int, codings: list[Span], reason: str) -> None:
    """Let the adjudicator rule."""
    with cast.acting("ada", Permission.ADJUDICATE, "disagreement", d.id) as (session, access):
        adjudication.rule(session, access, d.id, version, RulingIn(codings=tuple(codings), reason=reason))


def consensus_of(cast: Cast, round_id: UUID) -> list[tuple[UUID, int, int, bool]]:
    """Return what stands: code, start, end, and whether it was ruled."""
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.DISAGREEMENTS_VIEW, "round", round_id)
        return [(c.code_id, c.start, c.end, c.ruling_id is not None) for c in consensus.consensus(session, access)]


def originals(cast: Cast) -> list[tuple[object, ...]]:
    """Return every column of every coding."""
    with cast.database.reading() as session:
        rows = session.execute(sa.select(Coding.__table__).order_by(Coding.coder_id, Coding.key))
        return [tuple(row) for row in rows]
