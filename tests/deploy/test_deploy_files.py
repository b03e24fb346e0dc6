"""The files of deploy/ pass the checkers of the programs that read them, and those checkers can say no."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from services_up import Redis
from waiting import PATIENCE, until

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PROGRAMS = Path(sys.executable).parent
SERVICES = (
    "intercoder-web.service",
    "intercoder-worker.service",
    "intercoder-backup.service",
    "intercoder-remind.service",
)
UNITS = (*SERVICES, "intercoder-backup.timer", "intercoder-remind.timer")
LONG_RUNNING = {"database", "redis", "web", "worker", "proxy"}


def run(
    folder: Path, *command: str | Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a checker in ``folder`` with a home of its own and no setting of this machine."""
    clean = {"PATH": os.environ["PATH"], "HOME": str(folder), **(environment or {})}
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def change(file: Path, old: str, new: str) -> None:
    """Replace ``old``, which must be there, in ``file``."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of deploy/ whose .env is the example, with the blank that the README tells people to fill."""
    copy = tmp_path / "deploy"
    shutil.copytree(DEPLOY, copy, ignore=shutil.ignore_patterns(".env", "backups"))
    shutil.copy(copy / ".env.example", copy / ".env")
    change(copy / ".env", "\nPOSTGRES_PASSWORD=\n", "\nPOSTGRES_PASSWORD=0123456789abcdef\n")
    return copy


def compose(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(folder, PROGRAMS / "docker-compose", "config", *arguments)


def composed(folder: Path) -> dict[str, Any]:
    """Return the composition as Compose itself reads it, every profile included."""
    done = run(folder, PROGRAMS / "docker-compose", "--profile", "*", "config", "--format", "json")
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_compose_accepts_the_file_with_the_example_settings(folder: Path) -> None:
    done = compose(folder, "--quiet")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("condition: service_healthy}", "condition: service_healthyy}", "depends_on.database.condition"),
        ("database: {condition", "databse: {condition", "databse"),
        ("- data:/data", "- dta:/data", "dta"),
        ("  init: true", "  innit: true", "innit"),
    ],
)
def test_compose_rejects_a_broken_copy(folder: Path, old: str, new: str, complaint: str) -> None:
    change(folder / "compose.yaml", old, new)
    done = compose(folder, "--quiet")
    assert done.returncode != 0
    assert complaint in done.stderr


@pytest.mark.parametrize("name", ["POSTGRES_PASSWORD", "PUBLIC_URL"])
def test_a_setting_that_must_be_filled_in_is_asked_for_by_name(folder: Path, name: str) -> None:
    environment = folder / ".env"
    environment.write_text(re.sub(rf"^{name}=.*$", f"{name}=", environment.read_text(), flags=re.MULTILINE))
    done = compose(folder, "--quiet")
    assert done.returncode != 0
    assert f"Set {name} in .env" in done.stderr


def test_only_the_proxy_can_be_reached_from_outside(folder: Path) -> None:
    services = composed(folder)["services"]
    assert {name for name, service in services.items() if service.get("ports")} == {"proxy"}
    assert composed(folder)["networks"]["inside"]["internal"] is True
    for name in ("database", "redis"):
        assert set(services[name]["networks"]) == {"inside"}
    assert set(services["proxy"]["networks"]) == {"front"}


def test_every_long_running_service_reports_its_health_and_comes_back(folder: Path) -> None:
    services = composed(folder)["services"]
    assert {name for name, service in services.items() if service.get("restart")} == LONG_RUNNING
    for name in LONG_RUNNING:
        assert services[name]["restart"] == "unless-stopped"
        assert services[name]["healthcheck"]["test"][0] == "CMD"


def test_web_and_worker_wait_for_healthy_stores_and_a_migrated_database(folder: Path) -> None:
    services = composed(folder)["services"]
    for name in ("web", "worker"):
        waits = {other: need["condition"] for other, need in services[name]["depends_on"].items()}
        assert waits == {
            "database": "service_healthy",
            "redis": "service_healthy",
            "migrate": "service_completed_successfully",
        }
    assert services["proxy"]["depends_on"]["web"]["condition"] == "service_healthy"


