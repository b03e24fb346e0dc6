"""The page of the path model: the figure as it is printed, its elements and relations with what speaks for them."""

from uuid import UUID

from flask import render_template
from markupsafe import Markup

from intercoder.models import CodeState, Level, RelationSort
from intercoder.policy import Permission
from intercoder.reports.path_model import model_figure, model_of, moved, relation_type, stands_for, weight_said
from intercoder.services import relations
from intercoder.services.access import Access
from intercoder.services.elements import ElementRead, elements
from intercoder.services.mapping import mapping
from intercoder.services.relations import RelationRead
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.session import db


@page(blueprint, "/projects/<uuid:project>/model", Permission.THEORY_VIEW, tab="theory", name="model")
def model(access: Access, project: UUID) -> str:
    """Show the model, and to leads what changes it."""
    nodes, related = model_of(db(), access)
    gone = [one for one in elements(db(), access, removed=True) if one.row.removed_at is not None]
    gone_relations = [
        one for one in relations.relations(db(), access, bare=True, removed=True) if not one.between_codes
    ]
    mapped = mapping(db(), project)
    codes = [c.id for c in mapped.codes.values() if c.state is CodeState.ACTIVE and c.level is not Level.LABEL]
    return render_template(
        "project/model.html",
        figure=Markup(model_figure(nodes, related)),  # noqa: S704 - drawn by ourselves, every text escaped
        nodes=[(one, stands_for(one)) for one in nodes],
        related=[(one, relation_type(one), weight_said(one)) for one in related],
        codes=mapped.in_order(codes),
        types=relations.types(db(), access),
        moved=moved(related),
        between=[(one, relation_type(one)) for one in related if one.second.relation is None],
        gone=gone,
        gone_relations=[(one, relation_type(one)) for one in gone_relations],
        element_values=_element_values,
        values_of=relation_values,
    )


def _element_values(one: ElementRead) -> dict[str, object]:
    """Return what the form is filled with that changes an element."""
    row = one.row
    code = str(one.code.id) if one.code and not one.gone else ""
    return {"kind": row.kind, "code": code, "name": row.name, "grouped": row.grouped, "words": row.words}


def relation_values(one: RelationRead) -> dict[str, object]:
    """Return what the form is filled with that changes a relation."""
    row = one.row
    sort = RelationSort.CAUSES if row.sort is RelationSort.OWN else row.sort
    own = str(row.type_id) if row.type_id else ""
    directed = "true" if row.directed else "false"
    return {"sort": sort, "own": own, "directed": directed, "sign": row.sign, "words": row.words}


@page(blueprint, "/relations/<uuid:relation>", Permission.THEORY_VIEW, tab="theory", name="relation")
def relation(access: Access, relation: UUID) -> str:
    """Show a relation with its passages, for and against, by case."""
    one = relations.relation(db(), access, relation)
    return render_template(
        "project/relation.html",
        one=one,
        type=relation_type(one),
        types=relations.types(db(), access),
        values=relation_values(one),
        # Where it ends at a code, its passages are looked at first: there its evidence lies as a rule.
        looked_at=one.second.code.id if one.second.code else None,
        by_case=[(case, *many) for (_, case), many in one.by_case().items()],
    )
