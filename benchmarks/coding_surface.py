"""What the coding page costs the browser: CPU of the renderer's main thread in Chromium, and its memory.

    python benchmarks/coding_surface.py [--beside REVISION] [--taguette N] [--runs N] [--sizes 60000 300000]

The real server with 5,000 codings of one coder on 400 codes: documents of two lengths, and one with 20,000 characters in
its first paragraph. Printed: from the text alone to what can be coded, a frame of scrolling, a key to what it painted,
the JavaScript heap, the memory of the renderer, what a coding is on the wire. Last, how slow the machine is. With ``--beside`` the page as it was at a revision takes turns with the one of today.
With ``--taguette`` the page of Taguette with so many highlights on the first text comes last: it walks through the document for
each of them, so that 500 take it seconds and our 5,000 minutes; of these only what its server spends and sends is told.
"""

import argparse
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import figures
import taguette
import taguette_page
import traces
from coded_texts import CODINGS, paragraphs, prepare
from figures import Figure
from playwright.sync_api import Browser, CDPSession, Page, Route, expect, sync_playwright
from processes import cpu_seconds, pss

from browser.surface.study import sign_in
from programs import chromium
from reliability.serving import Server, next_release

#: so many highlights Taguette's page draws in seconds; of more only the opening is measured
DRAWN = 500
LONG = 20_000
USABLE = "usable after the text"
USABLE_FIRST = "usable after the text, on a first visit"
BYTES, BYTES_FIRST = "bytes until it can be coded", "bytes until it can be coded, on a first visit"
BYTES_LATER, BYTES_FIRST_LATER = "bytes with what comes later", "bytes with what comes later, on a first visit"
BUDGETS = {
    USABLE: 150.0,
    USABLE_FIRST: 150.0,
    "a frame of scrolling": 3.0,
    "key to painted": 25.0,
    "JavaScript heap": 50.0,
    "renderer": 150.0,
    "a coding on the wire": 40.0,
}
UNITS = {
    "server, opening": "ms CPU",
    BYTES: "KiB",
    BYTES_FIRST: "KiB",
    BYTES_LATER: "KiB",
    BYTES_FIRST_LATER: "KiB",
    "JavaScript heap": "MiB",
    "renderer": "MiB PSS",
    "renderer, the text alone": "MiB PSS",
    "a coding on the wire": "B",
}
READY = "window.ready = new Promise(done => document.addEventListener('ic-ready', done));"
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
SCROLL = """(frames) => new Promise(done => {
  let left = frames;
  const step = () => { if (!left--) return done(); scrollBy({ top: 27, behavior: "instant" }); requestAnimationFrame(step); };
  requestAnimationFrame(step);
})"""
FRAMES = 240
#: of a text, each coded by another run
PARTS = 8
#: to the sentence after the one before, so that the code is new there
ONWARDS = ("ArrowRight", "s")
LAYER = "performance.getEntriesByType('resource').find(e => e.name.endsWith('/layer')).encodedBodySize"


def main_thread(session: CDPSession) -> float:
    """Return the CPU of the renderer's main thread so far, in ms."""
    found = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    return 1000 * float(found["ThreadTime"])


def additions() -> float:
    """Return how many seconds 10 million additions take here: 0.55 on the machine that the budgets are for."""
    began, total = time.process_time(), 0
    for number in range(10_000_000):
        total += number
    return time.process_time() - began


