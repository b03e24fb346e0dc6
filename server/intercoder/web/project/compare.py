"""The page on which what each coder gave a document is compared: unit by unit, of a report by free span as it was marked."""

import enum
from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from flask import render_template, url_for
from pydantic import Field

from intercoder.language import listed
from intercoder.models import ReportSection, Unit
from intercoder.policy import Permission
from intercoder.reports.numbers import letters, signed
from intercoder.services import agreement, disagreements, results
from intercoder.services.access import RoundAccess
from intercoder.services.coded_units import Cell
from intercoder.services.compared_spans import compared_spans
from intercoder.services.compared_text import compared_text
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.queries import Query
from intercoder.web.session import db


class View(enum.StrEnum):
    """How the coders stand."""

    STACKED = "stacked"
    COLUMNS = "columns"


class TextAsked(Query):
    """Which document, code and coders, at which place of the text, how they stand, and whether names are hidden."""

    document: UUID | None = None
    code: UUID | None = None
    coder: UUID | None = None
    other: UUID | None = None
    at: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    part: Annotated[int, Field(ge=0, le=100_000)] = 0
    view: View = View.STACKED
    names: Literal["hidden"] | None = None

    @property
    def cell(self) -> Cell:
        """The cell."""
        return Cell(self.code, None, self.coder, self.other, self.document)


@page(blueprint, "/reports/<uuid:report>/compare", Permission.AGREEMENT_VIEW, tab="agreement")
def compare(access: RoundAccess, report: UUID, query: TextAsked) -> str:
    """Return what each coder gave a part of a document."""
    row = agreement.get_report(db(), access.project.id, report)
    if row.unit is Unit.SPAN:
        shown = compared_spans(db(), access, row, query.cell, query.at, query.part)
    else:
        shown = compared_text(db(), row, query.cell, query.at, query.part)
    places = disagreements.at_places(db(), access, [(shown.document, s.start, s.end) for s in shown.lines])
    made = results.open_report(db(), row, ReportSection.SUMMARY).provenance
    named = {coder.id: coder.name for coder in made.coders}
    letter = letters(list(named))

    names = letter if query.names else named

    def called(coders: Sequence[str]) -> str:
        return listed([names[coder] for coder in coders])

    def address(**other: object) -> str:
        asked = query.again(at=None, part=None) | {"document": shown.document} | other
        return url_for("project.compare", report=report, **asked)

    return render_template(
        "project/compare.html",
        report=row,
        made=made,
        shown=shown,
        asked=query,
        address=address,
        places=places,
        letter=letter,
        names=names,
        called=called,
        signed=signed,
        codes={code.id: code for code in made.codes},
        title=next(d.title for d in made.documents if d.id == str(shown.document)),
        coders=[coder for coder in named if coder in shown.coders],
        columns=query.view is View.COLUMNS,
    )
