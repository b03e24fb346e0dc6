"""Taguette as the measure: installed from PyPI into a virtual environment of its own, served on the loopback address."""

import contextlib
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import venv
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from processes import environment_of_peer

from services_up import LOOPBACK, free_port

VERSION = "1.5.2"
PATIENCE = 60.0
BOUNDARY = "----benchmark"


@dataclass(frozen=True)
class Target:
    """A document to highlight in, and the cookie that opens it."""

    port: int
    cookie: str
    path: str
    tag: int
    letters: int


def program() -> Path:
    """Return the program, installed on first use into a folder that later runs find again."""
    folder = environment_of_peer(f"taguette-{VERSION}")
    installed = folder / "bin" / "taguette"
    if not installed.exists():
        venv.create(folder, with_pip=True, clear=True)
        command = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", f"taguette=={VERSION}"]
        subprocess.run(command, check=True, stdout=sys.stderr)
    return installed


class Taguette:
    """One server with one SQLite file, a project, a document and a tag."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        log = self._folder / "taguette.log"
        command = [str(program()), "--no-browser", "--port", str(self.port)]
        command += ["--database", str(self._folder / "taguette.sqlite3")]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "HOME": str(self._folder)}
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment, start_new_session=True
            )
        deadline = time.monotonic() + PATIENCE
        while (token := re.search(r"token=(\w+)", log.read_text("utf-8", errors="replace"))) is None:
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError(f"Taguette did not start: {log.read_text('utf-8', errors='replace')}")
            time.sleep(0.1)
        self._token = token[1]
        return self

    def __exit__(self, _k: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    @property
    def entrance(self) -> str:
        """The address that signs a browser in."""
        return f"http://{LOOPBACK}:{self.port}/?token={self._token}"

    def prepare(self, paragraphs: list[str]) -> Target:
        """Make a project with one document through its own addresses."""
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=PATIENCE)
        cookies: dict[str, str] = {}

        def ask(method: str, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, str, str]:
            headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items()), "Content-Type": kind}
            headers["X-XSRFToken"] = cookies.get("_xsrf", "")
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read().decode()
            for set_cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = set_cookie.partition(";")[0].partition("=")
                cookies[name] = value
            return answer.status, answer.headers.get("Location") or "", content

        ask("GET", f"/?token={self._token}")
        page = ask("GET", "/project/new")[2]
        xsrf = re.search(r'name="_xsrf" value="([^"]+)"', page)
        form = {"name": "benchmark", "description": "", "_xsrf": xsrf[1] if xsrf else ""}
        _, location, _ = ask("POST", "/project/new", urlencode(form).encode(), "application/x-www-form-urlencoded")
        project = location.rstrip("/").rpartition("/")[2]
        html = "<html><body>" + "".join(f"<p>{p}</p>" for p in paragraphs) + "</body></html>"
        parts = [("name", "document", ""), ("description", "", ""), ("file", html, '; filename="d.html"')]
        body = "".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n'
            + ("Content-Type: text/html\r\n" if more else "")
            + f"\r\n{value}\r\n"
            for name, value, more in parts
        )
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        made = ask("POST", f"/api/project/{project}/document/new", f"{body}--{BOUNDARY}--\r\n".encode(), kind)
        document = json.loads(made[2])["created"]
        tag_body = json.dumps({"path": "concept", "description": ""}).encode()
        tag = json.loads(ask("POST", f"/api/project/{project}/tag/new", tag_body, "application/json")[2])["id"]
        connection.close()
        cookie = "; ".join(f"{k}={v}" for k, v in cookies.items())
        letters = sum(len(p) for p in paragraphs)
        path = f"/api/project/{project}/document/{document}/highlight/new"
        return Target(self.port, cookie, path, tag, letters)


def watch(target: Target, stop: threading.Event) -> None:
    """Keep a page open as its script does: ask for the next event, and again once it came.

    It asks from the end of the log, so that it is never told to load the page anew.
    """
    connection = http.client.HTTPConnection(LOOPBACK, target.port, timeout=2)
    while not stop.is_set():
        try:
            path = f"{target.path.partition('/document/')[0]}/events?version={VERSION}&from={10**9}"
            connection.request("GET", path, headers={"Cookie": target.cookie})
            connection.getresponse().read()
        except OSError:
            connection.close()
    connection.close()


def highlight(target: Target, writers: int, each: int, pages: int) -> tuple[int, float, list[float], int, list[str]]:
    """Let writers highlight while pages are open: acknowledged, seconds, latencies, 5xx, refusals.

    Runs in the client's process.
    """
    stop = threading.Event()
    open_pages = [threading.Thread(target=watch, args=(target, stop)) for _ in range(pages)]
    for page in open_pages:
        page.start()
    time.sleep(1.0 if pages else 0.0)
    latencies: list[float] = []
    refusals: list[str] = []

    def highlight_each(number: int) -> None:
        connection, chance = http.client.HTTPConnection(LOOPBACK, target.port, timeout=PATIENCE), random.Random(number)
        xsrf = re.search(r"_xsrf=([^;]+)", target.cookie)
        headers = {"Cookie": target.cookie, "Content-Type": "application/json", "X-XSRFToken": xsrf[1] if xsrf else ""}
        for _ in range(each):
            start = chance.randrange(target.letters - 40)
            # Its offsets count bytes; every letter of this text has three.
            body = {"start_offset": 3 * start, "end_offset": 3 * (start + chance.randint(1, 40)), "tags": [target.tag]}
            begun = time.perf_counter()
            connection.request("POST", target.path, json.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read()
            if answer.status == 200:
                latencies.append(time.perf_counter() - begun)
            else:
                refusals.append(f"{answer.status} {content[:200]!r}")
        connection.close()

    threads = [threading.Thread(target=highlight_each, args=(n,)) for n in range(writers)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    stop.set()
    for page in open_pages:
        page.join()
    return len(latencies), seconds, latencies, sum(r.startswith("5") for r in refusals), refusals[:3]
