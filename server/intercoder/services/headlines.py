"""The number that a report is known by, as its row holds it: lists of reports read no section."""

from dataclasses import dataclass

from intercoder.models import AgreementReport


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
    #: units that were compared; by free span, documents
    n_pairable: int


def headline(report: AgreementReport) -> Headline:
    """Return the headline of a report; no section is read."""
    ends = None if report.low is None or report.high is None else Ends(report.low, report.high)
    return Headline(report.coefficient, report.value, report.reason, ends, report.interval_reason, report.n_pairable)
