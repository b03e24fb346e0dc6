"""Agreement of open coding before and after its labels were aligned, and on documents that an alignment has not seen."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import queue
from intercoder.clock import now
from intercoder.models import AlignedFigures, Job, MeasureAlignment, Round, Unit
from intercoder.models.values import Kept
from intercoder.services import units
from intercoder.services.access import RoundAccess
from intercoder.services.aligning import Open, require_unaligned
from intercoder.services.submitted import missing_units_of
from intercoder.stats.results import check

#: of what is kept
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Measured:
    """Krippendorff's alpha over sets of codes (MASI), 1 perfect, 0 as by chance; ``reason`` where there is no value."""

    value: float | None
    reason: str | None

    def __post_init__(self) -> None:
        check("aligned", self.value, self.reason)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the alignment of a round did to agreement.

    ``before`` by equal names only, ``after`` by what the labels count as, both on the documents that the alignment was made
    from; ``held_out`` on documents that a trial alignment by the program, with all its proposals, has not seen. ``alone``:
    codes that only one coder has. ``mapping``: the number of the last act on the codes that was counted; ``unit``: by which
    the text was parted, ``units`` of it in ``documents`` of ``coders``; ``seed`` of the halves.
    """

    before: Measured
    after: Measured
    held_out: Measured
    alone: int
    unit: Unit
    units: int
    documents: int
    coders: int
    mapping: int
    seed: int
    caution: str


_FIGURES = Kept(Figures)


@dataclass(frozen=True)
class Gathered:
    """What the figures are computed from, read from the database; ``places``: document → its units, (start, end) each."""

    coded: Open
    unit: Unit
    places: dict[str, list[tuple[int, int]]]


def gather(session: Session, round_: Round, coded: Open) -> Gathered:
    """Return what the figures of a round are computed from; free spans are measured by sentence.

    A unit that any of those who finished skipped or did not look at is none of them: there is nothing to compare with.
    """
    unit = Unit.SENTENCE if round_.unit is Unit.SPAN else round_.unit
    missing: dict[str, set[tuple[int, int]]] = {}
    for (document, _), layer in missing_units_of(
        session, round_, [UUID(document) for document in coded.revisions]
    ).items():
        missing.setdefault(str(document), set()).update(layer.places)
    places = {
        document: [place for place in units.units_of(session, revision, unit) if place not in missing.get(document, ())]
        for document, revision in coded.revisions.items()
    }
    return Gathered(coded, unit, places)


def compute(gathered: Gathered) -> Figures:
    """Return the figures. Slow on purpose, and needs no database."""
    from intercoder.stats.open_coding.aligned import agreement_after_alignment, held_out_agreement  # numpy only here
    from intercoder.stats.open_coding.code_overlap import Use

    coded = gathered.coded
    mapped = coded.mapped
    ends = {use: mapped.resolved(use.code, use.coder, use.key).code for use in coded.applied}
    # What was split counts as several codes: there each part is a label of its own.
    uses = [Use(use.coder, f"{use.label} {end}", use.document, use.start, use.end) for use, end in ends.items()]
    names = {(use.coder, f"{use.label} {end}"): coded.names[use.label] for use, end in ends.items()}
    common = {(use.coder, f"{use.label} {end}"): end for use, end in ends.items()}
    agreement = agreement_after_alignment(uses, common, gathered.places, finished=coded.finished, names=names)
    labels = [Use(use.coder, use.label, use.document, use.start, use.end) for use in coded.applied]
    called = {(use.coder, use.label): coded.names[use.label] for use in coded.applied}
    unseen = held_out_agreement(labels, gathered.places, finished=coded.finished, names=called)
    return Figures(
        before=Measured(agreement.before.value, agreement.before.reason),
        after=Measured(agreement.after.value, agreement.after.reason),
        held_out=Measured(unseen.value, unseen.reason),
        alone=agreement.alone,
        unit=gathered.unit,
        units=sum(map(len, gathered.places.values())),
        documents=len(coded.finished),
        coders=len({coder for who in coded.finished.values() for coder in who}),
        mapping=mapped.number,
        seed=unseen.seed,
        caution=agreement.caution,
    )


def keep(session: Session, round_id: UUID, figures: Figures) -> None:
    """Keep them with their round, in place of those of an earlier alignment."""
    session.merge(
        AlignedFigures(round_id=round_id, format=FORMAT, content=_FIGURES.plain(figures), made_at=now()), load=True
    )


def figures_of(session: Session, round_: Round) -> Figures | None:
    """Return them of a round that is aligned; None where they are not computed since.

    Whoever calls this has made sure that the person who asks may know of the round.
    """
    return None if round_.aligned_at is None else _since(session, round_, round_.aligned_at)


def preview_of(session: Session, access: RoundAccess) -> Figures | None:
    """Return what they would be if the alignment of a closed round ended now; None where the codes changed since they were computed."""
    round_ = access.round
    if round_.aligned_at is not None or round_.compared_at is None:
        return None
    figures = _since(session, round_, round_.compared_at)
    return figures if figures and figures.mapping == access.project.mapping else None


def _since(session: Session, round_: Round, moment: datetime) -> Figures | None:
    content = session.scalar(
        sa.select(AlignedFigures.content).where(AlignedFigures.round_id == round_.id, AlignedFigures.made_at >= moment)
    )
    return None if content is None else _FIGURES.read(content)


def ask(session: Session, access: RoundAccess) -> Job:
    """Have them computed before the alignment ends; return the job. Refused as ``aligning.require_unaligned`` says."""
    require_unaligned(access)
    return queue.enqueue(session, access.project.id, access.actor.id, MeasureAlignment(), round_id=access.round.id)
