"""Pages of a project: what a lead designs and reads, and what others may see of it."""

from intercoder.web.project import (
    agreement,
    alignment,
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
    "alignment",
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
