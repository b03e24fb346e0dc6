"""The API of agreement reports and the segments behind their numbers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, JsonValue

from intercoder.clock import now
from intercoder.models import (
    DisagreementKind,
    Drawn,
    MakeReport,
    ReportCoefficient,
    ReportLevel,
    ReportSection,
    ReportSelection,
    SourceType,
    Unit,
)
from intercoder.models.work import SEED
from intercoder.policy import Permission
from intercoder.reports.benchmark import benchmark_json
from intercoder.reports.marking import not_computed
from intercoder.services import agreement, marking, report_changes, reported_rows, results, segments
from intercoder.services.access import Access, RoundAccess, authorise
from intercoder.services.alike_documents import Alike, alike_documents
from intercoder.services.certificate import Certificate, certificate
from intercoder.services.coded_units import Cell, Only, Order
from intercoder.services.marking import MarkedWhere, Waiting
from intercoder.services.paging import Page
from intercoder.services.span_sections import span_json, whole_of
from intercoder.stats.results import Estimate, plain_fields
from intercoder.stats.spans.digest import SpanFigure
from intercoder.web.api.endpoint import Accepted, endpoint, location
from intercoder.web.api.jobs import JobOut, job_out
from intercoder.web.api.shapes import In, Out, PartQuery
from intercoder.web.session import db

Ids = Annotated[tuple[UUID, ...], Field(max_length=5000)]


class ReportIn(In):
    """What to compare and how; what is left empty leaves nothing out."""

    name: Annotated[str, Field(max_length=200)] = ""
    #: a round by free span can be compared by free span too
    unit: Literal[Unit.SENTENCE, Unit.PARAGRAPH, Unit.TURN, Unit.ROW, Unit.DOCUMENT, Unit.SPAN] = Unit.SENTENCE
    level: ReportLevel = ReportLevel.AS_CODED
    #: these codes and what is below them; a unit without any of them counts as empty
    codes: Ids = ()
    coders: Ids = ()
    documents: Ids = ()
    #: documents of these cases, of these kinds of source, with these values of attributes: each narrows what the others leave
    cases: Ids = ()
    sources: Annotated[tuple[SourceType, ...], Field(max_length=50)] = ()
    attributes: Annotated[dict[str, str], Field(max_length=50, default_factory=dict)]
    #: compared rounds beside this one; a document of several counts as it was coded in the latest
    rounds: Ids = ()
    #: whether codings in doubt count, and layers that are not independent
    doubtful: bool = True
    dependent: bool = True
    #: what the report is known by; by default mv-alpha where units hold several codes, else alpha
    headline: ReportCoefficient | None = None
    #: beside alpha, percent agreement and the headline; by default all
    coefficients: tuple[ReportCoefficient, ...] | None = None
    drawn: Drawn = Drawn.DOCUMENT
    resamples: Annotated[int, Field(ge=0, le=10_000)] = 1000
    seed: Annotated[int, Field(ge=0, lt=2**31)] = SEED

    def alike(self) -> Alike:
        """Return what the documents have in common."""
        return Alike(self.cases, self.sources, self.attributes)

    def wanted(self, documents: tuple[UUID, ...]) -> MakeReport:
        """Return what the job is asked to do."""
        selection = ReportSelection(self.codes, self.coders, documents, self.rounds, self.doubtful, self.dependent)
        return MakeReport(
            self.unit,
            self.level,
            self.resamples,
            selection,
            self.headline,
            self.coefficients,
            self.drawn,
            self.seed,
            self.name.strip(),
        )


class ReportOut(Out):
    """An agreement report without its numbers."""

    id: UUID
    round_id: UUID
    name: str
    unit: str
    level: str
    #: it is of a part of its round, or of several: no figure of the round
    narrowed: bool
    #: what it is known by, with its value
    coefficient: str
    value: float | None
    created_at: datetime
    stale_at: datetime | None


class ReportWhole(ReportOut):
    """An agreement report with what it was computed from and its numbers."""

    provenance: dict[str, object]
    result: dict[str, object]
    #: the coefficients over the independent layers alone; null where all are, or no document has two
    independent: dict[str, dict[str, object]] | None
    #: coefficient over everything → scale → the range that it reaches with a probability of .95
    benchmark: dict[str, dict[str, JsonValue]]
    #: what is left out of `result` and `spans` because a brief answer was asked for → where it is; empty where nothing is
    elsewhere: dict[str, str]
    #: of a round by free span how far coders agree on boundaries; null of others, and of reports made before there was this
    spans: dict[str, JsonValue] | None


@endpoint("GET", "/rounds/<uuid:round>/agreement", Permission.AGREEMENT_VIEW, tag="agreement")
def list_reports(access: RoundAccess) -> list[ReportOut]:
    """The agreement reports of a compared round, latest first."""
    return [ReportOut.of(report) for report in agreement.reports(db(), access.round.id)]


class MarkedOut(Out):
    """Where the coders of a round of open coding marked something, and what waits for alignment."""

    #: null while it is not computed, and for rounds of another policy
    where: MarkedWhere | None
    #: labels without a place in the codebook, and how many coders they are of
    waiting: Waiting | None
    #: why agreement on what was marked is not computed; null when the labels are aligned
    not_computed: str | None


@endpoint("GET", "/rounds/<uuid:round>/marked", Permission.AGREEMENT_VIEW, tag="agreement")
def get_marked(access: RoundAccess) -> MarkedOut:
    """Agreement on where something was marked, which is what open coding can be compared by before its labels are aligned."""
    round_ = access.round
    return MarkedOut(
        where=marking.marked_where(db(), [round_.id]).get(round_.id),
        waiting=marking.waiting(db(), [round_.id]).get(round_.id),
        not_computed=not_computed() if round_.unaligned else None,
    )


@endpoint("GET", "/rounds/<uuid:round>/certificate", Permission.AGREEMENT_VIEW, tag="agreement")
def get_certificate(access: RoundAccess) -> Certificate:
    """The certificate of independence of a compared round, for `intercoder audit verify --certificate`."""
    return certificate(db(), access, now())


@endpoint("POST", "/rounds/<uuid:round>/agreement", Permission.AGREEMENT_RUN, tag="agreement")
def start_report(access: RoundAccess, body: ReportIn) -> Accepted[JobOut]:
    """Make a report of what is chosen, as a job."""
    documents = alike_documents(db(), access, body.rounds, body.documents, body.alike())
    job = agreement.start_report(db(), access, body.wanted(documents))
    return Accepted(job_out(job), location("jobs", job.id))


class ReportQuery(In):
    """How many of the codes that stand in one another's place, the most frequent first; of 400 codes there are thousands."""

    confusions: Annotated[int, Field(ge=0, le=100_000)] = 100
    #: without what is long, which is found where `elsewhere` says; then 200 confusions at most
    brief: bool = False


