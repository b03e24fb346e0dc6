"""Pages of an account: signing in, setting up, invitations, own tokens and sessions."""

from intercoder.web.account import entry, own
from intercoder.web.account.blueprint import blueprint
from intercoder.web.account.guard import hashes_a_password

__all__ = ["blueprint", "entry", "hashes_a_password", "own"]
