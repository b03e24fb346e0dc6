"""What all pages have: how one is registered, and the header with its tabs and the name of the project."""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Flask, current_app, g, request, url_for
from flask.typing import ResponseReturnValue

from intercoder.language import gettext
from intercoder.models.states import STATES
from intercoder.policy import Permission
from intercoder.reports import ColumnKind
from intercoder.reports.numbers import leverage
from intercoder.services.access import Access
from intercoder.web import browser_words, forgery
from intercoder.web.access import arguments
from intercoder.web.session import actor_or_none
from intercoder.web.signature import signature_of
from intercoder.web.views import Views

if TYPE_CHECKING:
    from pydantic import BaseModel


@dataclass(frozen=True)
class Tab:
    """One place of a project that this person may open."""

    name: str
    label: str
    url: str
    current: bool


def tabs(access: Access) -> list[Tab]:
    """Return the places of a project that the person may open, asked from the one table of permissions."""
    project = access.project.id
    places = [
        ("overview", gettext("Overview"), "project.overview", Permission.PROJECT_VIEW),
        ("materials", gettext("Materials"), "project.materials", Permission.MATERIALS_VIEW),
        ("codebook", gettext("Codebook"), "project.codebook", Permission.CODEBOOK_VIEW),
        ("rounds", gettext("Rounds"), "project.rounds", Permission.ROUND_VIEW),
        ("agreement", gettext("Agreement"), "project.agreement", Permission.AGREEMENT_VIEW),
        ("adjudication", gettext("Adjudication"), "adjudicator.adjudication", Permission.DISAGREEMENTS_VIEW),
        ("saturation", gettext("Saturation"), "project.saturation", Permission.SATURATION_VIEW),
        ("information_power", gettext("Information power"), "project.information_power", Permission.PROJECT_VIEW),
        ("theory", gettext("Theory"), "project.theory_tables", Permission.CODINGS_VIEW),
        ("exports", gettext("Export"), "project.exports", Permission.PROJECT_VIEW),
        ("team", gettext("Team"), "project.team", Permission.MEMBERS_VIEW),
        ("log", gettext("Log"), "project.log", Permission.LOG_VIEW),
    ]
    here = g.get("tab")
    return [
        Tab(name, label, url_for(endpoint, project=project), name == here)
        for name, label, endpoint, permission in places
        if (access.may(permission) and (name != "information_power" or access.project.information_power))
        or (access.situation.round_state is not None and name in {"agreement", "adjudication"})
    ]


def page(
    blueprint: Views,
    path: str,
    permission: Permission,
    *,
    tab: str | None = None,
    name: str | None = None,
    methods: Sequence[str] = ("GET",),
) -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]:
    """Register a page; like an endpoint it is its signature, see ``intercoder.web.signature``.

    ``tab`` is the place of the project that it belongs to, ``name`` another name than the view's for ``url_for``.
    """

    def register(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        signature = signature_of(view, path, permission)

        @functools.wraps(view)
        def run(**values: UUID) -> ResponseReturnValue:
            g.tab = tab
            return view(**arguments(signature, values, {"query": _query}))

        run.permission, run.kind = permission, signature.kind  # type: ignore[attr-defined]
        blueprint.add(run, path, name or view.__name__, methods)
        return run

    return register


def _query(model: "type[BaseModel]") -> "BaseModel":
    from intercoder.web.queries import read  # with the first page whose address asks something

    return read(model)


def browser_words_address(language: str, part: str = "parts") -> str:
    """Return where the words of a joined file are, for a page in a language."""
    return url_for("account.words_of_modules", language=language, part=part, v=browser_words.digest(language))


class _Later:
    """A kind that few pages ask for: its module, which no start needs, is loaded with the first of them."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = f"intercoder.{module}", name

    def _kind(self) -> Any:
        return getattr(import_module(self._module), self._name)

    def __getattr__(self, member: str) -> Any:
        return getattr(self._kind(), member)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._kind())


_LATER = {
    "services.coded_units": ("Only", "Order"),
    "services.picking": ("Certainty", "QueueOrder"),
    "services.rulings": ("Force",),
    "stats.agreement.results": ("RemedyKind",),
}


def init_app(app: Flask) -> None:
    """Give every template what the frame needs, and the states that it may ask for."""
    app.jinja_env.globals.update({kind.__name__: kind for kind in (*STATES, ColumnKind)})
    app.jinja_env.globals.update({name: _Later(module, name) for module, names in _LATER.items() for name in names})
    app.jinja_env.filters["leverage"] = leverage
    app.jinja_env.globals["browser_words"] = browser_words_address

    @app.context_processor
    def frame() -> dict[str, object]:
        access = g.get("access")
        return {
            "actor": actor_or_none() if request.endpoint != "static" else None,
            "access": access,
            "project": access.project if access else None,
            "tabs": tabs(access) if access else [],
            "csrf_token": forgery.token,
            "Permission": Permission,
            "settings": current_app.extensions["settings"],
        }
