"""Potato as the measure: installed from PyPI into a virtual environment of its own, served on the loopback address."""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import venv
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from processes import environment_of_peer

from services_up import LOOPBACK, free_port

VERSION = "2.12.1"
PATIENCE = 60.0
CONFIG = """\
annotation_task_name: benchmark
task_dir: .
output_annotation_dir: annotation_output
output_annotation_format: json
data_files: [data.jsonl]
item_properties: {id_key: id, text_key: text}
require_password: false
user_config: {allow_all_users: true, users: []}
annotation_schemes:
  - annotation_type: span
    name: codes
    description: codes
    labels: [concept, theme]
    sequential_key_binding: false
"""


def program() -> Path:
    """Return the program, installed on first use into a folder that later runs find again."""
    folder = environment_of_peer(f"potato-{VERSION}")
    installed = folder / "bin" / "potato"
    if not installed.exists():
        venv.create(folder, with_pip=True, clear=True)
        command = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", f"potato-annotation=={VERSION}"]
        subprocess.run(command, check=True, stdout=sys.stderr)
    return installed


class Potato:
    """One server with one item to annotate."""

    def __init__(self, folder: Path, text: str) -> None:
        self._folder, self._letters = folder / "potato", len(text)
        self._folder.mkdir()
        (self._folder / "config.yaml").write_text(CONFIG, "utf-8")
        (self._folder / "data.jsonl").write_text(json.dumps({"id": "1", "text": text}) + "\n", "utf-8")
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with (self._folder / "log.txt").open("wb") as out:
            self.process = subprocess.Popen(
                [str(program()), "start", "config.yaml", "-p", str(self.port)],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env={**os.environ, "HOME": str(self._folder)},
                start_new_session=True,
            )
        deadline = time.monotonic() + PATIENCE
        while True:
            with suppress(OSError):
                connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=PATIENCE)
                connection.request("GET", "/")
                connection.getresponse().read()
                return self
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError(f"Potato did not start: {(self._folder / 'log.txt').read_text('utf-8', 'replace')}")
            time.sleep(0.1)

    def __exit__(self, _k: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def cookies(self, people: int) -> list[str]:
        """Sign people in, and let each open the item; return their cookies."""
        kept = []
        for number in range(people):
            connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=PATIENCE)
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/auth", f"email=p{number}&pass=x&action=login", form)
            answer = connection.getresponse()
            answer.read()
            cookie = (answer.headers["Set-Cookie"] or "").partition(";")[0]
            connection.request("GET", "/annotate", headers={"Cookie": cookie})
            connection.getresponse().read()
            connection.close()
            kept.append(cookie)
        return kept


def annotate(port: int, letters: int, cookies: list[str], each: int) -> tuple[int, float, list[float], int, list[str]]:
    """Let people mark spans: acknowledged, seconds, latencies, 5xx, refusals. Runs in the client's process."""
    latencies: list[float] = []
    refusals: list[str] = []

    def mark(cookie: str) -> None:
        connection, chance = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE), random.Random(cookie)
        headers = {"Cookie": cookie, "Content-Type": "application/json"}
        for _ in range(each):
            start = chance.randrange(letters - 40)
            span = {"name": "concept", "title": "concept", "start": start, "end": start + 20, "value": "x"}
            body = {"instance_id": "1", "schema": "codes", "type": "span", "state": [span]}
            begun = time.perf_counter()
            connection.request("POST", "/updateinstance", json.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read()
            if answer.status == 200:
                latencies.append(time.perf_counter() - begun)
            else:
                refusals.append(f"{answer.status} {content[:200]!r}")
        connection.close()

    threads = [threading.Thread(target=mark, args=(cookie,)) for cookie in cookies]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    return len(latencies), seconds, latencies, sum(r.startswith("5") for r in refusals), refusals[:3]
