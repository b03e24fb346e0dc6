"""/metrics: for nobody by default, without anything personal, and the sum of several processes."""

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from cast import Cast, Client
from intercoder.config import Settings, load_settings
from intercoder.db import Database
from intercoder.errors import InvalidInput
from intercoder.web import metrics
from intercoder.web.app import create_app
from services_up import Redis

pytestmark = pytest.mark.sqlite

TOKEN = "a token for the figures only"


@pytest.fixture
def measured(settings: Settings, database: Database, tmp_path: Path) -> Flask:
    """An application whose figures may be read with a token."""
    made = create_app(
        load_settings(
            {"INTERCODER_DATA": str(tmp_path / "data"), "DATABASE_URL": settings.database_url, "METRICS_TOKEN": TOKEN}
        ),
        database,
    )
    made.testing = True
    return made


def figures(app: Flask) -> dict[tuple[str, ...], float]:
    """Return the figures by name and labels."""
    answer = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    samples = (s for family in text_string_to_metric_families(answer.get_data(as_text=True)) for s in family.samples)
    return {(s.name, *(f"{k}={v}" for k, v in sorted(s.labels.items()))): s.value for s in samples}


@pytest.mark.parametrize(
    "sent", [None, "Bearer ", "Bearer wrong token of some length", "Basic YTpi", f"Bearer {TOKEN} "]
)
def test_without_the_token_there_is_nothing_here(app: Flask, measured: Flask, sent: str | None) -> None:
    headers = {} if sent is None else {"Authorization": sent}
    closed = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert closed.status_code == 404, "no token is set: nobody reads it"
    answer = measured.test_client().get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": "127.0.0.1"})
    assert answer.status_code == (200 if sent == f"Bearer {TOKEN} " else 404)


def test_a_person_with_an_access_token_reads_no_figures(measured: Flask, cast: Cast) -> None:
    for person in ("root", "lena"):
        assert Client(measured, cast.database, cast.people[person]).call("GET", "/metrics").status_code == 404


@pytest.mark.parametrize("token", ["x", "nineteen characters"])
def test_a_short_token_is_refused_at_the_start(tmp_path: Path, token: str) -> None:
    with pytest.raises(InvalidInput, match="METRICS_TOKEN must have at least 20"):
        load_settings({"INTERCODER_DATA": str(tmp_path), "METRICS_TOKEN": token})


def test_requests_are_counted_by_route_and_status(measured: Flask, cast: Cast) -> None:
    lena = Client(measured, cast.database, cast.people["lena"])
    route = "/api/v1/projects/<uuid:project>"
    ok = ("intercoder_requests_total", "method=GET", f"route={route}", "status=200")
    lost = ("intercoder_requests_total", "method=GET", f"route={route}", "status=404")
    took = ("intercoder_request_seconds_count", "method=GET", f"route={route}")
    before = figures(measured)
    lena.get(f"/api/v1/projects/{cast.project}")
    lena.get(f"/api/v1/projects/{cast.project}")
    lena.call("GET", f"/api/v1/projects/{uuid4()}")
    after = figures(measured)
    assert [after.get(k, 0) - before.get(k, 0) for k in (ok, lost, took)] == [2, 1, 3]
    assert after[("intercoder_requests_under_way",)] >= 1, "the one that asks"
    assert after[("intercoder_jobs", "state=done")] == 0
    assert after[("intercoder_database_bytes",)] > 100_000
    assert ("intercoder_open_streams",) in after
    assert ("intercoder_database_connections_in_use",) in after


def test_no_label_names_a_thing_or_a_person_or_what_a_stranger_made_up(measured: Flask, cast: Cast) -> None:
    lena = Client(measured, cast.database, cast.people["lena"])
    lena.get(f"/api/v1/projects/{cast.project}")
    stranger = measured.test_client()
    stranger.get("/invented-by-a-stranger/a")
    stranger.open("/healthz", method="INVENTED")
    stranger.get("/invitations/invented-secret")
    stranger.post("/sign-in", data={"email": "invented@study.example"})
    text = "\n".join(" ".join(key) for key in figures(measured))
    for words in ("invented", "INVENTED", str(cast.project), str(cast.people["lena"].id), "@"):
        assert words not in text
    assert "route=unmatched" in text
    assert "method=other" in text


def test_the_figures_of_several_processes_are_summed_and_the_dead_leave_the_sums(tmp_path: Path) -> None:
    one = (
        "import sys; from intercoder.web import metrics\n"
        "metrics.answered('GET', '/healthz', 200, 0.01); metrics.streams(3); print('ready', flush=True)\n"
        "sys.stdin.read()\n"
        "print(metrics.exposition({'queued': 2}, 5).decode(), flush=True)\n"
    )
    environment = {**os.environ, metrics.SHARED: str(tmp_path)}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", one], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    processes[0].kill()
    processes[0].communicate()
    shown = processes[1].communicate()[0]
    processes[2].communicate()
    assert 'intercoder_requests_total{method="GET",route="/healthz",status="200"} 3.0' in shown
    assert "intercoder_open_streams 6.0" in shown
    assert 'intercoder_jobs{state="queued"} 2.0' in shown


def test_without_redis_the_server_is_ready_and_says_that_it_is_degraded(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    with Redis() as server:
        there = {"INTERCODER_DATA": str(tmp_path), "DATABASE_URL": settings.database_url, "REDIS_URL": server.url}
        app = create_app(load_settings(there), database)
        assert app.test_client().get("/readyz").get_json()["status"] == "ok"
        server.kill9()
        answer = app.test_client().get("/readyz")
        assert (answer.status_code, answer.get_json()["status"], answer.get_json()["redis"]) == (
            200,
            "degraded",
            "away",
        )


def test_a_database_that_is_behind_or_away_is_not_ready(app: Flask, database: Database) -> None:
    import sqlalchemy as sa

    with database.transaction() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()["migrations"]) == (503, "behind")
    assert app.test_client().get("/healthz").status_code == 200
