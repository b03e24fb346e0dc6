"""The coding page: one document of a round, the coder's own layer and nobody else's."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from pydantic_core import to_json
from werkzeug.wrappers import Response

from intercoder.language import gettext
from intercoder.models import AssignmentState, Unit
from intercoder.policy import Permission
from intercoder.services import coding, layer_history, layers, materials, own_documents, own_labels
from intercoder.services.access import RoundAccess
from intercoder.services.coding import Submission
from intercoder.services.missing_units import said_of_units
from intercoder.services.units import units_of
from intercoder.text.pinyin import readings
from intercoder.web import forgery
from intercoder.web.coder.blueprint import blueprint
from intercoder.web.coder.coding_view import (
    Earlier,
    OwnWork,
    code_columns,
    layer_columns,
    page_data,
    text_columns,
    unit_columns,
)
from intercoder.web.coder.text import shown_text
from intercoder.web.kept import kept
from intercoder.web.pages import page
from intercoder.web.session import db


@page(blueprint, "/rounds/<uuid:round>/documents/<uuid:document>/code", Permission.CODINGS_VIEW)
def code(access: RoundAccess, document: UUID) -> str:
    """Return the page; after submission or close it can only be read."""
    assignment = layers.own_assignment(db(), access, document)
    readonly = assignment.state is AssignmentState.SUBMITTED or not access.may(Permission.CODE)
    own = own_documents.own_documents(db(), access)
    place = next(k for k, a in enumerate(own) if a.id == assignment.id)
    title = own[place].title
    return render_template(
        "coder/coding.html",
        round=access.round,
        title=title,
        assignment=assignment,
        text=shown_text(access, assignment.revision_id),
        readonly=readonly,
        own=own,
        place=place,
        counts=own_documents.own_counts(db(), [a.id for a in own]),
        data=page_data(
            access,
            assignment,
            units_of(db(), assignment.revision_id, access.round.unit),
            title=title,
            readonly=readonly,
        ),
    )


#: another one where the columns of a layer or of the codes change: what browsers keep holds no more
_SHAPE = 5
_CODE = "/rounds/<uuid:round>/documents/<uuid:document>/code"


@page(blueprint, f"{_CODE}/codes", Permission.CODINGS_VIEW)
def codes(access: RoundAccess, document: UUID) -> Response:
    """Return the codes of the page by column."""
    layers.own_assignment(db(), access, document)
    return kept(
        access,
        (_SHAPE, layers.codes_then(db(), access)),
        lambda: to_json(code_columns(layers.round_codes(db(), access))),
    )


@page(blueprint, f"{_CODE}/layer", Permission.CODINGS_VIEW)
def layer(access: RoundAccess, document: UUID) -> Response:
    """Return the coder's own codings of the page by column, and what else is theirs there."""
    assignment = layers.own_assignment(db(), access, document)

    def make() -> bytes:
        own, said = layers.own_layer(db(), assignment.id), said_of_units(db(), assignment.id)
        return to_json(layer_columns(access.actor.id, own, said, assignment.memo))

    return kept(access, (_SHAPE, assignment.id, layers.changes_of_layer(db(), assignment.id), assignment.memo), make)


@page(blueprint, f"{_CODE}/own", Permission.CODINGS_VIEW)
def own(access: RoundAccess, document: UUID) -> Response:
    """Return the coder's own labels with their uses in other documents, and the last act on them that can be taken back."""
    layers.own_assignment(db(), access, document)
    labels = own_labels.own_labels(db(), access, without=document)
    return Response(to_json(OwnWork.of(labels, own_labels.own_acts(db(), access))), mimetype="application/json")


@page(blueprint, f"{_CODE}/history", Permission.CODINGS_VIEW)
def history(access: RoundAccess, document: UUID) -> Response:
    """Return what the coder did in the document and still stands, so that it can be taken back on another day too."""
    assignment = layers.own_assignment(db(), access, document)
    return Response(to_json(Earlier.of(layer_history.history(db(), assignment.id))), mimetype="application/json")


@page(blueprint, f"{_CODE}/units", Permission.CODINGS_VIEW)
def units(access: RoundAccess, document: UUID) -> Response:
    """Return the sentences of the text by column: they are numbered, and a coder of free spans goes through them."""
    assignment = layers.own_assignment(db(), access, document)

    def make() -> bytes:
        return to_json(unit_columns(units_of(db(), assignment.revision_id, Unit.SENTENCE)))

    return kept(access, (assignment.revision_id, Unit.SENTENCE), make)


@page(blueprint, f"{_CODE}/text", Permission.CODINGS_VIEW)
def text(access: RoundAccess, document: UUID) -> Response:
    """Return the paragraphs of the text and where each begins: what Find looks through from another document."""
    assignment = layers.own_assignment(db(), access, document)

    def make() -> bytes:
        return to_json(text_columns(materials.get_revision(db(), access.project.id, assignment.revision_id).text))

    return kept(access, (assignment.revision_id,), make)


@page(blueprint, f"{_CODE}/pinyin", Permission.CODINGS_VIEW)
def pinyin(access: RoundAccess, document: UUID) -> Response:
    """Return how the characters of the text are read: what Find finds them by."""
    assignment = layers.own_assignment(db(), access, document)

    def make() -> bytes:
        return to_json(readings(materials.get_revision(db(), access.project.id, assignment.revision_id).text))

    return kept(access, (assignment.revision_id,), make)


@page(blueprint, f"{_CODE}/me", Permission.CODINGS_VIEW)
def me(access: RoundAccess) -> Response:
    """Return who is signed in now, with a token for what this person sends."""
    return Response(to_json({"me": access.actor.id, "csrf": forgery.token()}), mimetype="application/json")


@page(blueprint, "/rounds/<uuid:round>/documents/<uuid:document>/submit", Permission.CODE, methods=("POST",))
def submit(access: RoundAccess, round: UUID, document: UUID, query: Submission) -> Response:
    """Lock the layer and go on to the next document, or to the desk when it was the last."""
    coding.submit(db(), access, document, query)
    own = own_documents.own_assignments(db(), access.actor.id, access.project.id)
    stretches = [stretch.assignments for stretch in own_documents.interleaved(own)]
    stretch, done = next((s, a) for s in stretches for a in s if (a.round_id, a.document_id) == (round, document))
    title = done.title
    following = own_documents.next_to_code(stretch, done.id)
    flash(gettext("“{title}” is submitted.", title=title), "good")
    if following is None:
        return redirect(url_for("desk.desk"))
    return redirect(url_for("coder.code", round=following.round_id, document=following.document_id))
