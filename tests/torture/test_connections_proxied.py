"""Ten thousand connections that want nothing at the shipped proxy, from ten addresses, three times over."""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from deploy.test_proxy import CADDYFILE, is_up
from reliability.serving import Writers
from reliability.test_connections import (
    DONE,
    HALF_A_BODY,
    HALF_A_HEAD,
    NETWORKS,
    SILENT,
    connected,
    many_files,
    serving,
    signed_in,
)
from services_up import LOOPBACK, free_port
from torture.conftest import Figure
from torture.test_sign_ins import memory
from waiting import PATIENCE, until

__all__ = ["many_files"]
CONNECTIONS = 10_000
WAVES = 3


@contextmanager
def proxied(folder: Path, behind: int) -> Iterator[int]:
    """The port of the shipped proxy in front of a server."""
    port = free_port()
    text = CADDYFILE.read_text().replace("{\n\tservers {", "{\n\tdefault_bind 127.0.0.1\n\tservers {", 1)
    (folder / "Caddyfile").write_text(text)
    environment = {
        "HOME": str(folder),
        "PUBLIC_URL": f"http://{LOOPBACK}:{port}",
        "WEB_ADDRESS": f"{LOOPBACK}:{behind}",
        "CADDY_ADMIN": f"{LOOPBACK}:{free_port()}",
    }
    caddy_program = str(Path(sys.executable).with_name("caddy"))
    command = [caddy_program, "run", "--adapter", "caddyfile", "--config", "Caddyfile"]
    with (folder / "caddy.log").open("wb") as log:
        caddy = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        until(lambda: is_up(port), (folder / "caddy.log").read_text, alive=[caddy])
        yield port
    finally:
        caddy.terminate()
        caddy.wait(PATIENCE)


def test_ten_thousand_at_the_proxy(tmp_path: Path, figure: Figure) -> None:
    with ExitStack() as held:
        server, study = held.enter_context(serving(tmp_path, TRUST_PROXY="1"))
        port = held.enter_context(proxied(tmp_path, server.port))
        alone = Writers(port, study, coders=3, each=20).start()
        alone.wait()
        before = memory(server)
        doors, refusals, latencies = [], [], []
        for _ in range(WAVES):
            with ExitStack() as crowd:
                for number in range(CONNECTIONS):
                    said = (SILENT, HALF_A_HEAD, HALF_A_BODY, DONE)[number % 4]
                    crowd.enter_context(connected(port, said, NETWORKS[number % len(NETWORKS)]))
                writers = Writers(port, study, coders=3, each=20).start()
                begun = time.perf_counter()
                assert signed_in(port)
                doors.append(time.perf_counter() - begun)
                writers.wait()
                refusals += writers.refusals
                latencies += writers.latencies
        for words, of in (("alone", alone.latencies), ("beside them", latencies)):
            both = f"{statistics.median(of) * 1000:.0f} / {max(of) * 1000:.0f}"
            figure(f"a coding {words}, median / longest, ms", both)
        figure("a sign-in beside them, longest, s", max(doors))
        figure("memory of the server before / after, MiB", f"{before:.0f} / {memory(server):.0f}")
        assert refusals == []
        assert len(latencies) == WAVES * 60
