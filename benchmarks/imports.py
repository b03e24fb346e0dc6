"""What it costs to import text documents, beside Taguette, and to add a code: CPU of the server's processes, uploads included.

    python benchmarks/imports.py [--documents N] [--letters N] [--runs N]

Both servers run at the same time, and take turns: a run of ours, a run of theirs. What is printed are medians. Ours reads the
files in processes with limits on time and memory, small texts several in one; theirs in the server.
"""

import argparse
import http.client
import json
import os
import shlex
import statistics
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import figures
import taguette
from figures import Figure
from processes import cpu_seconds

from intercoder import schema
from intercoder.db import Database
from reliability.serving import SENTENCE, Server, Study, prepare_study
from services_up import LOOPBACK
from waiting import PATIENCE, until

BUDGET_MS, BUDGET_SHARE, BUDGET_CODE_MS = 12.0, 0.5, 5.0
#: small files that the page of the materials sends in one request (static/js/controllers/upload.js)
TOGETHER = 16
BOUNDARY = "----benchmark"


def text(number: int, letters: int) -> str:
    """Return an interview that is like no other."""
    lines = (f"{who}：{SENTENCE}第{number}次，第{turn}段。" for turn in range(10_000) for who in ("访谈者", "受访者"))
    whole, length = [], 0
    for line in lines:
        whole.append(line)
        length += len(line) + 1
        if length >= letters:
            return "\n".join(whole)
    raise AssertionError("too long")


def form(files: Mapping[str, str], **fields: str) -> tuple[bytes, str]:
    """Return files, by their names, and fields as the body of a form, and its type."""
    parts = [f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}' for key, value in fields.items()]
    parts += [
        f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n{content}'
        for name, content in files.items()
    ]
    body = "".join(f"--{BOUNDARY}\r\n{part}\r\n" for part in parts) + f"--{BOUNDARY}--\r\n"
    return body.encode(), f"multipart/form-data; boundary={BOUNDARY}"


def ours(server: Server, study: Study, texts: list[str]) -> None:
    """Upload documents into Intercoder, as many in a request as its page sends, and import them."""
    connection = http.client.HTTPConnection(LOOPBACK, server.port, timeout=PATIENCE)
    headers = {"Authorization": f"Bearer {study.lead}"}

    def ask(method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> Any:
        connection.request(method, path, body, {**headers, "Content-Type": kind})
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status < 300, (answer.status, content[:300])
        return json.loads(content)

    for first in range(0, len(texts), TOGETHER):
        body, kind = form({f"{content[-12:-3]}.txt": content for content in texts[first : first + TOGETHER]})
        ask("POST", f"/api/v1/projects/{study.project}/uploads", body, kind)
    job = ask("POST", f"/api/v1/projects/{study.project}/imports", b"{}")
    until(lambda: ask("GET", f"/api/v1/jobs/{job['id']}")["state"] == "done", "the import does not end", pause=0.5)
    result = ask("GET", f"/api/v1/jobs/{job['id']}")["result"]
    assert result["imported"] == len(texts), result
    connection.close()


def add_codes(server: Server, study: Study, codes: int) -> float:
    """Add codes one by one to a codebook that has 500 more; return the server's CPU for each in ms."""
    connection = http.client.HTTPConnection(LOOPBACK, server.port, timeout=PATIENCE)
    headers = {"Authorization": f"Bearer {study.lead}", "Content-Type": "application/json"}

    def add(*names: str) -> None:
        body = json.dumps({"codes": [{"name": name} for name in names]})
        connection.request("POST", f"/api/v1/projects/{study.project}/codes", body, headers)
        answer = connection.getresponse()
        said = answer.read()
        assert answer.status == 201, (answer.status, said[:300])

    add(*(f"编码{n}" for n in range(500)))
    assert server.process is not None
    before = cpu_seconds(server.process.pid)
    for number in range(codes):
        add(f"新编码{number}")
    connection.close()
    return 1000 * (cpu_seconds(server.process.pid) - before) / codes


def theirs(target: taguette.Target, texts: list[str]) -> None:
    """Import documents into Taguette."""
    connection = http.client.HTTPConnection(LOOPBACK, target.port, timeout=PATIENCE)
    project = urlsplit(target.path).path.partition("/document/")[0]
    xsrf = dict(pair.split("=", 1) for pair in target.cookie.split("; ")).get("_xsrf", "")
    for content in texts:
        paragraphs = "".join(
            f"<p>{line}</p>" for line in content.split("\n")
        )  # of text it makes HTML by another program
        body, kind = form(
            {"interview.html": f"<html><body>{paragraphs}</body></html>"}, name="interview", description=""
        )
        headers = {"Cookie": target.cookie, "Content-Type": kind, "X-XSRFToken": xsrf}
        connection.request("POST", f"{project}/document/new", body, headers)
        answer = connection.getresponse()
        said = answer.read()
        assert answer.status == 200, (answer.status, said[:300])
    connection.close()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100, help="documents of a run [100]")
    parser.add_argument("--letters", type=int, default=6000, help="characters of a document [6000]")
    parser.add_argument("--runs", type=int, default=3, help="runs of each, in turn [3]")
    figures.option(parser)
    given = parser.parse_args()
    print("$", shlex.join(["python", *sys.argv]), f"  (load average {os.getloadavg()[0]:.1f})")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="intercoder-benchmark-")))
        data = folder / "data"
        data.mkdir()
        url = f"sqlite:///{data / 'intercoder.sqlite3'}"
        database = Database(url)
        schema.upgrade(database)
        study = prepare_study(database, coders=1)
        database.dispose()
        server = stack.enter_context(Server(data, database_url=url).start())
        peer = stack.enter_context(taguette.Taguette(folder))
        target = peer.prepare([SENTENCE])
        assert server.process is not None
        assert peer.process is not None
        costs: dict[str, list[float]] = {"Intercoder": [], "Taguette": []}
        for run in range(given.runs + 1):  # the first one warms both up
            texts = [text(run * 100_000 + n, given.letters) for n in range(given.documents if run else 5)]
            for what, leader in (("Intercoder", server.process.pid), ("Taguette", peer.process.pid)):
                before = cpu_seconds(leader)
                if what == "Intercoder":
                    ours(server, study, texts)
                else:
                    theirs(target, texts)
                if run:
                    costs[what].append(1000 * (cpu_seconds(leader) - before) / len(texts))
        each = {what: statistics.median(values) for what, values in costs.items()}
        print(
            f"{given.documents} text documents of {given.letters} characters, median of {given.runs} runs, CPU ms each"
        )
        for what, milliseconds in each.items():
            print(f"{what:12}{milliseconds:8.1f}   {' '.join(f'{value:.1f}' for value in costs[what])}")
        code = add_codes(server, study, 200)
        share = each["Intercoder"] / each["Taguette"]
        measured = [
            Figure("import of a text file, upload included", each["Intercoder"], "ms CPU", BUDGET_MS),
            Figure(f"the same for {given.documents}, as a share of Taguette's", share, "", BUDGET_SHARE),
            Figure("adding one code to a codebook of 500", code, "ms CPU", BUDGET_CODE_MS),
        ]
        figures.report(measured, given.figures)


if __name__ == "__main__":
    main()
