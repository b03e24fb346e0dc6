"""Theoretical saturation as documents are finished: which documents count, in which view, at which level, in which order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, Incidence, Level, Role, Round, RoundState, SamplingUnit, Stopping, User
from intercoder.services.access import Access, answers_hidden
from intercoder.services.arriving import Asked, Counted, Unit, count_of
from intercoder.services.code_states import remembered, renewed
from intercoder.services.related import Part, PropertyNamed
from intercoder.services.studied import thing_of
from intercoder.services.versions import latest_version
from intercoder.stats.saturation.study.events import Kind
from intercoder.stats.saturation.study.whose import View, ViewKind

if TYPE_CHECKING:
    from intercoder.stats.saturation.growing import Grown
    from intercoder.stats.saturation.reading import Reading
    from intercoder.stats.saturation.report import Saturation
    from intercoder.stats.saturation.stopping import Guest


#: the figures that are shown first
USUAL = Asked()


@dataclass(frozen=True)
class Arrival:
    """A document or case that counts: when it became one, and which codes it holds at the level asked for."""

    #: its documents in the order of arrival: one, or those of the case
    documents: tuple[UUID, ...]
    title: str
    #: the case of a document; None for a case
    case: str | None
    at: datetime
    codes: frozenset[str]
    #: the codes that may be named: those of compared rounds; of an open one only numbers may be seen
    shown: frozenset[str]


@dataclass(frozen=True)
class PictureProvenance:
    """What a picture was computed from; ``rounds`` and ``open_rounds`` by their numbers."""

    level: Level | Kind
    view: str
    unit: SamplingUnit
    order: str
    #: how many documents, and how many units
    documents: int
    units: int
    rounds: tuple[int, ...]
    open_rounds: tuple[int, ...]
    codebook_version: int | None
    #: the mapping under which codings count, see ``MappingAct``
    mapping: int
    #: of the documents in their order with the codes of each
    documents_sha256: str
    rule: Stopping


@dataclass(frozen=True)
class Figures:
    """What was counted at one level: the codes of each unit in order, those that may be named, and what follows from them."""

    codes: tuple[frozenset[str], ...]
    shown: tuple[frozenset[str], ...]
    without_ancestor: int
    #: what is known without a curve
    brief: "Saturation"
    #: all codes that may be named
    named: frozenset[str]
    #: from which the figures are counted on when something changes
    grown: "Grown" = field(repr=False)

    @cached_property
    def result(self) -> "Saturation":
        """The figures with their curve, made when it is asked for first; only coverage has its interval."""
        from intercoder.stats.saturation.report import with_curve

        return with_curve(self.brief, self.grown)

    @cached_property
    def whole(self) -> "Saturation":
        """The figures with the intervals of every point of their curve too."""
        from intercoder.stats.saturation.report import saturation

        return saturation(self.grown)


@dataclass(frozen=True)
class Picture:
    """Everything that the page, the API and the report show at one level."""

    arrivals: Sequence[Arrival]
    #: names of the codes that may be named
    names: Mapping[str, str]
    #: codes applied that have no ancestor at this level
    without_ancestor: int
    #: codings of split codes that nobody has put yet: they count as the old code, and the figures are provisional
    waiting: int
    #: figures of every level, and of every kind of what is noted of codes, of the same units in the same order
    levels: Mapping[Level | Kind, Figures]
    #: the rule that was asked for, applied
    guest: "Guest"
    #: how each level reads under it; they are read apart and never averaged
    readings: Mapping[Level | Kind, "Reading"]
    #: attributes of the documents, by which they can be ordered
    attributes: tuple[str, ...]
    #: what was counted, for other questions of the same page
    count: Counted = field(compare=False, repr=False)
    provenance: PictureProvenance

    @property
    def reading(self) -> "Reading":
        """How the level asked for reads."""
        return self.readings[self.provenance.level]

    @property
    def result(self) -> "Saturation":
        """The figures at the level asked for, see ``Figures.result``."""
        return self.levels[self.provenance.level].result

    @cached_property
    def staircase(self) -> Sequence[tuple[str, int]]:
        """What may be named by where it came first: the key, and the place of that document or case from 0. O(incidences) once."""
        seen: set[str] = set()
        order: list[tuple[str, int]] = []
        for place, arrival in enumerate(self.arrivals):
            order += [(key, place) for key in sorted(arrival.shown - seen, key=self.names.__getitem__)]
            seen |= arrival.shown
        return order


def visible_rounds(session: Session, access: Access) -> list[Round]:
    """Return the rounds whose figures this person may see."""
    return rounds_seen(session, access)[0]


def rounds_seen(session: Session, access: Access) -> tuple[list[Round], int]:
    """Return the rounds whose figures this person may see, and how many open ones are left out because they must not be seen yet.

    Compared rounds, but for those whose documents the person takes a test on, and rounds that try coders: no document arrives with them. An open one only where its policy shows live figures, to people who do
    not code in it and who do more than code in this project.
    """
    overseer = bool(access.roles & {Role.LEAD, Role.OBSERVER})
    codes_in = sa.exists().where(Assignment.round_id == Round.id, Assignment.coder_id == access.actor.id)
    tested = Round.id.in_(answers_hidden(access.project.id, access.actor.id))
    begun = session.execute(
        sa.select(Round, codes_in, tested)
        .where(Round.project_id == access.project.id, Round.state != RoundState.DRAFT)
        .order_by(Round.number)
    ).all()
    seen = [
        r
        for r, own, answers in begun
        if not answers
        and not r.purpose.tries_coders
        and (r.state.compared or (overseer and r.live_figures and not own))
    ]
    left_out = [r for r, *_ in begun if r.state is RoundState.OPEN and r not in seen]
    # One that looks for drift counts like any of which that is not told: a number would tell it.
    return seen, sum(r.purpose.untold or not r.purpose.tries_coders for r in left_out)


def compared_rounds(session: Session, project_id: UUID) -> list[Round]:
    """Return the rounds on which a judgement rests: their comparison is finished, and they do not try coders."""
    rounds = session.scalars(
        sa.select(Round).where(Round.project_id == project_id, Round.compared_at.is_not(None)).order_by(Round.number)
    )
    return [r for r in rounds if r.state.compared and not r.purpose.tries_coders]


def picture(session: Session, access: Access, asked: Asked = USUAL, rounds: Sequence[Round] | None = None) -> Picture:
    """Return the saturation figures at one level, of the documents finished in rounds this person may see.

    ``rounds``: these, where they are known already.
    """
    rounds = visible_rounds(session, access) if rounds is None else rounds
    consensus = asked.view.kind is ViewKind.CONSENSUS
    # How a single coder fares is told of no round that is open.
    finished = consensus or asked.view.kind is ViewKind.CODER
    looked_at = [r for r in rounds if not finished or (r.state.compared and r.compared_at is not None)]
    project = access.project.id
    count = count_of(session, project, looked_at, ruled=consensus)
    about = ("picture", asked, tuple((r.id, r.state) for r in looked_at))
    return remembered(session, project, about, lambda: _picture(session, project, asked, looked_at, count), count.state)


def _picture(session: Session, project: UUID, asked: Asked, looked_at: Sequence[Round], count: Counted) -> Picture:
    # numpy only when a figure needs it
    from intercoder.stats.saturation.reading import read
    from intercoder.stats.saturation.stopping import Rule, guest2020

    units = count.units(asked)
    found, mapped = count.found, count.mapped

    def figures(
        of: Iterable[Level | Kind], before: Mapping[Level | Kind, Figures] | None
    ) -> Mapping[Level | Kind, Figures]:
        return {
            level: _figures(count, units, asked.view, level, None if before is None else before[level]) for level in of
        }

    line = (str(asked.view), asked.unit, str(asked.order))
    which = (*line, tuple(r.id for r in looked_at))
    then = found.state, tuple(unit.documents for unit in units)
    # Whoever relates codes moves no figure of the codes: those of 2,000 are not counted anew for that.
    levels = {
        **renewed(session, project, ("saturation", *which), ("saturation", *line), partial(figures, Level), then),
        **renewed(
            session,
            project,
            ("kinds", *which),
            ("kinds", *line),
            partial(figures, Kind),
            (then, found.related.state),
        ),
    }
    here = levels[asked.level]
    rule = asked.rule
    chosen = Rule("guest2020", {"base": rule.base, "run": rule.run, "threshold": rule.threshold})
    version = latest_version(session, project)
    arrivals = _arrivals(units, here)
    return Picture(
        arrivals=arrivals,
        names={key: _name(count, asked.level, key) for key in here.named},
        without_ancestor=here.without_ancestor,
        waiting=found.waiting,
        levels=levels,
        guest=guest2020(here.brief.discovery.new, base=rule.base, run=rule.run, threshold=rule.threshold),
        readings={
            level: read({level.value: figures.brief}, chosen, provisional=found.waiting > 0)
            for level, figures in levels.items()
        },
        attributes=count.attributes,
        count=count,
        provenance=PictureProvenance(
            level=asked.level,
            view=str(asked.view),
            unit=asked.unit,
            order=str(asked.order),
            documents=sum(len(a.documents) for a in arrivals),
            units=len(arrivals),
            rounds=tuple(r.number for r in looked_at),
            open_rounds=tuple(r.number for r in looked_at if r.state is RoundState.OPEN),
            codebook_version=version.number if version else None,
            mapping=mapped.number,
            documents_sha256=here.grown.sha256,
            rule=rule,
        ),
    )


def at_level(of: Picture, level: Level | Kind) -> Picture:
    """Return the picture of the same units at another level: nothing is asked of the database, and nothing counted anew."""
    from intercoder.stats.saturation.stopping import guest2020

    here, made = of.levels[level], of.provenance
    arrivals = [
        replace(arrival, codes=codes, shown=shown)
        for arrival, codes, shown in zip(of.arrivals, here.codes, here.shown, strict=True)
    ]
    rule = made.rule
    return replace(
        of,
        arrivals=arrivals,
        names={key: _name(of.count, level, key) for key in here.named},
        without_ancestor=here.without_ancestor,
        guest=guest2020(here.brief.discovery.new, base=rule.base, run=rule.run, threshold=rule.threshold),
        provenance=replace(made, level=level, documents_sha256=here.grown.sha256),
    )


def _arrivals(units: Sequence[Unit], here: Figures) -> list[Arrival]:
    return [
        Arrival(unit.ids, unit.title, unit.case, unit.at, codes, shown)
        for unit, codes, shown in zip(units, here.codes, here.shown, strict=True)
    ]


def _name(count: Counted, level: Level | Kind, key: str) -> str:
    """Return what a code, a relation, a property or a part of its dimension is called."""
    if not isinstance(level, Kind):
        return count.mapped.codes[key].name
    thing = thing_of(key)
    named = count.found.related.called(level, thing)
    if level is not Kind.DIMENSIONS or not isinstance(named, PropertyNamed):
        return named.name
    ends = {Part.LOW.value: named.low, Part.HIGH.value: named.high}
    return f"{named.name} ({ends.get(thing[2]) or f'{named.low} … {named.high}'})"


def _figures(count: Counted, units: Sequence[Unit], view: View, level: Level | Kind, before: Figures | None) -> Figures:
    """Return what follows from the codes of the units at a level, or from what they show of a kind; counted on from earlier figures."""
    from intercoder.stats.saturation.growing import Grown
    from intercoder.stats.saturation.report import saturation
    from intercoder.stats.saturation.study.views import placeless

    found = count.found
    codes = count.codes(units, view, level)
    shown = codes
    if found.named is not found.study:
        named = count.codes(units, view, level, named=True)
        shown = tuple(mine & all_ for mine, all_ in zip(named, codes, strict=True))
    without = () if isinstance(level, Kind) else placeless(found.study, found.in_use(view), level)
    grown = Grown.of([unit.documents for unit in units], codes, None if before is None else before.grown)
    if shown is codes and not isinstance(level, Kind):
        named_codes = frozenset(found.present(view, level))
    else:
        named_codes = frozenset[str]().union(*shown)
    return Figures(codes, shown, len(without), saturation(grown, points=0), named_codes, grown)


def coders(session: Session, rounds: Sequence[Round]) -> dict[str, str]:
    """Return whose own view can be asked for: who coded in compared rounds of these, which the person may see, by name."""
    compared = [r.id for r in rounds if r.state.compared]
    rows = session.execute(
        sa.select(User.id, User.name)
        .where(User.id.in_(sa.select(Incidence.coder_id).where(Incidence.round_id.in_(compared))))
        .order_by(User.name, User.id)
    )
    return {str(id_): name for id_, name in rows}
