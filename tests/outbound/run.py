"""Watching a whole run of the tests: every Python process that it starts, and every page of its browser."""

import os
import tempfile
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Request

from outbound import sitecustomize as guard


def begin() -> None:
    """Watch this process and all that inherit its environment; the first one names the file of the notes."""
    if guard.NOTES not in os.environ:
        handle, name = tempfile.mkstemp(prefix="outbound-")
        os.close(handle)
        Path(name).chmod(0o666)  # PostgreSQL and others run as somebody else
        os.environ[guard.NOTES] = name
    folder = str(Path(guard.__file__).parent)
    kept = os.environ.get("PYTHONPATH", "")
    if folder not in kept.split(os.pathsep):
        os.environ["PYTHONPATH"] = f"{folder}{os.pathsep}{kept}" if kept else folder
    guard.watch()


def also(*folders: Path) -> str:
    """Return PYTHONPATH with these folders before what it has."""
    return os.pathsep.join([*map(str, folders), *filter(None, [os.environ.get("PYTHONPATH")])])


def noted() -> tuple[int, list[str]]:
    """Return how many processes were watched, and a line for each connection that was to leave the machine."""
    lines = Path(os.environ[guard.NOTES]).read_text("utf-8").splitlines()
    kinds = Counter(line.partition("\t")[0] for line in lines)
    return kinds[guard.WATCHED], [line for line in lines if line.startswith(guard.OUTSIDE)]


def end() -> tuple[int, list[str]]:
    """Return the same at the end of a run, and remove the notes."""
    result = noted()
    Path(os.environ.pop(guard.NOTES)).unlink(missing_ok=True)
    return result


def watch_browser(browser: Browser) -> None:
    """Note what pages of a browser ask of another machine. That the browser resolves no name is up to its start."""

    def note(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and not guard.here(address.hostname or ""):
            guard.note_outside(f"a page asked for {request.url}")

    new_context, new_page = browser.new_context, browser.new_page

    def watched_context(**options: object) -> BrowserContext:
        context = new_context(**options)  # type: ignore[arg-type]
        context.on("request", note)
        return context

    def watched_page(**options: object) -> Page:
        page = new_page(**options)  # type: ignore[arg-type]
        page.on("request", note)
        return page

    for name, function in (("new_context", watched_context), ("new_page", watched_page)):
        setattr(browser, name, function)
