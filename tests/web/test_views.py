"""The table of addresses: it is what the modules register, and a view that it does not name rightly lets nobody in."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from intercoder.web.views import Late, Route, table

pytestmark = pytest.mark.sqlite
ROOT = Path(__file__).resolve().parents[2]


def test_the_table_is_what_the_modules_register() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "routes.py"), "check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_row_reads_back_as_it_was_written() -> None:
    rows = list(table())
    assert rows == [Route.read(str(row)) for row in rows]
    assert {"account.entry", "api.codings", "project.overview", "health"} <= {row.module for row in rows}


@pytest.mark.parametrize(
    "wrong",
    [
        Route(("GET",), "/anywhere", "health.healthz", "health"),  # another address
        Route(("GET", "POST"), "/healthz", "health.healthz", "health"),  # a method more
        Route(("GET",), "/healthz", "health.nobody", "health"),  # a view that is not there
        Route(("GET",), "/healthz", "health.healthz", "project.team"),  # another module
    ],
    ids=lambda route: f"{route.address} {route.name} {route.module} {len(route.methods)}",
)
def test_a_view_that_the_table_names_wrongly_lets_nobody_in(app: Flask, wrong: Route) -> None:
    with pytest.raises(LookupError, match="make format"):
        _ = Late(wrong).permission
    app.view_functions["health.healthz"] = Late(wrong)
    app.testing = app.config["PROPAGATE_EXCEPTIONS"] = False
    assert app.test_client().get("/healthz").status_code == 500
