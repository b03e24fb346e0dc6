"""Agreement reports as they are kept: a headline in columns, provenance and sections as JSON with the number of its format.

A report is frozen for good, so every format that was ever written can be read: the present one as it is, an older one
through its upgrade function. Whoever changes a type below gives the format a new number and the old one an upgrade.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Generic, TypeVar
from uuid import UUID

import sqlalchemy as sa
from pydantic import JsonValue, TypeAdapter
from sqlalchemy.orm import Session

from intercoder.models import AgreementReport, Level, ReportContent, ReportLevel, ReportSection, Unit
from intercoder.models.values import Json
from intercoder.services.independence import Exposure
from intercoder.stats.agreement import results as stats
from intercoder.stats.results import Estimate

#: the coefficient that a report is known by
HEADLINE = "alpha"
#: of what is written today
FORMAT = 2

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RoundThen:
    """The round as it was called."""

    id: UUID
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class CoderThen:
    """A coder, by the identifier that the numbers use, with the name of that day."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class DocumentThen:
    """A document, by the identifier that the numbers use, with the title of that day and the hash of its text."""

    id: str
    title: str
    sha256: str


@dataclass(frozen=True, slots=True)
class CodeThen:
    """A code, by the identifier that the numbers use, as it was called and placed."""

    id: str
    name: str
    level: Level
    colour: int


@dataclass(frozen=True, slots=True)
class DependentLayer:
    """A layer whose coder could have seen the work of others on the document, with how, in which round and since when."""

    document: str
    coder: str
    exposure: Exposure
    round: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Independence:
    """How many layers were made without having been able to see another's work on the document, and which were not."""

    independent: int
    dependent: tuple[DependentLayer, ...]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a report was computed from, with the names of that day.

    ``codes``: those of the report's level; ``codings_left_out``: codings whose code has no ancestor there.
    ``assignments`` were given out, ``submitted`` came back; ``layers_sha256`` covers every coding that went in.
    """

    round: RoundThen
    coders: tuple[CoderThen, ...]
    documents: tuple[DocumentThen, ...]
    codes: tuple[CodeThen, ...]
    codebook_version: int
    round_unit: Unit
    unit: Unit
    level: ReportLevel
    resamples: int
    seed: int
    assignments: int
    submitted: int
    codings_left_out: int
    layers_sha256: str
    software: str
    #: None in reports of formats 0 and 1, which did not compute it
    independence: Independence | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """The section that says what the others are about, with the coefficients over everything.

    Fields as in ``stats.agreement.results.AgreementReport``.
    """

    coders: tuple[str, ...]
    documents: tuple[str, ...]
    codes: tuple[str, ...]
    compared_documents: int
    resamples: int
    seed: int
    overall: dict[str, Estimate]
    paradox: bool
    #: the same over the independent layers alone; None where all are, or fewer than two of any document
    independent: dict[str, Estimate] | None = None


@dataclass(frozen=True, slots=True)
class Ends:
    """Where an interval begins and ends."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Headline:
    """The number that a report is known by, as its row holds it."""

    coefficient: str
    value: float | None
    reason: str | None
    interval: Ends | None
    interval_reason: str | None
    n_pairable: int


def headline(report: AgreementReport) -> Headline:
    """Return the headline of a report; no section is read."""
    ends = None if report.low is None or report.high is None else Ends(report.low, report.high)
    return Headline(report.coefficient, report.value, report.reason, ends, report.interval_reason, report.n_pairable)


class Kept(Generic[T]):
    """A type as it is kept in a row. What pydantic needs is built when it is first needed."""

    def __init__(self, kind: type[T]) -> None:
        self.kind = kind

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(self.kind)

    def read(self, stored: JsonValue) -> T:
        """Return the value; pydantic's ``ValidationError`` when the row does not hold one."""
        return self._adapter.validate_python(stored)

    def parse(self, stored: str) -> T:
        """Return the value of a text of JSON; pydantic's ``ValidationError`` when it does not hold one."""
        return self._adapter.validate_json(stored)

    def plain(self, value: T) -> JsonValue:
        """Return the value as JSON holds it."""
        dumped: JsonValue = self._adapter.dump_python(value, mode="json")
        return dumped

    def text(self, value: T) -> str:
        """Return the value as a text of JSON."""
        return self._adapter.dump_json(value).decode()


_PROVENANCE = Kept(Provenance)
_SUMMARY = Kept(Summary)
_CODES = Kept(tuple[stats.CodeAgreement, ...])
_PAIRS = Kept(tuple[stats.PairAgreement, ...])
_CODE_PAIRS = Kept(tuple[stats.CodePairAgreement, ...])
_DOCUMENTS = Kept(tuple[stats.DocumentAgreement, ...])
_LEFT_OUT = Kept(tuple[stats.LeftOut, ...])
_CONFUSIONS = Kept(tuple[stats.Confusion, ...])


