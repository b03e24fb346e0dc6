"""Names of a package whose modules are loaded when one of them is first asked for (PEP 562)."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def later(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """Return what a package calls ``__getattr__``; ``homes``: module of the package → the names that it has, with spaces between.

    A name is looked up once: from then on it stands in the package. What is in no module raises ``AttributeError``.
    """
    home_of = {name: module for module, names in homes.items() for name in names.split()}

    def look_up(name: str) -> object:
        if name not in home_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = getattr(import_module(f"{package}.{home_of[name]}"), name)
        setattr(sys.modules[package], name, found)
        return found

    return look_up
