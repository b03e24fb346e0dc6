"""What all pages have: the header with its tabs, the name of the project, the open jobs."""

from dataclasses import dataclass

from flask import Flask, current_app, g, request, url_for
from flask_wtf.csrf import generate_csrf

from intercoder.language import gettext
from intercoder.policy import Permission
from intercoder.services.access import Access
from intercoder.web.session import actor_or_none


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
        ("team", gettext("Team"), "project.team", Permission.MEMBERS_VIEW),
        ("log", gettext("Log"), "project.log", Permission.LOG_VIEW),
    ]
    here = g.get("tab")
    return [
        Tab(name, label, url_for(endpoint, project=project), name == here)
        for name, label, endpoint, permission in places
        if access.may(permission)
        or (access.situation.round_state is not None and name in {"agreement", "adjudication"})
    ]


def at_tab(name: str) -> None:
    """Say which tab the page belongs to."""
    g.tab = name


def init_app(app: Flask) -> None:
    """Give every template what the frame needs."""

    @app.context_processor
    def frame() -> dict[str, object]:
        access = g.get("access")
        return {
            "actor": actor_or_none() if request.endpoint != "static" else None,
            "access": access,
            "project": access.project if access else None,
            "tabs": tabs(access) if access else [],
            "csrf_token": generate_csrf,
            "Permission": Permission,
            "settings": current_app.extensions["settings"],
        }