class Watched:
    """A tab of somebody who is signed in, with what its main thread costs."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.browser, self.server = browser, server
        self.url = f"http://127.0.0.1:{server.port}"
        self.parts: Counter[str] = Counter()
        self.context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        sign_in(self.context, self.url, "ai")

    def _opened(self) -> tuple[Page, CDPSession]:
        page = self.context.new_page()
        page.add_init_script(READY)
        page.goto(f"{self.url}/healthz")  # the process of the site, so that the page does not change it
        session = self.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        return page, session

    def text_alone(self, path: str) -> float:
        """Return what the page costs without any of its modules."""
        page, session = self._opened()
        page.route("**/*.js", self._no)
        before = main_thread(session)
        page.goto(self.url + path)
        page.evaluate(PAINTED)
        spent = main_thread(session) - before
        page.close()
        return spent

    def memory(self, path: str, *, alone: bool) -> float:
        """Return the PSS of the renderer with the page, scrolled, or with the text alone, in MiB, after a collection of garbage."""
        page, session = self._opened()
        if alone:
            page.route("**/*.js", self._no)
        page.goto(self.url + path)
        if not alone:
            page.evaluate("() => window.ready.then(() => null)")
        page.evaluate(PAINTED)
        page.evaluate(SCROLL, FRAMES)
        session.send("HeapProfiler.collectGarbage")
        page.wait_for_timeout(500)
        found = self._renderer()
        page.close()
        return found

    def first_visit(self, path: str) -> float:
        """Return what it costs to open where the browser has nothing yet: modules are read and compiled, too."""
        page, session = self._opened()
        page.route("**/*.js", lambda route: route.continue_())  # nothing that is kept is used
        spent = self._usable(page, session, path)
        # The page opens again where it was left: in a part of the text for each run, so that each codes what is new there.
        self.parts[path] += 1
        share = (self.parts[path] % PARTS + 1) / (PARTS + 2)
        page.evaluate(
            "(share) => scrollTo({ top: share * document.documentElement.scrollHeight, behavior: 'instant' })", share
        )
        page.goto(f"{self.url}/healthz")  # a page that is closed may be gone before it has noted where it was
        page.close()
        return spent

    def sent(self, path: str) -> Mapping[str, float]:
        """Return the KiB that come when a page is opened after signing in, and when it is opened again, as the network counts them.

        Up to where it can be coded, and with what comes a moment later by itself; without the service worker, behind which a page
        cannot tell what came over the network from what it was handed.
        """
        context = self.browser.new_context(locale="zh-CN", service_workers="block")
        sign_in(context, self.url, "ai")
        found = {}
        for usable, all_of_it in ((BYTES_FIRST, BYTES_FIRST_LATER), (BYTES, BYTES_LATER)):
            page = context.new_page()
            page.add_init_script(READY)
            session, came = context.new_cdp_session(page), list[float]()
            session.send("Network.enable")
            session.on("Network.loadingFinished", lambda one, came=came: came.append(one["encodedDataLength"]))
            page.goto(self.url + path)
            page.evaluate("() => window.ready.then(() => null)")
            found[usable] = sum(came) / 1024
            page.wait_for_timeout(1000)
            found[all_of_it] = sum(came) / 1024
            page.close()
        context.close()
        return found

    def _usable(self, page: Page, session: CDPSession, path: str) -> float:
        before = main_thread(session)
        page.goto(self.url + path)
        page.evaluate("() => window.ready.then(() => null)")  # a selector that is waited for asks in every frame
        page.evaluate(PAINTED)
        return main_thread(session) - before

    def _no(self, route: Route) -> None:
        route.fulfill(body="", content_type="text/javascript")

    def _renderer(self) -> float:
        """Return the PSS of the renderer that needs most, in MiB: the others show nothing."""
        session = self.browser.new_browser_cdp_session()
        found = session.send("SystemInfo.getProcessInfo")["processInfo"]
        session.detach()
        return max(pss(process["id"]) for process in found if process["type"] == "renderer")

    def used(self, path: str) -> dict[str, float]:
        """Open, scroll and code; return the cost of each."""
        page, session = self._opened()
        assert self.server.process is not None
        spent = cpu_seconds(self.server.process.pid)
        cost = {USABLE: self._usable(page, session, path)}
        cost["server, opening"] = 1000 * (cpu_seconds(self.server.process.pid) - spent)
        before = main_thread(session)
        page.wait_for_timeout(500)
        cost["what comes after that by itself"] = main_thread(session) - before
        doc = page.locator("[data-controller=coding]")
        doc.focus()
        codings = page.locator("[data-stat=codings]")
        keys, there = [], int(codings.inner_text())
        self.browser.start_tracing(page=page, categories=traces.CATEGORIES)
        for _ in range(12):
            for key in ONWARDS:
                page.keyboard.press(key)
            page.evaluate(PAINTED)
            before = main_thread(session)
            page.keyboard.press("1")
            page.evaluate(PAINTED)
            keys.append(main_thread(session) - before)
        cost["key to painted"] = traces.keys_to_painted(self.browser.stop_tracing(), len(ONWARDS) + 1)
        cost["a key, what it sends and says with it"] = statistics.median(keys)
        expect(codings).to_have_text(str(there + len(keys)))  # which is said when the browser has time
        page.wait_for_selector("#sync[data-state=saved]")
        before = main_thread(session)
        page.evaluate(SCROLL, FRAMES)
        cost["a frame of scrolling"] = (main_thread(session) - before) / FRAMES
        session.send("HeapProfiler.collectGarbage")
        heap = session.send("Runtime.getHeapUsage")["usedSize"]
        cost["JavaScript heap"] = heap / 2**20
        cost["a coding on the wire"] = page.evaluate(LAYER) / CODINGS
        page.close()
        return cost


def measured(
    servers: Mapping[str, Server], places: Mapping[str, str], runs: int, browser: Browser
) -> dict[tuple[str, str, str], float]:
    """Return the median cost of each part, by (document, part, server); the servers take turns."""
    tabs = {name: Watched(browser, server) for name, server in servers.items()}
    costs: dict[tuple[str, str, str], list[float]] = {}
    for run in range(runs + 1):  # what is read the first time is kept, by the server and by the browser
        for place, path in places.items():
            for name, tab in tabs.items():
                text = tab.text_alone(path)
                found = {**tab.sent(path), USABLE_FIRST: tab.first_visit(path), **tab.used(path)}
                for part, cost in found.items():
                    if run:
                        more = cost - text if part in (USABLE, USABLE_FIRST) else cost
                        costs.setdefault((place, part, name), []).append(more)
    return {key: statistics.median(those) for key, those in costs.items()}


def remembered(
    servers: Mapping[str, Server], places: Mapping[str, str], runs: int, launch: Callable[[], Browser]
) -> dict[tuple[str, str, str], float]:
    """Return the median memory of the renderer, keyed as ``measured``: each in a browser of its own, that has shown nothing before."""
    found: dict[tuple[str, str, str], list[float]] = {}
    for _ in range(runs):
        for place, path in places.items():
            for name, server in servers.items():
                for part, alone in (("renderer", False), ("renderer, the text alone", True)):
                    browser = launch()
                    found.setdefault((place, part, name), []).append(Watched(browser, server).memory(path, alone=alone))
                    browser.close()
    return {key: statistics.median(those) for key, those in found.items()}


def earlier(folder: Path, revision: str) -> Path:
    """Make the program of today with the static files of a revision; return its source root."""
    root = next_release(folder)
    (root.parent / "static").unlink()
    (root.parent / "migrations" / "versions" / "9999_next.py").unlink()
    here = Path(__file__).resolve().parents[1]
    archive = subprocess.run(["git", "archive", revision, "static"], cwd=here, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x"], cwd=root.parent, input=archive, check=True)
    return root


def report(costs: Mapping[tuple[str, str, str], float], beside: str | None) -> Sequence[Figure]:
    """Return the figures, today's with the budgets of the issue."""
    made = []
    for (place, part, name), cost in costs.items():
        unit = UNITS.get(part, "ms CPU")
        at = f"coding page, {place}: {part}"
        made.append(
            Figure(at, cost, unit, BUDGETS.get(part)) if name == "now" else Figure(f"{at}, at {beside}", cost, unit)
        )
    return made


