"""The page on which many places are ruled on by a rule."""

from typing import Annotated
from uuid import UUID

from flask import render_template
from pydantic import BeforeValidator, Field

from intercoder.errors import IntercoderError
from intercoder.models import DisagreementKind, SettlingRule
from intercoder.policy import Permission
from intercoder.services import bulk_rulings, cards, disagreements, queue_filters
from intercoder.services import consensus as layer
from intercoder.services.access import RoundAccess
from intercoder.web.adjudicator.blueprint import blueprint
from intercoder.web.i18n import explain
from intercoder.web.pages import page
from intercoder.web.queries import Query
from intercoder.web.session import db

#: a choice of a form that nothing was chosen in is sent as nothing
EMPTY = BeforeValidator(lambda value: value or None)


class ManyQuery(Query):
    """Which rule is to be looked at, and for which places."""

    rule: Annotated[SettlingRule | None, EMPTY] = None
    kinds: tuple[DisagreementKind, ...] = ()
    document: Annotated[UUID | None, EMPTY] = None
    codes: tuple[UUID, ...] = ()
    coder: Annotated[UUID | None, EMPTY] = None
    like: Annotated[UUID | None, EMPTY] = None
    least: Annotated[int, Field(ge=2, le=100)] = 2

    @property
    def asked(self) -> bulk_rulings.BulkRulingAsked | None:
        """What the service is asked; None before a rule was chosen."""
        return bulk_rulings.BulkRulingAsked(**self.model_dump()) if self.rule else None


@page(blueprint, "/rounds/<uuid:round>/adjudication/many", Permission.ADJUDICATE, tab="adjudication")
def many(access: RoundAccess, query: ManyQuery) -> str:
    """Choose a rule, see what it would do, rule, and take such an act back."""
    preview, refusal = None, None
    if query.asked is not None:
        try:
            preview = bulk_rulings.preview(db(), access, query.asked)
        except IntercoderError as error:
            refusal = explain(error)
    return render_template(
        "adjudicator/many.html",
        asked=query,
        preview=preview,
        said_before=bulk_rulings.said_at(db(), access, query.like) if query.like and preview else None,
        refusal=refusal,
        coders=queue_filters.coders(db(), access),
        codes=cards.choices(db(), access).codes,
        summary=disagreements.summary(db(), access),
        documents=layer.consensus_by_document(db(), access),
        bulks=bulk_rulings.bulks(db(), access),
    )
