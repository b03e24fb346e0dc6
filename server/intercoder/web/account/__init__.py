"""Pages of an account: signing in, setting up, invitations, own tokens and sessions."""

from intercoder.web.account import entry, own
from intercoder.web.account.blueprint import blueprint
from intercoder.web.account.entry import limit_attempts

__all__ = ["blueprint", "entry", "limit_attempts", "own"]
