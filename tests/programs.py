"""Programs of the machine that tests run."""

import os
import shutil

#: without a window (Debian's chromium-headless-shell) a page costs two fifths of what it costs a whole browser
CHROMIUMS = ("chromium-headless-shell", "chromium", "google-chrome")


def chromium() -> str:
    """Return the path of Chromium: ``CHROMIUM`` where that is set, or the lightest that is here."""
    found = next(filter(None, (os.environ.get("CHROMIUM"), *map(shutil.which, CHROMIUMS))), None)
    assert found, "no Chromium here: scripts/system-packages.sh chromium installs it, or CHROMIUM says its path"
    return found
