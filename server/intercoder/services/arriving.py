"""What arrives in a study of saturation, and in which order: documents as they are finished, or their cases."""

import enum
import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.errors import InvalidInput
from intercoder.models import Case, Document, Incidence, Level, Round, SamplingUnit, Stopping, StoppingRule
from intercoder.models.base import dashed, read_time, unread
from intercoder.services.code_states import remembered
from intercoder.services.mapped import Mapped
from intercoder.services.mapping import mapping
from intercoder.services.related import newest
from intercoder.services.studied import Studied, state_of, studied
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


@dataclass(frozen=True)
class Counted:
    """The finished documents of some rounds with what they hold: asked for units, orders, views and levels."""

    found: Studied
    mapped: Mapped
    about: "Mapping[str, _About]"
    #: whether it knows what stands in the consensus
    ruled: bool
    #: what differs as soon as anything of it may
    state: Hashable
    _units: dict[tuple[View, SamplingUnit, Order], tuple[Unit, ...]] = field(default_factory=dict, repr=False)

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
        about, sources = self.about, self.found.study.sources
        at = {document: read_time(when) for document, when in self.found.arrived(asked.view).items()}

        def place(document: str) -> tuple[object, ...]:
            return (*about[document].place(asked.order), at[document], about[document].position, document)

        documents = sorted(at, key=place)
        if asked.unit is SamplingUnit.DOCUMENT:
            return [Unit((d,), about[d].title, about[d].case, at[d]) for d in documents]
        cases: dict[str, list[str]] = {}
        for document in documents:
            case = sources[document].case
            cases.setdefault(document if case is None else case, []).append(document)
        return [
            Unit(tuple(of), about[of[0]].title if name == of[0] else name, None, at[of[0]])
            for name, of in cases.items()
        ]

    def codes(
        self, units: Sequence[Unit], view: View, level: Level | Kind, *, named: bool = False
    ) -> tuple[frozenset[str], ...]:
        """Return the codes of each unit at a level, or what it shows of a kind; with ``named`` those of compared rounds alone."""
        held = self.found.held(view, level, named=named)
        return tuple(
            held[unit.documents[0]]
            if len(unit.documents) == 1
            else frozenset[str]().union(*(held[document] for document in unit.documents))
            for unit in units
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

    def codes_asked(self, asked: Asked) -> tuple[frozenset[str], ...]:
        """Return the codes of each unit that is asked for."""
        return self.codes(self.units(asked), asked.view, asked.level)


def count_of(session: Session, project_id: UUID, rounds: Sequence[Round], *, ruled: bool) -> Counted:
    """Return the finished documents of some rounds with what they hold; ``ruled``: and with what stands in the consensus."""
    state, then = state_of(session, rounds, ruled=ruled), newest(session, project_id)

    def count() -> Counted:
        mapped, about = mapping(session, project_id), _about(session, rounds)
        sources = {document: Source(said.case, said.source, None) for document, said in about.items()}
        found = studied(session, project_id, rounds, mapped, sources, state, then, ruled=ruled)
        return Counted(found, mapped, about, ruled, (state, then))

    # Whatever is said of documents and cases is changed by an act of the project.
    return remembered(session, project_id, ("counted", ruled, tuple(r.id for r in rounds)), count, (state, then))


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


def _about(session: Session, rounds: Sequence[Round]) -> dict[str, _About]:
    """Return what is said of the documents of some rounds of which a layer is submitted."""
    finished = sa.select(Incidence.document_id).where(Incidence.round_id.in_([r.id for r in rounds]))
    d = _DOCUMENTS
    more = (d.is_primary, d.attributes)
    rows = session.execute(
        sa.select(unread(d.id), d.title, d.position, Case.name, sa.type_coerce(d.source_type, sa.Text), *more)
        .outerjoin(Case, Case.id == d.case_id)
        .where(d.id.in_(finished))
    )
    return {dashed(row[0]): _About(*row[1:]) for row in rows}
