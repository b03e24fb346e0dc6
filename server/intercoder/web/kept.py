"""Resources that the browser keeps for the person and asks about each time: they are sent again only when they changed."""

import hashlib
from collections.abc import Callable
from importlib.metadata import version

from flask import Response, request

from intercoder.services.access import RoundAccess

#: kept by this browser alone, and never shown without asking whether it still holds
OWN = "private, no-cache"


def kept(access: RoundAccess, then: tuple[object, ...], make: Callable[[], bytes]) -> Response:
    """Return JSON of this person, or 304 where the browser has it already; ``then`` differs as soon as the content does."""
    said = repr((version("intercoder"), access.actor.id, request.path, then))
    tag = hashlib.sha256(said.encode()).hexdigest()[:32]
    known = request.if_none_match.contains_weak(tag)
    response = Response(status=304) if known else Response(make(), mimetype="application/json")
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = OWN
    return response
