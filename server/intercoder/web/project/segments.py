"""The page of the segments behind a number of a report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import render_template, url_for

from intercoder.language import gettext
from intercoder.models import AgreementReport, DisagreementKind, ReportSection
from intercoder.policy import Permission
from intercoder.reports.numbers import signed
from intercoder.reports.words import word
from intercoder.services import agreement, disagreements, results, segments
from intercoder.services.access import RoundAccess
from intercoder.services.coded_units import Cell, Only, Order
from intercoder.services.provenance import Provenance
from intercoder.services.walked_segments import Segment
from intercoder.web.pages import page
from intercoder.web.project import report_view
from intercoder.web.project.blueprint import blueprint
from intercoder.web.queries import PartQuery
from intercoder.web.session import db

PAGE = 50


class CellAsked(PartQuery):
    """Which cell of the report, and from where in its list. A field of the form that was left empty says nothing."""

    code: UUID | None = None
    instead: UUID | None = None
    coder: UUID | None = None
    other: UUID | None = None
    document: UUID | None = None
    only: Only = Only.ALL
    kind: DisagreementKind | None = None
    order: Order = Order.GAIN

    @property
    def cell(self) -> Cell:
        """The cell."""
        asked = self.code, self.instead, self.coder, self.other, self.document, self.only, self.kind, self.order
        return Cell(*asked)


@dataclass(frozen=True)
class Choice:
    """A field by which passages are chosen: its name, its label, what is chosen, and what there is to choose by value."""

    name: str
    label: str
    chosen: str
    options: Mapping[str, str]


@page(blueprint, "/reports/<uuid:report>/segments", Permission.AGREEMENT_VIEW, tab="agreement", name="segments")
def segments_page(access: RoundAccess, report: UUID, query: CellAsked) -> str:
    """Return the units behind a number of the report."""
    row = agreement.get_report(db(), access.project.id, report)
    cell = query.cell
    shown = segments.segments(db(), access, row, cell, query.part(PAGE), longest=segments.WORDS)
    places = disagreements.at_places(db(), access, [(s.document_id, s.start, s.end) for s in shown.rows])
    made = results.open_report(db(), row, ReportSection.SUMMARY).provenance

    def address(**other: object) -> str:
        return url_for("project.segments", report=report, **query.again(cursor=None) | other)

    def in_text(segment: Segment) -> str:
        """Return the address of the text around a segment, where the coders stand beside one another."""
        of, at = segment.document_id, segment.start
        code, coder, other = query.code, query.coder, query.other
        return url_for("project.compare", report=report, document=of, at=at, code=code, coder=coder, other=other)

    return render_template(
        "project/segments.html",
        report=row,
        made=made,
        page=shown,
        asked=query,
        address=address,
        in_text=in_text,
        choices=_choices(row, made, query, kept=shown.total is not None),
        signed=signed,
        places=places,
        round=access.round,
        about=report_view.about(made, cell),
        by_name={code.name: code.id for code in made.codes},
    )


def _choices(report: AgreementReport, made: Provenance, asked: CellAsked, *, kept: bool) -> Sequence[Choice]:
    """Return by what passages can be chosen; of a report that kept no units, no kind and no other order."""
    coders = {coder.id: coder.name for coder in made.coders}
    chosen = {name: str(value) for name, value in asked.again(cursor=None).items() if value is not None}

    def choice(name: str, label: str, every: str, options: Mapping[str, str]) -> Choice:
        return Choice(name, label, chosen.get(name, ""), {**({"": every} if every else {}), **options})

    choices = [
        choice("code", gettext("Code"), gettext("All codes"), {code.id: code.name for code in made.codes}),
        choice("coder", gettext("Coder"), gettext("All coders"), coders),
        choice("other", gettext("Compared with"), gettext("All others"), coders),
        choice("document", gettext("Document"), gettext("All documents"), {d.id: d.title for d in made.documents}),
    ]
    if kept:
        kinds = {kind.value: word("disagreement_kind", kind) for kind in DisagreementKind}
        orders = {
            Order.GAIN.value: gettext("What raises α most first"),
            Order.TEXT.value: gettext("As in the texts"),
        }
        choices += [
            choice("kind", gettext("Kind"), gettext("All kinds"), kinds),
            choice("order", gettext("Order"), "", orders),
        ]
    return choices
