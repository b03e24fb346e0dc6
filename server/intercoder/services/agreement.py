"""Agreement reports: from the submitted layers of a round to a frozen result with its provenance."""

from functools import cache
from importlib.metadata import version as installed_version
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events, queue
from intercoder.clock import now
from intercoder.errors import Conflict
from intercoder.models import (
    AgreementReport,
    Document,
    Drawn,
    Job,
    MakeReport,
    ReportCoefficient,
    ReportRound,
    Revision,
    Round,
    RoundState,
    Unit,
    User,
)
from intercoder.services.access import Access, RoundAccess, about_another, answers_hidden, no_such_thing, tested_on
from intercoder.services.coded_units import units_text
from intercoder.services.gathering import Comparison
from intercoder.services.provenance import (
    CoderThen,
    CodeThen,
    DependentLayer,
    DocumentThen,
    Independence,
    Provenance,
    RoundThen,
)
from intercoder.services.report_choices import choices_then, chosen_of
from intercoder.services.results import Contents, keep
from intercoder.stats.results import Estimate

if TYPE_CHECKING:
    from intercoder.stats.agreement.report import DocumentRatings
    from intercoder.stats.agreement.results import AgreementReport as Result
    from intercoder.stats.agreement.results import Remedy
    from intercoder.stats.reliability import Ratings

# --- making a report -----------------------------------------------------------------------------


def start_report(session: Session, access: RoundAccess, wanted: MakeReport) -> Job:
    """Have a report made of what was chosen; return the job that makes it."""
    chosen = chosen_of(session, access, wanted)
    return queue.enqueue(session, access.project.id, access.actor.id, chosen, round_id=access.round.id)


def compute(comparison: Comparison, wanted: MakeReport) -> "Result":
    """Return the numbers of a report over the layers compared. Slow on purpose, and needs no database."""
    return _computed(comparison, wanted, ratings_of(comparison))


def _computed(comparison: Comparison, wanted: MakeReport, ratings: "list[DocumentRatings]") -> "Result":
    from intercoder.stats.agreement.report import COEFFICIENTS, agreement_report  # numpy only when a report needs it

    always = {ReportCoefficient.ALPHA, ReportCoefficient.PERCENT, wanted.headline or ReportCoefficient.MV_ALPHA}
    return agreement_report(
        ratings,
        [code.id for code in comparison.codes],
        resamples=wanted.resamples,
        seed=wanted.seed,
        coefficients=COEFFICIENTS if wanted.coefficients is None else {*always, *wanted.coefficients},
        clustered=wanted.drawn is Drawn.DOCUMENT,
    )


def compute_behind(comparison: Comparison, numbers: "Result") -> "tuple[tuple[Remedy, ...], str]":
    """Return what would raise agreement most, from the layers compared and the numbers of their report, and the section about the units."""
    from intercoder.stats.agreement.remedies import remedies

    ratings = _all_ratings(comparison)
    return remedies(ratings, numbers.confusions, numbers.left_out), units_text(comparison, ratings)


def compute_units(comparison: Comparison) -> str:
    """Return the section about the units of layers compared."""
    return units_text(comparison, _all_ratings(comparison))


def _all_ratings(comparison: Comparison) -> "Ratings":
    from intercoder.stats.agreement.report import ratings_of as together

    return together(ratings_of(comparison), [code.id for code in comparison.codes])


def compute_independent(comparison: Comparison, wanted: MakeReport) -> dict[str, Estimate] | None:
    """Return the coefficients over the independent layers alone.

    None where all layers are independent, or where no document has two that are: then there is nothing to compare.
    """
    ratings = _ratings(comparison, independent=True)
    if not any(comparison.seen.values()) or all(len(document.coders) < 2 for document in ratings):
        return None
    return _computed(comparison, wanted, ratings).overall


def _ratings(comparison: Comparison, *, independent: bool) -> "list[DocumentRatings]":
    from intercoder.stats.agreement.report import DocumentRatings

    made = []
    for layer in comparison.layers:
        document = layer.document_id
        coders = [c for c in layer.coders if not (independent and comparison.seen.get((document, c)))]
        sets = {str(c): list(comparison.sets[document][c]) for c in coders}
        made.append(DocumentRatings(str(document), list(sets), len(comparison.units[document]), sets))
    return [document for document in made if document.coders or not independent]


