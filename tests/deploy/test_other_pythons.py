"""Which other Pythons the suites without servers run on: the oldest supported, and the newest that is here and works."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "other_pythons.py"
OLDEST, MIDDLE, NEW, NEWER = (3, 11), (3, 12), (3, 13), (3, 14)


@pytest.mark.parametrize(
    ("here", "versions", "groups"),
    [
        (OLDEST, [OLDEST, MIDDLE, NEW], [[NEW, MIDDLE]]),
        (OLDEST, [OLDEST], [[]]),
        (MIDDLE, [OLDEST, MIDDLE, NEWER, NEW], [[NEWER, NEW], [OLDEST]]),
        (NEW, [OLDEST, MIDDLE, NEW], [[OLDEST]]),
        (NEW, [NEW], [[]]),
    ],
)
def test_the_oldest_and_the_newest_are_wanted_and_what_is_here_already_is_not(
    here: tuple[int, int], versions: list[tuple[int, int]], groups: list[list[tuple[int, int]]]
) -> None:
    wanted = runpy.run_path(str(SCRIPT))["wanted"]
    assert list(wanted(OLDEST, here, versions).values()) == groups


def test_the_oldest_is_the_one_that_the_package_names() -> None:
    assert runpy.run_path(str(SCRIPT))["oldest_supported"]() == OLDEST


def test_only_a_released_python_that_runs_is_chosen(tmp_path: Path) -> None:
    minor = sys.version_info.minor
    for more, answer in ((1, "cpython final 0"), (2, "cpython beta 0"), (3, "cpython final 1"), (4, "pypy final 0")):
        program = tmp_path / f"python3.{minor + 50 + more}"
        program.write_text(f"#!/bin/sh\necho {answer} 3 {minor + 50 + more}\n")
        program.chmod(0o755)
    broken = tmp_path / f"python3.{minor + 60}"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, str(SCRIPT), "list"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert f"newer than 3.{minor}: {tmp_path}/python3.{minor + 51}" in done.stdout.splitlines()[0]
