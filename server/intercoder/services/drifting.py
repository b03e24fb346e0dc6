"""Whether coders have stayed the same: what they coded in one round and again, later, in another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, AssignmentState, Round, RoundState, User
from intercoder.policy import Permission
from intercoder.services.access import Access, answers_hidden, blind_rounds
from intercoder.services.code_states import remembered
from intercoder.services.mapping import mapping
from intercoder.services.missing_units import NONE_MISSING, walked_by
from intercoder.services.submitted import submitted_layers
from intercoder.services.units import units_of
from intercoder.stats.units import Cuts

if TYPE_CHECKING:
    from intercoder.stats.agreement.drift import CoderDrift, Recoding

#: what is coded again sooner is remembered
SOONEST = timedelta(days=1)
RESAMPLES = 1_000


class _Layer(NamedTuple):
    coder_id: UUID
    revision_id: UUID
    document_id: UUID
    round_id: UUID
    at: datetime


@dataclass(frozen=True)
class Drifts:
    """The drift of each coder; ids of coders → names, ids of codes → names."""

    coders: "Sequence[CoderDrift]"
    names: Mapping[str, str]
    codes: Mapping[str, str]
    #: whether the person is shown anything: coders read their own, where the project allows it
    shown: bool = True


def _layers(session: Session, access: Access) -> list[_Layer]:
    rows = session.execute(
        sa.select(
            Assignment.coder_id,
            Assignment.revision_id,
            Assignment.document_id,
            Assignment.round_id,
            Assignment.submitted_at,
        )
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Round.project_id == access.project.id,
            Round.state.in_([RoundState.CLOSED, RoundState.SETTLED]),
            Round.compared_at.is_not(None),
            Round.id.not_in(answers_hidden(access.project.id, access.actor.id)),
            Round.id.not_in(blind_rounds(session, access.project.id, access.actor.id)),
            Assignment.state == AssignmentState.SUBMITTED,
        )
        .order_by(Assignment.submitted_at, Assignment.id)
    )
    return [_Layer(coder, text, document, round_, at) for coder, text, document, round_, at in rows if at is not None]


def repeated(session: Session, access: Access) -> list[tuple[_Layer, _Layer]]:
    """Return what a coder coded twice in compared rounds, on the same text, at least a day apart: each layer with the next."""
    last: dict[tuple[UUID, UUID], _Layer] = {}
    pairs = []
    for layer in _layers(session, access):
        before = last.get((layer.coder_id, layer.revision_id))
        if before is not None and layer.at - before.at >= SOONEST:
            pairs.append((before, layer))
        last[layer.coder_id, layer.revision_id] = layer
    return pairs


def recodings(session: Session, access: Access, pairs: Sequence[tuple[_Layer, _Layer]]) -> "list[Recoding]":
    """Return every unit that was coded twice, by the units of the later round."""
    from intercoder.stats.agreement.drift import Recoding  # numpy only when something came again

    mapped = mapping(session, access.project.id)
    rounds = {
        r.id: r
        for r in session.scalars(sa.select(Round).where(Round.id.in_({p.round_id for pair in pairs for p in pair})))
    }
    read = {id_: {layer.document_id: layer for layer in submitted_layers(session, [id_], mapped)} for id_ in rounds}
    made = []
    for first, second in pairs:
        units = units_of(session, second.revision_id, walked_by(rounds[second.round_id].unit))
        cuts = Cuts(units)

        def sets(of: _Layer, cuts: Cuts = cuts) -> list[frozenset[str] | None]:
            layer = read[of.round_id][of.document_id]
            marks = layer.codings[of.coder_id]
            return cuts.judged(
                [(m.start, m.end, m.code) for m in marks], layer.missing.get(of.coder_id, NONE_MISSING).places
            )

        made += [
            Recoding(
                str(second.coder_id), str(start), a, b, str(second.document_id), first_at=first.at, second_at=second.at
            )
            for (start, _), a, b in zip(units, sets(first), sets(second), strict=True)
        ]
    return made


def drifts(session: Session, access: Access) -> Drifts:
    """Return how stable coders are, as far as compared rounds tell: for leads all, for a coder the coder, where that is shown."""
    from intercoder.stats.agreement.drift import drift

    everybody = access.may(Permission.DRIFT_VIEW)
    if not everybody and not access.project.coders_see_drift:
        return Drifts((), {}, {}, shown=False)
    pairs = [pair for pair in repeated(session, access) if everybody or pair[1].coder_id == access.actor.id]
    then = tuple((a.round_id, b.round_id, b.revision_id, b.coder_id, b.at) for a, b in pairs)

    def made() -> "Sequence[CoderDrift]":
        return drift(recodings(session, access, pairs), resamples=RESAMPLES) if pairs else ()

    found = remembered(session, access.project.id, ("drift", access.actor.id), made, then)
    names = session.execute(sa.select(User.id, User.name).where(User.id.in_({b.coder_id for _, b in pairs})))
    codes = {code.id: code.name for code in mapping(session, access.project.id).codes.values()}
    return Drifts(found, {str(id_): name for id_, name in names}, codes)
