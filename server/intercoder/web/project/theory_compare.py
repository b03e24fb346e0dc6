"""Constant comparison: the passages of two codes side by side, what both hold first."""

from uuid import UUID

from flask import render_template, url_for

from intercoder.models import Level
from intercoder.policy import Permission
from intercoder.reports.theory.found import found
from intercoder.reports.theory.quoted import said_of
from intercoder.services import passage_views
from intercoder.services.access import Access
from intercoder.services.matrices import overlapping
from intercoder.services.quotable import quotable
from intercoder.services.study_tallies import ABOVE_LABELS, Basis
from intercoder.web.pages import Query, page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.project.theory import related_of, shown_of
from intercoder.web.session import db

#: passages of one list; the whole list is a page of its own
SHOWN = 20


class Compared(Query):
    """Which two codes, the first two concepts where none are named, and whose work counts."""

    first: UUID | None = None
    second: UUID | None = None
    basis: Basis = Basis.CONSENSUS
    view: UUID | None = None


@page(blueprint, "/projects/<uuid:project>/theory/compare", Permission.CODINGS_VIEW, tab="theory")
def theory_compare(access: Access, project: UUID, query: Compared) -> str:
    """Show the passages that two codes both hold, then those of each alone."""
    read = found(db(), access, query.basis, query.view)
    study = read.study
    known = [code for level in reversed(ABOVE_LABELS) for code in study.codes(level)]
    ids = {code.id for code in known}
    concepts = [code.id for code in study.codes(Level.CONCEPT)]
    chosen = [str(code) for code in (query.first, query.second) if str(code) in ids]
    pair = [*chosen, *(code for code in concepts if code not in chosen)][:2]
    lists = []
    if len(pair) == 2:
        first, second = (study.of(code) for code in pair)
        both = overlapping(first, second)
        there = {row.key for row in both} | {row.key for row in overlapping(second, first)}
        lists = [both, *([row for row in rows if row.key not in there] for rows in (first, second))]
    wanted = [row for rows in lists for row in rows[:SHOWN]]
    shown = said_of(db(), read, wanted)
    parts, at = [], 0
    for rows in lists:
        parts.append(shown[at : at + len(rows[:SHOWN])])
        at += len(rows[:SHOWN])
    return render_template(
        "project/theory_compare.html",
        asked=query,
        pair=[study.mapped.codes[code] for code in pair],
        known=known,
        concepts=study.codes(Level.CONCEPT),
        parts=parts,
        codes=study.mapped.codes,
        quoted=quotable(db(), access, study, wanted),
        related=related_of(access),
        of_relation="",
        views=passage_views.views(db(), access),
        shows=shown_of(access),
        of_shows="",
        many=[len(rows) for rows in lists],
        shown=SHOWN,
        marks=study.mapped.looks,
        address=lambda **other: url_for("project.theory_compare", project=project, **query.again(**other)),
        opens=lambda code, **more: url_for(
            "project.theory_passages", project=project, code=code, basis=query.basis.value, **more
        ),
    )
