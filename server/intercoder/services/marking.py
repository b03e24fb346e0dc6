"""Where coders of open coding marked the text: what can be compared before their labels are aligned.

Each coder names what is seen in own words, so that agreement on the words says nothing. That somebody saw something there
can be compared at once: |u-alpha and F1 with "marked" as the one category.
"""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version as installed_version
from itertools import combinations
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.models import (
    Assignment,
    AssignmentState,
    Code,
    CodebookPolicy,
    CodeState,
    Coding,
    Document,
    Level,
    MarkedAgreement,
    Revision,
    Round,
    RoundState,
    User,
)
from intercoder.models.values import Kept
from intercoder.models.work import RESAMPLES
from intercoder.services.independence import exposures
from intercoder.services.missing_units import MissingUnits, gaps_of, without
from intercoder.services.submitted import missing_units_of
from intercoder.stats.results import Interval, check

if TYPE_CHECKING:
    from intercoder.stats.spans.continuum import DocumentSpans, Spans

SEED = 20_260_401
#: of what is kept
FORMAT = 1
#: the one category
_MARKED = "*"


@dataclass(frozen=True, slots=True)
class Called:
    """A document or a coder, with the name of that day."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class MarkedEstimate:
    """|u-alpha of "marked": 1 perfect, 0 as by chance; ``reason`` where there is no value.

    ``documents``: how many two or more finished, ``length`` their code points, ``spans`` the marked stretches in them;
    ``coders`` have a place in the data.
    """

    value: float | None
    reason: str | None
    coders: int
    documents: int
    length: int
    spans: int
    interval: Interval | None = None
    interval_reason: str | None = None

    def __post_init__(self) -> None:
        check("marked", self.value, self.reason, self.interval_reason)


@dataclass(frozen=True, slots=True)
class MarkedF1:
    """F1 of the marked stretches, 0..1: ``exact`` the same ends, ``overlap`` any shared character, ``characters`` over these.

    Of two coders, or the mean of all pairs that have one. ``n``: the stretches of both, of the mean the pairs;
    ``documents``: how many both finished.
    """

    exact: float | None
    overlap: float | None
    characters: float | None
    reason: str | None
    n: int
    documents: int

    def __post_init__(self) -> None:
        for value in (self.exact, self.overlap, self.characters):
            check("span_f1", value, self.reason)


@dataclass(frozen=True, slots=True)
class MarkedPair:
    """Two coders, and how far what they marked coincides."""

    coders: tuple[UUID, UUID]
    f1: MarkedF1


@dataclass(frozen=True, slots=True)
class MarkedWhere:
    """Agreement on where something was marked, with what it was computed from.

    ``labels`` of ``labelling`` coders waited for alignment; ``dependent`` of the ``submitted`` layers were made by somebody
    who could have seen another's work on the document.
    """

    alpha: MarkedEstimate
    mean: MarkedF1
    pairs: tuple[MarkedPair, ...]
    documents: tuple[Called, ...]
    coders: tuple[Called, ...]
    labels: int
    labelling: int
    assignments: int
    submitted: int
    dependent: int
    resamples: int
    seed: int
    layers_sha256: str
    software: str
    #: code points of units that somebody skipped or did not look at: taken out of the text for everybody
    missing: int = 0


_WHERE = Kept(MarkedWhere)


@dataclass(frozen=True)
class Waiting:
    """Private labels of a compared round that have no place in the codebook yet, and whose they are."""

    labels: int
    coders: int


def waiting(session: Session, round_ids: Collection[UUID]) -> dict[UUID, Waiting]:
    """Return how many labels wait for alignment in each of these rounds; in those that are aligned, or open, none do.

    Whoever calls this has made sure that the person who asks may know of these rounds.
    """
    rows = session.execute(
        sa.select(Round.id, sa.func.count(Code.id), sa.func.count(Code.author_id.distinct()))
        .join(
            Code,
            sa.and_(Code.round_id == Round.id, Code.state == CodeState.PRIVATE, Code.level == Level.LABEL),
            isouter=True,
        )
        .where(
            Round.id.in_(round_ids),
            Round.policy == CodebookPolicy.OPEN,
            Round.aligned_at.is_(None),
            Round.state.in_([RoundState.CLOSED, RoundState.SETTLED]),
        )
        .group_by(Round.id)
    )
    return {round_id: Waiting(labels, coders) for round_id, labels, coders in rows}


# --- computing -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Marks:
    """What was marked in the documents of a round, before any number is computed."""

    documents: Sequence["DocumentSpans"]
    about: MarkedWhere


def gather(session: Session, round_: Round) -> Marks:
    """Gather where the coders of a closed round marked something, in the documents that they finished."""
    from intercoder.stats.spans.continuum import DocumentSpans, Span  # numpy only when it is computed

    finished = session.execute(
        sa.select(
            Assignment.id, Assignment.document_id, Assignment.coder_id, Document.title, User.name, Revision.length
        )
        .join(Document, Document.id == Assignment.document_id)
        .join(User, User.id == Assignment.coder_id)
        .join(Revision, Revision.id == Assignment.revision_id)
        .where(Assignment.round_id == round_.id, Assignment.state == AssignmentState.SUBMITTED)
        .order_by(Document.position, Document.id, User.name, User.id)
    ).all()
    whose = {row.id: row for row in finished}
    spans: dict[UUID, list[Span]] = {row.document_id: [] for row in finished}
    marks = session.execute(
        sa.select(Coding.assignment_id, Coding.start, Coding.end)
        .where(Coding.assignment_id.in_(whose), Coding.deleted_at.is_(None))
        .order_by(Coding.assignment_id, Coding.start, Coding.end)
    )
    read: list[list[str | int]] = []
    gaps = _gaps(session, round_, [*spans])
    for assignment, start, end in marks:
        row = whose[assignment]
        cut = gaps.get(row.document_id, [])
        first, last = without(cut, start), without(cut, end)
        if first < last:
            spans[row.document_id].append(Span(str(row.coder_id), _MARKED, first, last))
        read.append([str(row.document_id), str(row.coder_id), start, end])
    read += [[str(document), "", start, end] for document, cut in gaps.items() for start, end in cut]
    missing = {document: sum(end - start for start, end in cut) for document, cut in gaps.items()}
    coders: dict[UUID, list[str]] = {document: [] for document in spans}
    for row in finished:
        coders[row.document_id].append(str(row.coder_id))
    lengths = {row.document_id: row.length - missing.get(row.document_id, 0) for row in finished}
    seen = exposures(session, round_.project_id, [round_.id])
    left = waiting(session, [round_.id]).get(round_.id, Waiting(0, 0))
    given = session.scalar(sa.select(sa.func.count()).select_from(Assignment).where(Assignment.round_id == round_.id))
    who = sorted([str(row.document_id), str(row.coder_id)] for row in finished)
    return Marks(
        [DocumentSpans(str(d), lengths[d], coders[d], spans[d]) for d in spans],
        MarkedWhere(
            alpha=MarkedEstimate(None, "no_pairable_values", 0, 0, 0, 0),
            mean=_no_f1(0),
            pairs=(),
            documents=tuple(Called(d, name) for d, name in {r.document_id: r.title for r in finished}.items()),
            coders=tuple(Called(c, name) for c, name in {r.coder_id: r.name for r in finished}.items()),
            labels=left.labels,
            labelling=left.coders,
            assignments=given or 0,
            submitted=len(finished),
            dependent=sum(seen.get((round_.id, r.document_id, r.coder_id)) is not None for r in finished),
            resamples=0,
            seed=SEED,
            layers_sha256=hashlib.sha256(json.dumps([sorted(read), who]).encode()).hexdigest(),
            software=f"Intercoder {installed_version('intercoder')}",
            missing=sum(missing.values()),
        ),
    )


def _gaps(session: Session, round_: Round, documents: Sequence[UUID]) -> dict[UUID, list[tuple[int, int]]]:
    """Return what anybody left out, by document: nothing can be told there of where all of them marked."""
    missing: dict[UUID, list[MissingUnits]] = {}
    for (document, _), layer in missing_units_of(session, round_, documents).items():
        missing.setdefault(document, []).append(layer)
    return {document: gaps_of(layers) for document, layers in missing.items()}


def _no_f1(documents: int) -> MarkedF1:
    return MarkedF1(None, None, None, "no_pairable_values", 0, documents)


def compute(marks: Marks, *, resamples: int = RESAMPLES, seed: int = SEED) -> MarkedWhere:
    """Return the numbers: |u-alpha over all, F1 of each pair and its mean. Slow on purpose, and needs no database."""
    from intercoder.stats.spans.binary import binary_u_alpha
    from intercoder.stats.spans.continuum import Spans

    spans = Spans.of(marks.documents, [_MARKED])
    found = binary_u_alpha(spans, resamples=resamples, seed=seed)[_MARKED]
    pairs = tuple(_pair(spans, coders) for coders in combinations(spans.coders, 2))
    return replace(
        marks.about,
        alpha=MarkedEstimate(
            found.value,
            found.reason,
            found.coders,
            found.documents,
            found.length,
            found.spans,
            found.interval,
            found.interval_reason,
        ),
        mean=_mean([pair.f1 for pair in pairs]),
        pairs=pairs,
        resamples=resamples,
        seed=seed,
    )


def _pair(spans: "Spans", coders: tuple[str, str]) -> MarkedPair:
    from intercoder.stats.spans.segments import span_f1

    f1 = span_f1(spans, coders)[0]
    both = int(spans.finished[:, [spans.coders.index(coder) for coder in coders]].all(axis=1).sum())
    stretches = f1.first + f1.second
    return MarkedPair(
        (UUID(coders[0]), UUID(coders[1])), MarkedF1(f1.exact, f1.overlap, f1.characters, f1.reason, stretches, both)
    )


def _mean(found: Sequence[MarkedF1]) -> MarkedF1:
    """Return the mean of the pairs that have a value; where none has, the reason of the first."""
    known = [f1 for f1 in found if f1.reason is None]
    if not known:
        return found[0] if found else _no_f1(0)

    def of(values: Sequence[float | None]) -> float:
        return sum(value for value in values if value is not None) / len(known)

    return MarkedF1(
        of([f1.exact for f1 in known]),
        of([f1.overlap for f1 in known]),
        of([f1.characters for f1 in known]),
        None,
        len(known),
        max(f1.documents for f1 in known),
    )


# --- keeping and reading -------------------------------------------------------------------------


def keep(session: Session, round_: Round, actor_id: UUID, where: MarkedWhere) -> None:
    """Keep it with its round, in place of what was computed before the round was reopened."""
    session.merge(
        MarkedAgreement(round_id=round_.id, format=FORMAT, content=_WHERE.plain(where), made_at=now()), load=True
    )
    made = events.MarksCompared(round_.id, round_.id, layers=where.layers_sha256)
    events.record(session, round_.project_id, actor_id, made)


def marked_where(session: Session, round_ids: Collection[UUID]) -> dict[UUID, MarkedWhere]:
    """Return it of those rounds that were compared since they closed last.

    Whoever calls this has made sure that the person who asks may know of these rounds.
    """
    rows = session.execute(
        sa.select(MarkedAgreement.round_id, MarkedAgreement.content)
        .join(Round, Round.id == MarkedAgreement.round_id)
        .where(
            MarkedAgreement.round_id.in_(round_ids),
            Round.state.in_([RoundState.CLOSED, RoundState.SETTLED]),
            Round.compared_at.is_not(None),
            MarkedAgreement.made_at >= Round.closed_at,
        )
    )
    return {round_id: _WHERE.read(content) for round_id, content in rows}
