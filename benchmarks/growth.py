"""What every page and every GET of the API costs as a study grows: CPU, statements, bytes, and the exponent of each.

    python benchmarks/growth.py [--postgres] [--only WORD] [--sizes 0.11 0.33 1] [--codes 2000] [--seconds 0.3]

Makes a study of three sizes, the largest with 200,000 codings, 400 codes, 200 documents, 20 rounds, 31 reports and 30
coders, and asks every route of the URL map as a lead, a coder and an adjudicator, in this process; the dearest answer
of each route is printed, beside the bytes of its longest. Marked are those over 50 ms of CPU or 200 kB as they are sent,
and those whose statements grow. With --codes each study has so many codes on four levels, and pages may cost 100 ms. The
time of PostgreSQL itself is not in the CPU. Nothing is left behind.
"""

import argparse
import io
import logging
import math
import os
import resource
import shlex
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, redirect_stderr
from dataclasses import dataclass, fields
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import figures
import structlog
from flask import Flask

from cast import Cast, Client, make_cast
from grown import LARGEST, Growing
from grown_ground import Size
from intercoder import heap, schema
from intercoder.config import load_settings
from intercoder.db import Database
from intercoder.web.app import create_app
from services_up import Postgres
from web.reading import Answered, ask_everything

PEOPLE = ("lena", "ai", "ada", "root")
MS, BYTES = 50, 200_000
#: what a page may cost in a codebook of any size
MS_OF_CODES = 100
#: the least of each thing that makes a study
LEAST = {"rounds": 5, "coders": 6, "others": 4, "reports": 2}


def sized(share: float, codes: int = 0) -> Size:
    """Return a share of the largest study; with so many codes where a number is given."""
    counts = {
        f.name: max(LEAST.get(f.name, 1), round(getattr(LARGEST, f.name) * share))
        for f in fields(Size)
        if f.name != "compared"
    }
    return Size(**counts | ({"codes": codes} if codes else {}))


@dataclass(frozen=True)
class Streamed:
    """What all codings of the compared rounds cost as one stream for each round."""

    codings: int
    seconds: float
    more_mib: float


@dataclass(frozen=True)
class Dearest:
    """The dearest answer of a route; of any answer of it the longest as it is sent, and the most statements.

    Who gets the dearest may get a short one: a round that is coded is longer than one that is compared.
    """

    answer: Answered
    longest: Answered
    statements: int

    @classmethod
    def of(cls, answers: Sequence[Answered]) -> "Dearest":
        """Return what stands for all answers of a route."""
        longest = max(answers, key=lambda a: a.packed)
        return cls(max(answers, key=lambda a: a.seconds), longest, max(a.sent.total() for a in answers))


def stream(app: Flask, database: Database, cast: Cast, form: str) -> Streamed:
    """Read everything that a lead may see, a round after the other, and keep nothing of it."""
    client = Client(app, database, cast.people["lena"])
    rounds = [r["id"] for r in client.get(f"/api/v1/projects/{cast.project}/rounds") if r["state"] == "closed"]
    before, begun, lines = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time(), 0
    for round_id in rounds:
        answer = client.call("GET", f"/api/v1/rounds/{round_id}/codings?format={form}")
        lines += sum(bytes(piece).count(b"\n") for piece in answer.iter_encoded())
        answer.close()
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return Streamed(lines, time.process_time() - begun, more / 1024)


def dear(answers: Mapping[str, Sequence[Answered]], most: int) -> list[str]:
    """Return the pages that took more milliseconds than they may."""
    return [e for e, those in answers.items() if any(a.page and 1000 * a.seconds > most for a in those)]


def of(endpoint: str, answers: Iterable[Answered]) -> Iterator[Answered]:
    """Yield the answers of one endpoint."""
    return (answer for answer in answers if answer.endpoint == endpoint)


def ask(
    url: str, folder: Path, size: Size, only: str, seconds: float, most: int
) -> tuple[dict[str, Dearest], dict[str, Streamed]]:
    """Make a study, ask each route, and read its codings as a stream in each form.

    A page that took too long is asked again when all others were asked, and the lower of its two medians counts: that another
    program had the processor for a second says nothing of the page.
    """
    database = Database(url)
    schema.upgrade(database)
    cast = make_cast(database)
    begun = time.perf_counter()
    things = Growing(database, cast, size).grow()
    print(f"{size.codings:,} codings: made in {time.perf_counter() - begun:.0f} s", flush=True)
    app = create_app(load_settings({"INTERCODER_DATA": str(folder), "DATABASE_URL": url}), database)
    heap.settle()  # as the server does when it has started
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    answers: dict[str, list[Answered]] = {}
    with redirect_stderr(io.StringIO()):  # the security log has a line for each that is refused
        for answer in ask_everything(app, database, cast, things, PEOPLE, repeat=seconds, only=only):
            answers.setdefault(answer.endpoint, []).append(answer)
        for endpoint in dear(answers, most):
            again = ask_everything(app, database, cast, things, PEOPLE, repeat=seconds, only=endpoint)
            answers[endpoint] = [
                min(pair, key=lambda a: a.seconds) for pair in zip(answers[endpoint], of(endpoint, again), strict=True)
            ]
    streams = {form: stream(app, database, cast, form) for form in ("ndjson", "csv")}
    database.dispose()
    return {endpoint: Dearest.of(those) for endpoint, those in answers.items()}, streams


