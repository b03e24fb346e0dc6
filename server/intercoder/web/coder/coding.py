"""The coding page: one document of a round, the coder's own layer and nobody else's."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from intercoder.language import gettext
from intercoder.models import AnchorKind, AssignmentState
from intercoder.policy import Permission
from intercoder.services import coding, layers, materials
from intercoder.services.access import RoundAccess
from intercoder.text.units import units_of
from intercoder.web.coder.blueprint import blueprint
from intercoder.web.coder.coding_view import blocks, page_data
from intercoder.web.pages import page
from intercoder.web.session import db


@page(blueprint, "/rounds/<uuid:round>/documents/<uuid:document>/code", Permission.CODINGS_VIEW)
def code(access: RoundAccess, document: UUID) -> str:
    """Return the page; after submission or close it can only be read."""
    assignment = layers.own_assignment(db(), access, document)
    revision = materials.get_revision(db(), access.project.id, assignment.revision_id)
    readonly = assignment.state is AssignmentState.SUBMITTED or not access.may(Permission.CODE)
    codes, codings = layers.round_codes(db(), access), layers.own_codings(db(), assignment)
    units = units_of(revision.text, access.round.unit)
    own = layers.own_round_assignments(db(), access)
    parts = blocks(revision.text, materials.anchors_of(db(), revision.id, (AnchorKind.TURN, AnchorKind.HEADING)))
    return render_template(
        "coder/coding.html",
        round=access.round,
        document=revision.document,
        assignment=assignment,
        blocks=parts,
        readonly=readonly,
        own=own,
        counts=layers.own_counts(db(), [a.id for a in own]),
        codes=codes,
        following=layers.next_to_code(own, document),
        data=page_data(access, assignment, units, codes, codings, title=revision.document.title, readonly=readonly),
    )


@page(blueprint, "/rounds/<uuid:round>/documents/<uuid:document>/submit", Permission.CODE, methods=("POST",))
def submit(access: RoundAccess, round: UUID, document: UUID) -> Response:
    """Lock the layer and go on to the next document, or to the desk when it was the last."""
    coding.submit(db(), access, document)
    own = layers.own_round_assignments(db(), access)
    title = next(a.document.title for a in own if a.document_id == document)
    following = layers.next_to_code(own, document)
    flash(gettext("“{title}” is submitted.", title=title), "good")
    if following is None:
        return redirect(url_for("desk.desk"))
    return redirect(url_for("coder.code", round=round, document=following.document_id))
