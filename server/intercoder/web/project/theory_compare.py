"""Constant comparison: the passages of two codes or more side by side, what several hold first."""

from collections.abc import Sequence
from itertools import combinations
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
from intercoder.services.study_tallies import ABOVE_LABELS, Basis, StudyPassage
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.project.theory import related_of, shown_of
from intercoder.web.queries import Query
from intercoder.web.session import db

#: passages of one list; the whole list is a page of its own
SHOWN = 20


class Compared(Query):
    """Which codes, two to four, the first two concepts where none are named, and whose work counts."""

    first: UUID | None = None
    second: UUID | None = None
    third: UUID | None = None
    fourth: UUID | None = None
    basis: Basis = Basis.CONSENSUS
    view: UUID | None = None


def _side_by_side(rows: Sequence[Sequence[StudyPassage]]) -> list[Sequence[StudyPassage]]:
    """Return the passages of codes that overlap those of a later one of these, and what each code holds that overlaps none of another."""
    several: dict[str, StudyPassage] = {}
    there: set[str] = set()
    for first, second in combinations(rows, 2):
        several |= {row.key: row for row in overlapping(first, second)}
        there |= {row.key for row in overlapping(second, first)}
    there |= several.keys()
    return [[*several.values()], *([row for row in own if row.key not in there] for own in rows)]


@page(blueprint, "/projects/<uuid:project>/theory/compare", Permission.CODINGS_VIEW, tab="theory")
def theory_compare(access: Access, project: UUID, query: Compared) -> str:
    """Show the passages that several of the codes hold, then those of each alone."""
    read = found(db(), access, query.basis, query.view)
    study = read.study
    known = [code for level in reversed(ABOVE_LABELS) for code in study.codes(level)]
    ids = {code.id for code in known}
    concepts = [code.id for code in study.codes(Level.CONCEPT)]
    asked = (query.first, query.second, query.third, query.fourth)
    chosen = [*dict.fromkeys(str(code) for code in asked if str(code) in ids)]
    pair = chosen if len(chosen) > 1 else [*chosen, *(code for code in concepts if code not in chosen)][:2]
    lists = _side_by_side([study.of(code) for code in pair]) if len(pair) > 1 else []
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