@endpoint("GET", "/reports/<uuid:report>", Permission.AGREEMENT_VIEW, tag="agreement")
def get_report(access: Access, report: UUID, query: ReportQuery) -> ReportWhole:
    """One report: its numbers, but for each code and pair of coders, and what they were computed from."""
    row = agreement.get_report(db(), access.project.id, report)
    brief = query.brief and row.unit is not Unit.SPAN  # by free span there are no codes by unit: all of it is short
    contents = (
        results.open_page(db(), row) if brief else results.open_report(db(), row, cells=(), confusions=query.confusions)
    )
    here = location("reports", row.id)
    elsewhere = {"by_code": f"{here}/codes", "by_document": f"{here}/documents", "spans": here} if brief else {}
    result = dict(contents.plain(without=elsewhere))
    if brief:
        confusions = result["confusions"]
        assert isinstance(confusions, list)
        result["confusions"] = confusions[: query.confusions]
    alone = contents.summary.independent
    whole = whole_of(contents.sections)
    overall: Mapping[str, Estimate | SpanFigure] = {**contents.summary.overall, **(whole.overall if whole else {})}
    return ReportWhole.of(
        row,
        provenance=contents.report.provenance,
        result=result,
        independent=None if alone is None else {name: estimate.to_json() for name, estimate in alone.items()},
        benchmark={name: benchmark_json(estimate) for name, estimate in overall.items()},
        elsewhere=elsewhere,
        spans=None if brief else span_json(contents.sections),
    )


class ReportedCode(Out):
    """A code over all coders; fields as in `stats.agreement.results.CodeAgreement`."""

    code: str
    estimates: dict[str, dict[str, object]]
    prevalence: float | None
    positives: int
    units_used: int
    by_coder: dict[str, int]
    few_positives: bool
    paradox: bool


@endpoint("GET", "/reports/<uuid:report>/codes", Permission.AGREEMENT_VIEW, tag="agreement")
def list_reported_codes(access: Access, report: UUID, query: PartQuery) -> Page[ReportedCode]:
    """The codes of a report over all coders: lowest alpha first, then those applied fewer than 5 times."""
    row = agreement.get_report(db(), access.project.id, report)
    rows = reported_rows.reported_codes(db(), row, query.part)
    return rows.map(lambda code: ReportedCode.model_validate(plain_fields(code)))


