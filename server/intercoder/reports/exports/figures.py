"""The figures of a report as files: vectors (svg, pdf) and dots (png), each alone."""

from collections.abc import Callable

from intercoder.reports import report_figures
from intercoder.reports.exports.agreement import Read, read_report
from intercoder.reports.exports.drawn import drawn
from intercoder.reports.exports.kinds import File, Making, Names

Drawing = Callable[[Read], str]


def headline(making: Making) -> File:
    """Return the headline of a report as a figure."""
    return _drawn(making, "headline", lambda read: report_figures.headline_figure(read.report))


def codes(making: Making) -> File:
    """Return the codes of a report with their intervals as a figure."""
    return _drawn(making, "codes", lambda read: report_figures.codes_figure(read.report))


def coders(making: Making) -> File:
    """Return the coders of a report by one another as a figure."""
    masked = making.choices.names is Names.LETTERS
    return _drawn(making, "coders", lambda read: report_figures.coders_figure(read.report, read.called, masked=masked))


def confusions(making: Making) -> File:
    """Return the codes that stand in one another's place as a figure."""
    return _drawn(making, "confusions", lambda read: report_figures.confusions_figure(read.report))


def versions(making: Making) -> File:
    """Return the codes of a report beside those of the round before as a figure."""
    return _drawn(making, "rounds", lambda read: report_figures.versions_figure(read.report, read.over))


def _drawn(making: Making, name: str, drawing: Drawing) -> File:
    read, form = read_report(making), making.choices.form
    return drawn(f"figure-{name}-round-{read.report.provenance.round.number}", form, drawing(read))
