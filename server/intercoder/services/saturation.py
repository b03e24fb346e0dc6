"""Theoretical saturation as documents are finished: which documents count, in which view, at which level."""

import enum
import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.errors import InvalidInput
from intercoder.models import (
    Assignment,
    Case,
    ConsensusCoding,
    Document,
    Level,
    Role,
    Round,
    RoundState,
)
from intercoder.models.base import FewUuids, read_identifier, read_time
from intercoder.services.access import Access, answers_hidden, comparison_finished
from intercoder.services.code_states import remembered
from intercoder.services.incidence import held, held_then, packed, passages_of, unpacked
from intercoder.services.mapping import Mapped, mapping
from intercoder.services.versions import latest_version

if TYPE_CHECKING:
    from intercoder.stats.saturation.reading import Reading
    from intercoder.stats.saturation.report import Saturation
    from intercoder.stats.saturation.stopping import Guest


class View(enum.StrEnum):
    """When a code counts as present in a document."""

    UNION = "union"  #: any coder applied it
    AGREED = "agreed"  #: at least two coders did
    CONSENSUS = "consensus"  #: it stands in the consensus


@dataclass(frozen=True)
class Guest2020:
    """The parameters of the rule of Guest, Namey & Chen (2020)."""

    base: int = 4
    run: int = 2
    threshold: float = 0.05

    def __post_init__(self) -> None:
        if not (1 <= self.base <= 100 and 1 <= self.run <= 100 and 0 <= self.threshold <= 1):
            raise InvalidInput(
                "bad_rule", "The rule needs 1–100 base documents, runs of 1–100 and a threshold from 0 to 1."
            )


@dataclass(frozen=True)
class Arrival:
    """A document that counts: when it became one, and which codes it holds at the level asked for."""

    document_id: UUID
    title: str
    case: str | None
    at: datetime
    codes: frozenset[str]
    #: the codes that may be named: those of compared rounds; of an open one only numbers may be seen
    shown: frozenset[str]


@dataclass(frozen=True)
class PictureProvenance:
    """What a picture was computed from; ``rounds`` and ``open_rounds`` by their numbers, documents as they finished."""

    level: Level
    view: View
    order: str
    documents: int
    rounds: tuple[int, ...]
    open_rounds: tuple[int, ...]
    codebook_version: int | None
    #: the mapping under which codings count, see ``MappingAct``
    mapping: int
    documents_sha256: str
    rule: Guest2020


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
    result: "Saturation"
    #: the rule that was asked for, applied
    guest: "Guest"
    reading: "Reading"
    provenance: PictureProvenance


def visible_rounds(session: Session, access: Access) -> list[Round]:
    """Return the rounds whose figures this person may see.

    Compared rounds, but for those whose documents the person takes a test on, and rounds that try coders: no document arrives with them. An open one only where its policy shows live figures, to people who do
    not code in it and who do more than code in this project.
    """
    own = set(
        session.scalars(
            sa.select(Assignment.round_id).where(
                Assignment.project_id == access.project.id, Assignment.coder_id == access.actor.id
            )
        )
    )
    overseer = bool(access.roles & {Role.LEAD, Role.OBSERVER})
    begun = session.scalars(
        sa.select(Round)
        .where(
            Round.project_id == access.project.id,
            Round.state != RoundState.DRAFT,
            Round.id.not_in(answers_hidden(access.project.id, access.actor.id)),
        )
        .order_by(Round.number)
    )
    return [
        r
        for r in begun
        if not r.purpose.tries_coders and (r.state.compared or (overseer and r.live_figures and r.id not in own))
    ]


def picture(
    session: Session,
    access: Access,
    *,
    level: Level = Level.CONCEPT,
    view: View = View.UNION,
    rule: Guest2020 = Guest2020(),
) -> Picture:
    """Return the saturation figures at one level, of the documents finished in rounds this person may see."""
    # numpy only when a figure needs it
    from intercoder.stats.saturation.reading import read
    from intercoder.stats.saturation.report import saturation
    from intercoder.stats.saturation.stopping import Rule, guest2020

    rounds = visible_rounds(session, access)
    mapped = mapping(session, access.project.id)
    looked_at = [r for r in rounds if view is not View.CONSENSUS or r.state.compared]
    finished = _finished(session, looked_at, view, mapped, level)
    arrivals = _arrivals(session, finished)
    result = saturation([a.codes for a in arrivals])
    chosen = Rule("guest2020", {"base": rule.base, "run": rule.run, "threshold": rule.threshold})
    version = latest_version(session, access.project.id)
    shown = {c for a in arrivals for c in a.shown}
    return Picture(
        arrivals=arrivals,
        names={c: mapped.codes[c].name for c in shown},
        without_ancestor=finished.without,
        waiting=finished.waiting,
        result=result,
        guest=guest2020(result.discovery.new, base=rule.base, run=rule.run, threshold=rule.threshold),
        reading=read({level.value: result}, chosen),
        provenance=PictureProvenance(
            level=level,
            view=view,
            order="finished",
            documents=len(arrivals),
            rounds=tuple(r.number for r in rounds),
            open_rounds=tuple(r.number for r in rounds if r.state is RoundState.OPEN),
            codebook_version=version.number if version else None,
            mapping=mapped.number,
            documents_sha256=_fingerprint(arrivals),
            rule=rule,
        ),
    )


