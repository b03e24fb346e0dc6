"""Pages of the people who run the server."""

from intercoder.web.admin import instance
from intercoder.web.admin.blueprint import blueprint

__all__ = ["blueprint", "instance"]
