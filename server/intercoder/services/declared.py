"""Saturation as people judge it: rules are saved before looking, saturation is declared with its figures, and taken back.

What is declared rests on compared rounds alone: what an open round brings is nobody's evidence yet.
"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import (
    DeclaredFigures,
    Disagreement,
    Level,
    Project,
    Round,
    RoundState,
    SamplingNote,
    SamplingUnit,
    SaturationDeclaration,
    SaturationKind,
    SaturationRule,
    Stopping,
    StoppingRule,
    WithdrawalCause,
)
from intercoder.services.access import Access, no_such_thing
from intercoder.services.arriving import Asked, Order, Unit, count_of
from intercoder.services.command import Command, Text
from intercoder.services.disagreements import WAITING
from intercoder.services.holding import judged, things
from intercoder.services.saturation import compared_rounds
from intercoder.stats.saturation.study.events import Kind
from intercoder.stats.saturation.study.whose import View, ViewKind

#: rules of a project, and notes
MOST = 50


class RuleIn(Command):
    """A stopping rule to be saved; parameters of other rules are not used."""

    rule: StoppingRule
    base: Annotated[int, Field(ge=1, le=100)] = 4
    run: Annotated[int, Field(ge=1, le=100)] = 2
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.05
    initial: Annotated[int, Field(ge=0, le=500)] = 10
    stop: Annotated[int, Field(ge=1, le=100)] = 3

    @property
    def stopping(self) -> Stopping:
        """The rule as it is kept."""
        return Stopping(self.rule, self.base, self.run, self.threshold, self.initial, self.stop)


class DeclareIn(Command):
    """A judgement: what is saturated, by which figures, and why."""

    kind: SaturationKind
    level: Level
    view: Annotated[str, Field(max_length=50)] = "consensus"
    unit: SamplingUnit = SamplingUnit.DOCUMENT
    order: Annotated[str, Field(max_length=200)] = "finished"
    #: what it covers besides the codes of the level: a new one takes it back
    covers: Annotated[tuple[Kind, ...], Field(max_length=len(Kind))] = ()
    #: the saved rule on which it rests
    rule_id: UUID | None = None
    reason: Text
    #: why it is declared although places wait for a ruling
    despite: Text = ""


class TakeBackIn(Command):
    """Why a declaration is taken back."""

    reason: Text


class NoteIn(Command):
    """A change in how materials are gathered."""

    on: date
    text: Text


def save_rule(session: Session, access: Access, given: RuleIn) -> SaturationRule:
    """Save a stopping rule; what the team could have looked at is kept with it."""
    _lock(session, access)
    kept = session.scalars(
        sa.select(SaturationRule).where(SaturationRule.project_id == access.project.id).order_by(SaturationRule.number)
    ).all()
    if any(rule.rule == given.stopping for rule in kept):
        raise Conflict("rule_saved", "This rule with these parameters is saved already.")
    if len(kept) >= MOST:
        raise Conflict("many_rules", "At most {n} rules are saved.", n=MOST)
    row = SaturationRule(
        project_id=access.project.id,
        number=len(kept) + 1,
        rule=given.stopping,
        documents=_arrived(session, access),
        live=session.scalar(_live(access)) is not None,
        saved_by=access.actor.id,
        saved_at=now(),
    )
    session.add(row)
    session.flush()
    access.log(
        session,
        events.SaturationRuleSaved(row.id, number=row.number, rule=given.rule, documents=row.documents),
    )
    return row


def _arrived(session: Session, access: Access) -> int:
    """Return how many documents compared rounds have brought."""
    rounds = compared_rounds(session, access.project.id)
    return len(count_of(session, access.project.id, rounds, ruled=False).found.submitted)


def _live(access: Access) -> sa.Select[UUID]:
    """Return the open rounds with live figures, whatever they are for: that would tell what a coder must not know."""
    return (
        sa.select(Round.id)
        .where(Round.project_id == access.project.id, Round.state == RoundState.OPEN, Round.live_figures)
        .limit(1)
    )


def declare(session: Session, access: Access, given: DeclareIn) -> SaturationDeclaration:
    """Declare that something is saturated, by what compared rounds hold now.

    Raises
    ------
    Conflict : nothing is compared yet; places wait for a ruling, or passages of a split code, and no reason is given
        why it is declared all the same; the rule is not met.
    """
    _lock(session, access)
    reason, despite = given.reason.strip(), given.despite.strip()
    if not reason:
        raise InvalidInput("no_reason", "Say why: a judgement without a reason is none.")
    asked = Asked(given.level, View.of(given.view), given.unit, Order.of(given.order))
    rounds = compared_rounds(session, access.project.id)
    count = count_of(session, access.project.id, rounds, ruled=asked.view.kind is ViewKind.CONSENSUS)
    units = count.units(asked)
    codes = count.codes(units, asked.view, asked.level)
    figures = _figures(session, rounds, units, codes)
    if not figures.codes:
        raise Conflict(
            "nothing_compared", "Nothing of this level is in a compared round yet: there is nothing to judge."
        )
    if (figures.open_places or count.found.waiting) and not despite:
        raise Conflict(
            "undecided",
            "{n} places wait for a ruling, and {m} passages of split codes for their place. Decide them first, or say why "
            "saturation is declared all the same.",
            n=figures.open_places,
            m=count.found.waiting,
        )
    rule = _rule(session, access, given.rule_id)
    if rule is not None and not judged(rule.rule, count.arrived(asked), lambda: count.since_news(asked)).met:
        raise Conflict("rule_not_met", "Rule {n} is not met by these figures.", n=rule.number)
    number = 1 + (
        session.scalar(
            sa.select(sa.func.max(SaturationDeclaration.number)).where(
                SaturationDeclaration.project_id == access.project.id
            )
        )
        or 0
    )
    row = SaturationDeclaration(
        project_id=access.project.id,
        number=number,
        kind=given.kind,
        level=given.level,
        view=str(asked.view),
        unit=asked.unit,
        order=str(asked.order),
        rule=rule.rule if rule else None,
        codes=tuple(sorted(UUID(code) for code in frozenset[str]().union(*codes))),
        covers=tuple(sorted(kind.value for kind in set(given.covers))),
        things=things(count, units, asked.view, given.covers),
        figures=figures,
        reason=f"{reason}\n\n{despite}" if despite else reason,
        mapping=count.mapped.number,
        declared_by=access.actor.id,
        declared_at=now(),
    )
    session.add(row)
    session.flush()
    access.log(
        session,
        events.SaturationDeclared(
            row.id,
            number=number,
            kind=given.kind,
            level=given.level,
            view=row.view,
            unit=row.unit,
            documents=figures.documents,
            covers=", ".join(row.covers) or None,
        ),
    )
    return row


def _figures(
    session: Session, rounds: list[Round], units: Sequence[Unit], codes: tuple[frozenset[str], ...]
) -> DeclaredFigures:
    from intercoder.stats.saturation.coverage import Prospect
    from intercoder.stats.saturation.incidence import Incidence
    from intercoder.stats.saturation.richness import chao2, refusal

    incidence = Incidence.of(codes)
    f = incidence.frequencies
    prospect = Prospect.of(f) if refusal(f) is None else None
    waiting = sa.select(sa.func.count(Disagreement.id)).where(
        Disagreement.round_id.in_([r.id for r in rounds]), Disagreement.state.in_(WAITING)
    )
    return DeclaredFigures(
        documents=sum(len(unit.documents) for unit in units),
        units=len(codes),
        codes=f.observed,
        with_unique=len(incidence.uniques),
        coverage=prospect.coverage() if prospect else None,
        expected_news=prospect.expected_new_next if prospect else None,
        least=chao2(f).estimate if prospect else None,
        open_places=session.scalar(waiting) or 0,
    )


def _rule(session: Session, access: Access, rule_id: UUID | None) -> SaturationRule | None:
    if rule_id is None:
        return None
    rule = session.get(SaturationRule, rule_id)
    if rule is None or rule.project_id != access.project.id:
        raise no_such_thing()
    return rule


def take_back(session: Session, access: Access, declaration_id: UUID, given: TakeBackIn) -> SaturationDeclaration:
    """Take a declaration back, with a reason; it never stands again."""
    reason = given.reason.strip()
    if not reason:
        raise InvalidInput("no_reason", "Say why: a judgement without a reason is none.")
    _lock(session, access)
    row = session.get(SaturationDeclaration, declaration_id)
    if row is None or row.project_id != access.project.id:
        raise no_such_thing()
    if row.withdrawn_at is not None:
        raise Conflict("withdrawn", "This declaration no longer stands.")
    row.withdrawn_at, row.withdrawn_by, row.cause = now(), access.actor.id, WithdrawalCause.BY_HAND
    row.withdrawal_reason = reason
    access.log(session, events.SaturationTakenBack(row.id, number=row.number))
    return row


def note(session: Session, access: Access, given: NoteIn) -> SamplingNote:
    """Write a dated note on how materials are gathered."""
    text = given.text.strip()
    if not text:
        raise InvalidInput("no_text", "Say what changed: the note is empty.")
    _lock(session, access)
    kept = sa.select(sa.func.count(SamplingNote.id)).where(SamplingNote.project_id == access.project.id)
    if (session.scalar(kept) or 0) >= MOST:
        raise Conflict("many_notes", "At most {n} notes are kept.", n=MOST)
    row = SamplingNote(
        project_id=access.project.id, on=given.on, text=text, written_by=access.actor.id, written_at=now()
    )
    session.add(row)
    session.flush()
    access.log(session, events.SamplingNoted(row.id, on=given.on))
    return row


def _lock(session: Session, access: Access) -> None:
    """Let one after another judge: two would give one number."""
    session.execute(sa.select(Project.id).where(Project.id == access.project.id).with_for_update(key_share=True))
