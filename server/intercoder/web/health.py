"""Whether the process lives, whether it can work, and its figures."""

import hmac
import shutil

import sqlalchemy as sa
from flask import Response, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST

from intercoder import schema
from intercoder.config import Settings
from intercoder.db import sqlite_path
from intercoder.errors import NotFound
from intercoder.policy import Permission
from intercoder.services import jobs
from intercoder.web import metrics
from intercoder.web.pages import page
from intercoder.web.session import bearer_token, database, db
from intercoder.web.views import Views

blueprint = Views("health")
LITTLE_DISK = 200 * 2**20


@page(blueprint, "/healthz", Permission.PUBLIC)
def healthz() -> Response:
    """Say that the process answers."""
    return jsonify(status="ok")


@page(blueprint, "/readyz", Permission.PUBLIC)
def readyz() -> tuple[Response, int]:
    """Say whether the database answers, is migrated, and has room; without Redis the server works, only slower."""
    settings: Settings = current_app.extensions["settings"]
    state: dict[str, str] = {}
    try:
        current = schema.current(database())
        state["database"] = "ok"
        state["migrations"] = "ok" if current == schema.head() else "behind"
    except sa.exc.SQLAlchemyError:
        state["database"] = "away"
    path = sqlite_path(settings.database_url)
    folder = path.parent if path is not None else settings.data
    if folder.is_dir():
        state["disk"] = "ok" if shutil.disk_usage(folder).free > LITTLE_DISK else "little"
    ready = all(v == "ok" for v in state.values())
    if settings.redis_url is not None:
        from intercoder.events.redis_bus import answers

        state["redis"] = "ok" if answers(settings.redis_url) else "away"
    degraded = ready and state.get("redis") == "away"
    status = "degraded" if degraded else "ok" if ready else "not ready"
    return jsonify(status=status, **state), 200 if ready else 503


@page(blueprint, "/metrics", Permission.PUBLIC)
def figures() -> Response:
    """Give Prometheus the figures, where a token for it is set and sent; for anybody else there is nothing here."""
    settings: Settings = current_app.extensions["settings"]
    sent = bearer_token()
    if settings.metrics_token is None or sent is None or not _same(sent, settings.metrics_token):
        raise NotFound("not_found", "There is no such thing here, or it is not shared with you.")
    counts = {state.value: number for state, number in jobs.count_by_state(db()).items()}
    return Response(metrics.exposition(counts, database().size()), content_type=CONTENT_TYPE_LATEST)


def _same(sent: str, token: str) -> bool:
    return hmac.compare_digest(sent.encode("utf-8", "surrogateescape"), token.encode())
