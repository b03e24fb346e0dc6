"""With nothing configured no connection leaves the machine in the whole run; here, that one would be seen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Error as PageError

from outbound import run
from outbound import sitecustomize as guard
from reliability.serving import PROGRAM
from services_up import LOOPBACK

#: addresses and names that are nobody's (RFC 5737, RFC 3849, RFC 6761)
ELSEWHERE = {
    "connect": "socket.create_connection(('192.0.2.1', 80), 1)",
    "IPv6": "socket.socket(socket.AF_INET6).connect(('2001:db8::1', 80))",
    "a name": "socket.getaddrinfo('intercoder.invalid', 443)",
    "a page": "urllib.request.urlopen('http://intercoder.invalid/')",
    "datagram": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
}


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Notes of this test's own, so that the run does not count what is planted here."""
    monkeypatch.setenv(guard.NOTES, str(tmp_path / "notes"))
    return tmp_path / "notes"


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", f"import socket, urllib.request\n{code}"], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("way", ELSEWHERE)
def test_a_process_that_asks_for_another_machine_is_refused_and_noted(notes: Path, way: str) -> None:
    done = python(ELSEWHERE[way])
    assert "tests open no connection to another machine" in done.stderr
    assert len(run.noted()[1]) == 1


def test_what_the_process_does_with_the_refusal_changes_nothing(notes: Path) -> None:
    assert python(f"try: {ELSEWHERE['a name']}\nexcept OSError: pass").returncode == 0
    assert len(run.noted()[1]) == 1


@pytest.mark.parametrize(
    "address",
    [
        (LOOPBACK, 80),
        ("::1", 80, 0, 0),
        "/run/x.sock",
        b"\0x",
        ("localhost", 1),
        None,
        "127.8.8.8",
        os.uname().nodename,
    ],
)
def test_this_machine_may_be_asked(address: object) -> None:
    assert guard.here(address)


@pytest.mark.parametrize("address", [("192.0.2.1", 80), "intercoder.invalid", ("2001:db8::1", 80, 0, 0), "10.0.0.1"])
def test_another_machine_is_known_by_its_address(address: object) -> None:
    assert not guard.here(address)


def test_the_program_itself_is_watched(notes: Path) -> None:
    subprocess.run([PROGRAM, "--version"], capture_output=True, check=True)
    assert "intercoder --version" in notes.read_text("utf-8")


def test_a_page_that_asks_for_another_machine_gets_nothing_and_is_noted(notes: Path, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    with pytest.raises(PageError, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://intercoder.invalid/")
    context.close()
    assert ["http://intercoder.invalid/" in line for line in run.noted()[1]] == [True]


def test_a_run_in_which_something_was_noted_fails(tmp_path: Path) -> None:
    tests = Path(run.__file__).resolve().parents[1]
    (tmp_path / "test_it.py").write_text(
        "import contextlib, socket\n\n\ndef test_it():\n    with contextlib.suppress(OSError):\n"
        "        socket.getaddrinfo('intercoder.invalid', 443)\n"
    )
    (tmp_path / "conftest.py").write_text((tests / "conftest.py").read_text("utf-8"))
    environment = {k: v for k, v in os.environ.items() if k != guard.NOTES} | {"PYTHONPATH": run.also(tests)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        check=False,
    )
    assert "1 passed" in done.stdout
    assert "1 connections to other machines" in done.stdout
    assert done.returncode == 1
