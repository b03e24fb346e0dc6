"""Agreement reports: from the submitted layers of a round to a frozen result with its provenance."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version as installed_version
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import (
    AgreementReport,
    Assignment,
    AssignmentState,
    Code,
    CodeState,
    Coding,
    Document,
    Level,
    Revision,
    Round,
    RoundState,
    Unit,
    User,
    VersionCode,
)
from intercoder.services.access import Access, no_such_thing
from intercoder.services.codebook import Entry, ancestors_at, tree_order
from intercoder.stats.units import sets_by_unit
from intercoder.text.units import units_of

SEED = 20_260_401
RESAMPLES = 1000
AS_CODED = "as_coded"
LEVELS = (AS_CODED, *(level.value for level in Level))


@dataclass(frozen=True)
class Layer:
    """The submitted, independent work on one document: one list of codings for each coder who finished."""

    document_id: UUID
    revision_id: UUID
    codings: Mapping[UUID, Sequence[Coding]]


@dataclass(frozen=True)
class Segment:
    """One unit behind a number: its place, its words, and which coders gave it the code."""

    document_id: UUID
    title: str
    start: int
    end: int
    text: str
    #: coder → codes of the unit (names at the level of the report)
    codes: Mapping[str, tuple[str, ...]]


def submitted_layers(session: Session, round_ids: Sequence[UUID]) -> list[Layer]:
    """Return the submitted layers of some rounds, by document in the order of the study.

    Whoever calls this has made sure that the person who asks may know of these rounds.
    """
    found = session.scalars(
        sa.select(Assignment)
        .join(Document)
        .where(Assignment.round_id.in_(round_ids), Assignment.state == AssignmentState.SUBMITTED)
        .order_by(Document.position, Document.id, Assignment.coder_id)
    ).all()
    codings: dict[UUID, list[Coding]] = {a.id: [] for a in found}
    for coding in session.scalars(
        sa.select(Coding)
        .join(Assignment)
        .where(
            Assignment.round_id.in_(round_ids),
            Assignment.state == AssignmentState.SUBMITTED,
            Coding.deleted_at.is_(None),
        )
        .order_by(Coding.start, Coding.end, Coding.code_id, Coding.key)
    ):
        codings[coding.assignment_id].append(coding)
    grouped: dict[tuple[UUID, UUID, UUID], dict[UUID, Sequence[Coding]]] = {}
    for a in found:
        grouped.setdefault((a.round_id, a.document_id, a.revision_id), {})[a.coder_id] = codings[a.id]
    return [Layer(document, revision, layers) for (_, document, revision), layers in grouped.items()]


def round_codebook(session: Session, round_: Round) -> list[Entry]:
    """Return all codes that codings of a compared round may have: the pinned version and what coders added."""
    pinned = session.scalars(sa.select(VersionCode).where(VersionCode.version_id == round_.version_id)).all()
    known = {row.code_id for row in pinned}
    added = session.scalars(
        sa.select(Code).where(
            Code.round_id == round_.id, Code.state.in_([CodeState.ACTIVE, CodeState.PRIVATE, CodeState.RETIRED])
        )
    )
    return tree_order([*pinned, *(c for c in added if c.id not in known)])


def units_offered(round_: Round) -> tuple[str, ...]:
    """Return the units by which a report of this round can compare, the default first."""
    if round_.unit == Unit.PARAGRAPH:
        return (Unit.PARAGRAPH.value,)
    return (Unit.SENTENCE.value, Unit.PARAGRAPH.value)


# --- making a report -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Comparison:
    """The data of one report before any number is computed."""

    documents: Sequence[Layer]
    units: Mapping[UUID, Sequence[tuple[int, int]]]
    texts: Mapping[UUID, str]
    #: document → coder → the set of codes of each unit
    sets: Mapping[UUID, Mapping[UUID, Sequence[frozenset[str]]]]
    codes: Sequence[Entry]
    #: codings whose code has no ancestor at the level of the report
    left_out: int

    def fingerprint(self) -> str:
        """Return SHA-256 over every coding that went in: tells whether the layers are still the same."""
        rows = sorted(
            [str(layer.document_id), str(coder), str(c.code_id), c.start, c.end]
            for layer in self.documents
            for coder, codings in layer.codings.items()
            for c in codings
        )
        finished = sorted([str(layer.document_id), str(coder)] for layer in self.documents for coder in layer.codings)
        return hashlib.sha256(json.dumps([rows, finished]).encode()).hexdigest()


def compare(session: Session, round_: Round, unit: str, level: str) -> Comparison:
    """Gather the submitted layers of a round, cut into units, at a level of the codebook."""
    if unit not in units_offered(round_):
        raise InvalidInput(
            "bad_unit", "This round can be compared by: {units}.", units=", ".join(units_offered(round_))
        )
    if level not in LEVELS:
        raise InvalidInput("bad_level", "The level must be label, concept, theme or construct.")
    layers = submitted_layers(session, [round_.id])
    entries = round_codebook(session, round_)
    lifted: Mapping[UUID, UUID | None] = (
        {e.id: e.id for e in entries} if level == AS_CODED else ancestors_at(entries, Level(level))
    )
    texts = {
        revision: text
        for revision, text in session.execute(
            sa.select(Revision.id, Revision.text).where(Revision.id.in_({layer.revision_id for layer in layers}))
        )
    }
    units = {layer.document_id: units_of(texts[layer.revision_id], Unit(unit)) for layer in layers}
    left_out = 0
    sets: dict[UUID, dict[UUID, Sequence[frozenset[str]]]] = {}
    for layer in layers:
        for coder, codings in layer.codings.items():
            spans = [(c.start, c.end, lifted.get(c.code_id)) for c in codings]
            left_out += sum(code is None for _, _, code in spans)
            sets.setdefault(layer.document_id, {})[coder] = sets_by_unit(
                [(s, e, str(code)) for s, e, code in spans if code is not None], units[layer.document_id]
            )
    present = {code for code in lifted.values() if code is not None}
    return Comparison(
        layers,
        units,
        {layer.document_id: texts[layer.revision_id] for layer in layers},
        sets,
        [e for e in entries if e.id in present],
        left_out,
    )


def compute(comparison: Comparison, *, resamples: int = RESAMPLES, seed: int = SEED) -> dict[str, Any]:
    """Return the numbers of a report as plain data. Slow on purpose, and needs no database."""
    from intercoder.stats.agreement.report import DocumentRatings, agreement_report  # numpy only when a report needs it

    ratings = [
        DocumentRatings(
            document=str(layer.document_id),
            coders=[str(c) for c in layer.codings],
            units=len(comparison.units[layer.document_id]),
            sets={str(c): list(sets) for c, sets in comparison.sets[layer.document_id].items()},
        )
        for layer in comparison.documents
    ]
    return agreement_report(ratings, [str(e.id) for e in comparison.codes], resamples=resamples, seed=seed).to_json()


def provenance(
    session: Session, round_: Round, comparison: Comparison, unit: str, level: str, resamples: int, seed: int
) -> dict[str, Any]:
    """Return what a report was computed from, with the names as they are today."""
    coders = {c for layer in comparison.documents for c in layer.codings}
    names = dict(session.execute(sa.select(User.id, User.name).where(User.id.in_(coders))).all())
    documents = session.execute(
        sa.select(Document.id, Document.title, Revision.sha256)
        .join(Revision)
        .where(Revision.id.in_([layer.revision_id for layer in comparison.documents]))
    ).all()
    order = {layer.document_id: i for i, layer in enumerate(comparison.documents)}
    assigned = session.scalar(
        sa.select(sa.func.count()).select_from(Assignment).where(Assignment.round_id == round_.id)
    )
    return {
        "round": {"id": str(round_.id), "number": round_.number, "name": round_.name},
        "coders": [{"id": str(c), "name": names[c]} for c in sorted(coders, key=lambda c: (names[c], str(c)))],
        "documents": [
            {"id": str(d), "title": title, "sha256": sha}
            for d, title, sha in sorted(documents, key=lambda row: order[row[0]])
        ],
        "codes": [
            {"id": str(e.id), "name": e.name, "level": e.level.value, "colour": e.colour} for e in comparison.codes
        ],
        "codebook_version": round_.version.number,
        "round_unit": round_.unit,
        "unit": unit,
        "level": level,
        "resamples": resamples,
        "seed": seed,
        "assignments": assigned,
        "submitted": sum(len(layer.codings) for layer in comparison.documents),
        "codings_left_out": comparison.left_out,
        "layers_sha256": comparison.fingerprint(),
        "software": f"Intercoder {installed_version('intercoder')}, krippendorff {installed_version('krippendorff')}",
    }


def store_report(
    session: Session,
    round_id: UUID,
    actor_id: UUID,
    unit: str,
    level: str,
    made_of: dict[str, Any],
    result: dict[str, Any],
) -> AgreementReport:
    """Freeze a result."""
    round_ = session.get_one(Round, round_id)
    report = AgreementReport(
        project_id=round_.project_id,
        round_id=round_id,
        unit=unit,
        level=level,
        provenance=made_of,
        result=result,
        created_by=actor_id,
        created_at=now(),
    )
    session.add(report)
    session.flush()
    events.record(
        session,
        round_.project_id,
        actor_id,
        "agreement.reported",
        "report",
        report.id,
        {"unit": unit, "level": level, "layers": made_of["layers_sha256"]},
        round_id=round_id,
    )
    return report


# --- reading -------------------------------------------------------------------------------------


def reports(session: Session, round_id: UUID) -> list[AgreementReport]:
    """Return the reports of a round, latest first."""
    return list(
        session.scalars(
            sa.select(AgreementReport)
            .where(AgreementReport.round_id == round_id)
            .order_by(AgreementReport.created_at.desc(), AgreementReport.id.desc())
        )
    )


def get_report(session: Session, project_id: UUID, report_id: UUID) -> AgreementReport:
    """Return a report of this project."""
    report = session.get(AgreementReport, report_id)
    if report is None or report.project_id != project_id:
        raise no_such_thing()
    return report


def latest_reports(session: Session, project_id: UUID, blind: Iterable[UUID]) -> list[AgreementReport]:
    """Return the latest report of each compared round, in the order of the rounds."""
    found: dict[UUID, AgreementReport] = {}
    for report in session.scalars(
        sa.select(AgreementReport)
        .join(Round)
        .where(
            AgreementReport.project_id == project_id,
            AgreementReport.stale_at.is_(None),
            Round.state.in_([RoundState.CLOSED, RoundState.SETTLED]),
            Round.id.not_in(list(blind)),
        )
        .order_by(Round.number, AgreementReport.created_at)
        .options(sa.orm.contains_eager(AgreementReport.round))
    ):
        found[report.round_id] = report
    return list(found.values())


def segments(
    session: Session,
    access: Access,
    report: AgreementReport,
    *,
    code: UUID | None = None,
    pair: Sequence[UUID] = (),
    document: UUID | None = None,
    only: str = "all",
) -> list[Segment]:
    """Return the units behind a cell: with this code, for these coders, in this document.

    ``only`` is all, differ or agree. Recomputed from the layers, which must still be those of the report.
    """
    assert access.round is not None
    comparison = compare(session, access.round, report.unit, report.level)
    if comparison.fingerprint() != report.provenance["layers_sha256"]:
        raise Conflict("report_stale", "The round was reopened after this report: make a new one to see its segments.")
    names = {c["id"]: c["name"] for c in report.provenance["codes"]}
    titles = {d["id"]: d["title"] for d in report.provenance["documents"]}
    found: list[Segment] = []
    for layer in comparison.documents:
        if document is not None and layer.document_id != document:
            continue
        coders = [c for c in layer.codings if not pair or c in pair]
        if len(coders) < 2:
            continue
        for i, (start, end) in enumerate(comparison.units[layer.document_id]):
            sets = {c: comparison.sets[layer.document_id][c][i] for c in coders}
            if not any(sets.values()) or (code and not any(str(code) in s for s in sets.values())):
                continue
            values = {(str(code) in s) if code else s for s in sets.values()}
            if only != "all" and (len(values) > 1) != (only == "differ"):
                continue
            text = comparison.texts[layer.document_id][start:end]
            codes = {str(c): tuple(sorted(names[x] for x in s)) for c, s in sets.items()}
            found.append(Segment(layer.document_id, titles[str(layer.document_id)], start, end, text, codes))
    return found