def found(
    asked: Mapping[str, Dearest], streams: Mapping[str, Streamed], codings: int, codes: int
) -> list[figures.Figure]:
    """Return the figures of the issue at one size, per 200,000 codings where they are streamed; ``codes`` as ``--codes`` says."""
    answers = {endpoint: dearest.answer for endpoint, dearest in asked.items()}
    at = f"at {codings:,} codings" + (f" of {codes:,} codes" if codes else "")
    most = MS_OF_CODES if codes else MS
    made = [
        figures.Figure(f"{endpoint}: server CPU {at}", 1000 * a.seconds, "ms", most)
        for endpoint, a in sorted(answers.items())
        if a.page
    ]
    if answers:
        longest = max((d.longest.packed for d in asked.values() if d.longest.page), default=0)
        made.append(figures.Figure(f"the longest page as it is sent {at}", longest / 1000, "kB", BYTES / 1000))
    if codes:  # of the rest the largest study speaks
        return made
    opened = [answers[name].seconds for name in ("coder.code", "coder.layer", "coder.codes") if name in answers]
    if len(opened) == 3:
        made.append(figures.Figure(f"opening the coding page, nothing kept, {at}", 1000 * sum(opened), "ms", 60))
        made.append(
            figures.Figure(f"a coder's layer as it is sent {at}", asked["coder.layer"].longest.packed / 1000, "kB", 20)
        )
    for form, streamed in streams.items():
        per = streamed.seconds * LARGEST.codings / max(streamed.codings, 1)
        made.append(figures.Figure(f"200,000 codings as {form}", per, "s", 1.5))
        made.append(figures.Figure(f"memory for {streamed.codings:,} codings as {form}", streamed.more_mib, "MiB", 30))
    return made


def exponent(codings: Sequence[int], costs: Sequence[float]) -> float:
    """Return the slope of costs over codings, both as logarithms, by least squares."""
    x, y = [math.log(n) for n in codings], [math.log(max(cost, 1e-9)) for cost in costs]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum((a - mean_x) ** 2 for a in x)


def row(endpoint: str, codings: Sequence[int], asked: Sequence[Dearest], most: int) -> str:
    """Return a line of the table, with what is wrong at its end: also where it costs more than ``most`` ms."""
    last = asked[-1]
    times = [1000 * d.answer.seconds for d in asked]
    growth = exponent(codings, times) if len(asked) > 1 else 0.0
    faults = [
        fault
        for fault, is_one in (
            (f"> {most} ms", times[-1] > most),
            (f"> {BYTES // 1000} kB", last.longest.packed > BYTES),
            ("statements", len({d.statements for d in asked}) > 1),
        )
        if is_one
    ]
    return (
        f"{endpoint:30}{last.answer.who:6}"
        + "".join(f"{t:9.1f}" for t in times)
        + f"{growth:7.2f}"
        + "".join(f"{d.statements:5}" for d in asked)
        + f"{last.longest.length / 1000:10.1f}{last.longest.packed / 1000:9.1f}  {', '.join(faults)}"
    )


def main() -> None:
    """Print the table, dearest first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", action="store_true", help="a throw-away PostgreSQL")
    parser.add_argument("--only", default="", metavar="WORD", help="routes with this in their name")
    parser.add_argument("--sizes", type=float, nargs="+", default=[0.11, 0.33, 1], help="shares of the largest study")
    parser.add_argument("--codes", type=int, default=0, metavar="N", help="so many codes, whatever the size")
    parser.add_argument("--seconds", type=float, default=0.3, help="how long each is asked again for its median [0.3]")
    figures.option(parser)
    given = parser.parse_args()
    print("$", shlex.join(["python", *sys.argv]), f"  (load average {os.getloadavg()[0]:.1f})")
    sizes = [sized(share, given.codes) for share in given.sizes]
    most = MS_OF_CODES if given.codes else MS
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="intercoder-benchmark-")))
        postgres = stack.enter_context(Postgres()) if given.postgres else None
        asked, streams = [], {}
        for n, size in enumerate(sizes):
            url = postgres.create_database(f"growth{n}") if postgres else f"sqlite:///{folder / f'{n}.sqlite3'}"
            dearest, streams = ask(url, folder, size, given.only, given.seconds, most)
            asked.append(dearest)
    codings = [size.codings for size in sizes]
    ms = "".join(f"{f'{n:,}':>9}" for n in codings)
    print(f"{'':30}{'':6}{ms}{'exp.':>7}{'statements':>{5 * len(codings)}}{'kB':>10}{'sent kB':>9}")
    for endpoint in sorted(asked[-1], key=lambda e: -asked[-1][e].answer.seconds):
        print(row(endpoint, codings, [study[endpoint] for study in asked if endpoint in study], most))
    over = sum(1000 * d.answer.seconds > most or d.longest.packed > BYTES for d in asked[-1].values())
    print(f"{len(asked[-1])} routes, {over} over {most} ms or {BYTES // 1000} kB at {codings[-1]:,} codings")
    figures.report(found(asked[-1], streams, codings[-1], given.codes), given.figures)


if __name__ == "__main__":
    main()
