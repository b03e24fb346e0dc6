"""docs/api.md: every command is run against a real server, in order, and prints what the page says."""

import http.cookiejar
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from cast import PASSWORD, password_hash
from intercoder.services import accounts
from services_up import LOOPBACK, free_port
from templates import Templates
from waiting import PATIENCE, until

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
PEOPLE = ("lena", "ai", "bo", "ada")
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


def commands_and_outputs(page: str) -> list[tuple[str, list[str]]]:
    """Return each block of commands with the lines that it must print."""
    examples = []
    for block in _BLOCK.findall(page):
        lines = block.splitlines()
        printed = [line.removeprefix("#>").strip() for line in lines if line.startswith("#>")]
        examples.append(("\n".join(line for line in lines if not line.startswith("#>")), printed))
    return examples


@pytest.fixture
def server(tmp_path: Path, sqlite_templates: Templates) -> Iterator[str]:
    """The address of a server of its own, on which four people have accounts."""
    file = tmp_path / "data" / "intercoder.sqlite3"
    file.parent.mkdir()
    database = sqlite_templates.migrated(file)
    with database.transaction() as session:
        for name in PEOPLE:
            accounts.create_user(session, f"{name}@study.example", name.capitalize(), password_hash())
    database.dispose()
    port = free_port()
    address = f"http://{LOOPBACK}:{port}"
    settings = {"INTERCODER_DATA": str(file.parent), "DATABASE_URL": "", "REDIS_URL": "", "PUBLIC_URL": ""}
    program = [str(Path(sys.executable).with_name("intercoder")), "serve", "--port", str(port)]
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen(program, env={**os.environ, **settings}, stdout=log, stderr=log)
    try:
        until(lambda: is_ready(address), (tmp_path / "server.log").read_text, alive=[process])
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE)


def is_ready(address: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"{address}/readyz", timeout=PATIENCE):
        return True
    return False


def make_token(address: str, email: str) -> str:
    """Return a new token, made as the account page makes it: signed in, with the page's token against forgery."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def csrf(path: str) -> str:
        with browser.open(f"{address}{path}") as page:
            token = _CSRF.search(page.read().decode())
        assert token is not None
        return token[1]

    form = {"email": email, "password": PASSWORD, "csrf_token": csrf("/sign-in")}
    browser.open(f"{address}/sign-in", urllib.parse.urlencode(form).encode()).close()
    request = urllib.request.Request(
        f"{address}/api/v1/tokens",
        json.dumps({"name": "curl", "days": 30}).encode(),
        {"Content-Type": "application/json", "X-CSRFToken": csrf("/account")},
    )
    with browser.open(request) as answer:
        return str(json.load(answer)["token"])


def test_every_command_of_the_page_prints_what_the_page_says(server: str, tmp_path: Path) -> None:
    blocks = commands_and_outputs(PAGE.read_text(encoding="utf-8"))
    assert len(blocks) > 10
    between = "=== next block ==="
    script = f"\necho '{between}'\n".join(commands for commands, _ in blocks)
    assert "http://127.0.0.1:8000" in script
    script = script.replace("http://127.0.0.1:8000", server)
    folder = tmp_path / "work"
    folder.mkdir()
    tokens = {name.upper(): make_token(server, f"{name}@study.example") for name in PEOPLE}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env={**tokens, "PATH": path, "HOME": str(folder), "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
    )
    shown = [[line.strip() for line in part.strip().splitlines()] for part in done.stdout.split(between)]
    assert (done.returncode, done.stderr) == (0, ""), shown[-1]
    assert len(shown) == len(blocks)
    for (commands, expected), printed in zip(blocks, shown, strict=True):
        pattern = "\n".join(re.escape(line).replace("…", ".*") for line in expected)
        assert re.fullmatch(pattern, "\n".join(printed)), f"{commands}\nprinted\n" + "\n".join(printed)
