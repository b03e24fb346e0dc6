"""What is loaded only when it is asked for: names of a package (PEP 562), and what libraries would load for others."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

#: what a server that serves speaks no TLS for: the proxy in front does, and ``mailing``, which is loaded with the first mail.
#: asyncio, http.client, Werkzeug, granian and Prometheus load it, 3 MiB with its library
NO_TLS = ("ssl",)


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


class _Hollow(ModuleType):
    """A module of which every name is nothing."""

    def __getattr__(self, name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)


@contextmanager
def without(*modules: str, hollow: Sequence[str] = ()) -> Iterator[None]:
    """Meanwhile imports find these modules as little as if they were not installed; a module that was loaded before stays.

    For what a library loads where it is there, and does without where it is not. What it loads in any case, though nobody
    here asks of it what it needs it for, is ``hollow`` for it: whoever imports that afterwards gets the module itself.
    """
    instead: dict[str, ModuleType | None] = {**dict.fromkeys(modules), **{name: _Hollow(name) for name in hollow}}
    hidden = instead.keys() - sys.modules.keys()
    sys.modules.update({name: instead[name] for name in hidden})  # type: ignore[misc] # None: not there, for Python too
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
