"""Tests whose file says that they belong together run in one process; all others are dealt out one by one."""

import subprocess
import sys
from pathlib import Path

import pytest

import groups

ROOT = Path(__file__).resolve().parents[2]
MARKED = ("tests/wheel/test_installed_wheel.py", "tests/web/test_statements.py", "tests/web/test_planted_leaks.py")


@pytest.mark.parametrize("file", MARKED)
def test_a_file_that_says_so_is_one_group(file: str) -> None:
    assert groups.shared(file)
    assert not groups.shared("tests/deploy/test_groups.py")


def test_a_group_meets_one_process_in_a_run(tmp_path: Path) -> None:
    for name, mark in (("together", 'pytestmark = pytest.mark.xdist_group("x")'), ("alone", "")):
        (tmp_path / f"test_{name}.py").write_text(
            f"import os\nimport pytest\n\n{mark}\n\n\n@pytest.mark.parametrize('n', range(8))\ndef test_it(n):\n"
            f"    with open({str(tmp_path / name)!r}, 'a') as seen:\n        print(os.getpid(), file=seen)\n"
        )
    (tmp_path / "conftest.py").write_text(
        "import groups\n\ngroups.ROOT = groups.Path(__file__).parent\n\n\n"
        "def pytest_xdist_make_scheduler(config, log):\n    return groups.Groups(config, log)\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "2", "--dist", "loadgroup", "."]
    pythonpath = f"--override-ini=pythonpath={ROOT / 'tests'}"
    done = subprocess.run([*command, pythonpath], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    processes = {name: set((tmp_path / name).read_text().split()) for name in ("together", "alone")}
    assert {name: len(seen) for name, seen in processes.items()} == {"together": 1, "alone": 2}