def of_taguette(browser: Browser, text: str, highlights: int) -> Sequence[Figure]:
    """Return what Taguette's page of a text with so many highlights costs, opened a second time."""
    with tempfile.TemporaryDirectory(prefix="intercoder-benchmark-") as place, taguette.Taguette(Path(place)) as peer:
        address = taguette_page.prepare(peer, Path(place), text, highlights)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        first = taguette_page.opened(context, peer, address)
        costs = taguette_page.opened(context, peer, address)  # as ours: what is read the first time is kept
        costs[BYTES_FIRST] = first[BYTES]
        if highlights <= DRAWN:
            costs |= taguette_page.used(context, peer, address, highlights)
        context.close()
    at = f"Taguette, {len(text):,} characters, {highlights:,} highlights"
    return [Figure(f"{at}: {part}", cost, UNITS.get(part, "ms CPU")) for part, cost in costs.items()]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="times that each page is opened and used [3]")
    parser.add_argument("--sizes", type=int, nargs="+", default=[60_000, 300_000], help="characters [60000 300000]")
    parser.add_argument("--beside", metavar="REVISION", help="also measure the page as it was there")
    parser.add_argument("--taguette", metavar="N", type=int, help="also Taguette's page with so many highlights")
    figures.option(parser)
    given = parser.parse_args()
    print("$", shlex.join(["python", *sys.argv]), f"  (load average {os.getloadavg()[0]:.1f})")
    texts = {f"{size:,} characters": paragraphs(size) for size in given.sizes}
    texts[f"{LONG:,} in one paragraph"] = paragraphs(max(given.sizes[0], 2 * LONG), LONG)
    with tempfile.TemporaryDirectory(prefix="intercoder-benchmark-") as place, ExitStack() as stack:
        folder = Path(place)
        file = folder / "now.sqlite3"
        places = prepare(f"sqlite:///{file}", texts)
        sources: dict[str, Path | None] = {"now": None}
        if given.beside:
            sources["before"] = earlier(folder, given.beside)
        servers = {}
        for name in sources:
            if name != "now":
                shutil.copy(file, folder / f"{name}.sqlite3")
        for name, source in sources.items():
            url = f"sqlite:///{folder / name}.sqlite3"
            server = Server(folder / name, database_url=url, source=source)
            servers[name] = stack.enter_context(server.start())
        with sync_playwright() as playwright:

            def launch() -> Browser:
                return playwright.chromium.launch(
                    executable_path=chromium(),
                    args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
                )

            browser = launch()
            costs = measured(servers, places, given.runs, browser)
            costs |= remembered(servers, places, given.runs, launch)
            text = next(iter(texts.values()))
            theirs = of_taguette(browser, text, given.taguette) if given.taguette else []
            browser.close()
    speed = Figure("10 million additions in Python, 0.55 where the budgets hold", additions(), "s CPU")
    figures.report([*report(costs, given.beside), *theirs, speed], given.figures)


if __name__ == "__main__":
    main()
