"""The views of the application: a table in ``routes.txt`` says which module has each, and it is loaded when first asked for.

A row has the methods, the address, the name and the module of a view. The rows are written by ``scripts/routes.py`` from
what the modules register with ``page`` and ``endpoint``, and `make lint` compares them. Without the table the modules of all
pages would be loaded at each start: half of its time, and memory for what this server may never show.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import ClassVar

from flask import Flask
from flask.typing import ResponseReturnValue

from intercoder.policy import Permission

View = Callable[..., ResponseReturnValue]
TABLE = Path(__file__).with_name("routes.txt")


@dataclass(frozen=True)
class Route:
    """Where a view is found: by which methods and address, under which name, and in which module of ``intercoder.web``."""

    methods: tuple[str, ...]
    address: str
    name: str
    module: str

    def __str__(self) -> str:
        return "\t".join((",".join(self.methods), self.address, self.name, self.module))

    @classmethod
    def read(cls, row: str) -> "Route":
        """Return the route that a row of the table says."""
        methods, address, name, module = row.split("\t")
        return cls(tuple(methods.split(",")), address, name, module)


class Views:
    """The views of an audience; importing its modules registers them here."""

    #: name with the audience's before it → route and view, of the modules that were loaded
    loaded: ClassVar[dict[str, tuple[Route, View]]] = {}

    def __init__(self, name: str, prefix: str = "") -> None:
        self._name = name
        self._prefix = prefix

    def add(self, view: View, address: str, name: str, methods: Sequence[str]) -> None:
        """Register a view; ``ValueError`` when another has its name."""
        route = Route(tuple(sorted(methods)), self._prefix + address, f"{self._name}.{name}", _below_web(view))
        if route.name in self.loaded:
            raise ValueError(f"two views are called {route.name}")
        self.loaded[route.name] = route, view


class Late:
    """A view whose module is loaded when the view is first asked for. The view itself opens the door, so none is open before."""

    def __init__(self, route: Route) -> None:
        self.route = route

    @cached_property
    def view(self) -> View:
        """The view, which must be the one that the table names: ``LookupError`` otherwise, and nobody comes in."""
        import_module(f"intercoder.web.{self.route.module}")
        route, view = Views.loaded.get(self.route.name, (None, None))
        if view is None or route != self.route:
            raise LookupError(f"routes.txt is not what the modules say of {self.route.name}: make format writes it")
        return view

    def __call__(self, **values: object) -> ResponseReturnValue:
        """Answer a request."""
        return self.view(**values)

    @property
    def permission(self) -> Permission:
        """What the door of the view asks for."""
        return self.view.permission  # type: ignore[attr-defined, no-any-return]

    @property
    def kind(self) -> str | None:
        """The kind of thing whose door is opened."""
        return self.view.kind  # type: ignore[attr-defined, no-any-return]

    @property
    def described(self) -> object:
        """What OpenAPI says of the view; ``AttributeError`` for a page."""
        return self.view.described  # type: ignore[attr-defined]

    @property
    def __wrapped__(self) -> View:
        return self.view


def table() -> Iterator[Route]:
    """Yield the routes of the table."""
    return map(Route.read, TABLE.read_text(encoding="utf-8").splitlines())


def init_app(app: Flask) -> None:
    """Give the application the addresses of all views."""
    for route in table():
        app.add_url_rule(route.address, route.name, Late(route), methods=route.methods)


def _below_web(view: View) -> str:
    return view.__module__.removeprefix("intercoder.web.")
