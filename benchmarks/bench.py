"""Every figure of speed that the project promises, in one table: `make bench`.

    python benchmarks/bench.py [--quick] [--only NAME ...] [--into FILE]

Runs the benchmarks one after the other, each as its own command, and gathers their figures with their budgets. What they
print is shown as they run. The table is written to a file with the date, the machine and its load, since figures of
different runs, and of a machine that does something else, cannot be compared.
"""

import argparse
import os
import platform
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import figures

HERE = Path(__file__).resolve().parent
#: benchmark → its command, and what is added where it is to be quick
ALL: Sequence[tuple[str, tuple[str, ...], tuple[str, ...]]] = (
    ("writes", ("coding_writes.py", "--peers"), ("--codings", "400")),
    ("writes on PostgreSQL", ("coding_writes.py", "--postgres"), ("--codings", "400")),
    ("waits", ("waits.py",), ("--codings", "4000")),
    ("waits on PostgreSQL", ("waits.py", "--postgres"), ("--codings", "4000")),
    ("growth", ("growth.py",), ("--sizes", "0.02", "0.06")),
    ("many codes", ("growth.py", "--sizes", "0.25", "--codes", "2000"), ("--sizes", "0.03")),
    ("imports", ("imports.py",), ("--documents", "20")),
    ("starting", ("starting.py",), ()),
    ("coding page", ("coding_surface.py",), ("--runs", "1", "--sizes", "60000")),
    ("exports", ("exports.py",), ("--codings", "6000")),
    ("reports", ("reports.py",), ("--documents", "20")),
    ("reports on PostgreSQL", ("reports.py", "--postgres"), ("--documents", "20")),
    ("adjudication", ("adjudication.py",), ("--codings", "6000", "--documents", "20")),
    ("adjudication on PostgreSQL", ("adjudication.py", "--postgres"), ("--codings", "6000", "--documents", "20")),
    ("alignment", ("alignment.py",), ("--labels", "200")),
    ("theory", ("theory.py",), ("--codings", "2000", "--documents", "20")),
    ("saturation", ("saturation.py",), ("--documents", "20", "--times", "3")),
    ("assignments", ("assignments.py",), ("--seeds", "1")),
    ("live", ("live.py", "--minutes", "10"), ("--minutes", "0.5")),
)


def main() -> None:
    """Run all, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="smaller data: to see that all run, not what they cost")
    parser.add_argument("--only", nargs="+", metavar="NAME", help=f"some of {', '.join(name for name, *_ in ALL)}")
    parser.add_argument("--into", type=Path, default=Path("bench.txt"), help="where the table goes [bench.txt]")
    given = parser.parse_args()
    begun, load = time.monotonic(), os.getloadavg()[0]
    found: list[figures.Figure] = []
    broken: list[str] = []
    with tempfile.TemporaryDirectory(prefix="intercoder-bench-") as folder:
        for number, (name, command, quick) in enumerate(ALL):
            if given.only and name not in given.only:
                continue
            into = Path(folder) / f"{number}.json"
            words = [sys.executable, str(HERE / command[0]), *command[1:], *(quick if given.quick else ())]
            print(f"\n=== {name}: {shlex.join(['python', f'benchmarks/{command[0]}', *words[2:]])}", flush=True)
            done = subprocess.run([*words, "--figures", str(into)], check=False)
            if done.returncode or not into.exists():
                broken.append(name)
            else:
                found += figures.read(into)
    head = [
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} processors, Python {platform.python_version()} of {sys.base_prefix}, {platform.system()}; "
        f"load {load:.1f} before; {(time.monotonic() - begun) / 60:.0f} minutes"
        + (", QUICK: not for reading" if given.quick else ""),
        figures.table(found),
        f"{sum(f.met is True for f in found)} of {sum(f.met is not None for f in found)} budgets met",
        *(f"BROKEN: {name}" for name in broken),
    ]
    given.into.write_text("\n".join(head) + "\n", "utf-8")
    print("", *head, sep="\n")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
