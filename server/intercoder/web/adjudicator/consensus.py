"""The page of the consensus: what stands in a document, on what ground, and what is undecided."""

from typing import Annotated
from uuid import UUID

from flask import render_template, url_for
from pydantic import Field

from intercoder.policy import Permission
from intercoder.reports.mapping import mapping_notes
from intercoder.services.access import RoundAccess
from intercoder.services.consensus import consensus_by_document
from intercoder.services.consensus_text import Ground, Wanted, consensus_text
from intercoder.services.overruled import overruled
from intercoder.web.adjudicator.blueprint import blueprint
from intercoder.web.pages import page
from intercoder.web.queries import Query
from intercoder.web.session import db


class ConsensusAsked(Query):
    """Whose consensus, the first document's when none is named; of which code and ground; at which place of the text."""

    document: UUID | None = None
    code: UUID | None = None
    ground: Ground | None = None
    at: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    part: Annotated[int, Field(ge=0, le=100_000)] = 0


@page(blueprint, "/rounds/<uuid:round>/consensus", Permission.DISAGREEMENTS_VIEW, tab="adjudication")
def consensus(access: RoundAccess, query: ConsensusAsked) -> str:
    """Return the consensus in the text of a document, a part at a time."""
    documents = consensus_by_document(db(), access)
    current = next((s for s in documents if s.document_id == query.document), documents[0] if documents else None)
    wanted = Wanted(query.code, query.ground)

    def address(**other: object) -> str:
        asked = query.again(at=None, part=None, document=current.document_id if current else None) | other
        return url_for("adjudicator.consensus", round=access.round.id, **asked)

    return render_template(
        "adjudicator/consensus.html",
        documents=documents,
        current=current,
        shown=consensus_text(db(), access, current.document_id, wanted, query.at, query.part) if current else None,
        asked=query,
        grounds=Ground,
        address=address,
        overruled=overruled(db(), access),
        mapping_notes=mapping_notes(access.round.compared_mapping, 0),
    )
