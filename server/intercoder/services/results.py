"""Agreement reports as they are kept: a headline in columns, provenance and sections as JSON with the number of its format.

A report is frozen for good, so every format that was ever written can be read: the present one as it is, an older one
through its upgrade function. Whoever changes a type below gives the format a new number and the old one an upgrade.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar, cast

import sqlalchemy as sa
from pydantic import JsonValue
from sqlalchemy.orm import Session

from intercoder.models import (
    AgreementReport,
    ReportCells,
    ReportCoefficient,
    ReportContent,
    ReportPage,
    ReportSection,
    Unit,
)
from intercoder.models.values import Json, Kept
from intercoder.services import report_pages
from intercoder.services.provenance import Provenance
from intercoder.services.report_formats import SECTION_OF, upgrade_0
from intercoder.services.span_sections import Spans
from intercoder.stats.agreement import results as stats
from intercoder.stats.agreement.packed import Stored, opened, packed, unpacked
from intercoder.stats.results import Estimate
from intercoder.stats.spans.digest import SpanFigure

#: the coefficient of each code, by which codes are sorted; a report is known by it too where nothing else fits better
HEADLINE = ReportCoefficient.ALPHA
#: of what is written today
FORMAT = 5
#: from which one on codes and pairs of coders are kept by code
FORMAT_OF_CELLS = 3
#: from which one on a code over all coders is kept with its pairs too, and what codes are sorted by in a section of its own
FORMAT_OF_BRIEF = 5
T = TypeVar("T")


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
    #: by which of them the report is known
    headline: ReportCoefficient = HEADLINE
    #: whether any unit of any coder holds more than one code; None in reports of before it was asked
    several_codes: bool | None = None

    @property
    def known_by(self) -> Estimate:
        """The coefficient by which the report is known."""
        return self.overall[self.headline]


@dataclass(frozen=True, slots=True)
class Columns:
    """What codes are sorted and counted by, column by column, in the order of the summary's codes."""

    alpha: tuple[float | None, ...]
    units_used: tuple[int, ...]
    few_positives: tuple[bool, ...]


_PROVENANCE = Kept(Provenance)
_SUMMARY = Kept(Summary)
_CODES = Kept(tuple[stats.CodeAgreement, ...])
_CODE = Kept(stats.CodeAgreement)
_BRIEF = Kept(Columns)
_PAIRS = Kept(tuple[stats.PairAgreement, ...])
_CODE_PAIRS = Kept(tuple[stats.CodePairAgreement, ...])
_DOCUMENTS = Kept(tuple[stats.DocumentAgreement, ...])
_LEFT_OUT = Kept(tuple[stats.LeftOut, ...])
_CONFUSIONS = Kept(tuple[stats.Confusion, ...])
_REMEDIES = Kept(tuple[stats.Remedy, ...])


