"""A report beside that of the round before: of each code alpha then and now, and what its entry changed between the versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from intercoder.models import AgreementReport, ReportSection
from intercoder.services.access import RoundAccess
from intercoder.services.agreement import earlier_report
from intercoder.services.results import Contents, open_report
from intercoder.services.versions import ChangeKind, changes, version_entries


@dataclass(frozen=True)
class CodeOver:
    """A code that both reports measured, or that is new: alpha then and now, and the fields that changed, old and new."""

    code: str
    name: str
    before: float | None
    now: float | None
    #: it is in the version of today and was not in the one before
    added: bool
    fields: Mapping[str, tuple[str, str]]

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
    then = open_report(session, earlier, ReportSection.SUMMARY, ReportSection.BRIEF)
    before = {row.code: row.alpha for row in then.brief if row.units_used}
    now = {row.code: row.alpha for row in report.brief if row.units_used}
    old, new = earlier.round.version_id, access.round.version_id
    changed = {}
    if old != new:
        found = changes(version_entries(session, old), version_entries(session, new))
        changed = {str(change.code_id): change for change in found if change.kind is not ChangeKind.REMOVED}
    names = {code.id: code.name for code in report.provenance.codes}
    codes = []
    for code, alpha in now.items():
        change = changed.get(code)
        if code in before or change is not None:
            added = change is not None and change.kind is ChangeKind.ADDED
            fields = {} if change is None else change.fields
            codes.append(CodeOver(code, names[code], before.get(code), alpha, added, fields))
    codes.sort(key=lambda row: (row.delta is None, -abs(row.delta or 0.0), row.name))
    # Of what the earlier report was computed from nothing else is shown: all of it is as long as the rest of the page.
    version = earlier.round.version
    return OverVersions(earlier, version.number if version else None, report.provenance.codebook_version, codes)
