"""Where a disagreement stands in a queue: what the database cuts out of it is what cutting the whole list would give."""

from collections.abc import Mapping, Sequence
from itertools import product
from uuid import UUID

import sqlalchemy as sa

from cast import Cast
from intercoder.models import Disagreement, DisagreementKind, DisagreementState
from intercoder.policy import Permission
from intercoder.services import disagreements, neighbours
from intercoder.services.neighbours import Listed, Neighbourhood
from intercoder.services.picking import Fitting, Shown

REACH = 2
KINDS = (DisagreementKind.BOUNDARY, DisagreementKind.OMISSION)
SHOWN: tuple[Shown, ...] = (DisagreementState.RULED, DisagreementState.OPEN, DisagreementState.DEFERRED)


def fill(cast: Cast, round_id: UUID) -> None:
    """Put more places of every kind and state into a compared round; some share their position."""
    with cast.database.transaction() as session:
        model = session.scalars(sa.select(Disagreement).where(Disagreement.round_id == round_id)).first()
        assert model is not None
        for number, (kind, state) in enumerate(product(KINDS, (*SHOWN, DisagreementState.VOID))):
            session.add(
                Disagreement(
                    project_id=cast.project,
                    round_id=round_id,
                    document_id=model.document_id,
                    revision_id=model.revision_id,
                    start=number,
                    end=number + 1,
                    kind=kind,
                    state=state,
                    identity=f"made {number}",
                    coders=model.coders,
                    position=number // 2,
                )
            )


def listed(d: Disagreement, words: str) -> Listed:
    """Return a place as the list shows it."""
    waits = d.state is DisagreementState.OPEN
    return Listed(d.id, d.kind, d.state, d.leverage, d.doubts, d.memos, d.document.title, words, waits)


def cut(queue: Sequence[Disagreement], here: Disagreement, words: Mapping[UUID, str]) -> Neighbourhood:
    """Return the neighbourhood that follows from the whole list."""
    fits = here in queue
    whole = sorted({*queue, here}, key=lambda d: (d.position, d.id.hex))
    at = whole.index(here)
    rows = [d for d in whole if d in queue]
    begin = max(0, min(at - REACH, len(rows) - 2 * REACH - 1))
    open_ones = [d.id for d in [*whole[at + 1 :], *whole[:at]] if d in queue and d.state is DisagreementState.OPEN]
    return Neighbourhood(
        [listed(d, words[d.id]) for d in rows[begin : begin + 2 * REACH + 1]],
        first=begin,
        place=at + 1,
        total=len(rows) + (not fits),
        previous=whole[at - 1].id if at else None,
        next=whole[at + 1].id if at + 1 < len(whole) else None,
        next_open=open_ones[0] if open_ones else None,
    )


def test_a_neighbourhood_is_what_the_whole_list_says(cast: Cast, compared_round: UUID) -> None:
    fill(cast, compared_round)
    with cast.database.reading() as session:
        access = cast.access(session, "ada", Permission.DISAGREEMENTS_VIEW, "round", compared_round)
        everything = disagreements.disagreements(session, access).rows
        assert len(everything) > 3 * REACH
        words = disagreements.excerpts(session, everything)
        for kind, state in product((None, *KINDS), (None, *SHOWN)):
            fitting = Fitting(kind, state)
            queue = disagreements.disagreements(session, access, fitting).rows
            for here in everything:
                near = neighbours.neighbourhood(session, access, here, fitting, REACH)
                assert near == cut(queue, here, words), (kind, state, everything.index(here))
            waiting = [d.id for d in queue if d.state is DisagreementState.OPEN] or [d.id for d in queue]
            assert neighbours.first_waiting(session, access, fitting) == (waiting[0] if waiting else None)
