"""Tests that share something dear go to one process.

pytest-xdist 3.8 marks them by a private name of pytest that 9.2 has no more: each process would make what they share.
"""

import re
from functools import cache
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[1]
MARK = re.compile(r"^pytestmark = pytest\.mark\.xdist_group\(", re.MULTILINE)


@cache
def shared(file: str) -> bool:
    """Return whether the tests of a file belong together: the mark ``xdist_group`` stands over all of them."""
    path = ROOT / file
    return path.suffix == ".py" and MARK.search(path.read_text("utf-8")) is not None


class Groups(LoadScopeScheduling):  # type: ignore[misc] # xdist ships no types
    """Deals out tests one by one, and files whose tests belong together whole."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if shared(file) else nodeid
