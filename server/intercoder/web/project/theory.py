"""The pages of what a study has found: tables of coding, matrices, and the passages that a cell opens."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from flask import render_template, url_for
from markupsafe import Markup
from pydantic import Field

from intercoder.language import LANGUAGES, gettext
from intercoder.models import CodeState, Level, Role
from intercoder.policy import Permission
from intercoder.reports.exports.kinds import Names
from intercoder.reports.exports.registry import export_called
from intercoder.reports.path_model import relation_type
from intercoder.reports.theory import matrices as words
from intercoder.reports.theory.chapters import outline
from intercoder.reports.theory.coding_process import CodingProcess, coding_process
from intercoder.reports.theory.found import TABLES, Found, found, table_called
from intercoder.reports.theory.matrices import Counts
from intercoder.reports.theory.parts import Written
from intercoder.reports.theory.quoted import said_of
from intercoder.reports.theory.structure import left_out, moved_since, structure_leaves, structure_svg
from intercoder.reports.theory.tables import basis_word
from intercoder.services import made_files, passage_views
from intercoder.services.access import Access
from intercoder.services.categories import negative_cases, properties
from intercoder.services.matrices import Across, matrix
from intercoder.services.members import members
from intercoder.services.passage_queries import chosen
from intercoder.services.quotable import quotable
from intercoder.services.relations import RelationRead, relations
from intercoder.services.study_tallies import Basis
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.project.exports import made_of
from intercoder.web.queries import Query
from intercoder.web.session import db
from intercoder.web.theory_asked import OfMatrix, OfPassages, OfTable

#: passages of one page of them
PAGE = 25
#: rows and columns of a matrix that a page shows; a file holds all
LARGEST = 60


class StructureAsked(Query):
    """Whether the figure is drawn in the colours of the project."""

    coloured: bool = False


@page(blueprint, "/projects/<uuid:project>/theory/structure", Permission.CODINGS_VIEW, tab="theory")
def theory_structure(access: Access, project: UUID, query: StructureAsked) -> str:
    """Show the figure of the data structure as it is printed, and what moved in it since the latest version of the codebook."""
    study = found(db(), access).study
    leaves = structure_leaves(study, coloured=query.coloured)
    version, moved = moved_since(db(), project)
    return render_template(
        "project/theory_structure.html",
        asked=query,
        version=version,
        moved=moved,
        address=_again("project.theory_structure", project, query),
        svg=Markup(structure_svg(leaves)) if leaves else "",  # noqa: S704 - drawn by ourselves, every word of it escaped
        loose=left_out(study),
    )


class TableAsked(OfTable, Query):
    """Which table, of whose work, and whether all of it."""


@page(blueprint, "/projects/<uuid:project>/theory/tables", Permission.CODINGS_VIEW, tab="theory")
def theory_tables(access: Access, project: UUID, query: TableAsked) -> str:
    """Show a table of coding as papers print it; every number and name opens its passages."""
    read = found(db(), access, query.basis, query.view)
    shown = table_called(read, query.table, whole=query.whole, construct=str(query.of or "") or None)
    return render_template(
        "project/theory_tables.html",
        asked=query,
        shown=shown,
        views=passage_views.views(db(), access),
        tables=[(name, title()) for name, title in TABLES.items()],
        constructs=read.study.codes(Level.CONSTRUCT),
        empty=not read.study.rows,
        address=_again("project.theory_tables", project, query),
        opens=_opener(project, query.basis),
    )


class MatrixAsked(OfMatrix, Query):
    """Which matrix: the codes of which level by what, down to which level, and what its cells count."""

    level: Literal[Level.CONSTRUCT, Level.THEME, Level.CONCEPT] = Level.CONSTRUCT
    counts: Counts = Counts.PASSAGES

    @property
    def beside(self) -> dict[str, object]:
        """What the address of a cell of codes by one another asks besides."""
        return {"near": self.near, "sequence": self.sequence} if self.across is Across.CODE else {}


@dataclass(frozen=True)
class Shown:
    """A cell as the page shows it: a number in a band of the heat that opens its passages, or why there is none."""

    said: str
    band: int = 0
    why: str = ""
    url: str = ""


@page(blueprint, "/projects/<uuid:project>/theory/matrices", Permission.CODINGS_VIEW, tab="theory")
def theory_matrices(access: Access, project: UUID, query: MatrixAsked) -> str:
    """Show a matrix of codes; an empty cell says why it is empty, every other one opens its passages."""
    read = found(db(), access, query.basis, query.view)
    own = [source.name for source in read.described.sources]
    there = matrix(read.study, query.level, query.across, own=own, down_to=query.lowest, together=query.together)
    heat = words.heat(there, query.counts)
    opens = _opener(project, query.basis)

    def cell(row: str, column: str) -> Shown:
        held = there.cells[row, column]
        at = next(r for r in there.rows if r.code.id == row) if query.counts is Counts.SHARE else there.rows[0]
        value = words.value_of(held, at, query.counts)
        if value is None:
            assert held.nothing is not None
            return Shown(words.nothing_said(held.nothing), why=held.nothing.value)
        url = opens(
            row, **{query.across.value if query.across is not Across.CODE else "beside": column}, **query.beside
        )
        return Shown(words.said(value, query.counts), heat.band(value), url=url)

    return render_template(
        "project/theory_matrices.html",
        asked=query,
        there=there,
        views=passage_views.views(db(), access),
        title=words.title(there),
        name=words.column_name,
        holds=words.code_cells(there.together),
        cell=cell,
        heat=[(band, said) for band, said in words.legend(heat, query.counts) if said],
        many=len(there.rows) > LARGEST or len(there.columns) > LARGEST,
        largest=LARGEST,
        marks=read.study.mapped.looks,
        empty=not read.study.rows,
        basis=basis_word(read.study),
        address=_again("project.theory_matrices", project, query),
        opens=opens,
    )


class PassagesAsked(OfPassages, Query):
    """Which passages; for which relation, or for which property or negative case, evidence is looked for."""

    relation: UUID | None = None
    #: as its address says it
    shows: Annotated[str, Field(max_length=60)] | None = None


@page(blueprint, "/projects/<uuid:project>/theory/passages", Permission.CODINGS_VIEW, tab="theory")
def theory_passages(access: Access, project: UUID, query: PassagesAsked) -> str:
    """Show the passages that a cell stands for, cited as the project cites."""
    read = found(db(), access, query.basis, query.view)
    rows = chosen(db(), access, read.study, query.wanted)
    part = rows[(query.number - 1) * PAGE : query.number * PAGE]
    codes = read.study.mapped.codes
    return render_template(
        "project/theory_passages.html",
        asked=query,
        tally=read.study.tally(rows),
        part=said_of(db(), read, part),
        quoted=quotable(db(), access, read.study, part),
        related=related_of(access),
        of_relation=str(query.relation or ""),
        shows=shown_of(access),
        of_shows=query.shows or "",
        first=(query.number - 1) * PAGE + 1,
        pages=(len(rows) + PAGE - 1) // PAGE,
        codes=codes,
        marks=read.study.mapped.looks,
        all_codes=[c for level in (Level.CONSTRUCT, Level.THEME, Level.CONCEPT) for c in read.study.codes(level)],
        study=read.study,
        views=passage_views.views(db(), access),
        coders=[(one.user_id, one.user.name) for one in members(db(), project) if Role.CODER in one.roles],
        kinds=read.kinds,
        attributes=sorted({name for source in read.study.sources.values() for name in source.attributes}),
        named={"code": _name(read, query.code), "beside": _name(read, query.beside)},
        address=_again("project.theory_passages", project, query),
    )


def related_of(access: Access) -> list[tuple[RelationRead, str]]:
    """Return the relations that a passage can be put to, with their types; nothing for whoever may not."""
    if not access.may(Permission.THEORY_EDIT):
        return []
    return [(one, relation_type(one)) for one in relations(db(), access, bare=True)]


def shown_of(access: Access) -> list[tuple[str, str]]:
    """Return the properties and negative cases that a passage can be put to: their addresses and what they are called."""
    if not access.may(Permission.THEORY_EDIT):
        return []
    made = [
        (
            f"properties/{one.row.id}",
            f"{one.code.name} · {one.row.name}{f' ({one.dimension})' if one.dimension else ''}",
        )
        for one in properties(db(), access, bare=True)
    ]
    negative = gettext("Negative cases")
    noted = negative_cases(db(), access, bare=True)
    return made + [(f"negative-cases/{one.row.id}", f"{one.code.name} · {negative} · {one.case}") for one in noted]


def _name(read: Found, code: UUID | None) -> str:
    """Return what a code is called that stands in the study: that of a coder's own label of an open round is nobody else's to know."""
    known = read.study.mapped.codes.get(str(code)) if code else None
    told = known and (known.state is CodeState.ACTIVE or known.id in read.study.by_label)
    return known.name if known and told else ""


def _again(endpoint: str, project: UUID, query: Query) -> Callable[..., str]:
    """Return what gives the address of the same page asked otherwise."""

    def address(**other: object) -> str:
        return url_for(endpoint, project=project, **query.again(**other))

    return address


def _opener(project: UUID, basis: Basis) -> Callable[..., str]:
    """Return what gives the address of the passages of a code."""

    def opens(code: str, **more: object) -> str:
        asked: dict[str, Any] = {"basis": basis.value} if basis is not Basis.CONSENSUS else {}
        return url_for("project.theory_passages", project=project, code=code, **asked | more)

    return opens


@page(blueprint, "/projects/<uuid:project>/theory/pack", Permission.CODINGS_VIEW, tab="theory")
def theory_pack(access: Access, project: UUID) -> str:
    """Show the chapters of the manuscript pack, what is left out and why, and make it."""
    told = Written(db(), access, found(db(), access), Names.REAL)
    export = export_called("pack")
    mine = made_files.mine(db(), access)
    return render_template(
        "project/theory_pack.html",
        chapters=outline(told),
        process=_leading(access, coding_process(told)),
        made=[file for job in mine if (file := made_of(job, export, project))],
        languages=LANGUAGES,
    )


def _leading(access: Access, made: CodingProcess) -> list[tuple[str, int, str]]:
    """Return the numbers of the coding process: what each counts, and the address of the list behind it; empty where it is not to be read."""
    project = access.project.id
    passages = url_for("project.theory_passages", project=project)
    opened, axial = (
        url_for("project.theory_tables", project=project, table=name) for name in ("open_coding", "axial_coding")
    )
    log = url_for("project.log", project=project, group="codebook") if access.may(Permission.LOG_VIEW) else ""
    return [
        (gettext("Codings"), made.codings, passages),
        (gettext("Passages"), made.passages, passages),
        (gettext("Labels applied"), made.labels, opened),
        (gettext("Concepts"), made.concepts, opened),
        (gettext("Themes"), made.themes, axial),
        (gettext("Constructs"), made.constructs, url_for("project.theory_structure", project=project)),
        (gettext("Times that codes were merged"), made.merges, log),
        (gettext("Versions"), made.versions, url_for("project.codebook", project=project)),
    ]