@dataclass(frozen=True, slots=True)
class Contents:
    """A report that was opened: the sections that were asked for, as texts of JSON, each read when it is looked at.

    A section that was not asked for when it was opened raises ``KeyError``.
    """

    report: AgreementReport
    sections: Mapping[ReportSection, str]

    @property
    def provenance(self) -> Provenance:
        """What it was computed from."""
        return _PROVENANCE.read(self.report.provenance)

    @property
    def summary(self) -> Summary:
        """What it is about, and the coefficients over everything."""
        return _SUMMARY.parse(self.sections[ReportSection.SUMMARY])

    @property
    def codes(self) -> tuple[stats.CodeAgreement, ...]:
        """Each code over all coders."""
        return _CODES.parse(self.sections[ReportSection.CODES])

    @property
    def pairs(self) -> tuple[stats.PairAgreement, ...]:
        """Each pair of coders over all codes."""
        return _PAIRS.parse(self.sections[ReportSection.PAIRS])

    @property
    def code_pairs(self) -> tuple[stats.CodePairAgreement, ...]:
        """Each code and each pair of coders."""
        return _CODE_PAIRS.parse(self.sections[ReportSection.CODE_PAIRS])

    @property
    def documents(self) -> tuple[stats.DocumentAgreement, ...]:
        """Each document."""
        return _DOCUMENTS.parse(self.sections[ReportSection.DOCUMENTS])

    @property
    def left_out(self) -> tuple[stats.LeftOut, ...]:
        """The whole without each coder."""
        return _LEFT_OUT.parse(self.sections[ReportSection.LEFT_OUT])

    @property
    def confusions(self) -> tuple[stats.Confusion, ...]:
        """Codes in one another's place."""
        return _CONFUSIONS.parse(self.sections[ReportSection.CONFUSIONS])

    def result(self) -> stats.AgreementReport:
        """Return the whole result as it was computed."""
        summary = self.summary
        return stats.AgreementReport(
            coders=summary.coders,
            documents=summary.documents,
            codes=summary.codes,
            compared_documents=summary.compared_documents,
            resamples=summary.resamples,
            seed=summary.seed,
            overall=summary.overall,
            by_code=self.codes,
            by_pair=self.pairs,
            by_code_and_pair=self.code_pairs,
            by_document=self.documents,
            left_out=self.left_out,
            confusions=self.confusions,
            paradox=summary.paradox,
        )


def freeze(
    result: stats.AgreementReport, provenance: Provenance, independent: dict[str, Estimate] | None = None
) -> tuple[AgreementReport, dict[ReportSection, str]]:
    """Return a new row without its owner and time, and the sections that belong to it, as texts of JSON."""
    summary = Summary(
        result.coders,
        result.documents,
        result.codes,
        result.compared_documents,
        result.resamples,
        result.seed,
        result.overall,
        result.paradox,
        independent,
    )
    alpha = result.overall[HEADLINE]
    row = AgreementReport(
        unit=provenance.unit,
        level=provenance.level,
        format=FORMAT,
        provenance=_PROVENANCE.plain(provenance),
        coefficient=HEADLINE,
        value=alpha.value,
        reason=alpha.reason,
        low=alpha.interval.low if alpha.interval else None,
        high=alpha.interval.high if alpha.interval else None,
        interval_reason=alpha.interval_reason,
        n_pairable=alpha.n_pairable,
    )
    return row, {
        ReportSection.SUMMARY: _SUMMARY.text(summary),
        ReportSection.CODES: _CODES.text(result.by_code),
        ReportSection.PAIRS: _PAIRS.text(result.by_pair),
        ReportSection.CODE_PAIRS: _CODE_PAIRS.text(result.by_code_and_pair),
        ReportSection.DOCUMENTS: _DOCUMENTS.text(result.by_document),
        ReportSection.LEFT_OUT: _LEFT_OUT.text(result.left_out),
        ReportSection.CONFUSIONS: _CONFUSIONS.text(result.confusions),
    }


def open_report(session: Session, report: AgreementReport, *sections: ReportSection) -> Contents:
    """Return a report with the sections named, all when none is; one statement."""
    wanted = set(sections) or set(ReportSection) - {ReportSection.WHOLE}
    rows = session.execute(
        sa.select(ReportContent.section, sa.cast(ReportContent.content, sa.Text)).where(
            ReportContent.report_id == report.id,
            ReportContent.section.in_(wanted if report.format else {ReportSection.WHOLE}),
        )
    )
    stored: dict[ReportSection, str] = {section: content for section, content in rows}
    return Contents(report, stored if report.format else upgrade_0(json.loads(stored[ReportSection.WHOLE])))


def keep_sections(session: Session, report_id: UUID, sections: Mapping[ReportSection, str]) -> None:
    """Store the sections of a report, which are texts of JSON already: whoever waits for the lock waits for no encoder."""
    table = sa.table("report_content", *(sa.column(name) for name in ("report_id", "section", "content")))
    connection = session.connection()
    text = sa.bindparam("text", type_=sa.Text())
    content = text if connection.dialect.name == "sqlite" else sa.cast(text, Json)
    kept = {"report_id": sa.bindparam("report", type_=sa.Uuid()), "section": sa.bindparam("named"), "content": content}
    rows = [{"report": report_id, "named": section.value, "text": text} for section, text in sections.items()]
    connection.execute(sa.insert(table).values(kept), rows)


def upgrade_0(whole: JsonValue) -> dict[ReportSection, str]:
    """Return the sections of a report of format 0, which kept its result in one piece."""
    assert isinstance(whole, dict)
    names = {
        ReportSection.CODES: "by_code",
        ReportSection.PAIRS: "by_pair",
        ReportSection.CODE_PAIRS: "by_code_and_pair",
        ReportSection.DOCUMENTS: "by_document",
        ReportSection.LEFT_OUT: "left_out",
        ReportSection.CONFUSIONS: "confusions",
    }
    rest = {name: value for name, value in whole.items() if name not in names.values()}
    sections: dict[ReportSection, JsonValue] = {section: whole[name] for section, name in names.items()}
    return {section: json.dumps(content) for section, content in {ReportSection.SUMMARY: rest, **sections}.items()}