def _fingerprint(arrivals: Iterable[Arrival]) -> str:
    rows = [[str(a.document_id), sorted(a.codes)] for a in arrivals]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


@dataclass(frozen=True)
class _Places:
    """Where codes count at the level of a picture; identifiers as bytes, as the table of incidence has them."""

    mapped: Mapped
    level: Level
    #: code -> its ancestor (or itself) at the level; of ``by_passage`` for codings that wait
    at_level: Mapping[bytes, str]
    #: the codes whose codings are asked one by one
    by_passage: frozenset[bytes]

    @classmethod
    def of(cls, mapped: Mapped, level: Level) -> "_Places":
        """Return where the codes of a mapping count at a level."""
        at_level = {bytes.fromhex(code.replace("-", "")): place for code, place in mapped.places(level).items()}
        return cls(mapped, level, at_level, frozenset(UUID(code).bytes for code in mapped.map.by_passage))


#: whose codes stand side by side: a coder's where coders are compared, else None for all
_Side = str | UUID | None


@dataclass
class _Found:
    """What the layers of one document hold, in the rounds that are looked at."""

    #: when each layer was submitted, and by whom
    submitted: list[str | datetime] = field(default_factory=list)
    coders: list[str | UUID] = field(default_factory=list)
    #: what each layer holds, packed
    layers: list[bytes] = field(default_factory=list)
    #: of layers of open rounds, their place among all: their codes may not be named
    open: list[int] = field(default_factory=list)

    #: where the passages of split codes count, which are asked one by one; and those of compared rounds
    put: dict[_Side, set[str]] = field(default_factory=dict)
    put_named: dict[_Side, set[str]] = field(default_factory=dict)

    def sides(self, view: View, *, compared: bool = False) -> dict[_Side, set[bytes]]:
        """Return the codes that each coder's layers hold, or all layers together where nobody is compared; of compared rounds."""
        kept = set(range(len(self.layers))).difference(self.open) if compared else range(len(self.layers))
        if view is not View.AGREED:
            return {None: unpacked(*[self.layers[place] for place in kept])}
        of_coder: dict[_Side, list[bytes]] = {}
        for place in kept:
            of_coder.setdefault(self.coders[place], []).append(self.layers[place])
        return {coder: unpacked(*layers) for coder, layers in of_coder.items()}


def _found(session: Session, rounds: Sequence[Round], view: View, places: _Places) -> tuple[dict[UUID, _Found], int]:
    """Return what the layers hold of the documents that count, and how many codings of split codes wait.

    With a single coder a document does not count where coders are compared: it would count as empty.
    """
    met: dict[str | UUID, _Found] = {}
    for document, coder, submitted, layer, compared in held(session, rounds):
        found = met.get(document)
        if found is None:
            found = met[document] = _Found()
        if not compared:
            found.open.append(len(found.layers))
        found.submitted.append(submitted)
        found.coders.append(coder)
        found.layers.append(layer)
    waiting = _take_passages(session, rounds, view, places, met) if places.by_passage else 0
    least = 1 if view is View.UNION else 2
    documents = {read_identifier(d): found for d, found in met.items() if len(set(found.coders)) >= least}
    if view is View.CONSENSUS:
        standing = _standing(session, [r.id for r in rounds])
        for document_id, found in documents.items():
            found.layers, found.put = [standing.get(document_id, b"")], {}
    return documents, waiting


def _take_passages(
    session: Session, rounds: Sequence[Round], view: View, places: _Places, met: Mapping[str | UUID, _Found]
) -> int:
    """Take in where each coding of split codes counts; return how many wait."""
    by_code, waiting = places.mapped.places(places.level), 0
    for passage in passages_of(session, rounds, [UUID(bytes=code) for code in places.by_passage]):
        end = places.mapped.resolved(passage.code, passage.coder, passage.key)
        waiting += end.waits
        place, found = by_code.get(end.code), met.get(passage.document)
        if place is None or found is None:
            continue
        side = passage.side if view is View.AGREED else None
        found.put.setdefault(side, set()).add(place)
        if passage.compared:
            found.put_named.setdefault(side, set()).add(place)
    return waiting


