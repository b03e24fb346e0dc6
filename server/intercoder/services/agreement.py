"""Agreement reports: from the submitted layers of a round to a frozen result with its provenance."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version as installed_version
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events, queue
from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import (
    AgreementReport,
    Assignment,
    Document,
    Job,
    MakeReport,
    ReportLevel,
    Revision,
    Round,
    RoundState,
    Unit,
    User,
)
from intercoder.models.work import RESAMPLES
from intercoder.services.access import Access, RoundAccess, answers_hidden, no_such_thing, require_aligned
from intercoder.services.independence import Seen, exposures
from intercoder.services.mapping import Mapped, MappedCode, mapping
from intercoder.services.missing_units import NONE_MISSING
from intercoder.services.provenance import (
    CoderThen,
    CodeThen,
    DependentLayer,
    DocumentThen,
    Independence,
    Provenance,
    RoundThen,
)
from intercoder.services.results import Contents, keep
from intercoder.services.submitted import codes_of, submitted_layers
from intercoder.services.units import meet, units_of
from intercoder.stats.results import Estimate
from intercoder.stats.units import Cuts
from intercoder.text.units import Units

if TYPE_CHECKING:
    from intercoder.stats.agreement.report import DocumentRatings
    from intercoder.stats.agreement.results import AgreementReport as Result

SEED = 20_260_401


def units_offered(round_: Round) -> tuple[Unit, ...]:
    """Return the units by which a report of this round can compare, the default first."""
    return (round_.unit,) if round_.unit in {Unit.PARAGRAPH, Unit.TURN} else (Unit.SENTENCE, Unit.PARAGRAPH)


def require_unit(round_: Round, unit: Unit) -> None:
    """Refuse a unit by which the round cannot be compared."""
    if unit not in units_offered(round_):
        units = ", ".join(units_offered(round_))
        raise InvalidInput("bad_unit", "This round can be compared by: {units}.", units=units)


# --- making a report -----------------------------------------------------------------------------


def start_report(session: Session, access: RoundAccess, wanted: MakeReport) -> Job:
    """Have a report made by a unit and at a level; return the job that makes it."""
    require_unit(access.round, wanted.unit)
    require_aligned(access.round)
    return queue.enqueue(session, access.project.id, access.actor.id, wanted, round_id=access.round.id)


@dataclass(frozen=True)
class Worked:
    """A document of the round, and who finished it."""

    document_id: UUID
    revision_id: UUID
    coders: Sequence[UUID]


@dataclass(frozen=True)
class Comparison:
    """The data of one report before any number is computed."""

    round: Round
    unit: Unit
    level: ReportLevel
    layers: Sequence[Worked]
    #: document → its units
    units: Mapping[UUID, Units]
    #: document → coder → the set of codes of each unit
    sets: Mapping[UUID, Mapping[UUID, Sequence[frozenset[str] | None]]]
    codes: Sequence[MappedCode]
    #: what the codes counted as
    mapped: Mapped
    #: codings whose code has no ancestor at the level of the report
    left_out: int
    #: codings of split codes that nobody has put yet: they count as the old code
    waiting: int
    #: units of the round that a coder skipped, or did not look at: missing values
    skipped: int
    unseen: int
    #: SHA-256 over every coding and every missing unit that went in: tells whether the layers are still the same
    fingerprint: str
    #: (document, coder) → what the coder of the layer could have seen; None where it is independent
    seen: Mapping[tuple[UUID, UUID], Seen | None]


def _fingerprint(rows: list[list[str | int]], layers: Sequence[Worked]) -> str:
    rows.sort()
    finished = sorted([str(layer.document_id), str(coder)] for layer in layers for coder in layer.coders)
    return hashlib.sha256(json.dumps([rows, finished]).encode()).hexdigest()


def compare(
    session: Session,
    round_: Round,
    unit: Unit,
    level: ReportLevel,
    mapped: Mapped | None = None,
    *,
    independence: bool = True,
) -> Comparison:
    """Gather the submitted layers of a round, cut into units, at a level of the codebook; under today's mapping or one given.

    Without ``independence`` nobody asks what coders could have seen, and ``seen`` is empty.
    """
    require_unit(round_, unit)
    mapped = mapped or mapping(session, round_.project_id)
    lifted = mapped.places(level.level)
    left_out = waiting = skipped = unseen = 0
    layers: list[Worked] = []
    units: dict[UUID, Units] = {}
    sets: dict[UUID, dict[UUID, Sequence[frozenset[str] | None]]] = {}
    rows: list[list[str | int]] = []
    meet(session, sa.select(Assignment.revision_id).where(Assignment.round_id == round_.id), unit)
    for layer in submitted_layers(session, [round_.id], mapped):
        document = layer.document_id
        waiting += layer.waiting
        layers.append(Worked(document, layer.revision_id, list(layer.codings)))
        units[document] = units_of(session, layer.revision_id, unit)
        cuts, named = Cuts(units[document]), str(document)
        for coder, marks in layer.codings.items():
            spans = [(m.start, m.end, lifted[m.code]) for m in marks if m.code in lifted]
            left_out += len(marks) - len(spans)
            missing = layer.missing.get(coder, NONE_MISSING)
            skipped, unseen = skipped + len(missing.skipped), unseen + len(missing.unseen)
            sets.setdefault(document, {})[coder] = cuts.judged(spans, missing.places)
            rows += [[named, m.coder, m.code, m.start, m.end] for m in marks]
            rows += [[named, str(coder), "", start, end] for start, end in missing.places]
    present = {lifted[code] for code in codes_of(session, round_, mapped) if code in lifted}
    return Comparison(
        round=round_,
        unit=unit,
        level=level,
        layers=layers,
        units=units,
        sets=sets,
        codes=mapped.in_order(present),
        mapped=mapped,
        left_out=left_out,
        waiting=waiting,
        skipped=skipped,
        unseen=unseen,
        fingerprint=_fingerprint(rows, layers),
        seen={
            (document, coder): seen
            for (_, document, coder), seen in exposures(session, round_.project_id, [round_.id]).items()
        }
        if independence
        else {},
    )


def compute(comparison: Comparison, *, resamples: int = RESAMPLES, seed: int = SEED) -> "Result":
    """Return the numbers of a report over all layers. Slow on purpose, and needs no database."""
    from intercoder.stats.agreement.report import agreement_report  # numpy only when a report needs it

    ratings = _ratings(comparison, independent=False)
    return agreement_report(ratings, [code.id for code in comparison.codes], resamples=resamples, seed=seed)


def compute_independent(
    comparison: Comparison, *, resamples: int = RESAMPLES, seed: int = SEED
) -> dict[str, Estimate] | None:
    """Return the coefficients over the independent layers alone.

    None where all layers are independent, or where no document has two that are: then there is nothing to compare.
    """
    from intercoder.stats.agreement.report import agreement_report

    ratings = _ratings(comparison, independent=True)
    if not any(comparison.seen.values()) or all(len(document.coders) < 2 for document in ratings):
        return None
    codes = [code.id for code in comparison.codes]
    return agreement_report(ratings, codes, resamples=resamples, seed=seed).overall


def _ratings(comparison: Comparison, *, independent: bool) -> "list[DocumentRatings]":
    from intercoder.stats.agreement.report import DocumentRatings

    made = []
    for layer in comparison.layers:
        document = layer.document_id
        coders = [c for c in layer.coders if not (independent and comparison.seen.get((document, c)))]
        sets = {str(c): list(comparison.sets[document][c]) for c in coders}
        made.append(DocumentRatings(str(document), list(sets), len(comparison.units[document]), sets))
    return [document for document in made if document.coders or not independent]


def _independence(comparison: Comparison) -> Independence:
    layers = [(layer.document_id, coder) for layer in comparison.layers for coder in layer.coders]
    dependent = tuple(
        DependentLayer(str(document), str(coder), seen.exposure, seen.round, seen.at)
        for document, coder in layers
        if (seen := comparison.seen.get((document, coder))) is not None
    )
    return Independence(len(layers) - len(dependent), dependent)


def provenance(session: Session, comparison: Comparison, *, resamples: int = RESAMPLES, seed: int = SEED) -> Provenance:
    """Return what a report is computed from, with the names as they are today."""
    round_, layers = comparison.round, comparison.layers
    coders = {c for layer in layers for c in layer.coders}
    names = dict(session.execute(sa.select(User.id, User.name).where(User.id.in_(coders))).all())
    documents = session.execute(
        sa.select(Document.id, Document.title, Revision.sha256)
        .join(Revision)
        .where(Revision.id.in_([layer.revision_id for layer in layers]))
    ).all()
    order = {layer.document_id: i for i, layer in enumerate(layers)}
    assigned = session.scalar(
        sa.select(sa.func.count()).select_from(Assignment).where(Assignment.round_id == round_.id)
    )
    marked = comparison.mapped.looks
    return Provenance(
        round=RoundThen(round_.id, round_.number, round_.name),
        coders=tuple(CoderThen(str(c), names[c]) for c in sorted(coders, key=lambda c: (names[c], str(c)))),
        documents=tuple(
            DocumentThen(str(document), title, sha256)
            for document, title, sha256 in sorted(documents, key=lambda row: order[row[0]])
        ),
        codes=tuple(CodeThen(code.id, code.name, code.level, marked[code.id].hue) for code in comparison.codes),
        codebook_version=round_.version.number if round_.version else None,
        round_unit=round_.unit,
        unit=comparison.unit,
        level=comparison.level,
        resamples=resamples,
        seed=seed,
        assignments=assigned or 0,
        submitted=sum(len(layer.coders) for layer in layers),
        codings_left_out=comparison.left_out,
        mapping=comparison.mapped.number,
        codings_waiting=comparison.waiting,
        units_skipped=comparison.skipped,
        units_unseen=comparison.unseen,
        layers_sha256=comparison.fingerprint,
        independence=_independence(comparison),
        software=f"Intercoder {installed_version('intercoder')}, krippendorff {installed_version('krippendorff')}",
    )


def store_report(
    session: Session,
    actor_id: UUID,
    comparison: Comparison,
    made_of: Provenance,
    frozen: Contents,
) -> AgreementReport:
    """Keep a result that ``results.freeze`` has made ready.

    Computing takes a while, in which the round may have been reopened: what was compared is then no longer what the
    round holds, and the report is refused instead of kept without its mark.
    """
    compared = sa.select(Round.state, Round.project_id, Round.closed_at).where(Round.id == made_of.round.id)
    round_ = session.execute(compared.with_for_update(key_share=True)).one()
    if not round_.state.compared or round_.closed_at != comparison.round.closed_at:
        raise Conflict("round_moved", "Somebody changed the state of this round in the meantime.")
    report = frozen.report
    report.project_id, report.round_id = round_.project_id, made_of.round.id
    report.created_by, report.created_at, report.mapping = actor_id, now(), made_of.mapping
    keep(session, frozen)
    made = events.AgreementReported(
        report.id, report.round_id, unit=made_of.unit, level=made_of.level, layers=made_of.layers_sha256
    )
    events.record(session, round_.project_id, actor_id, made)
    return report


# --- reading -------------------------------------------------------------------------------------


def reports(session: Session, round_id: UUID) -> list[AgreementReport]:
    """Return the reports of a round with their headlines, latest first."""
    return list(
        session.scalars(
            sa.select(AgreementReport)
            .where(AgreementReport.round_id == round_id)
            .order_by(AgreementReport.created_at.desc(), AgreementReport.id.desc())
        )
    )


def reports_by_round(session: Session, project_id: UUID) -> dict[UUID, list[AgreementReport]]:
    """Return the reports of every round of a project with their headlines, latest first."""
    made: dict[UUID, list[AgreementReport]] = {}
    for report in session.scalars(
        sa.select(AgreementReport)
        .where(AgreementReport.project_id == project_id)
        .order_by(AgreementReport.created_at.desc(), AgreementReport.id.desc())
    ):
        made.setdefault(report.round_id, []).append(report)
    return made


def get_report(session: Session, project_id: UUID, report_id: UUID) -> AgreementReport:
    """Return a report of this project, with what it was computed from."""
    report = session.get(AgreementReport, report_id, options=[sa.orm.undefer(AgreementReport.provenance)])
    if report is None or report.project_id != project_id:
        raise no_such_thing()
    return report


def latest_reports(session: Session, project_id: UUID) -> list[AgreementReport]:
    """Return the latest report of each compared round, in the order of the rounds."""
    latest: dict[UUID, AgreementReport] = {}
    for report in session.scalars(
        sa.select(AgreementReport)
        .join(Round)
        .where(
            AgreementReport.project_id == project_id,
            AgreementReport.stale_at.is_(None),
            Round.state.in_([RoundState.CLOSED, RoundState.SETTLED]),
        )
        .order_by(Round.number, AgreementReport.created_at)
        .options(sa.orm.contains_eager(AgreementReport.round))
    ):
        latest[report.round_id] = report
    return list(latest.values())


def _may_be_taken(access: Access) -> sa.ColumnElement[bool]:
    return sa.and_(
        Round.project_id == access.project.id,
        Round.state.in_([RoundState.CLOSED, RoundState.SETTLED]),
        Round.id.not_in(answers_hidden(access.project.id, access.actor.id)),
    )


def rounds_to_take(session: Session, access: Access) -> list[Round]:
    """Return the compared rounds that the person may read, the latest first."""
    return list(session.scalars(sa.select(Round).where(_may_be_taken(access)).order_by(Round.number.desc())))


def reports_to_take(session: Session, access: Access) -> list[AgreementReport]:
    """Return the reports of compared rounds that still hold and that the person may read, in the order of the rounds, latest last."""
    return list(
        session.scalars(
            sa.select(AgreementReport)
            .join(Round)
            .where(_may_be_taken(access), AgreementReport.stale_at.is_(None))
            .order_by(Round.number, AgreementReport.created_at)
            .options(sa.orm.contains_eager(AgreementReport.round))
        )
    )
