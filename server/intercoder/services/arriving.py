"""What arrives in a study of saturation, and in which order: documents as they are finished, or their cases."""

import enum
import re
from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.errors import InvalidInput
from intercoder.events import Subject
from intercoder.models import (
    Case,
    Document,
    Event,
    Incidence,
    Level,
    Round,
    SamplingUnit,
    Stopping,
    StoppingRule,
)
from intercoder.models.base import dashed, read_time, unread
from intercoder.services.code_states import only_reads, renewed
from intercoder.services.held_layers import FEW
from intercoder.services.mapped import Mapped
from intercoder.services.mapping import mapping
from intercoder.services.related import Newest, newest
from intercoder.services.studied import Said, Studied, state_of, studied
from intercoder.stats.saturation.study.counts import Arrived
from intercoder.stats.saturation.study.events import Kind, Source
from intercoder.stats.saturation.study.whose import View, ViewKind

UNION = View()
_DOCUMENTS = Document.metadata.tables[Document.__tablename__].c
_PARTS = re.compile(r"\d+|\D+")


class OrderKind(enum.StrEnum):
    """In which order documents are taken to arrive."""

    FINISHED = "finished"  #: as they were finished
    MATERIALS = "materials"  #: as they stand among the materials
    ATTRIBUTE = "attribute"  #: by one of their attributes, such as the date of the interview


@dataclass(frozen=True)
class Order:
    """An order of documents; ``attribute`` names the one of the third kind."""

    kind: OrderKind = OrderKind.FINISHED
    attribute: str = ""

    def __str__(self) -> str:
        """The name that ``of`` reads."""
        return f"{self.kind}:{self.attribute}" if self.attribute else self.kind

    @classmethod
    def of(cls, name: str) -> "Order":
        """Return the order of that name: ``finished``, ``materials`` or ``attribute:NAME``. Raises ``InvalidInput``."""
        kind, _, attribute = name.partition(":")
        if kind in set(OrderKind) and bool(attribute) == (kind == OrderKind.ATTRIBUTE):
            return cls(OrderKind(kind), attribute)
        raise InvalidInput(
            "bad_order", "The order {order} is none of finished, materials and attribute:NAME.", order=name
        )


#: the rule that is asked for where none is named: Guest, Namey & Chen (2020) as they published it
USUAL_RULE = Stopping(StoppingRule.GUEST2020)


@dataclass(frozen=True)
class Asked:
    """Which figures: at which level, whose codings, of documents or cases, in which order, under which rule."""

    level: Level | Kind = Level.CONCEPT
    view: View = UNION
    unit: SamplingUnit = SamplingUnit.DOCUMENT
    order: Order = Order()
    rule: Stopping = USUAL_RULE


def _said_below(found: Studied, view: View, level: Level, document: str) -> Mapping[str, set[str]]:
    """Return what a document says of each code of a level: codes below it, and properties with the parts of their dimensions."""
    said: dict[str, set[str]] = {}
    for lower in list(Level)[: level.height]:
        for code in found.held(view, lower)[document]:
            above = found.study.lift(code, level)
            if above is not None:
                said.setdefault(above, set()).add(code)
    for kind in (Kind.PROPERTIES, Kind.DIMENSIONS):
        for code, *rest in found.study.shown_in(document, kind):
            said.setdefault(code, set()).add(" ".join(rest))
    return said


def asked_in(words: tuple[str, str, str, str] | None) -> Asked | None:
    """Return the figures that are asked for in words: level, view, unit, order. Raises ``InvalidInput``, ``WrongArgument``."""
    if words is None:
        return None
    level, view, unit, order = words
    measured = Kind(level) if level in set(Kind) else Level(level)
    return Asked(measured, View.of(view), SamplingUnit(unit), Order.of(order))


class Unit(NamedTuple):
    """What arrives: a document, or the documents of a case."""

    documents: tuple[str, ...]
    title: str
    case: str | None
    at: datetime
    #: when, as it is kept
    kept: str | datetime
    #: of its documents
    ids: tuple[UUID, ...]


_DOCUMENTS_OF = attrgetter("documents")


#: so many lines of units are passed on to a later count: an address can ask for any number
_LINES = 12
#: in which view, of documents or cases, in which order
_Line = tuple[View, SamplingUnit, Order]
#: and at which level
_Asked = tuple[View, SamplingUnit, Order, Level | Kind]


