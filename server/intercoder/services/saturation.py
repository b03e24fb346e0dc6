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
    Code,
    CodeState,
    ConsensusCoding,
    Document,
    Level,
    Role,
    Round,
    RoundState,
)
from intercoder.models.base import FewUuids, dashed, digits, read_identifier, read_time, unread
from intercoder.services.access import Access, comparison_finished
from intercoder.services.incidence import held, packed, unpacked
from intercoder.services.versions import latest_version
from intercoder.stats.tree import CodeTree

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
    result: "Saturation"
    #: the rule that was asked for, applied
    guest: "Guest"
    reading: "Reading"
    provenance: PictureProvenance


def visible_rounds(session: Session, access: Access) -> list[Round]:
    """Return the rounds whose figures this person may see.

    Compared rounds always. An open one only where its policy shows live figures, to people who do
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
        .where(Round.project_id == access.project.id, Round.state != RoundState.DRAFT)
        .order_by(Round.number)
    )
    return [r for r in begun if r.state.compared or (overseer and r.live_figures and r.id not in own)]


# Without the unit of work, which would cost more than the query.
_CODE = Code.metadata.tables[Code.__tablename__].c


class CurrentCode(NamedTuple):
    """A code as it is today."""

    id: UUID
    parent_id: UUID | None
    level: Level
    name: str
    colour: int


def current_codes(session: Session, project_id: UUID) -> list[CurrentCode]:
    """Return today's form of all codes that codings may have, retired and private ones too, in no order."""
    rows = session.execute(
        sa.select(_CODE.id, _CODE.parent_id, _CODE.level, _CODE.name, _CODE.colour).where(_kept(project_id))
    )
    return [CurrentCode._make(row) for row in rows]


def _kept(project_id: UUID) -> sa.ColumnElement[bool]:
    states = [CodeState.ACTIVE, CodeState.PRIVATE, CodeState.RETIRED]
    return sa.and_(_CODE.project_id == project_id, _CODE.state.in_(states))


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
    names, places = _places(session, access.project.id, level)
    arrivals, without = _arrivals(session, rounds, view, places)
    result = saturation([a.codes for a in arrivals])
    chosen = Rule("guest2020", {"base": rule.base, "run": rule.run, "threshold": rule.threshold})
    version = latest_version(session, access.project.id)
    shown = {c for a in arrivals for c in a.shown}
    return Picture(
        arrivals=arrivals,
        names={c: names[c] for c in shown},
        without_ancestor=without,
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
            documents_sha256=_fingerprint(arrivals),
            rule=rule,
        ),
    )


def _fingerprint(arrivals: Iterable[Arrival]) -> str:
    rows = [[str(a.document_id), sorted(a.codes)] for a in arrivals]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def _places(session: Session, project_id: UUID, level: Level) -> tuple[dict[str, str], dict[bytes, str]]:
    """Return what today's codes are called, and of each that has one its ancestor (or itself) at a level."""
    rows = session.execute(
        sa.select(unread(_CODE.id), unread(_CODE.parent_id), _CODE.level, _CODE.name).where(_kept(project_id))
    ).all()
    tree = CodeTree.of({row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows})
    lifted = tree.lift(tree.parents, level)
    names = {dashed(row[0]): row[3] for row in rows}
    placed = {code: place for code, place in lifted.items() if place is not None}
    return names, {bytes.fromhex(digits(code)): dashed(place) for code, place in placed.items()}


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

    def sides(self, view: View, *, compared: bool = False) -> list[set[bytes]]:
        """Return the codes that each coder's layers hold, or all layers together where nobody is compared; of compared rounds."""
        kept = set(range(len(self.layers))).difference(self.open) if compared else range(len(self.layers))
        if view is not View.AGREED:
            return [unpacked(*[self.layers[place] for place in kept])]
        of_coder: dict[str | UUID, list[bytes]] = {}
        for place in kept:
            of_coder.setdefault(self.coders[place], []).append(self.layers[place])
        return [unpacked(*layers) for layers in of_coder.values()]


def _found(session: Session, rounds: Sequence[Round], view: View) -> dict[UUID, _Found]:
    """Return what the layers hold of the documents that count.

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
    least = 1 if view is View.UNION else 2
    documents = {read_identifier(d): found for d, found in met.items() if len(set(found.coders)) >= least}
    if view is View.CONSENSUS:
        standing = _standing(session, [r.id for r in rounds])
        for document_id, found in documents.items():
            found.layers = [standing.get(document_id, b"")]
    return documents


def _arrivals(
    session: Session, rounds: Sequence[Round], view: View, places: Mapping[bytes, str]
) -> tuple[list[Arrival], int]:
    """Return the documents that count, in the order in which they became finished, and how many codes have no place.

    Union: when the first coder submits. Agreed and consensus: when the last coder who submitted did.
    Consensus: of compared rounds only. ``places``: code → its ancestor at the level of the picture.
    """
    documents = _found(session, [r for r in rounds if view is not View.CONSENSUS or r.state.compared], view)
    about = _about(session, documents)
    last = min if view is View.UNION else max
    at = {document: read_time(last(found.submitted)) for document, found in documents.items()}
    least = 2 if view is View.AGREED else 1
    arrivals = []
    without: set[bytes] = set()
    placed = set(places)
    for document, found in sorted(
        documents.items(), key=lambda item: (at[item[0]], about[item[0]].position, str(item[0]))
    ):
        sides = found.sides(view)
        codes = named = _held_by(sides, places, least)
        if found.open:
            named = _held_by(found.sides(view, compared=True), places, least)
        without.update(*(side - placed for side in sides))
        title, _, case = about[document]
        arrivals.append(Arrival(document, title, case, at[document], codes, named & codes))
    return arrivals, len(without)


def _held_by(sides: Sequence[set[bytes]], places: Mapping[bytes, str], least: int) -> frozenset[str]:
    """Return the codes, at the level of the picture, that so many of the sides hold.

    Codes are lifted before coders are compared: two coders with different labels of one concept agree on
    the concept.
    """
    lifted = [set(map(places.get, side)) for side in sides]
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
        sa.select(Round.id).where(Round.project_id == access.project.id, Round.state == RoundState.OPEN)
    )
    return sum(r not in shown for r in opened)
