"""The page of typical quotations: those of every code as they are printed, their order, what is left out of them, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from flask import render_template, url_for

from intercoder.models import Level
from intercoder.policy import Permission
from intercoder.reports.theory.found import found
from intercoder.reports.theory.related import cited, place_key
from intercoder.services import quotations
from intercoder.services.access import Access
from intercoder.services.mapping import MappedCode
from intercoder.services.quotations import QuotationRead
from intercoder.services.quoted import Holds
from intercoder.services.study_tallies import ABOVE_LABELS, Tally
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.queries import Query
from intercoder.web.session import db


@dataclass(frozen=True)
class Starred:
    """A typical quotation as the page shows it, with where it comes from and the order in which it and the next one change places."""

    read: QuotationRead
    where: str
    earlier: list[UUID] = field(default_factory=list)
    later: list[UUID] = field(default_factory=list)

    @property
    def values(self) -> dict[str, object]:
        """What the form is filled with that shortens it: its words, where they begin in the text, what is left out."""
        cuts = [{"start": cut.start, "end": cut.end} for cut in self.read.row.cuts]
        return {"cuts": cuts, "whole": {"words": self.read.cited.words, "start": self.read.row.start}}


@dataclass(frozen=True)
class OfCode:
    """A code with its typical quotations."""

    code: MappedCode
    tally: Tally
    starred: list[Starred]


class StarsAsked(Query):
    """Whether only what is to be done is shown: concepts without a quotation, and quotations that do not hold any more."""

    open: bool = False


@page(blueprint, "/projects/<uuid:project>/theory/quotations", Permission.CODINGS_VIEW, tab="theory")
def theory_quotations(access: Access, project: UUID, query: StarsAsked) -> str:
    """Show the typical quotations of all codes, and which concepts have none."""
    read = found(db(), access)
    rows = quotations.quotations(db(), access)
    where = cited(db(), read.study, read.described, (one.row for one in rows))
    by_code = quotations.of_codes(rows)
    known = [code for level in ABOVE_LABELS for code in read.study.codes(level)]
    shown = read.study.mapped.in_order({*(code.id for code in known), *by_code})
    listed = [
        OfCode(
            code,
            read.study.tally(read.study.of(code.id)),
            _in_order(by_code.get(code.id, []), where),
        )
        for code in shown
        if code.level is Level.CONCEPT or code.id in by_code
    ]
    to_do = [
        one for one in listed if not one.starred or any(star.read.holds is not Holds.HOLDS for star in one.starred)
    ]
    return render_template(
        "project/theory_quotations.html",
        listed=to_do if query.open else listed,
        to_do=len(to_do),
        asked=query,
        marks=read.study.mapped.looks,
        address=lambda **other: url_for("project.theory_quotations", project=project, **query.again(**other)),
    )


def _in_order(rows: list[QuotationRead], where: Mapping[str, str]) -> list[Starred]:
    ids = [one.row.id for one in rows]

    def changed(at: int) -> list[UUID]:
        return [*ids[:at], ids[at + 1], ids[at], *ids[at + 2 :]] if 0 <= at < len(ids) - 1 else []

    return [
        Starred(one, where.get(place_key(one.row), ""), changed(at - 1), changed(at)) for at, one in enumerate(rows)
    ]
