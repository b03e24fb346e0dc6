"""A bare Flask application under the server that ours runs on: what an answer costs before anything is done."""

import http.client
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from services_up import LOOPBACK, free_port
from waiting import until

PROGRAM = """\
from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello():
    return {"hello": "world"}
"""


class Hello:
    """The application, served by one process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        (self._folder / "bare.py").write_text(PROGRAM, "utf-8")
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", LOOPBACK, "--port", str(self.port)]
        with (self._folder / "bare.log").open("wb") as out:
            self.process = subprocess.Popen(
                [*command, "--blocking-threads", "24", "bare:app"],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        until(self._answers, "the bare application does not answer", alive=[self.process])
        return self

    def _answers(self) -> bool:
        try:
            connection = http.client.HTTPConnection(LOOPBACK, self.port)
            connection.request("GET", "/")
            return connection.getresponse().status == 200
        except OSError:
            return False

    def __exit__(self, _k: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
