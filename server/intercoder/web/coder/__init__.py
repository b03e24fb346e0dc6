"""Pages of a coder: the desk and the coding page."""

from intercoder.web.coder import coding, desk
from intercoder.web.coder.blueprint import blueprint

__all__ = ["blueprint", "coding", "desk"]
