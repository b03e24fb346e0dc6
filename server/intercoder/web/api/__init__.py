"""The JSON API under /api/v1. Importing the modules registers their routes on the blueprint."""

from intercoder.web.api import (
    adjudication,
    agreement,
    code_files,
    codebook,
    codings,
    files,
    jobs,
    log,
    mapping,
    materials,
    members,
    openapi,
    own_labels,
    passwords,
    people,
    rounds,
    saturation,
)
from intercoder.web.api.endpoint import blueprint

__all__ = [
    "adjudication",
    "agreement",
    "blueprint",
    "code_files",
    "codebook",
    "codings",
    "files",
    "jobs",
    "log",
    "mapping",
    "materials",
    "members",
    "openapi",
    "own_labels",
    "passwords",
    "people",
    "rounds",
    "saturation",
]
