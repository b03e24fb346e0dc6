"""The demo as somebody meets it who has just cloned the program: its server, and the door to it."""

import os
import re
import subprocess
from pathlib import Path

from reliability.serving import PROGRAM
from reliability.test_connections import signed_in
from services_up import free_port
from waiting import PATIENCE, until


def test_the_people_of_the_demo_can_sign_in(tmp_path: Path) -> None:
    port, said = free_port(), tmp_path / "said.log"
    with said.open("wb") as log:
        demo = subprocess.Popen([PROGRAM, "demo", "--port", str(port)], stdout=log, stderr=log, env=dict(os.environ))
    try:
        until(lambda: "Intercoder serves" in said.read_text(), said.read_text, alive=[demo])
        account = re.search(r"(lin@demo\.example)\s+(\S+)", said.read_text())
        assert account is not None
        assert signed_in(port, account[1], account[2])
    finally:
        demo.terminate()
        demo.wait(PATIENCE)
