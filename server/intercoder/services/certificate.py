"""The certificate of independence of a round: who submitted what when, and what each could have seen before.

Everything in it follows from the log and the rules of ``policy``. Whoever has a backup can compute it again: ``differences``.
"""

import enum
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version as installed_version
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.models import (
    CODING_ACTS,
    NO_CODING_ACT,
    Assignment,
    Code,
    CodebookPolicy,
    CodeState,
    Disagreement,
    Document,
    Event,
    Round,
    Ruling,
    Unit,
    User,
)
from intercoder.models.base import FewUuids
from intercoder.services.access import RoundAccess, blind_rounds
from intercoder.services.disagreements import rulings_on_own_work
from intercoder.services.independence import LayerHistory, Seen, layer_histories, project_acts
from intercoder.services.rulings import IN_FORCE

FORMAT = 1


@dataclass(frozen=True)
class Head:
    """The last event of the project's chain when the certificate was made: its number, its hash, its time."""

    seq: int
    hash: str
    at: datetime


@dataclass(frozen=True)
class CertifiedLayer:
    """A layer that took part in the comparison; ``seen`` is empty where it is independent."""

    document_id: UUID
    document: str
    coder_id: UUID
    coder: str
    submitted: tuple[datetime, ...]
    handed_back: tuple[datetime, ...]
    seen: tuple[Seen, ...]


@dataclass(frozen=True)
class LeftOut:
    """A document that was given to a coder and not submitted: in no figure."""

    document: str
    coder: str


@dataclass(frozen=True)
class RulingsBy:
    """How many rulings in force somebody made, and how many of these on documents that the person coded in the round."""

    name: str
    rulings: int
    on_own_work: int


@dataclass(frozen=True)
class Certificate:
    """Everything that a certificate says, before it is put into words.

    ``accepted_codes``: coders' proposals that were taken while the round ran, which every coder then saw.
    ``foreign_acts``: acts on codings of these layers from another account than the coder's.
    ``unknown_acts``: kinds of acts in the log that this version of the program does not know.
    ``head`` is None where the person who asks is blind in a running round: it tells how much others have done.
    """

    format: int
    project_id: UUID
    project: str
    round_id: UUID
    number: int
    name: str
    unit: Unit
    policy: CodebookPolicy
    #: null: open coding without a codebook
    codebook_version: int | None
    live_figures: bool
    opened: tuple[datetime, ...]
    closed: tuple[datetime, ...]
    layers: tuple[CertifiedLayer, ...]
    left_out: tuple[LeftOut, ...]
    accepted_codes: int
    coders_may_rule: bool
    rulings: tuple[RulingsBy, ...]
    foreign_acts: int
    unknown_acts: tuple[str, ...]
    head: Head | None
    made_at: datetime
    software: str

    @property
    def independent(self) -> int:
        """How many layers are independent."""
        return sum(not layer.seen for layer in self.layers)

    @property
    def coded_by_hand(self) -> bool:
        """Whether the log proves that no machine coder was enabled.

        This version has none: what there is to prove is that the log knows no act of another version, and that every
        coding was made from its coder's account.
        """
        return not self.foreign_acts and not self.unknown_acts


def certificate(session: Session, access: RoundAccess, at: datetime) -> Certificate:
    """Return what is certified of a closed round, as the person may see it, ``at`` this time."""
    round_ = access.round
    project = access.project
    histories = layer_histories(session, project.id, [round_.id])
    finished = {key: layer for key, layer in histories.items() if layer.finished}
    given = [(row, finished.get((round_.id, row.document_id, row.coder_id))) for row in _given(session, round_.id)]
    opened, closed = _moments(session, project.id, round_.id)
    return Certificate(
        format=FORMAT,
        project_id=project.id,
        project=project.name,
        round_id=round_.id,
        number=round_.number,
        name=round_.name,
        unit=round_.unit,
        policy=round_.policy,
        codebook_version=round_.version.number if round_.version else None,
        live_figures=round_.live_figures,
        opened=opened,
        closed=closed,
        layers=tuple(_layer(row, layer) for row, layer in given if layer is not None),
        left_out=tuple(LeftOut(row.title, row.name) for row, layer in given if layer is None),
        accepted_codes=_accepted(session, round_),
        coders_may_rule=project.coders_may_rule,
        rulings=_rulings(session, round_.id),
        foreign_acts=_foreign_acts(session, round_.id),
        unknown_acts=_unknown_acts(session, project.id),
        head=None if blind_rounds(session, project.id, access.actor.id) else _head(session, project.id),
        made_at=at,
        software=f"Intercoder {installed_version('intercoder')}",
    )


@dataclass(frozen=True)
class _Given:
    document_id: UUID
    title: str
    coder_id: UUID
    name: str


def _given(session: Session, round_id: UUID) -> list[_Given]:
    rows = session.execute(
        sa.select(
            sa.type_coerce(Assignment.document_id, FewUuids()),
            Document.title,
            sa.type_coerce(Assignment.coder_id, FewUuids()),
            User.name,
        )
        .join(Document, Document.id == Assignment.document_id)
        .join(User, User.id == Assignment.coder_id)
        .where(Assignment.round_id == round_id)
        .order_by(Document.position, Document.id, User.name, User.id)
    )
    return [_Given(*row) for row in rows]


def _layer(given: _Given, history: LayerHistory) -> CertifiedLayer:
    return CertifiedLayer(
        given.document_id,
        given.title,
        given.coder_id,
        given.name,
        history.submitted,
        history.handed_back,
        history.seen,
    )


