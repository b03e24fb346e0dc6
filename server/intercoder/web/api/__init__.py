"""The JSON API under /api/v1. Importing the modules registers their routes on the blueprint."""

from intercoder.web.api import codebook, comparison, log, materials, openapi, people, rounds
from intercoder.web.api.endpoint import blueprint

__all__ = ["blueprint", "codebook", "comparison", "log", "materials", "openapi", "people", "rounds"]