@dataclass(frozen=True, slots=True)
class Contents:
    """A report that was opened: the sections that were asked for, as texts of JSON, each read when it is looked at.

    A section that was not asked for when it was opened raises ``KeyError``.
    """

    report: AgreementReport
    sections: Mapping[ReportSection, str]
    #: code → what is kept of it and every pair of coders; those that were asked for
    cells: Mapping[str, bytes] = field(default_factory=dict)
    page: bytes = b""  #: what its page shows, to be stored; empty of one that was opened
    #: what was read so far; shared by copies with other cells
    _read: dict[str, object] = field(default_factory=dict, repr=False, compare=False)

    def _once(self, what: str, read: Callable[[], T]) -> T:
        if what not in self._read:
            self._read[what] = read()
        return cast("T", self._read[what])

    @property
    def provenance(self) -> Provenance:
        """What it was computed from."""
        return self._once("provenance", lambda: _PROVENANCE.read(self.report.provenance))

    def with_coders(self, called: Mapping[str, str]) -> "Contents":
        """Return the same report with its coders called otherwise, wherever they are named."""
        made = self.provenance
        renamed = replace(made, coders=tuple(replace(coder, name=called[coder.id]) for coder in made.coders))
        return replace(self, _read={**self._read, "provenance": renamed})

    @property
    def summary(self) -> Summary:
        """What it is about, and the coefficients over everything."""
        return self._once("summary", lambda: _SUMMARY.parse(self.sections[ReportSection.SUMMARY]))

    @property
    def codes(self) -> tuple[stats.CodeAgreement, ...]:
        """Each code over all coders."""
        return self._once("codes", lambda: _CODES.parse(self.sections[ReportSection.CODES]))

    @property
    def brief(self) -> tuple[stats.CodeBrief, ...]:
        """What each code is sorted and counted by."""
        return self._once("brief", self._brief)

    def _brief(self) -> tuple[stats.CodeBrief, ...]:
        if self.report.unit is Unit.SPAN:  # no code has a figure by unit
            return ()
        if ReportSection.BRIEF not in self.sections:  # up to format 4
            return tuple(row.brief() for row in self.codes)
        columns = _BRIEF.parse(self.sections[ReportSection.BRIEF])
        rows = zip(self.summary.codes, columns.alpha, columns.units_used, columns.few_positives, strict=True)
        return tuple(stats.CodeBrief(*row) for row in rows)

    def rows_of(self, codes: Collection[str]) -> dict[str, stats.CodeAgreement]:
        """Return some codes over all coders; those of a report of today were asked for as cells."""
        if ReportSection.CODES in self.sections:
            rows = {row.code: row for row in self.codes}
            return {code: rows[code] for code in codes}
        return {code: _CODE.read(self._cell(code)["whole"]) for code in codes}

    def _cell(self, code: str) -> dict[str, Stored]:
        return self._once(f"cell {code}", lambda: opened(self.cells[code]))

    @property
    def pairs(self) -> tuple[stats.PairAgreement, ...]:
        """Each pair of coders over all codes."""
        return self._once("pairs", lambda: _PAIRS.parse(self.sections[ReportSection.PAIRS]))

    def cells_of(
        self,
        codes: Collection[str],
        pairs: Collection[frozenset[str]] | None = None,
        coefficients: Collection[str] | None = None,
    ) -> dict[str, list[stats.CodePairAgreement]]:
        """Return some codes and pairs of coders (all pairs when none are named); a code that was not asked for has none.

        With ``coefficients`` these at least.
        """
        if ReportSection.CODE_PAIRS in self.sections:  # up to format 2
            whole = _CODE_PAIRS.parse(self.sections[ReportSection.CODE_PAIRS])
            wanted = [c for c in whole if pairs is None or frozenset(c.coders) in pairs]
            return {code: [cell for cell in wanted if cell.code == code] for code in codes}
        return {
            code: list(unpacked(code, self._cell(code), pairs, coefficients)) if code in self.cells else []
            for code in codes
        }

    def lowest(self) -> str:
        """Return the code with the lowest alpha; the first where none has a value."""
        with_value = [(row.estimates[HEADLINE].value, row.code) for row in self.codes]
        defined = [(value, code) for value, code in with_value if value is not None]
        return min(defined)[1] if defined else next((code for _, code in with_value), "")

    @property
    def code_pairs(self) -> tuple[stats.CodePairAgreement, ...]:
        """Each code and each pair of coders."""
        return tuple(cell for cells in self.cells_of([row.code for row in self.codes]).values() for cell in cells)

    @property
    def documents(self) -> tuple[stats.DocumentAgreement, ...]:
        """Each document."""
        return self._once("documents", lambda: _DOCUMENTS.parse(self.sections[ReportSection.DOCUMENTS]))

    @property
    def left_out(self) -> tuple[stats.LeftOut, ...]:
        """The whole without each coder."""
        return self._once("left_out", lambda: _LEFT_OUT.parse(self.sections[ReportSection.LEFT_OUT]))

    @property
    def confusions(self) -> tuple[stats.Confusion, ...]:
        """Codes in one another's place."""
        return self._once("confusions", lambda: _CONFUSIONS.parse(self.sections[ReportSection.CONFUSIONS]))

    @property
    def remedies(self) -> tuple[stats.Remedy, ...] | None:
        """What would raise agreement most, the greatest gain first; None where it was not computed."""
        if ReportSection.REMEDIES not in self.sections:
            return None
        return self._once("remedies", lambda: _REMEDIES.parse(self.sections[ReportSection.REMEDIES]))

    def plain(self, without: Collection[str] = ()) -> dict[str, JsonValue]:
        """Return the result as JSON but for some parts, and for codes and pairs of coders, which are read by code or by pair."""
        kept = {section: json.loads(content) for section, content in self.sections.items()}
        summary = kept[ReportSection.SUMMARY]
        names = [name for name in SECTION_OF if name != "by_code_and_pair" and name not in without]
        for told_elsewhere in ("independent", "headline", "several_codes"):
            summary.pop(told_elsewhere, None)
        return {**summary, **{name: kept[SECTION_OF[name]] for name in names}}

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
    result: stats.AgreementReport,
    provenance: Provenance,
    independent: dict[str, Estimate] | None = None,
    *,
    several_codes: bool = False,
    remedies: Sequence[stats.Remedy] = (),
    spans: Spans | None = None,
    units: str = "",
) -> Contents:
    """Return a report that is not stored yet, its row without its owner and time.

    It is known by what was asked for, else by mv-alpha where units hold several codes (where none does it is alpha); by free
    span by the headline of the spans. ``units``: its section about them, as ``coded_units.units_text`` makes it.
    """
    asked = provenance.choices.headline if provenance.choices else None
    known_by = asked or (ReportCoefficient.MV_ALPHA if several_codes else HEADLINE)
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
        known_by,
        several_codes,
    )
    by_span = spans.whole if spans is not None and provenance.unit is Unit.SPAN else None
    known: Estimate | SpanFigure = by_span.first if by_span else summary.known_by
    row = AgreementReport(
        unit=provenance.unit,
        level=provenance.level,
        format=FORMAT,
        provenance=_PROVENANCE.plain(provenance),
        coefficient=by_span.headline if by_span else known_by.value,
        value=known.value,
        reason=known.reason,
        low=known.interval.low if known.interval else None,
        high=known.interval.high if known.interval else None,
        interval_reason=known.interval_reason,
        n_pairable=by_span.compared_documents if by_span else summary.known_by.n_pairable,
        name=provenance.name,
        narrowed=provenance.choices is not None and not provenance.choices.selection.whole,
    )
    cells: dict[str, list[stats.CodePairAgreement]] = {code.code: [] for code in result.by_code}
    for cell in result.by_code_and_pair:
        cells[cell.code].append(cell)
    codes = {code.code: code for code in result.by_code}
    sections = {
        ReportSection.SUMMARY: _SUMMARY.text(summary),
        ReportSection.CODES: _CODES.text(result.by_code),
        ReportSection.BRIEF: _BRIEF.text(_columns([codes[code] for code in result.codes if code in codes])),
        ReportSection.PAIRS: _PAIRS.text(result.by_pair),
        ReportSection.DOCUMENTS: _DOCUMENTS.text(result.by_document),
        ReportSection.LEFT_OUT: _LEFT_OUT.text(result.left_out),
        ReportSection.CONFUSIONS: _CONFUSIONS.text(result.confusions),
        ReportSection.REMEDIES: _REMEDIES.text(tuple(remedies)),
        **(spans.sections() if spans else {}),
        **({ReportSection.UNITS: units} if units else {}),
    }
    page = b"" if by_span else _page(sections, result, provenance)
    return Contents(row, sections, {code: packed(of_code, codes[code]) for code, of_code in cells.items()}, page)


