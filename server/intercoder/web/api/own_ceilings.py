"""The API of own ceilings: how many characters a coder can take in a project."""

from intercoder.policy import Permission
from intercoder.services import own_ceilings
from intercoder.services.access import Access
from intercoder.services.own_ceilings import CeilingIn
from intercoder.web.api.endpoint import endpoint
from intercoder.web.api.shapes import Out
from intercoder.web.session import db


class CeilingOut(Out):
    """At most so many characters waiting at a time; null: the person has set no limit."""

    characters: int | None


@endpoint("GET", "/projects/<uuid:project>/ceiling", Permission.SHEET_WRITE, tag="members")
def get_own_ceiling(access: Access) -> CeilingOut:
    """How many characters the person who asks can take in the project, as they said."""
    return CeilingOut(characters=own_ceilings.own(db(), access))


@endpoint("PUT", "/projects/<uuid:project>/ceiling", Permission.SHEET_WRITE, tag="members")
def put_own_ceiling(access: Access, body: CeilingIn) -> CeilingOut:
    """Say how many characters one can take, or hours at one's own speed: plans of rounds hold to the characters where a lead sets nothing else."""
    return CeilingOut(characters=own_ceilings.say(db(), access, body))
