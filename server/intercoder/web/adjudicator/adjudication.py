"""The pages of adjudication: compared rounds, the queue, the desk of one disagreement, the consensus."""

from typing import Annotated, Any, Literal
from uuid import UUID

from flask import redirect, render_template, request, url_for
from pydantic import Field
from pydantic_core import to_json
from werkzeug.wrappers import Response

from intercoder.policy import Permission
from intercoder.services import between_rulers, cards, disagreements, masks, queue_filters
from intercoder.services import consensus as layer
from intercoder.services import precedents as before
from intercoder.services.access import RoundAccess
from intercoder.services.lessons import lessons_of
from intercoder.services.neighbours import first_waiting, neighbourhood
from intercoder.services.picking import SHOWN
from intercoder.web.adjudicator import card_view, precedents_view
from intercoder.web.adjudicator.blueprint import blueprint
from intercoder.web.kept import kept
from intercoder.web.pages import page
from intercoder.web.picking import Picked
from intercoder.web.queries import Query
from intercoder.web.session import db


@page(blueprint, "/projects/<uuid:project>/adjudication", Permission.DISAGREEMENTS_VIEW, tab="adjudication")
def adjudication(project: UUID) -> str | Response:
    """The compared rounds with what is open in each; a single one is opened at once."""
    rounds = disagreements.rounds_to_adjudicate(db(), project)
    if len(rounds) == 1:
        return redirect(url_for("adjudicator.queue", round=rounds[0].id))
    counts = disagreements.counts(db(), [r.id for r in rounds])
    return render_template("adjudicator/rounds.html", rounds=rounds, counts=counts)


class Filter(Query, Picked):
    """Which disagreements are in the queue, in what order, and whether the names of the coders are hidden."""

    names: Literal["hidden"] | None = None

    def again(self, **other: object) -> dict[str, Any]:
        """Return what an address needs to ask the same, but for ``other``; nothing of what is usual."""
        asked = {**self.model_dump(exclude_none=True, exclude_defaults=True), **other}
        return {
            name: str(value).lower() if isinstance(value, bool) else value
            for name, value in asked.items()
            if value is not None
        }

    @property
    def filters(self) -> bool:
        """Whether anything narrows the queue."""
        return self.fitting != SHOWN

    @property
    def further(self) -> dict[str, Any]:
        """What of that stands under further filters, as an address says it."""
        return self.again(kind=None, state=None, order=None, alike=None, names=None)


@page(blueprint, "/rounds/<uuid:round>/adjudication", Permission.DISAGREEMENTS_VIEW, tab="adjudication")
def queue(access: RoundAccess, query: Filter) -> str | Response:
    """Open the first disagreement that fits the filters and waits; else say that there is none."""
    first = first_waiting(db(), access, query.fitting, query.order)
    if first is not None:
        return redirect(url_for("adjudicator.card", disagreement=first, **query.again()))
    return render_template(
        "adjudicator/queue.html",
        asked=query,
        summary=disagreements.summary(db(), access),
        documents=layer.consensus_by_document(db(), access),
    )


@page(blueprint, "/rounds/<uuid:round>/adjudication/filters", Permission.DISAGREEMENTS_VIEW, tab="adjudication")
def filters(access: RoundAccess, query: Filter) -> str:
    """Return by what the queue can be narrowed further; the queue and the desk take it from here when it is opened."""
    return render_template(
        "adjudicator/filters.html",
        asked=query,
        offered=queue_filters.offered(db(), access, query.fitting),
        documents=layer.consensus_by_document(db(), access),
    )


@page(blueprint, "/disagreements/<uuid:disagreement>", Permission.DISAGREEMENTS_VIEW, tab="adjudication")
def card(access: RoundAccess, disagreement: UUID, query: Filter) -> str:
    """Return the desk of one disagreement, with its neighbours in the queue."""
    shown = cards.card(db(), access, disagreement)
    around = neighbourhood(db(), access, shown.disagreement, query.fitting, card_view.REACH, query.order)
    sides = card_view.sides(shown)
    said = between_rulers.both_at(db(), access, shown.disagreement)

    own, address_of_own = str(disagreement), url_for("adjudicator.card", disagreement=disagreement, **query.again())

    def address(other: UUID | None) -> str:
        if other is None:
            return url_for("adjudicator.queue", round=shown.disagreement.round_id, **query.again())
        return address_of_own.replace(own, str(other), 1)

    return render_template(
        "adjudicator/card.html",
        card=shown,
        d=shown.disagreement,
        sides=sides,
        asked=query,
        alike=queue_filters.alike_to(db(), shown.disagreement),
        address=address,
        summary=disagreements.summary(db(), access),
        around=around,
        following=address(around.next_open),
        rulings=card_view.rulings(shown, lessons_of(db(), access, [made.ruling.id for made in shown.rulings])),
        data=card_view.page_data(shown, sides, said, url_for("adjudicator.codes", round=shown.disagreement.round_id)),
        said=said,
        may_rule=access.may(Permission.ADJUDICATE),
        masked=masks.hidden(access),
        own_work=card_view.own_work(access),
        here=request.full_path.rstrip("?"),
    )


@page(blueprint, "/disagreements/<uuid:disagreement>/precedents", Permission.DISAGREEMENTS_VIEW, tab="adjudication")
def precedents(access: RoundAccess, disagreement: UUID) -> str:
    """Return how it was ruled before; the desk takes it from here once it is in view."""
    found = before.precedents(db(), access, disagreement)
    voted = before.as_voted(db(), access, disagreement)
    return render_template(
        "adjudicator/precedents.html",
        disagreement=disagreement,
        found=found,
        voted=voted,
        data=precedents_view.data(found, voted),
        may_rule=access.may(Permission.ADJUDICATE),
    )


class Reach(Query):
    """How many characters of the document are shown on each side of a place."""

    reach: Annotated[int, Field(ge=200, le=400_000)] = 1500


@page(blueprint, "/disagreements/<uuid:disagreement>/text", Permission.DISAGREEMENTS_VIEW, tab="adjudication")
def text(access: RoundAccess, disagreement: UUID, query: Reach) -> str:
    """Return the place in its document; the desk takes it from here when somebody wants to read on."""
    shown = cards.expanded(db(), access, disagreement, query.reach)
    return render_template(
        "adjudicator/text.html", disagreement=disagreement, shown=shown, further=min(4 * query.reach, 400_000)
    )


@page(blueprint, "/rounds/<uuid:round>/adjudication/codes", Permission.DISAGREEMENTS_VIEW)
def codes(access: RoundAccess) -> Response:
    """Return the codes that a new ruling may let stand by column."""
    offered = cards.choices(db(), access)
    return kept(access, offered.then, lambda: to_json(card_view.choice_columns(offered.codes)))
