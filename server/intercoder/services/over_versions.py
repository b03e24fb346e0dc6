"""A report beside that of the round before: of each code alpha then and now, and what its entry changed between the versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from intercoder.models import AgreementReport, ReportSection, Round, Unit
from intercoder.services.access import RoundAccess
from intercoder.services.agreement import earlier_report
from intercoder.services.results import Contents, open_report
from intercoder.services.span_sections import tables_of
from intercoder.services.versions import ChangeKind, changes, version_entries


@dataclass(frozen=True)
class ChangedEntry:
    """What the entry of a code changed between two versions of the codebook: the fields, old and new."""

    #: it is in the later version and was not in the one before
    added: bool
    fields: Mapping[str, tuple[str, str]]


UNCHANGED = ChangedEntry(added=False, fields={})


@dataclass(frozen=True)
class CodeOver:
    """A code that both reports measured, or that is new: alpha then and now, and what its entry changed."""

    code: str
    name: str
    before: float | None
    now: float | None
    entry: ChangedEntry

    @property
    def delta(self) -> float | None:
        """By how much alpha rose."""
        return None if self.before is None or self.now is None else self.now - self.before


@dataclass(frozen=True)
class OverVersions:
    """The earlier report, the numbers of both codebook versions, and the codes, those that moved most first."""

    earlier: AgreementReport
    #: numbers of the versions that the rounds pinned; None without a codebook
    before: int | None
    now: int | None
    codes: Sequence[CodeOver]


def over_versions(session: Session, access: RoundAccess, report: Contents) -> OverVersions | None:
    """Return what became of each code since the round before; None where no report of one can be read by the person."""
    earlier = earlier_report(session, access, report.report)
    if earlier is None:
        return None
    tables = ReportSection.SPAN_TABLES if report.report.unit is Unit.SPAN else ReportSection.BRIEF
    before = alphas(open_report(session, earlier, ReportSection.SUMMARY, tables))
    now = alphas(report)
    changed = changed_entries(session, earlier.round, access.round)
    names = {code.id: code.name for code in report.provenance.codes}
    codes = []
    for code, alpha in now.items():
        entry = changed.get(code, UNCHANGED)
        if code in before or entry is not UNCHANGED:
            codes.append(CodeOver(code, names[code], before.get(code), alpha, entry))
    codes.sort(key=lambda row: (row.delta is None, -abs(row.delta or 0.0), row.name))
    # Of what the earlier report was computed from nothing else is shown: all of it is as long as the rest of the page.
    version = earlier.round.version
    return OverVersions(earlier, version.number if version else None, report.provenance.codebook_version, codes)


def changed_entries(session: Session, before: Round, now: Round) -> dict[str, ChangedEntry]:
    """Return by code what its entry changed between the versions that two rounds pinned; codes without a change are left out."""
    old, new = before.version_id, now.version_id
    if old == new:
        return {}
    found = changes(version_entries(session, old), version_entries(session, new))
    return {
        str(change.code_id): ChangedEntry(change.kind is ChangeKind.ADDED, change.fields)
        for change in found
        if change.kind is not ChangeKind.REMOVED
    }


def alphas(report: Contents) -> dict[str, float | None]:
    """Return alpha of each code in use; of a report by free span |u-alpha, which asks the same of characters."""
    if report.report.unit is Unit.SPAN:
        return {row.code: row.alpha.value for row in tables_of(report.sections).by_code if row.spans}
    return {row.code: row.alpha for row in report.brief if row.units_used}
