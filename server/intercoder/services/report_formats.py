"""Formats of reports of before: what a report kept then, as the sections of today."""

import json

from pydantic import JsonValue

from intercoder.models import ReportSection

#: part of a result → the section that holds it
SECTION_OF = {
    "by_code": ReportSection.CODES,
    "by_pair": ReportSection.PAIRS,
    "by_code_and_pair": ReportSection.CODE_PAIRS,
    "by_document": ReportSection.DOCUMENTS,
    "left_out": ReportSection.LEFT_OUT,
    "confusions": ReportSection.CONFUSIONS,
}


def upgrade_0(whole: JsonValue) -> dict[ReportSection, str]:
    """Return the sections of a report of format 0, which kept its result in one piece."""
    assert isinstance(whole, dict)
    rest = {name: value for name, value in whole.items() if name not in SECTION_OF}
    sections: dict[ReportSection, JsonValue] = {section: whole[name] for name, section in SECTION_OF.items()}
    return {section: json.dumps(content) for section, content in {ReportSection.SUMMARY: rest, **sections}.items()}
