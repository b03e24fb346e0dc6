"""`make large`: the demo as a university runs it, on PostgreSQL and Redis, two web processes and a worker.

Everything is throw-away: the servers listen on the loopback address, their data lies in temporary folders.
"""

import argparse
import contextlib
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from services_up import LOOPBACK, Postgres, Redis
from waiting import PATIENCE, until


def _answers(url: str) -> bool:
    # URLError is an OSError: not yet listening, or answering that it is not ready.
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=PATIENCE):
        return True
    return False


def _refuse_the_dead(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is not None:
            command = process.args if isinstance(process.args, list) else [process.args]
            raise RuntimeError(f"'{' '.join(map(str, command))}' ended with {process.returncode}")


def run_large(port: int) -> None:
    """Run the demo on servers of its own until something ends it, then stop them all."""
    intercoder = str(Path(sys.executable).with_name("intercoder"))
    address = f"http://{LOOPBACK}:{port}"
    with contextlib.ExitStack() as stack:
        postgres = stack.enter_context(Postgres())
        redis = stack.enter_context(Redis())
        data = stack.enter_context(tempfile.TemporaryDirectory(prefix="intercoder-large-"))
        settings = {
            "INTERCODER_DATA": data,
            "DATABASE_URL": postgres.create_database("intercoder"),
            "REDIS_URL": redis.url,
            "PUBLIC_URL": address,
            "SECRET_KEY": secrets.token_hex(32),
        }
        environment = {**os.environ, **settings}
        subprocess.run([intercoder, "migrate"], env=environment, check=True)
        subprocess.run([intercoder, "demo", "--load-only"], env=environment, check=True)
        processes: list[subprocess.Popen[bytes]] = []
        stack.callback(_end, processes)
        for arguments in (["serve", "--port", str(port), "--workers", "2"], ["worker"]):
            # A session of its own: Ctrl-C comes here first, and the servers end last.
            process = subprocess.Popen([intercoder, *arguments], env=environment, start_new_session=True)
            processes.append(process)
        until(lambda: _answers(f"{address}/readyz"), f"{address} does not answer", alive=processes, pause=0.2)
        print(f"\nIntercoder   {address}\nPostgreSQL   {settings['DATABASE_URL']}\nRedis        {redis.url}")
        print("Two web processes and one worker are running; Ctrl-C stops everything.", flush=True)
        while True:
            _refuse_the_dead(processes)
            time.sleep(1)


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            # The group: a web server's own worker processes must not outlive it.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def main() -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    port: int = parser.parse_args().port
    # Ctrl-C, a closed terminal and `kill` all end in order; a second one does not cut the first short.
    endings = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def leave(_number: int, _frame: object) -> None:
        for number in endings:
            signal.signal(number, signal.SIG_IGN)
        sys.exit(0)

    for number in endings:
        signal.signal(number, leave)
    try:
        run_large(port)
    except (RuntimeError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