def _page(sections: Mapping[ReportSection, str], result: stats.AgreementReport, made: Provenance) -> bytes:
    """Return what the page of a report shows, but for its codes."""
    shown = {section: text for section, text in sections.items() if section in report_pages.ON_THE_PAGE}
    shown[ReportSection.DOCUMENTS] = _DOCUMENTS.text(report_pages.lowest_documents(result, made))
    shown[ReportSection.CONFUSIONS] = _CONFUSIONS.text(result.confusions[: report_pages.CONFUSIONS])
    return report_pages.packed_page(_PROVENANCE.text(made), shown)


def _columns(codes: Collection[stats.CodeAgreement]) -> Columns:
    """Return what codes are sorted and counted by."""
    return Columns(
        tuple(code.alpha for code in codes),
        tuple(code.units_used for code in codes),
        tuple(code.few_positives for code in codes),
    )


def open_report(
    session: Session,
    report: AgreementReport,
    *sections: ReportSection,
    cells: Collection[str] | None = None,
    confusions: int | None = None,
) -> Contents:
    """Return a report with the sections named, all when none is, and with these codes and pairs of coders, or all of them.

    ``confusions``: how many of them are read, the most frequent ones; of 400 codes there may be 80,000.
    """
    wanted = set(sections) or set(ReportSection) - {ReportSection.WHOLE, ReportSection.BRIEF, ReportSection.UNITS}
    if ReportSection.BRIEF in wanted and report.format < FORMAT_OF_BRIEF:
        wanted.add(ReportSection.CODES)
    content: sa.ColumnElement[str] = sa.cast(ReportContent.content, sa.Text)
    if confusions is not None:
        begins = sa.func.substr(content, 1, confusions * report_pages.LONGEST_CONFUSION)
        content = sa.case((ReportContent.section == ReportSection.CONFUSIONS, begins), else_=content)
    rows = session.execute(
        sa.select(ReportContent.section, content).where(
            ReportContent.report_id == report.id,
            ReportContent.section.in_(wanted if report.format else {ReportSection.WHOLE}),
        )
    )
    stored: dict[ReportSection, str] = {section: content for section, content in rows}
    if confusions is not None and ReportSection.CONFUSIONS in stored:
        stored[ReportSection.CONFUSIONS] = report_pages.first_confusions(stored[ReportSection.CONFUSIONS], confusions)
    if not report.format:
        return Contents(report, upgrade_0(json.loads(stored[ReportSection.WHOLE])))
    if report.format < FORMAT_OF_CELLS or ReportSection.CODE_PAIRS not in wanted:
        return Contents(report, stored)
    return Contents(report, stored, open_cells(session, report, cells))


