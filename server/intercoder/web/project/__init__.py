"""Pages of a project: what a lead designs and reads, and what others may see of it."""

from intercoder.web.project import (
    agreement,
    board,
    certificate,
    codebook,
    log,
    materials,
    overview,
    passages,
    recheck,
    rounds,
    saturation,
    team,
)
from intercoder.web.project.blueprint import blueprint

__all__ = [
    "agreement",
    "blueprint",
    "board",
    "certificate",
    "codebook",
    "log",
    "materials",
    "overview",
    "passages",
    "recheck",
    "rounds",
    "saturation",
    "team",
]
