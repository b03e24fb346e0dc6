"""The page that every code leads to: its passages in their context, where they are, and where those of a split code go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from intercoder.language import gettext
from intercoder.policy import Permission
from intercoder.reports.mapping import mapping_notes
from intercoder.services import passages as services
from intercoder.services.access import Access
from intercoder.services.passages import Group, Passage, Passages, Wanted
from intercoder.stats.tree import Level
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.queries import PartQuery
from intercoder.web.session import db

#: passages of one page
PAGE = 50


class Asked(PartQuery):
    """Which passages are wanted, and by what they are put together."""

    group: Group = Group.DOCUMENT
    coder: UUID | None = None
    case: UUID | None = None
    document: UUID | None = None
    round: UUID | None = None
    level: Level | None = None

    @property
    def filtered(self) -> bool:
        """Whether not all passages are wanted."""
        return self.wanted != Wanted(self.group)

    @property
    def wanted(self) -> Wanted:
        """What the service is asked for."""
        return Wanted(self.group, self.coder, self.case, self.document, self.round, self.level)


@page(blueprint, "/codes/<uuid:code>/passages", Permission.CODINGS_VIEW, tab="codebook", name="passages")
def passages(access: Access, code: UUID, query: Asked) -> str | Response:
    """Show the passages of a code; one that counts as another leads to that one's."""
    there = services.passages(db(), access, code, query.wanted, query.part(PAGE))
    counts = there.mapped.map.resolved(there.code.id)
    if counts.code != there.code.id:
        return redirect(url_for("project.passages", code=counts.code))

    def address(**other: object) -> str:
        return url_for("project.passages", code=code, **query.again(cursor=None) | other)

    return render_template(
        "project/passages.html",
        there=there,
        code=there.code,
        marks=there.mapped.looks,
        above=_above(there),
        parts=services.parts(there.mapped, there.code),
        lower=[level for level in Level if level.height <= there.code.level.height],
        asked=query,
        address=address,
        groups=[(name, list(rows)) for name, rows in groupby(there.part.rows, _heading(there, query.group))],
        documents=access.may(Permission.MATERIALS_VIEW),
        edit=access.may(Permission.CODEBOOK_EDIT),
        facets=_facets(there),
        mapping_notes=mapping_notes(there.mapped.number, 0),
    )


def _above(there: Passages) -> list[tuple[str, str]]:
    """Return the names and addresses of the codes above one, the highest first."""
    tree = there.mapped.tree
    path = tree.path(there.code.id)[:0:-1] if there.code.id in tree.parents else ()
    return [(there.mapped.codes[code].name, url_for("project.passages", code=code)) for code in path]


def _heading(there: Passages, group: Group) -> Callable[[Passage], str | None]:
    """Return what passages are put together by: the title, the case or the coder of one."""
    cases = dict(there.cases)
    if group is Group.CASE:
        return lambda p: cases.get(p.layer.case_id) if p.layer.case_id else None
    return lambda p: p.layer.coder if group is Group.CODER else p.layer.title


@dataclass(frozen=True)
class Choice:
    """What the list can be narrowed to, and how many passages it has."""

    id: UUID
    label: str
    count: int


@dataclass(frozen=True)
class Facet:
    """The cases, coders, rounds or documents that a code has passages of; every case, since absence is a finding."""

    name: str
    heading: str
    choices: Sequence[Choice]

    @property
    def present(self) -> int:
        """How many of them have one."""
        return sum(choice.count > 0 for choice in self.choices)


def _facets(there: Passages) -> list[Facet]:
    layers = there.layers
    cases = there.counts(lambda layer: layer.case_id)
    coders = there.counts(lambda layer: layer.coder_id)
    rounds = there.counts(lambda layer: layer.round_id)
    documents = there.counts(lambda layer: layer.document_id)
    people = sorted({(layer.coder, layer.coder_id) for layer in layers})
    numbers = sorted({(layer.round_number, layer.round_id) for layer in layers})
    titles = {layer.document_id: layer.title for layer in layers}
    return [
        Facet("case", gettext("Cases"), [Choice(case, name, cases[case]) for case, name in there.cases]),
        Facet("coder", gettext("Coders"), [Choice(coder, name, coders[coder]) for name, coder in people]),
        Facet(
            "round",
            gettext("Rounds"),
            [Choice(round_, gettext("Round {n}", n=number), rounds[round_]) for number, round_ in numbers],
        ),
        Facet("document", gettext("Documents"), [Choice(d, title, documents[d]) for d, title in titles.items()]),
    ]
