"""Where files lie. The only module that knows."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parents[1]


def asset_dir(name: str) -> Path:
    """Return the folder ``name``: inside the package (wheel) or at the top of the checkout."""
    for folder in (PACKAGE / name, CHECKOUT / name):
        if folder.is_dir():
            return folder
    raise RuntimeError(f"{name}/ was not found beside {PACKAGE}: broken install")
