"""Theoretical saturation as documents are finished: which documents count, in which view, at which level."""

import enum
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.errors import InvalidInput
from intercoder.models import (
    Assignment,
    AssignmentState,
    Code,
    CodeState,
    Coding,
    ConsensusCoding,
    Document,
    Level,
    Revision,
    Role,
    Round,
    RoundState,
    User,
)
from intercoder.services.access import Access
from intercoder.services.codebook import Entry, ancestors_at, tree_order
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


def current_tree(session: Session, project_id: UUID) -> list[Entry]:
    """Return today's tree of all codes that codings may have, retired and private ones too."""
    return tree_order(
        session.scalars(
            sa.select(Code).where(
                Code.project_id == project_id,
                Code.state.in_([CodeState.ACTIVE, CodeState.PRIVATE, CodeState.RETIRED]),
            )
        )
    )


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
    tree = current_tree(session, access.project.id)
    lifted = ancestors_at(tree, level)
    names = {str(e.id): e.name for e in tree}
    present, unplaced = _presence(session, [r.id for r in rounds], view, lifted)
    compared, _ = _presence(session, [r.id for r in rounds if r.state is not RoundState.OPEN], view, lifted)
    without: set[UUID] = set()
    arrivals = []
    for document_id, title, case, at in _finished(session, rounds, view):
        without |= unplaced.get(document_id, set())
        codes = frozenset(str(code) for code in present.get(document_id, ()))
        named = frozenset(str(code) for code in compared.get(document_id, ())) & codes
        arrivals.append(Arrival(document_id, title, case, at, codes, named))
    result = saturation([a.codes for a in arrivals])
    chosen = Rule("guest2020", {"base": rule.base, "run": rule.run, "threshold": rule.threshold})
    version = latest_version(session, access.project.id)
    shown = {c for a in arrivals for c in a.shown}
    return Picture(
        arrivals=arrivals,
        names={c: names[c] for c in shown},
        without_ancestor=len(without),
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


def _finished(session: Session, rounds: Sequence[Round], view: View) -> list[tuple[UUID, str, str | None, datetime]]:
    """Return the documents that count, in the order in which they became finished.

    Union: when the first coder submits. Agreed and consensus: when the last coder who submitted did, and
    only with two coders at least, because a document with one would count as empty. Consensus: of
    compared rounds only.
    """
    usable = [r.id for r in rounds if view is not View.CONSENSUS or r.state is not RoundState.OPEN]
    rows = session.execute(
        sa.select(Document.id, Document.title, Document, Assignment.submitted_at, Assignment.coder_id)
        .join(Assignment, Assignment.document_id == Document.id)
        .where(Assignment.round_id.in_(usable), Assignment.state == AssignmentState.SUBMITTED)
        .order_by(Assignment.submitted_at, Document.position, Assignment.id)
    )
    times: dict[UUID, list[datetime]] = {}
    coders: dict[UUID, set[UUID]] = {}
    about: dict[UUID, Document] = {}
    for document_id, _title, document, submitted_at, coder in rows:
        assert submitted_at is not None  # the state says so
        times.setdefault(document_id, []).append(submitted_at)
        coders.setdefault(document_id, set()).add(coder)
        about[document_id] = document
    at = {
        d: (stamps[0] if view is View.UNION else stamps[-1])
        for d, stamps in times.items()
        if view is View.UNION or len(coders[d]) >= 2
    }
    return [
        (d, about[d].title, about[d].case.name if about[d].case else None, at[d])  # type: ignore[union-attr]
        for d in sorted(at, key=lambda d: (at[d], about[d].position, str(d)))
    ]


def _presence(
    session: Session, round_ids: Sequence[UUID], view: View, lifted: Mapping[UUID, UUID | None]
) -> tuple[dict[UUID, set[UUID]], dict[UUID, set[UUID]]]:
    """Return which codes, at the level of the picture, are present in which document, in the view asked for.

    Codes are lifted before coders are compared: two coders with different labels of one concept agree on
    the concept. Also returned: by document, the codes without an ancestor at that level.
    """
    if view is View.CONSENSUS:
        rows = session.execute(
            sa.select(ConsensusCoding.document_id, ConsensusCoding.code_id, ConsensusCoding.round_id)
            .where(ConsensusCoding.round_id.in_(round_ids))
            .distinct()
        )
    else:
        rows = session.execute(
            sa.select(Assignment.document_id, Coding.code_id, Assignment.coder_id)
            .join(Coding, Coding.assignment_id == Assignment.id)
            .where(
                Assignment.round_id.in_(round_ids),
                Assignment.state == AssignmentState.SUBMITTED,
                Coding.deleted_at.is_(None),
            )
            .distinct()
        )
    seen_by: dict[tuple[UUID, UUID], set[UUID]] = {}
    without: dict[UUID, set[UUID]] = {}
    for document, code, who in rows:
        target = lifted.get(code)
        if target is None:
            without.setdefault(document, set()).add(code)
        else:
            seen_by.setdefault((document, target), set()).add(who)
    present: dict[UUID, set[UUID]] = {}
    for (document, code), seen in seen_by.items():
        if view is not View.AGREED or len(seen) >= 2:
            present.setdefault(document, set()).add(code)
    return present, without


# --- what lies behind a figure -------------------------------------------------------------------


@dataclass(frozen=True)
class Quote:
    """Words that a code was applied to, in a compared round."""

    document_id: UUID
    title: str
    start: int
    end: int
    text: str
    #: the code applied and the one at the level of the figure
    name: str
    at_level: str
    colour: int
    coder: str
    round_number: int


def evidence(
    session: Session, access: Access, *, level: Level, document_id: UUID | None = None, code_id: UUID | None = None
) -> list[Quote]:
    """Return the submitted codings behind a figure, by document and in the order of the text.

    Of compared rounds only: while a round is open its figures may be seen, its codings never.
    """
    compared = [r for r in visible_rounds(session, access) if r.state.compared]
    tree = {e.id: e for e in current_tree(session, access.project.id)}
    lifted = ancestors_at(tree.values(), level)
    wanted = [c for c, target in lifted.items() if target is not None and code_id in {None, target}]
    rows = session.execute(
        sa.select(
            Assignment,
            Coding,
            Document.title,
            User.name,
            sa.func.substr(Revision.text, Coding.start + 1, Coding.end - Coding.start),
        )
        .select_from(Coding)
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .join(Document, Document.id == Assignment.document_id)
        .join(Revision, Revision.id == Assignment.revision_id)
        .join(User, User.id == Coding.coder_id)
        .where(
            Assignment.round_id.in_([r.id for r in compared]),
            Assignment.state == AssignmentState.SUBMITTED,
            Coding.deleted_at.is_(None),
            Coding.code_id.in_(wanted),
            Assignment.document_id == document_id if document_id else sa.true(),
        )
        .order_by(Document.position, Document.id, Coding.start, Coding.end, User.name, Coding.key)
    ).all()
    numbers = {r.id: r.number for r in compared}
    return [
        Quote(
            a.document_id,
            title,
            c.start,
            c.end,
            text,
            tree[c.code_id].name,
            tree[lifted[c.code_id] or c.code_id].name,
            tree[c.code_id].colour,
            coder,
            numbers[a.round_id],
        )
        for a, c, title, coder, text in rows
    ]


def hidden_rounds(session: Session, access: Access) -> int:
    """Return how many open rounds are left out because the person must not see their figures yet."""
    shown = {r.id for r in visible_rounds(session, access)}
    opened = session.scalars(
        sa.select(Round.id).where(Round.project_id == access.project.id, Round.state == RoundState.OPEN)
    )
    return sum(r not in shown for r in opened)
