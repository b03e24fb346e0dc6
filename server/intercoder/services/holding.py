"""What was declared saturated holds until something later contradicts it: then it is withdrawn by that very act.

Asked after every act that can change what counts, in its transaction (see ``services``), and when a comparison is finished.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.db import within
from intercoder.models import (
    Disagreement,
    DisagreementState,
    Incidence,
    Round,
    SaturationDeclaration,
    Stopping,
    StoppingRule,
    WithdrawalCause,
)
from intercoder.prepared import Prepared
from intercoder.services.arriving import Asked, Counted, Order, Unit, count_of
from intercoder.services.related import live
from intercoder.services.saturation import compared_rounds
from intercoder.services.studied import key_of, thing_of
from intercoder.stats.saturation.stopping import Met, Rule, weller2018
from intercoder.stats.saturation.study.counts import Arrived
from intercoder.stats.saturation.study.events import Kind
from intercoder.stats.saturation.study.whose import View, ViewKind

#: kinds of things by whose acts what counts can change
CHANGING = frozenset(
    {
        events.Subject.CODE,
        events.Subject.ROUND,
        events.Subject.ASSIGNMENT,
        events.Subject.DISAGREEMENT,
        events.Subject.CASE,
        events.Subject.DOCUMENT,
        events.Subject.VERSION,
        events.Subject.ELEMENT,
        events.Subject.RELATION,
    }
)
#: things whose acts change nothing but which relations documents show
RELATING = frozenset({events.Subject.ELEMENT, events.Subject.RELATION})


class News(NamedTuple):
    """What contradicts a declaration: codes that came, the first document with one, and whose coding brought it.

    ``things``: relations, properties or dimensions that came, as they are called.
    """

    codes: tuple[UUID, ...] = ()
    document: UUID | None = None
    coder: UUID | None = None
    things: tuple[str, ...] = ()


def asked_of(declaration: SaturationDeclaration) -> Asked:
    """Return the figures that a declaration is about."""
    return Asked(declaration.level, View.of(declaration.view), declaration.unit, Order.of(declaration.order))


def judged(rule: Stopping, arrived: Arrived, meaning: Callable[[], Sequence[int] | None]) -> Met:
    """Return whether a rule is met by what arrived, at the last of it; of Weller et al. whatever the order.

    ``meaning`` tells for each code how many units that hold it came since something new was said of it (``Counted.since_news``);
    None for labels, of which nothing is said. Reasons where it is not: ``not_met``, ``not_enough_documents``, ``no_base``,
    ``no_codes``, ``needs_2_documents``, ``no_level_below``.
    """
    if not arrived.holding:
        return Met(met=False, since=None, reason="no_codes")
    if rule.rule is StoppingRule.GUEST2020:
        return Rule("guest2020", {"base": rule.base, "run": rule.run, "threshold": rule.threshold}).now(arrived.new)
    if rule.rule is StoppingRule.FRANCIS2010:
        return Rule("francis2010", {"initial": rule.initial, "stop": rule.stop}).now(arrived.new)
    from intercoder.stats.saturation.meaning import constantinou2017, hennink2017

    if rule.rule is StoppingRule.HENNINK2017:
        since = meaning()
        if since is None:
            return Met(met=False, since=None, reason="no_level_below")
        return _told(hennink2017(arrived.new, since, rule.stop))
    from intercoder.stats.saturation.coverage import Prospect
    from intercoder.stats.saturation.incidence import Frequencies
    from intercoder.stats.saturation.reading import FEWEST_DOCUMENTS

    if len(arrived.codes) < FEWEST_DOCUMENTS:
        return Met(met=False, since=None, reason="not_enough_documents")
    if rule.rule is StoppingRule.CONSTANTINOU2017:
        return _told(constantinou2017(arrived.codes, rule.stop))
    frequencies = Frequencies(len(arrived.codes), arrived.q)
    return _told(weller2018(Prospect.of(frequencies).expected_new_next))


def _told(met: bool) -> Met:
    return Met(met, None, None if met else "not_met")


_ROWS = SaturationDeclaration.metadata.tables[SaturationDeclaration.__tablename__]
#: whether anything stands declared in a project: asked at most acts, and in most studies it is all that is asked
_ANY = Prepared(
    sa.select(_ROWS.c.number)
    .where(_ROWS.c.project_id == sa.bindparam("project"), _ROWS.c.withdrawn_at.is_(None))
    .limit(1),
    int,
)


def hold(session: Session, project_id: UUID, actor_id: UUID, *, relating: bool = False) -> None:
    """Withdraw every declaration that no longer stands; ``actor_id`` is who did what is contradicting it.

    ``relating``: it was done to relations alone (``RELATING``), which contradicts only what covers them. O(1) where none stands
    that it may contradict, else what counting on takes (``arriving.count_of``), and for each O(codes) where nothing came.
    """
    if within(session).first(_ANY, {"project": project_id}) is None:
        return
    standing = session.scalars(
        sa.select(SaturationDeclaration)
        .where(SaturationDeclaration.project_id == project_id, SaturationDeclaration.withdrawn_at.is_(None))
        .order_by(SaturationDeclaration.number)
    ).all()
    if relating:
        standing = [declaration for declaration in standing if Kind.RELATIONS in declaration.covers]
        if not standing:
            return
    rounds = compared_rounds(session, project_id)
    ruled = any(asked_of(declaration).view.kind is ViewKind.CONSENSUS for declaration in standing)
    count = count_of(session, project_id, rounds, ruled=ruled)
    # Of places on which two rule blind nothing is decided: what a check puts to sleep would read as news.
    blind = ruled and session.scalar(_two_rule(rounds)) is not None
    for declaration in standing:
        if blind and asked_of(declaration).view.kind is ViewKind.CONSENSUS:
            continue
        news = _news(declaration, count)
        if news is not None:
            _withdraw(session, declaration, actor_id, rounds, WithdrawalCause.NEW_CODES, news)
        elif (shown := _shown(declaration, count)) is not None:
            _withdraw(session, declaration, actor_id, rounds, *shown)
        elif declaration.rule is not None and not _met(declaration, declaration.rule, count):
            _withdraw(session, declaration, actor_id, rounds, WithdrawalCause.RULE_NOT_MET, News())


def _two_rule(rounds: Sequence[Round]) -> sa.Select[UUID]:
    return (
        sa.select(Disagreement.id)
        .where(Disagreement.round_id.in_([r.id for r in rounds]), Disagreement.state == DisagreementState.TWICE)
        .limit(1)
    )


def _met(declaration: SaturationDeclaration, rule: Stopping, count: Counted) -> bool:
    asked = asked_of(declaration)
    return judged(rule, count.arrived(asked), lambda: count.since_news(asked)).met


def _news(declaration: SaturationDeclaration, count: Counted) -> News | None:
    """Return what came that was not declared, under today's merges; None where there is nothing."""
    study = count.found.study
    declared = {study.live(str(code)) for code in declaration.codes}
    asked = asked_of(declaration)
    came = count.found.present(asked.view, declaration.level).keys() - declared
    if not came:
        return None
    units = count.units(asked)
    for unit, codes in zip(units, count.codes(units, asked.view, asked.level), strict=True):
        if new := codes & came:
            document, coder = next(_where(count, declaration, unit.documents, new))
            return News(tuple(sorted(map(UUID, came))), UUID(document), coder)
    return None


