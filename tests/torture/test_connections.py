"""Ten thousand connections that want nothing, while people sign in and code."""

import time
from contextlib import ExitStack
from pathlib import Path

from reliability.serving import Writers
from reliability.test_connections import (
    DONE,
    HALF_A_BODY,
    HALF_A_HEAD,
    SILENT,
    connected,
    many_files,
    serving,
    signed_in,
)
from torture.conftest import Figure

__all__ = ["many_files"]
EACH = 2_500
NETWORKS = tuple(f"127.0.{n}.7" for n in range(1, 21))


def test_ten_thousand_that_want_nothing(tmp_path: Path, figure: Figure) -> None:
    with serving(tmp_path, IDLE_SECONDS="600", BODY_SECONDS="600") as (server, study), ExitStack() as held:
        alone = Writers(server.port, study, coders=3, each=100).start()
        alone.wait()
        for number in range(EACH):
            for said in (SILENT, HALF_A_HEAD, HALF_A_BODY, DONE):
                held.enter_context(connected(server.port, said, NETWORKS[number % len(NETWORKS)]))
        began = time.perf_counter()
        assert signed_in(server.port)
        figure("sign-in beside 10,000 connections, s", time.perf_counter() - began)
        writers = Writers(server.port, study, coders=3, each=100).start()
        writers.wait()
        assert (alone.refusals, writers.refusals, len(writers.acknowledged)) == ([], [], 300)
        for words, of in (("alone", alone), ("beside them", writers)):
            figure(f"a coding {words}, median ms", 1000 * sorted(of.latencies)[len(of.latencies) // 2])
