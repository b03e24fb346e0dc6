"""The pages of norming rooms: the rooms of a round, choosing places for a new one, and a room."""

from uuid import UUID

from flask import render_template

from intercoder.models import Role
from intercoder.policy import Permission
from intercoder.reports.norming import before_sentence, figures
from intercoder.services import cards, disagreements, members, normed, norming, queue_filters
from intercoder.services import consensus as layer
from intercoder.services.access import RoundAccess
from intercoder.services.paging import Asked
from intercoder.web.adjudicator.adjudication import Filter
from intercoder.web.adjudicator.blueprint import blueprint
from intercoder.web.pages import page
from intercoder.web.queries import Query
from intercoder.web.session import db

#: places that are offered for a room at once
OFFERED = 50


@page(blueprint, "/rounds/<uuid:round>/norming", Permission.DISAGREEMENTS_VIEW, tab="adjudication", name="norming")
def rooms(access: RoundAccess) -> str:
    """List the rooms of a round."""
    before = [before_sentence(one) for one in normed.before_or_after(db(), access, [access.round.id])]
    return render_template("adjudicator/norming.html", rooms=norming.rooms(db(), access), before=before)


@page(blueprint, "/rounds/<uuid:round>/norming/new", Permission.NORM_HOST, tab="adjudication")
def norming_new(access: RoundAccess, query: Filter) -> str:
    """Choose places by the filters of the queue, tick them, and invite people."""
    found = disagreements.disagreements(db(), access, query.fitting, Asked(None, OFFERED), query.order)
    team = members.members(db(), access.project.id)
    return render_template(
        "adjudicator/norming_new.html",
        asked=query,
        places=found.rows,
        excerpts=disagreements.excerpts(db(), found.rows),
        team=[member for member in team if member.role_set - {Role.OBSERVER}],
        summary=disagreements.summary(db(), access),
        offered=queue_filters.offered(db(), access, query.fitting),
        documents=layer.consensus_by_document(db(), access),
    )


class AtPlace(Query):
    """Which place of the room is looked at; the first when none is named."""

    place: UUID | None = None


@page(blueprint, "/norming/<uuid:norming>", Permission.DISAGREEMENTS_VIEW, tab="adjudication")
def norming_room(access: RoundAccess, norming: UUID, query: AtPlace) -> str:
    """Show a room at one of its places: vote, see who voted, and after the reveal what, and talk."""
    read = normed.read(db(), access, norming)
    at = next((one for one in read.places if one.place.id == query.place), read.places[0])
    around = {one.number: one for one in read.places}
    return render_template(
        "adjudicator/norming_room.html",
        read=read,
        room=read.room,
        at=at,
        before=around.get(at.number - 1),
        after=around.get(at.number + 1),
        context=cards.around(db(), at.place),
        codes={entry.id: entry for entry in cards.choices(db(), access).codes},
        figures=figures(read),
        guest=any(voter.own for voter in read.voters),
        hosts=access.may(Permission.NORM_HOST) and (read.room.host_id == access.actor.id or Role.LEAD in access.roles),
    )
