"""Pages of an account: signing in, setting up, invitations, own tokens and sessions."""

from intercoder.web.account import entry, own
from intercoder.web.account.blueprint import blueprint

__all__ = ["blueprint", "entry", "own"]
