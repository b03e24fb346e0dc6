"""Each coder of a round against its consensus, unit by unit, once places are ruled on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import ConsensusCoding, Disagreement, DisagreementState, Ruling, User
from intercoder.services.access import RoundAccess
from intercoder.services.code_states import remembered
from intercoder.services.consensus import FINISHED
from intercoder.services.mapping import Mapped, mapping
from intercoder.services.masks import hidden
from intercoder.services.missing_units import NONE_MISSING, walked_by
from intercoder.services.submitted import submitted_layers
from intercoder.services.units import units_of
from intercoder.stats.units import Cuts, touched

if TYPE_CHECKING:
    from intercoder.stats.agreement.against import CodedAs, CoderAgainst
    from intercoder.stats.agreement.training import Answer

RESAMPLES = 1_000


@dataclass(frozen=True)
class Against:
    """Coders against the consensus, by name. ``names``: of codes and of coders.

    ``undecided``: units that are left out, since something in them waits for a ruling. Empty where nothing is compared, and
    where the names of coders are hidden.
    """

    coders: Sequence["CoderAgainst"]
    coded_as: Sequence["CodedAs"]
    names: Mapping[str, str]
    units: int
    undecided: int


def against(session: Session, access: RoundAccess) -> Against:
    """Return how each coder of a compared round stands to its consensus; kept until something else stands."""
    if access.round.compared_at is None or hidden(access):
        return Against((), (), {}, 0, 0)
    round_id = access.round.id
    c = ConsensusCoding
    state = session.execute(
        sa.select(sa.func.count(), sa.func.max(Ruling.created_at), sa.func.max(Ruling.ended_at))
        .select_from(Disagreement)
        .outerjoin(Ruling, Ruling.disagreement_id == Disagreement.id)
        .where(Disagreement.round_id == round_id)
    ).one()
    stands = session.scalar(sa.select(sa.func.count()).where(c.round_id == round_id))
    mapped = mapping(session, access.project.id, access.round.compared_mapping)
    then = (access.round.compared_at, stands, *state)
    about = ("coders against", round_id)
    return remembered(session, access.project.id, about, lambda: _against(session, access, mapped), then)


def _against(session: Session, access: RoundAccess, mapped: Mapped) -> Against:
    from intercoder.stats.agreement.against import against_consensus, coded_as

    answers, units, undecided = _answers(session, access, mapped)
    used = {code for of in answers.values() for one in of for code in one.consensus | (one.trainee or frozenset())}
    ordered = [code.id for code in mapped.in_order(used)]
    people = session.execute(sa.select(User.id, User.name).where(User.id.in_([UUID(one) for one in answers])))
    named = {str(one): name for one, name in people}
    return Against(
        [
            against_consensus(coder, answers[coder], ordered, resamples=RESAMPLES)
            for coder in sorted(answers, key=lambda one: (named[one], one))
        ],
        coded_as(answers),
        {code: mapped.codes[code].name for code in used} | named,
        units,
        undecided,
    )


def _answers(session: Session, access: RoundAccess, mapped: Mapped) -> tuple[dict[str, list["Answer"]], int, int]:
    """Return coder → every unit of the documents that several submitted and in which all is decided; how many, and how many not."""
    from intercoder.stats.agreement.training import Answer

    round_, c, d = access.round, ConsensusCoding, Disagreement
    standing: dict[UUID, list[tuple[int, int, str]]] = {}
    rows = session.execute(sa.select(c.document_id, c.start, c.end, c.code_id).where(c.round_id == round_.id, FINISHED))
    for document, start, end, code in rows:
        standing.setdefault(document, []).append((start, end, str(code)))
    waiting: dict[UUID, list[tuple[int, int]]] = {}
    left = d.state.not_in([DisagreementState.RULED, DisagreementState.VOID])
    for document, start, end in session.execute(
        sa.select(d.document_id, d.start, d.end).where(d.round_id == round_.id, left)
    ):
        waiting.setdefault(document, []).append((start, end))
    unit = walked_by(round_.unit)
    made: dict[str, list[Answer]] = {}
    decided = undecided = 0
    for layer in submitted_layers(session, [round_.id], mapped):
        if len(layer.codings) < 2:
            continue
        spans = units_of(session, layer.revision_id, unit)
        cuts, open_ = Cuts(spans), touched(spans, waiting.get(layer.document_id, ()))
        right = cuts.sets(standing.get(layer.document_id, ()))
        undecided += len(open_)
        decided += len(spans) - len(open_)
        for coder, marks in layer.codings.items():
            given = cuts.judged(
                [(m.start, m.end, m.code) for m in marks], layer.missing.get(coder, NONE_MISSING).places
            )
            made.setdefault(str(coder), []).extend(
                Answer(str(start), right[i], given[i], str(layer.document_id))
                for i, (start, _) in enumerate(spans)
                if i not in open_
            )
    return made, decided, undecided
