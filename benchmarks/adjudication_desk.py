"""How long an adjudicator waits in the browser from the key that rules to the next place, painted.

    python benchmarks/adjudication_desk.py [--figures FILE]

Serves a compared round of 64 places on SQLite, rules on 20 of them in Chromium, a second of reading before each, and prints medians and the
longest. The clock is the browser's: from the key to the end of the frame in which the desk of the next place is drawn.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import figures
from figures import Figure
from playwright.sync_api import sync_playwright

from browser.story.test_sixty_places import coded_by_three, comes
from cast import make_cast
from intercoder import schema
from intercoder.db import Database
from programs import chromium
from reliability.serving import Server

TIMES, READING = 20, 1000
#: of the page: when the last key was pressed, and how long it took until another place was painted
CLOCK = """() => {
  window.waited = [];
  addEventListener("keydown", () => { window.pressed = performance.now(); }, true);
  new MutationObserver((seen) => {
    if (!seen.some((one) => [...one.addedNodes].some((node) => node.id === "desk"))) return;
    const since = window.pressed;
    const painted = new MessageChannel();
    painted.port1.onmessage = () => window.waited.push(performance.now() - since);
    requestAnimationFrame(() => painted.port2.postMessage(""));
  }).observe(document.querySelector("#main"), { childList: true, subtree: true });
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    figures.option(parser)
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="intercoder-benchmark-") as folder, sync_playwright() as playwright:
        database = Database(f"sqlite:///{Path(folder) / 'intercoder.sqlite3'}")
        schema.upgrade(database)
        cast = make_cast(database)
        round_id = coded_by_three(cast)
        with Server(Path(folder)) as server:
            server.start()
            browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
            page = comes(browser, server, "ada", "en-GB", f"/rounds/{round_id}/adjudication")
            page.locator("#standing-none").wait_for()
            page.keyboard.press("1")
            page.fill("#reason", "So it reads.")
            page.evaluate(CLOCK)
            page.wait_for_timeout(READING)
            page.keyboard.press("Control+Enter")
            for _ in range(TIMES):
                page.wait_for_timeout(READING)
                page.keyboard.press("1")
                page.keyboard.press(".")
            page.wait_for_timeout(READING)
            waited: list[float] = page.evaluate("window.waited ?? []")
            browser.close()
        database.dispose()
    told = [Figure("places that came without a page being loaded", len(waited), "")]
    if waited:
        told += [
            Figure("key to next place, median", statistics.median(waited), "ms", 50),
            Figure("key to next place, longest", max(waited), "ms"),
        ]
    figures.report(told, said.figures)


if __name__ == "__main__":
    main()