def test_the_application_runs_without_rights_and_on_a_read_only_disk(folder: Path) -> None:
    services = composed(folder)["services"]
    for name in ("web", "worker", "migrate", "backup"):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["security_opt"] == ["no-new-privileges:true"]
        assert not services[name].get("privileged")
    users = re.findall(r"^USER (\S+)", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
    assert users == ["10001:10001"]


def test_data_lives_in_named_volumes(folder: Path) -> None:
    whole = composed(folder)
    assert set(whole["volumes"]) == {"database", "data", "certificates", "proxy"}
    mounts = {
        (name, mount["source"])
        for name, service in whole["services"].items()
        for mount in service.get("volumes", [])
        if mount["type"] == "volume"
    }
    assert {
        ("database", "database"),
        ("web", "data"),
        ("worker", "data"),
        ("proxy", "certificates"),
    } <= mounts


def test_caddy_accepts_the_proxy_file(folder: Path) -> None:
    command = (PROGRAMS / "caddy", "validate", "--adapter", "caddyfile", "--config", "Caddyfile")
    address = {"PUBLIC_URL": "https://coding.example.edu"}
    done = run(folder, *command, environment=address)
    assert done.returncode == 0, done.stderr
    assert '"level":"warn"' not in done.stderr
    change(folder / "Caddyfile", "max_size 64MB", "max_sise 64MB")
    broken = run(folder, *command, environment=address)
    assert broken.returncode != 0
    assert "max_sise" in broken.stderr


def test_hadolint_accepts_the_container_file(folder: Path) -> None:
    done = run(folder, PROGRAMS / "hadolint", "Containerfile")
    assert (done.returncode, done.stdout) == (0, "")
    change(folder / "Containerfile", "WORKDIR /source", "WORKDIR source")
    assert "DL3000" in run(folder, PROGRAMS / "hadolint", "Containerfile").stdout


def test_the_build_context_holds_neither_secrets_nor_tests() -> None:
    lines = (DEPLOY / "Containerfile.dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*", "everything is left out unless named"
    named = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    assert named == {"LICENSE", "README.md", "pyproject.toml", "migrations", "server", "static"}


@pytest.fixture
def units(folder: Path) -> list[Path]:
    """The units of a copy in which the program that they start exists."""
    program = shutil.which("true")
    assert program
    paths = [folder / "systemd" / name for name in UNITS]
    for path in paths:
        path.write_text(path.read_text().replace("/opt/intercoder/bin/intercoder", program))
    return paths


@pytest.mark.skipif(sys.platform != "linux", reason="systemd exists on Linux only")
def test_systemd_accepts_the_units(folder: Path, units: list[Path]) -> None:
    done = run(folder, "systemd-analyze", "verify", *units)
    assert done.returncode == 0, done.stderr
    assert "intercoder" not in done.stderr
    change(units[0], "ProtectHome=yes", "ProtectHome=yess\nProtectHoem=yes")
    broken = run(folder, "systemd-analyze", "verify", *units)
    assert "ProtectHoem" in broken.stderr
    assert "yess" in broken.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="systemd exists on Linux only")
@pytest.mark.parametrize("name", SERVICES)
def test_systemd_rates_the_services_as_well_confined(folder: Path, name: str) -> None:
    check = ("systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager")
    unit = folder / "systemd" / name
    done = run(folder, *check, unit)
    assert done.returncode == 0, done.stdout
    kept = [line for line in unit.read_text().splitlines() if not line.startswith(("Protect", "Private", "System"))]
    unit.write_text("\n".join(kept))
    assert run(folder, *check, unit).returncode != 0


def test_the_services_share_one_account_and_the_files_that_make_it() -> None:
    assert (DEPLOY / "systemd" / "intercoder.sysusers.conf").read_text().splitlines()[-1].startswith("u intercoder ")
    for name in SERVICES:
        lines = (DEPLOY / "systemd" / name).read_text().splitlines()
        assert {"User=intercoder", "Group=intercoder", "StateDirectory=intercoder"} <= set(lines)


def test_the_health_check_of_the_worker_tells_a_living_worker_from_none(folder: Path) -> None:
    command = composed(folder)["services"]["worker"]["healthcheck"]["test"][1:]
    assert command[0] == "python"
    with Redis() as redis:
        setting = {"REDIS_URL": redis.url}
        assert run(folder, sys.executable, *command[1:], environment=setting).returncode == 1
        worker = subprocess.Popen(
            [PROGRAMS / "rq", "worker", "--quiet", "--url", redis.url, "default"],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            until(
                lambda: run(folder, sys.executable, *command[1:], environment=setting).returncode == 0,
                "a living worker is not seen",
                alive=[worker],
            )
        finally:
            worker.terminate()
            worker.wait(PATIENCE)
        assert run(folder, sys.executable, *command[1:], environment=setting).returncode == 1
