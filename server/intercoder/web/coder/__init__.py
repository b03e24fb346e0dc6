"""Pages of a coder: the coding page."""

from intercoder.web.coder import coding
from intercoder.web.coder.blueprint import blueprint

__all__ = ["blueprint", "coding"]