def ratings_of(comparison: Comparison) -> "list[DocumentRatings]":
    """Return the data of a report as the statistics take them, over all its layers."""
    return _ratings(comparison, independent=False)


def _independence(comparison: Comparison) -> Independence:
    layers = [(layer.document_id, coder) for layer in comparison.layers for coder in layer.coders]
    dependent = tuple(
        DependentLayer(str(document), str(coder), seen.exposure, seen.round, seen.at)
        for document, coder in layers
        if (seen := comparison.seen.get((document, coder))) is not None
    )
    return Independence(len(layers) - len(dependent), dependent)


def provenance(session: Session, comparison: Comparison, wanted: MakeReport) -> Provenance:
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
    chosen = comparison.chosen
    marked = comparison.mapped.looks
    return Provenance(
        round=RoundThen(round_.id, round_.number, round_.name),
        coders=tuple(CoderThen(str(c), names[c]) for c in sorted(coders, key=lambda c: (names[c], str(c)))),
        documents=tuple(
            DocumentThen(str(document), title, sha256, chosen.round_of[document].id if len(chosen.rounds) > 1 else None)
            for document, title, sha256 in sorted(documents, key=lambda row: order[row[0]])
        ),
        codes=tuple(CodeThen(code.id, code.name, code.level, marked[code.id].hue) for code in comparison.codes),
        codebook_version=round_.version.number if round_.version else None,
        round_unit=round_.unit,
        unit=comparison.unit,
        level=comparison.level,
        resamples=wanted.resamples,
        seed=wanted.seed,
        assignments=chosen.left.assignments - len(chosen.left.dependent),
        submitted=sum(len(layer.coders) for layer in layers),
        codings_left_out=comparison.left_out,
        mapping=comparison.mapped.number,
        codings_waiting=comparison.waiting,
        units_skipped=comparison.skipped,
        units_unseen=comparison.unseen,
        layers_sha256=comparison.fingerprint,
        independence=_independence(comparison),
        software=f"Intercoder {installed_version('intercoder')}, krippendorff {installed_version('krippendorff')}",
        name=wanted.name,
        rounds=chosen.others,
        choices=choices_then(session, chosen, wanted),
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
    was = {round_.id: round_.closed_at for round_ in comparison.chosen.rounds}
    compared = sa.select(Round.id, Round.state, Round.closed_at).where(Round.id.in_(was)).order_by(Round.id)
    for round_ in session.execute(compared.with_for_update(key_share=True)):
        if not round_.state.compared or round_.closed_at != was[round_.id]:
            raise Conflict("round_moved", "Somebody changed the state of this round in the meantime.")
    report, project_id = frozen.report, comparison.round.project_id
    report.project_id, report.round_id = project_id, made_of.round.id
    report.created_by, report.created_at, report.mapping = actor_id, now(), made_of.mapping
    keep(session, frozen)
    session.add_all(ReportRound(report_id=report.id, round_id=other.id) for other in made_of.rounds)
    made = events.AgreementReported(
        report.id,
        report.round_id,
        unit=made_of.unit,
        level=made_of.level,
        layers=made_of.layers_sha256,
        name=made_of.name or None,
    )
    events.record(session, project_id, actor_id, made)
    return report


# --- reading -------------------------------------------------------------------------------------


def reports(session: Session, round_id: UUID) -> list[AgreementReport]:
    """Return the reports of a round with their headlines, latest first."""
    return list(
        session.scalars(
            sa.select(AgreementReport)
            .where(AgreementReport.round_id == round_id, sa.not_(about_another(AgreementReport.id)))
            .order_by(AgreementReport.created_at.desc(), AgreementReport.id.desc())
        )
    )


def reports_by_round(session: Session, access: Access) -> dict[UUID, list[AgreementReport]]:
    """Return the reports of every round of a project with their headlines, latest first; none that is hidden from the person."""
    made: dict[UUID, list[AgreementReport]] = {}
    for report in session.scalars(
        sa.select(AgreementReport)
        .where(AgreementReport.project_id == access.project.id, _shown(access))
        .order_by(AgreementReport.created_at.desc(), AgreementReport.id.desc())
    ):
        made.setdefault(report.round_id, []).append(report)
    return made


def get_report(session: Session, project_id: UUID, report_id: UUID, *, with_provenance: bool = True) -> AgreementReport:
    """Return a report of this project, with what it was computed from unless that is read when it is looked at."""
    options = [sa.orm.undefer(AgreementReport.provenance)] if with_provenance else []
    report = session.get(AgreementReport, report_id, options=options)
    if report is None or report.project_id != project_id:
        raise no_such_thing()
    return report


def _shown(access: Access) -> sa.ColumnElement[bool]:
    """Return the condition of the reports of whose rounds none is hidden from a person or not compared."""
    hidden = answers_hidden(access.project.id, access.actor.id)
    return sa.and_(AgreementReport.round_id.not_in(hidden), sa.not_(about_another(AgreementReport.id, access.actor.id)))


def latest_reports(session: Session, access: Access) -> list[AgreementReport]:
    """Return the latest report by unit of all of each compared round, in the order of the rounds; none that is hidden from the person.

    A report of a part of a round, or of several, is no figure of the round; one by free span is none to set beside others.
    """
    latest: dict[UUID, AgreementReport] = {}
    for report in session.scalars(
        sa.select(AgreementReport)
        .join(Round)
        .where(
            AgreementReport.project_id == access.project.id,
            _shown(access),
            AgreementReport.narrowed.is_(False),
            AgreementReport.unit != Unit.SPAN,
            AgreementReport.stale_at.is_(None),
            Round.state.in_([RoundState.CLOSED, RoundState.SETTLED]),
        )
        .order_by(Round.number, AgreementReport.created_at)
        .options(sa.orm.contains_eager(AgreementReport.round))
    ):
        latest[report.round_id] = report
    return list(latest.values())


@cache
def _earlier() -> sa.Select[AgreementReport]:
    """Return the query of earlier reports, which is built once: that costs more than to ask it."""
    project, person, unit, level, number = (
        sa.bindparam(name, type_=kind)
        for name, kind in (
            ("project", Round.project_id.type),
            ("person", Round.project_id.type),
            ("unit", AgreementReport.unit.type),
            ("level", AgreementReport.level.type),
            ("number", Round.number.type),
        )
    )
    return (
        sa.select(AgreementReport)
        .join(Round)
        .where(
            Round.project_id == project,
            Round.number < number,
            Round.state.in_([RoundState.CLOSED, RoundState.SETTLED]),
            sa.not_(tested_on(Round.id, person).correlate(Round)),
            sa.not_(about_another(AgreementReport.id, person).correlate(AgreementReport)),
            AgreementReport.stale_at.is_(None),
            AgreementReport.narrowed.is_(False),
            AgreementReport.unit == unit,
            AgreementReport.level == level,
        )
        .order_by(Round.number.desc(), AgreementReport.created_at.desc(), AgreementReport.id.desc())
        .limit(1)
        .options(sa.orm.contains_eager(AgreementReport.round))
    )


def earlier_report(session: Session, access: RoundAccess, report: AgreementReport) -> AgreementReport | None:
    """Return the latest report of all of the round before that one which the person may read and which asks the same.

    Of the same unit and level; None without one, and for a report of a part, which nothing earlier can stand beside.
    """
    if report.narrowed:
        return None
    asked = {
        "project": access.project.id,
        "person": access.actor.id,
        "unit": report.unit,
        "level": report.level,
        "number": access.round.number,
    }
    return session.scalar(_earlier(), asked)


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
            .where(_may_be_taken(access), _shown(access), AgreementReport.stale_at.is_(None))
            .order_by(Round.number, AgreementReport.created_at)
            .options(sa.orm.contains_eager(AgreementReport.round))
        )
    )