def _moments(
    session: Session, project_id: UUID, round_id: UUID, *, until: int | None = None
) -> tuple[tuple[datetime, ...], tuple[datetime, ...]]:
    """Return when a round was opened or reopened, and when it was closed."""
    opening = [events.RoundOpened, events.RoundReopened]
    rows = session.execute(
        sa.select(Event.action, Event.at)
        .where(project_acts(project_id, [*opening, events.RoundClosed], until), Event.subject_id == round_id)
        .order_by(Event.seq)
    ).all()
    closed = events.RoundClosed.action
    return tuple(r.at for r in rows if r.action != closed), tuple(r.at for r in rows if r.action == closed)


def _accepted(session: Session, round_: Round) -> int:
    """Return how many proposals of coders were taken in the round; every coder saw such a code from then on."""
    if round_.policy is not CodebookPolicy.PROPOSALS:
        return 0
    taken = sa.select(sa.func.count()).where(
        Code.round_id == round_.id, Code.state.in_([CodeState.ACTIVE, CodeState.RETIRED])
    )
    return session.scalar(taken) or 0


def _rulings(session: Session, round_id: UUID) -> tuple[RulingsBy, ...]:
    in_force = (
        sa.select(Ruling.id, Ruling.adjudicator_id, User.name)
        .join(Disagreement, Disagreement.id == Ruling.disagreement_id)
        .join(User, User.id == Ruling.adjudicator_id)
        .where(Disagreement.round_id == round_id, IN_FORCE)
    )
    own_work = rulings_on_own_work().where(Disagreement.round_id == round_id)
    own = set(session.scalars(own_work.with_only_columns(Ruling.id, maintain_column_froms=True)))
    rows = session.execute(in_force).all()
    who = {row.adjudicator_id: row.name for row in rows}
    counts = Counter(row.adjudicator_id for row in rows)
    on_own = Counter(row.adjudicator_id for row in rows if row.id in own)
    return tuple(RulingsBy(who[i], counts[i], on_own[i]) for i in sorted(counts, key=lambda i: (who[i], i)))


def _foreign_acts(session: Session, round_id: UUID) -> int:
    foreign = (
        sa.select(sa.func.count())
        .select_from(Event)
        .join(Assignment, Assignment.id == Event.stream)
        .where(
            Assignment.round_id == round_id,
            Event.action.in_(CODING_ACTS),
            sa.or_(Event.actor_id.is_(None), Event.actor_id != Assignment.coder_id),
        )
    )
    return session.scalar(foreign) or 0


def _unknown_acts(session: Session, project_id: UUID) -> tuple[str, ...]:
    kinds = session.scalars(sa.select(Event.action).where(Event.project_id == project_id, NO_CODING_ACT).distinct())
    return tuple(sorted(set(kinds) - set(events.known())))


def _head(session: Session, project_id: UUID) -> Head:
    row = session.execute(
        sa.select(Event.seq, Event.hash, Event.at).where(Event.stream == project_id).order_by(Event.seq.desc()).limit(1)
    ).one()
    return Head(row.seq, row.hash, row.at)


# --- checking one --------------------------------------------------------------------------------


class Fault(enum.StrEnum):
    """In what a certificate is not what the log says."""

    NO_HEAD = "no_head"  #: it names no event of the log
    HEAD = "head"  #: the log has no such event
    ROUND = "round"  #: the log has no such round, or it was opened and closed at other times
    LAYER = "layer"  #: a layer was submitted at other times, or its coder could have seen something else
    UNTOLD = "untold"  #: a layer that took part is not in it
    INVENTED = "invented"  #: a layer is in it that did not take part
    FOREIGN = "foreign"  #: other acts on codings did not come from their coder's account


@dataclass(frozen=True)
class CertificateFault:
    """Something that is not what the log says; document and coder where it is about a layer."""

    fault: Fault
    document: str = ""
    coder: str = ""


def faults(session: Session, given: Certificate) -> list[CertificateFault]:
    """Return in what a certificate differs from the log, which is read up to the event that the certificate names.

    Compared are the event itself, when the round was opened and closed, the layers with their times and what could
    have been seen, and acts from other accounts. Names and titles are not: they may have changed since. Whether the log
    itself is whole is what ``audit`` says.
    """
    if given.head is None:
        return [CertificateFault(Fault.NO_HEAD)]
    head = session.scalar(sa.select(Event.hash).where(Event.stream == given.project_id, Event.seq == given.head.seq))
    if head != given.head.hash:
        return [CertificateFault(Fault.HEAD)]
    wrong: list[CertificateFault] = []
    if (given.opened, given.closed) != _moments(session, given.project_id, given.round_id, until=given.head.seq):
        wrong.append(CertificateFault(Fault.ROUND))
    if given.foreign_acts != _foreign_acts(session, given.round_id):
        wrong.append(CertificateFault(Fault.FOREIGN))
    return wrong + _wrong_layers(session, given, given.head.seq)


def _wrong_layers(session: Session, given: Certificate, until: int) -> list[CertificateFault]:
    histories = layer_histories(session, given.project_id, [given.round_id], until=until)
    took_part = {(document, coder): layer for (_, document, coder), layer in histories.items() if layer.finished}
    wrong: list[CertificateFault] = []
    for told in given.layers:
        layer = took_part.pop((told.document_id, told.coder_id), None)
        if layer is None:
            wrong.append(CertificateFault(Fault.INVENTED, told.document, told.coder))
        elif (told.submitted, told.handed_back, told.seen) != (layer.submitted, layer.handed_back, layer.seen):
            wrong.append(CertificateFault(Fault.LAYER, told.document, told.coder))
    names = {(row.document_id, row.coder_id): row for row in _given(session, given.round_id)}
    untold = [names[layer] for layer in took_part if layer in names]
    return wrong + [CertificateFault(Fault.UNTOLD, row.title, row.name) for row in untold]