def things(count: Counted, units: Sequence[Unit], view: View, kinds: Iterable[Kind]) -> tuple[str, ...]:
    """Return what documents show of some kinds, by the keys under which a declaration keeps it."""
    return tuple(
        sorted(
            key_of((kind, key))
            for kind in set(kinds)
            for key in frozenset[str]().union(*count.codes(units, view, kind))
        )
    )


_CAUSES = {
    Kind.RELATIONS: WithdrawalCause.NEW_RELATIONS,
    Kind.PROPERTIES: WithdrawalCause.NEW_PROPERTIES,
    Kind.DIMENSIONS: WithdrawalCause.NEW_DIMENSIONS,
}


def _shown(declaration: SaturationDeclaration, count: Counted) -> tuple[WithdrawalCause, News] | None:
    """Return what a declaration covers besides codes and was not there, under today's merges, and what kind of thing that is."""
    study, units = count.found.study, count.units(asked_of(declaration))
    for kind in (kind for kind in Kind if kind in declaration.covers):
        begins = key_of((kind, ""))
        kept = (key.removeprefix(begins) for key in declaration.things if key.startswith(begins))
        declared = {live(study, kind, thing_of(key)) for key in kept}
        came: dict[tuple[str, ...], UUID] = {}
        for document in (document for unit in units for document in unit.documents):
            for thing in sorted(study.shown_in(document, kind) - declared):
                came.setdefault(thing, UUID(document))
        if came:
            names = [count.found.related.called(kind, thing).name for thing in came]
            return _CAUSES[kind], News(document=next(iter(came.values())), things=tuple(names))
    return None


def _where(
    count: Counted, declaration: SaturationDeclaration, documents: Sequence[str], new: frozenset[str]
) -> Iterator[tuple[str, UUID | None]]:
    """Yield the documents of a unit that hold something new, each with the first of its coders who applied it; a ruling has none."""
    study = count.found.study
    for document in documents:
        applied = study.applied.get(document, {})
        who = {coder for code in applied if study.lift(code, declaration.level) in new for coder in applied[code]}
        by_time = sorted(who, key=lambda coder: (count.found.submitted[document].get(coder, ""), coder))
        if by_time:
            yield document, UUID(by_time[0])
    yield documents[0], None


def _withdraw(
    session: Session,
    declaration: SaturationDeclaration,
    actor_id: UUID,
    rounds: Sequence[Round],
    cause: WithdrawalCause,
    news: News,
) -> None:
    declaration.withdrawn_at, declaration.withdrawn_by, declaration.cause = now(), actor_id, cause
    declaration.document_id, declaration.coder_id = news.document, news.coder
    declaration.new_codes, declaration.new_things = news.codes, news.things
    session.flush()
    withdrawn = events.SaturationWithdrawn(
        declaration.id,
        _round_of(session, declaration, news, rounds),
        number=declaration.number,
        cause=cause,
        document=news.document,
        codes=", ".join(map(str, news.codes)) or None,
        coder=news.coder,
        things="; ".join(news.things) or None,
    )
    events.record(session, declaration.project_id, actor_id, withdrawn)


def _round_of(session: Session, declaration: SaturationDeclaration, news: News, rounds: Sequence[Round]) -> UUID:
    """Return the round in which the news came: who may not know of it is not told by the log either."""
    came = sa.select(Incidence.round_id).where(
        Incidence.document_id == news.document, Incidence.round_id.in_([r.id for r in rounds])
    )
    latest = sa.select(Round.id).where(Round.project_id == declaration.project_id).order_by(Round.number.desc())
    found = session.scalar(came.order_by(Incidence.submitted_at.desc()).limit(1)) if news.document else None
    return found or session.scalars(latest.limit(1)).one()
