"""How many documents to plan for: before the study, by assumptions that are said."""

from uuid import UUID

from flask import render_template
from pydantic import Field

from intercoder.policy import Permission
from intercoder.services.access import Access
from intercoder.services.document_plan import document_plan as planned
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.queries import Query


class Assumed(Query):
    """What is assumed, in percent as people type it."""

    prevalence: float = Field(default=10, gt=0, le=100)
    probability: float = Field(default=80, gt=0, lt=100)
    instances: int = Field(default=2, ge=1, le=100)
    codes: int = Field(default=30, ge=1, le=5000)


@page(blueprint, "/projects/<uuid:project>/saturation/plan", Permission.SATURATION_VIEW, tab="saturation")
def document_plan(access: Access, project: UUID, query: Assumed) -> str:
    """What three ways of planning ask for, and what is quoted from others."""
    plan = planned(query.prevalence / 100, query.probability / 100, query.instances, query.codes)
    return render_template("project/document_plan.html", asked=query, plan=plan)
