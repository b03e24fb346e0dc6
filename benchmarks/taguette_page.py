"""Taguette's page of a document with many highlights, opened and scrolled in Chromium: what coding_surface.py prints beside ours."""

import random
import re
import sqlite3
from pathlib import Path

from playwright.sync_api import BrowserContext, CDPSession, Page, Request
from processes import cpu_seconds
from taguette import Taguette

FRAMES = 240
#: ms: it walks through the document for each highlight
PATIENCE = 600_000
#: how many of the highlights have to be there before the page counts as usable: those that lie in one another are drawn as one
MOST = 0.5
CONTENTS = re.compile(r"/api/project/\d+/document/\d+")
THERE = "(n) => document.querySelectorAll('.highlight').length >= n"
# Scrolled is what lies around the words and is longer than its window.
SCROLL = """(frames) => new Promise(done => {
  let box = document.querySelector(".highlight");
  while (box !== document.scrollingElement && !(box.scrollHeight > box.clientHeight + 100 && getComputedStyle(box).overflowY !== "visible")) {
    box = box.parentElement ?? document.scrollingElement;
  }
  box.scrollTo({ top: box.scrollHeight / 3, behavior: "instant" });
  let left = frames;
  const step = () => { if (!left--) return done(box.scrollTop); box.scrollBy({ top: 27, behavior: "instant" }); requestAnimationFrame(step); };
  requestAnimationFrame(step);
})"""
#: KiB that came over the wire for a page
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"


def prepare(peer: Taguette, folder: Path, text: str, highlights: int) -> str:
    """Return the address of a document stored through Taguette's own ways, with highlights in its database as its program writes them."""
    paragraphs = text.split("\n")
    target = peer.prepare(paragraphs)
    found = re.match(r"/api/project/(\d+)/document/(\d+)/", target.path)
    assert found
    project, document = found.groups()
    chance = random.Random(7)
    # Its places are bytes of the text without markup.
    starts, at = [0], 0
    for sign in "".join(paragraphs):
        at += len(sign.encode())
        starts.append(at)
    spans = []
    for _ in range(highlights):
        start = chance.randrange(len(starts) - 60)
        spans.append((starts[start], starts[start + chance.randrange(6, 50)]))
    database = sqlite3.connect(folder / "taguette.sqlite3", timeout=30)
    with database:
        for start, end in spans:
            row = database.execute(
                "INSERT INTO highlights (document_id, start_offset, end_offset, snippet) VALUES (?, ?, ?, ?)",
                (int(document), start, end, "words"),
            )
            database.execute(
                "INSERT INTO highlight_tags (highlight_id, tag_id) VALUES (?, ?)", (row.lastrowid, target.tag)
            )
    database.close()
    return f"http://127.0.0.1:{peer.port}/project/{project}/document/{document}"


def main_thread(session: CDPSession) -> float:
    """Return the CPU of the renderer's main thread so far, in ms."""
    found = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    return 1000 * float(found["ThreadTime"])


def opened(context: BrowserContext, peer: Taguette, address: str) -> dict[str, float]:
    """Return what the server spends, in ms of CPU, and sends, in KiB, until text and highlights have come: drawing them may take minutes."""
    assert peer.process is not None
    page = context.new_page()
    page.goto(peer.entrance, wait_until="commit")
    page.wait_for_timeout(1500)
    came: list[Request] = []

    def finished(request: Request) -> None:  # no method of a list: Playwright notes something at it
        came.append(request)

    page.on("requestfinished", finished)
    spent = cpu_seconds(peer.process.pid)
    with page.expect_response(CONTENTS) as contents:
        page.goto(address, wait_until="commit")
    contents.value.finished()
    sizes = [request.sizes() for request in came]
    cost = {
        "server, opening": 1000 * (cpu_seconds(peer.process.pid) - spent),
        "bytes of opening": sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) / 1024,
    }
    page.close()
    return cost


def used(context: BrowserContext, peer: Taguette, address: str, highlights: int) -> dict[str, float]:
    """Open and scroll; return the cost of each."""
    page = context.new_page()
    page.goto(peer.entrance, wait_until="commit")
    page.wait_for_timeout(1500)
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = main_thread(session)
    page.goto(address)
    page.wait_for_function(THERE, arg=MOST * highlights, polling=250, timeout=PATIENCE)
    page.evaluate(PAINTED)
    cost = {
        "open, with the text": main_thread(session) - before,
    }
    before = main_thread(session)
    _scrolled(page)
    cost["a frame of scrolling"] = (main_thread(session) - before) / FRAMES
    page.close()
    return cost


def _scrolled(page: Page) -> None:
    where = page.evaluate(SCROLL, FRAMES)
    assert where > 0, "nothing scrolled"
