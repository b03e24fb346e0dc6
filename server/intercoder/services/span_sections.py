"""The sections of a report about free spans: what is said of the whole, the tables, and each code with each pair of coders."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from pydantic import JsonValue

from intercoder.models import ReportSection
from intercoder.models.values import Kept
from intercoder.stats.spans.digest import SpanCells, SpanDigest, SpanTables, named

_WHOLE = Kept(SpanDigest)
_TABLES = Kept(SpanTables)
_CELLS = Kept(SpanCells)

#: what a page reads of a report by free span
SHOWN = (ReportSection.SPANS, ReportSection.SPAN_TABLES)


@dataclass(frozen=True)
class Spans:
    """What a report says about free spans, computed and not kept yet."""

    whole: SpanDigest
    tables: SpanTables
    cells: SpanCells

    def sections(self) -> dict[ReportSection, str]:
        """Return the sections, as texts of JSON."""
        return {
            ReportSection.SPANS: _WHOLE.text(self.whole),
            ReportSection.SPAN_TABLES: _TABLES.text(self.tables),
            ReportSection.SPAN_CELLS: _CELLS.text(self.cells),
        }


def whole_of(sections: Mapping[ReportSection, str]) -> SpanDigest | None:
    """Return what a report says of all spans; None where it has no such section, as those of rounds by another unit."""
    text = sections.get(ReportSection.SPANS)
    return None if text is None else _WHOLE.parse(text)


def tables_of(sections: Mapping[ReportSection, str]) -> SpanTables:
    """Return the tables of a report that has them."""
    return _TABLES.parse(sections[ReportSection.SPAN_TABLES])


def span_json(sections: Mapping[ReportSection, str]) -> dict[str, JsonValue] | None:
    """Return what a report says of free spans, of the whole and by code, pair, document and coder left out, for programs."""
    whole = whole_of(sections)
    if whole is None:
        return None
    said: dict[str, JsonValue] = {}
    for part in (whole, tables_of(sections)):
        said |= cast("dict[str, JsonValue]", named(part))
    return said


def cells_of(sections: Mapping[ReportSection, str]) -> SpanCells:
    """Return each code with each pair of coders, of a report that has them."""
    return _CELLS.parse(sections[ReportSection.SPAN_CELLS])