@dataclass(frozen=True)
class Counted:
    """The finished documents of some rounds with what they hold: asked for units, orders, views and levels."""

    found: Studied
    mapped: Mapped
    about: "Mapping[str, _About]"
    #: whether it knows what stands in the consensus
    ruled: bool
    #: what differs as soon as anything of it may
    state: tuple[Hashable, Newest]
    #: what is said of documents as somebody read it who does not write, and the act after which nothing of it was changed
    sure: "tuple[Mapping[str, _About], int | None]" = field(default=({}, None), repr=False)
    #: the units of an earlier count: of documents that may have gone, or arrived at another time, since
    _earlier: Mapping[_Line, tuple[Unit, ...]] = field(default_factory=dict, repr=False)
    _units: dict[_Line, tuple[Unit, ...]] = field(default_factory=dict, repr=False)
    _arrived_before: Mapping[_Asked, Arrived] = field(default_factory=dict, repr=False)
    _arrived: dict[_Asked, Arrived] = field(default_factory=dict, repr=False)

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes of the documents, by which they can be ordered."""
        return tuple(sorted({name for document in self.about.values() for name in document.attributes}))

    def units(self, asked: Asked) -> tuple[Unit, ...]:
        """Return the documents that count in a view, or their cases, in the order asked for. O(n log n) the first time."""
        assert self.ruled or asked.view.kind is not ViewKind.CONSENSUS
        known = self._units.get((asked.view, asked.unit, asked.order))
        if known is None:
            known = self._units[asked.view, asked.unit, asked.order] = tuple(self._in_order(asked))
        return known

    def _in_order(self, asked: Asked) -> list[Unit]:
        about, sources, arrived = self.about, self.found.study.sources, self.found.arrived(asked.view)

        def place(unit: Unit) -> tuple[object, ...]:
            said = about[unit.documents[0]]
            return (*said.place(asked.order), unit.at, said.position, unit.documents[0])

        if asked.unit is SamplingUnit.DOCUMENT:
            earlier = self._earlier.get((asked.view, asked.unit, asked.order), ())
            known = {unit.documents[0]: unit for unit in earlier if arrived.get(unit.documents[0]) == unit.kept}
            came = [self._document(document, at) for document, at in arrived.items() if document not in known]
            came.sort(key=place)
            units = [*known.values(), *came]
            if known and came and place(came[0]) < place(units[len(known) - 1]):
                units.sort(key=place)
            return units
        documents = self.units(replace(asked, unit=SamplingUnit.DOCUMENT))
        cases: dict[str, list[Unit]] = {}
        for unit in documents:
            case = sources[unit.documents[0]].case
            cases.setdefault(unit.documents[0] if case is None else case, []).append(unit)
        return [
            Unit(
                tuple(unit.documents[0] for unit in of),
                of[0].title if name == of[0].documents[0] else name,
                None,
                of[0].at,
                of[0].kept,
                tuple(unit.ids[0] for unit in of),
            )
            for name, of in cases.items()
        ]

    def units_of(self, documents: AbstractSet[str]) -> Mapping[_Line, tuple[Unit, ...]]:
        """Return the units that were asked for last, of documents, as far as they are of some of them: for a later count."""
        asked = [
            (line, units)
            for line, units in {**self._earlier, **self._units}.items()
            if line[1] is not SamplingUnit.CASE
        ]
        return {
            line: tuple(unit for unit in units if unit.documents[0] in documents) for line, units in asked[-_LINES:]
        }

    def arrived_last(self) -> Mapping[_Asked, Arrived]:
        """Return what was asked for last, for a later count."""
        return dict([*{**self._arrived_before, **self._arrived}.items()][-_LINES:])

    def _document(self, document: str, at: str | datetime) -> Unit:
        said = self.about[document]
        return Unit((document,), said.title, said.case, read_time(at), at, (UUID(document),))

    def codes(
        self, units: Sequence[Unit], view: View, level: Level | Kind, *, named: bool = False
    ) -> tuple[frozenset[str], ...]:
        """Return the codes of each unit at a level, or what it shows of a kind; with ``named`` those of compared rounds alone."""
        held = self.found.held(view, level, named=named)
        return tuple(
            held[of[0]] if len(of) == 1 else frozenset[str]().union(*map(held.__getitem__, of))
            for of in map(_DOCUMENTS_OF, units)
        )

    def since_news(self, asked: Asked) -> list[int] | None:
        """Return for each code of a level how many units that hold it came since one that said something new of it.

        New of a code is a code below it, or a property of it (Hennink, Kaiser & Marconi 2017: meaning saturation). None for labels,
        and for what is no code. O(applications).
        """
        level = asked.level
        if isinstance(level, Kind) or not level.height:
            return None
        from intercoder.stats.saturation.meaning import since_news

        units, told = self.units(asked), []
        for unit in units:
            said: dict[str, set[str]] = {}
            for document in unit.documents:
                for code, things in _said_below(self.found, asked.view, level, document).items():
                    said.setdefault(code, set()).update(things)
            told.append(said)
        return list(since_news(self.codes(units, asked.view, level), told).values())

    def arrived(self, asked: Asked) -> Arrived:
        """Return what arrived with its codes, and what each brought. O(codes of those that came since an earlier count, if they came last)."""
        line = (asked.view, asked.unit, asked.order, asked.level)
        known = self._arrived.get(line)
        if known is None:
            known = self._arrived[line] = Arrived.of(self.codes_asked(asked), self._arrived_before.get(line))
        return known

    def codes_asked(self, asked: Asked) -> tuple[frozenset[str], ...]:
        """Return the codes of each unit that is asked for."""
        return self.codes(self.units(asked), asked.view, asked.level)


def count_of(session: Session, project_id: UUID, rounds: Sequence[Round], *, ruled: bool) -> Counted:
    """Return the finished documents of some rounds with what they hold; ``ruled``: and with what stands in the consensus."""
    state, then = state_of(session, rounds, ruled=ruled), newest(session, project_id)

    def count(before: Counted | None) -> Counted:
        mapped = mapping(session, project_id)
        known, told = _known(session, project_id, before, then)
        about: dict[str, _About] = {}

        def of(documents: AbstractSet[str]) -> Mapping[str, Source]:
            about.update(_about(session, rounds, documents - about.keys(), known))
            return {document: Source(about[document].case, about[document].source, None) for document in documents}

        said = Said(of, told, known.keys())
        found = studied(session, project_id, rounds, mapped, said, state, then, ruled=ruled)
        of(found.submitted.keys() - about.keys())
        # what is told of documents of other rounds is nobody's here
        about = {document: about[document] for document in found.submitted}
        # before a writer commits, what it read of documents may be changed once more
        sure = about if only_reads(session) else {d: known[d] for d in known.keys() & about.keys()}
        earlier = {} if before is None or before.sure[1] != told else before.units_of(known.keys())
        arrived = {} if before is None else before.arrived_last()
        return Counted(
            found, mapped, about, ruled, (state, then), (sure, told), _earlier=earlier, _arrived_before=arrived
        )

    # Whatever is said of documents and cases is changed by an act of the project.
    which = tuple(r.id for r in rounds)
    return renewed(session, project_id, ("counted", ruled, which), ("counted", ruled), count, (state, then))


#: acts on these change nothing that is said of documents and cases here
_ELSEWHERE = (
    Subject.ROUND,
    Subject.ASSIGNMENT,
    Subject.CODING,
    Subject.REPORT,
    Subject.DISAGREEMENT,
    Subject.SATURATION,
    Subject.CODE,
    Subject.VERSION,
)


def _known(
    session: Session, project_id: UUID, before: Counted | None, then: Newest
) -> tuple[Mapping[str, "_About"], int | None]:
    """Return what an earlier count knows of documents that still holds, and since which act. O(acts since)."""
    since = None if before is None else before.state[1].act
    if before is None or since is None or then.act is None or since > then.act:
        return {}, then.act
    acts = sa.select(Event.seq).where(
        Event.stream == project_id,
        Event.seq > since,
        Event.seq <= then.act,
        Event.subject_kind.not_in(_ELSEWHERE),
    )
    if since < then.act and session.scalar(acts.limit(1)) is not None:
        return {}, then.act
    return before.sure


class _About(NamedTuple):
    """What is said of a document."""

    title: str
    position: int
    case: str | None
    source: str
    primary: bool
    attributes: Mapping[str, str]

    def place(self, order: Order) -> tuple[object, ...]:
        """Return where it stands in an order, before when it was finished; without the attribute it comes last."""
        if order.kind is OrderKind.MATERIALS:
            return (self.position,)
        if order.kind is OrderKind.FINISHED:
            return ()
        value = self.attributes.get(order.attribute, "").strip()
        # digits as numbers: the tenth month comes after the fifth, however a date is written
        parts = [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _PARTS.findall(value)]
        return (not value, parts)


def _about(
    session: Session, rounds: Sequence[Round], documents: AbstractSet[str], known: Mapping[str, _About]
) -> dict[str, _About]:
    """Return what is said of some documents of which a layer is submitted in one of some rounds; those that are known are not read."""
    asked = documents - known.keys()
    said = {document: known[document] for document in documents & known.keys()}
    if not asked:
        return said
    d = _DOCUMENTS
    finished = sa.select(Incidence.document_id).where(Incidence.round_id.in_([r.id for r in rounds]))
    these = d.id.in_(finished) if len(asked) > FEW else d.id.in_(map(UUID, asked))
    more = (d.is_primary, d.attributes)
    rows = session.execute(
        sa.select(unread(d.id), d.title, d.position, Case.name, sa.type_coerce(d.source_type, sa.Text), *more)
        .outerjoin(Case, Case.id == d.case_id)
        .where(these)
    )
    return said | {dashed(row[0]): _About(*row[1:]) for row in rows}
