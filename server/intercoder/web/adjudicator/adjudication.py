"""The pages of adjudication: compared rounds, the queue, the desk of one disagreement, the consensus."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intercoder.models import DisagreementKind, DisagreementState
from intercoder.policy import Permission
from intercoder.services import adjudication as services
from intercoder.services import consensus as layer
from intercoder.services import layers
from intercoder.services.access import Access, RoundAccess
from intercoder.web.access import needs
from intercoder.web.adjudicator import card_view
from intercoder.web.adjudicator.blueprint import blueprint
from intercoder.web.arguments import chosen, identifier
from intercoder.web.pages import at_tab
from intercoder.web.session import db


@blueprint.get("/projects/<uuid:project>/adjudication")
@needs(Permission.DISAGREEMENTS_VIEW, "project")
def adjudication(access: Access, project: UUID) -> str | Response:
    """The compared rounds with what is open in each; a single one is opened at once."""
    at_tab("adjudication")
    found = services.rounds_to_adjudicate(db(), project)
    if len(found) == 1:
        return redirect(url_for("adjudicator.queue", round=found[0].id))
    return render_template("adjudicator/rounds.html", rounds=found, counts=services.counts(db(), [r.id for r in found]))


def _asked() -> dict[str, Any]:
    """Return the filters of the queue, and whether names are hidden, as they stand in the address."""
    return {
        "kind": chosen("kind", ("", *DisagreementKind), "") or None,
        "state": chosen("state", ("", *(s for s in DisagreementState if s is not DisagreementState.VOID)), "") or None,
        "document": identifier("document"),
        "names": chosen("names", ("", "hidden"), "") or None,
    }


def _filtered(access: RoundAccess, asked: dict[str, Any]) -> list[Any]:
    return list(
        services.disagreements(db(), access, kind=asked["kind"], state=asked["state"], document_id=asked["document"])
    )


@blueprint.get("/rounds/<uuid:round>/adjudication")
@needs(Permission.DISAGREEMENTS_VIEW, "round")
def queue(access: RoundAccess, round: UUID) -> str | Response:
    """Open the first disagreement that fits the filters and waits; else say that there is none."""
    at_tab("adjudication")
    asked = _asked()
    found = _filtered(access, asked)
    if found:
        first = next((d for d in found if d.state == "open"), found[0])
        return redirect(url_for("adjudicator.card", disagreement=first.id, **asked))
    return render_template(
        "adjudicator/queue.html",
        asked=asked,
        summary=services.summary(db(), access),
        documents=layer.consensus_by_document(db(), access),
    )


@blueprint.get("/disagreements/<uuid:disagreement>")
@needs(Permission.DISAGREEMENTS_VIEW, "disagreement")
def card(access: RoundAccess, disagreement: UUID) -> str:
    """Return the desk of one disagreement, with its neighbours in the queue."""
    at_tab("adjudication")
    asked = _asked()
    shown = services.card(db(), access, disagreement, kind=asked["kind"], state=asked["state"])
    found = _filtered(access, asked)
    neighbours, first = card_view.window(found, disagreement)
    codes = layers.round_codebook(db(), access.round)
    sides = card_view.sides(shown)

    def address(other: UUID | None) -> str:
        if other is None:
            return url_for("adjudicator.queue", round=shown.disagreement.round_id, **asked)
        return url_for("adjudicator.card", disagreement=other, **asked)

    return render_template(
        "adjudicator/card.html",
        card=shown,
        d=shown.disagreement,
        sides=sides,
        asked=asked,
        address=address,
        summary=services.summary(db(), access),
        documents=layer.consensus_by_document(db(), access),
        neighbours=neighbours,
        first=first,
        total=len(found),
        excerpts=services.excerpts(db(), neighbours),
        following=address(card_view.next_open(found, disagreement)),
        codes=card_view.searchable(codes),
        rulings=card_view.rulings(shown, codes),
        data=card_view.page_data(shown, sides, codes),
        may_rule=access.may(Permission.ADJUDICATE),
        here=request.full_path.rstrip("?"),
    )


@blueprint.get("/rounds/<uuid:round>/consensus")
@needs(Permission.DISAGREEMENTS_VIEW, "round")
def consensus(access: RoundAccess, round: UUID) -> str:
    """Return the consensus layer, one document at a time."""
    at_tab("adjudication")
    documents = layer.consensus_by_document(db(), access)
    wanted = identifier("document")
    current = next((s for s in documents if s.document_id == wanted), documents[0] if documents else None)
    return render_template(
        "adjudicator/consensus.html",
        documents=documents,
        current=current,
        lines=layer.standing(db(), access, current.document_id) if current else [],
    )