class ReportedDocument(Out):
    """A document over all codes; fields as in `stats.agreement.results.DocumentAgreement`."""

    document: str
    coders: list[str]
    estimates: dict[str, dict[str, object]]
    few_units: bool


@endpoint("GET", "/reports/<uuid:report>/documents", Permission.AGREEMENT_VIEW, tag="agreement")
def list_reported_documents(access: Access, report: UUID, query: PartQuery) -> Page[ReportedDocument]:
    """The documents of a report, lowest alpha first; none of a report by free span."""
    row = agreement.get_report(db(), access.project.id, report)
    rows = reported_rows.reported_documents(db(), row, query.part)
    return rows.map(lambda document: ReportedDocument.model_validate(plain_fields(document)))


class OtherIn(In):
    """The report beside which another one is put."""

    other: UUID


class ChangesOut(Out):
    """How much agreement changed from the earlier report to the later one."""

    first: UUID
    second: UUID
    #: as `stats.changed.Changes`
    changes: dict[str, object]


class ChangesQuery(In):
    """Beside which other report; beside all of them when none is named."""

    other: UUID | None = None


@endpoint("GET", "/reports/<uuid:report>/changes", Permission.AGREEMENT_VIEW, tag="agreement")
def list_changes(access: Access, report: UUID, query: ChangesQuery) -> list[ChangesOut]:
    """How much agreement changed between this report and others, with intervals from resamples that both share; those computed."""
    return [
        ChangesOut(first=row.first, second=row.second, changes=row.changes.to_json())
        for row in report_changes.computed(db(), access, report, query.other)
    ]


@endpoint("POST", "/reports/<uuid:report>/changes", Permission.AGREEMENT_RUN, tag="agreement")
def start_changes(access: RoundAccess, report: UUID, body: OtherIn) -> Accepted[JobOut]:
    """Compute how sure it is that agreement changed between two reports, as a job."""
    there = authorise(db(), access.actor, Permission.AGREEMENT_RUN, "report", body.other)
    of = report_changes.pair(db(), access, report, there, body.other)
    job = report_changes.start_changes(db(), access, of)
    return Accepted(job_out(job), location("jobs", job.id))


class CellsQuery(In):
    """Which code; the one with the lowest alpha when none is named."""

    code: UUID | None = None


class CellOut(Out):
    """A code and two coders: alpha, percent and kappa, and how many of ``n`` units both coded so, or one of them only."""

    code: str
    coders: list[str]
    estimates: dict[str, dict[str, object]]
    n: int
    both: int
    first: int
    second: int


@endpoint("GET", "/reports/<uuid:report>/cells", Permission.AGREEMENT_VIEW, tag="agreement")
def list_cells(access: Access, report: UUID, query: CellsQuery) -> list[CellOut]:
    """A code of the report and every pair of coders; none for a code that the report does not have."""
    row = agreement.get_report(db(), access.project.id, report)
    contents = results.open_report(db(), row, ReportSection.CODES, ReportSection.CODE_PAIRS, cells=())
    code = contents.lowest() if query.code is None else str(query.code)
    contents = replace(contents, cells=results.open_cells(db(), row, (code,)))
    return [CellOut.model_validate(plain_fields(cell)) for cell in contents.cells_of((code,))[code]]


class SegmentQuery(PartQuery):
    """Which units behind a number."""

    code: UUID | None = None
    #: units in which one coder used ``code`` and not this one, and another the reverse
    instead: UUID | None = None
    coder: UUID | None = None
    other: UUID | None = None
    document: UUID | None = None
    only: Only = Only.ALL
    kind: DisagreementKind | None = None
    order: Order = Order.GAIN


class SegmentOut(Out):
    """A unit with the codes that each coder gave it."""

    document_id: UUID
    title: str
    start: int
    end: int
    text: str
    codes: dict[str, list[str]]
    #: coders to whom the unit is a missing value: they skipped it or a part of it, or did not look at it
    missing: list[str]
    #: in what the coders differ, and by how much nominal alpha over sets of codes would rise if the majority stood here;
    #: null where they agree, and in reports that were made before units were kept
    kind: DisagreementKind | None
    gain: float | None


@endpoint("GET", "/reports/<uuid:report>/segments", Permission.AGREEMENT_VIEW, tag="agreement")
def list_segments(access: RoundAccess, report: UUID, query: SegmentQuery) -> Page[SegmentOut]:
    """The segments behind a number of the report: where settling would bring most first, or in the order of the texts."""
    asked = query.code, query.instead, query.coder, query.other, query.document, query.only, query.kind, query.order
    cell = Cell(*asked)
    row = agreement.get_report(db(), access.project.id, report)
    return segments.segments(db(), access, row, cell, query.part).map(SegmentOut.of)