@dataclass(frozen=True)
class _Finished:
    """The documents that count; how many codes have no place at the level, and how many codings wait."""

    #: when each became finished, which codes it holds at the level, and which of them may be named
    documents: Mapping[UUID, tuple[datetime, frozenset[str], frozenset[str]]]
    without: int
    waiting: int


def _finished(session: Session, rounds: Sequence[Round], view: View, mapped: Mapped, level: Level) -> _Finished:
    """Return what the documents of some rounds hold; where nothing was submitted, handed back or mapped since, it is kept."""

    def read() -> _Finished:
        return _read(session, rounds, view, _Places.of(mapped, level))

    if view is View.CONSENSUS or not rounds:
        return read()
    then = held_then(session, rounds)
    return remembered(session, rounds[0].project_id, ("finished", view, level, then[-1]), read, then)


def _read(session: Session, rounds: Sequence[Round], view: View, places: _Places) -> _Finished:
    """Return the documents that count with the codes that they hold.

    Union: finished when the first coder submits. Agreed and consensus: when the last coder who submitted did.
    """
    documents, waiting = _found(session, rounds, view, places)
    last = min if view is View.UNION else max
    at = {document: read_time(last(found.submitted)) for document, found in documents.items()}
    least = 2 if view is View.AGREED else 1
    finished = {}
    without: set[bytes] = set()
    at_level = dict(places.at_level)
    if view is not View.CONSENSUS:
        at_level = {code: place for code, place in at_level.items() if code not in places.by_passage}
    placed = {*at_level, *places.by_passage}
    for document, found in documents.items():
        sides = found.sides(view)
        codes = named = _held_by(sides, found.put, at_level, least)
        if found.open:
            named = _held_by(found.sides(view, compared=True), found.put_named, at_level, least)
        without.update(*(side - placed for side in sides.values()))
        finished[document] = (at[document], codes, named & codes)
    return _Finished(finished, len(without), waiting)


def _arrivals(session: Session, finished: _Finished) -> list[Arrival]:
    """Return the documents that count, in the order in which they became finished."""
    about = _about(session, finished.documents)
    rows = sorted(finished.documents.items(), key=lambda row: (row[1][0], about[row[0]].position, str(row[0])))
    return [
        Arrival(document, about[document].title, about[document].case, at, codes, shown)
        for document, (at, codes, shown) in rows
    ]


def _held_by(
    sides: Mapping[_Side, set[bytes]],
    put: Mapping[_Side, set[str]],
    places: Mapping[bytes, str],
    least: int,
) -> frozenset[str]:
    """Return the codes, at the level of the picture, that so many of the sides hold.

    Codes are lifted before coders are compared: two coders with different labels of one concept agree on
    the concept.
    """
    lifted = [set(map(places.get, held_)) | put.get(side, set()) for side, held_ in sides.items()]
    if least == 1:
        return frozenset(place for place in set().union(*lifted) if place is not None)
    seen = Counter(place for side in lifted for place in side)
    return frozenset(place for place, times in seen.items() if times >= least and place is not None)


def _standing(session: Session, round_ids: Sequence[UUID]) -> dict[UUID, bytes]:
    """Return the codes that stand in the consensus of each document, packed."""
    rows = session.execute(
        sa.select(
            sa.type_coerce(ConsensusCoding.document_id, FewUuids()), sa.type_coerce(ConsensusCoding.code_id, FewUuids())
        )
        .where(ConsensusCoding.round_id.in_(round_ids), comparison_finished(ConsensusCoding.round_id))
        .distinct()
    )
    standing: dict[UUID, set[UUID]] = {}
    for document, code in rows:
        standing.setdefault(document, set()).add(code)
    return {document: packed(codes) for document, codes in standing.items()}


class _About(NamedTuple):
    """What is said of a document."""

    title: str
    position: int
    case: str | None


def _about(session: Session, documents: Collection[UUID]) -> dict[UUID, _About]:
    rows = session.execute(
        sa.select(Document.id, Document.title, Document.position, Case.name)
        .outerjoin(Case, Case.id == Document.case_id)
        .where(Document.id.in_(documents))
    )
    return {row.id: _About(row.title, row.position, row.name) for row in rows}


def hidden_rounds(session: Session, access: Access) -> int:
    """Return how many open rounds are left out because the person must not see their figures yet."""
    shown = {r.id for r in visible_rounds(session, access)}
    opened = session.scalars(
        sa.select(Round).where(Round.project_id == access.project.id, Round.state == RoundState.OPEN)
    )
    # One that looks for drift counts like any of which that is not told: a number would tell it.
    return sum(r.id not in shown for r in opened if r.purpose.untold or not r.purpose.tries_coders)
