"""Whether the process lives, and whether it can work."""

import shutil

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, jsonify

from intercoder import schema
from intercoder.db import sqlite_path
from intercoder.policy import Permission
from intercoder.web.pages import page
from intercoder.web.session import database

blueprint = Blueprint("health", __name__)
LITTLE_DISK = 200 * 2**20


@page(blueprint, "/healthz", Permission.PUBLIC)
def healthz() -> Response:
    """Say that the process answers."""
    return jsonify(status="ok")


@page(blueprint, "/readyz", Permission.PUBLIC)
def readyz() -> tuple[Response, int]:
    """Say whether the database answers, is migrated, and has room."""
    state: dict[str, str] = {}
    try:
        current = schema.current(database())
        state["database"] = "ok"
        state["migrations"] = "ok" if current == schema.head() else "behind"
    except sa.exc.SQLAlchemyError:
        state["database"] = "away"
    path = sqlite_path(current_app.extensions["settings"].database_url)
    if path is not None:
        state["disk"] = "ok" if shutil.disk_usage(path.parent).free > LITTLE_DISK else "little"
    ready = all(v == "ok" for v in state.values())
    return jsonify(status="ok" if ready else "not ready", **state), 200 if ready else 503