def open_page(session: Session, report: AgreementReport) -> Contents:
    """Return a report with what its page shows, in one row: of documents and confusions the first, of codes none yet."""
    kept = report_pages.kept_page(session, report)
    if kept is None:
        return open_report(
            session, report, *report_pages.ON_THE_PAGE, *report_pages.CUT, cells=(), confusions=report_pages.CONFUSIONS
        )
    provenance, sections = kept
    return Contents(report, sections, _read={"provenance": _PROVENANCE.parse(provenance)})


def open_cells(session: Session, report: AgreementReport, codes: Collection[str] | None) -> dict[str, bytes]:
    """Return what is kept of each code and every pair of coders, of all codes when none are named."""
    rows = sa.select(ReportCells.code, ReportCells.packed).where(ReportCells.report_id == report.id)
    kept = session.execute(rows if codes is None else rows.where(ReportCells.code.in_(codes)))
    return {code: packed_ for code, packed_ in kept}


def keep(session: Session, frozen: Contents) -> None:
    """Store a report that ``freeze`` has made, all texts and bytes by now: whoever waits for the lock waits for no encoder."""
    session.add(frozen.report)
    session.flush()
    report_id, sections = frozen.report.id, frozen.sections
    table = sa.table("report_content", *(sa.column(name) for name in ("report_id", "section", "content")))
    connection = session.connection()
    text = sa.bindparam("text", type_=sa.Text())
    content = text if connection.dialect.name == "sqlite" else sa.cast(text, Json)
    kept = {"report_id": sa.bindparam("report", type_=sa.Uuid()), "section": sa.bindparam("named"), "content": content}
    rows = [{"report": report_id, "named": section.value, "text": text} for section, text in sections.items()]
    connection.execute(sa.insert(table).values(kept), rows)
    if frozen.page:
        connection.execute(sa.insert(ReportPage), {"report_id": report_id, "packed": frozen.page})
    if frozen.cells:
        cells = [{"report_id": report_id, "code": code, "packed": cell} for code, cell in frozen.cells.items()]
        connection.execute(sa.insert(ReportCells), cells)
