"""The page of the path model: the figure as it is printed, its elements and relations with what speaks for them."""

from uuid import UUID

from flask import render_template, url_for
from markupsafe import Markup

from intercoder.models import CodeState, Level
from intercoder.policy import Permission
from intercoder.reports.path_model import model_figure, model_of, moved, relation_type, stands_for, weight_said
from intercoder.services import relations
from intercoder.services.access import Access
from intercoder.services.mapping import mapping
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.session import db


@page(blueprint, "/projects/<uuid:project>/model", Permission.THEORY_VIEW, tab="theory", name="model")
def model(access: Access, project: UUID) -> str:
    """Show the model, and to leads what changes it."""
    nodes, related = model_of(db(), access)
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
    )


@page(blueprint, "/relations/<uuid:relation>", Permission.THEORY_VIEW, tab="theory", name="relation")
def relation(access: Access, relation: UUID) -> str:
    """Show a relation with its passages, for and against, by case."""
    one = relations.relation(db(), access, relation)
    return render_template(
        "project/relation.html",
        one=one,
        type=relation_type(one),
        by_case=[(case, *many) for (_, case), many in one.by_case().items()],
        back=url_for("project.model", project=access.project.id),
    )
