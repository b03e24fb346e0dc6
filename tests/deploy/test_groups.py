"""Tests whose file says that they belong together run in one process; all others are dealt out one by one."""

import subprocess
import sys
from pathlib import Path

import pytest

import groups

ROOT = Path(__file__).resolve().parents[2]
#: plugins that the run needs not and that take seconds to load
WITHOUT = [f"-pno:{plugin}" for plugin in ("cacheprovider", "schemathesis", "hypothesispytest", "anyio")]
MARKED = ("tests/wheel/test_installed_wheel.py", "tests/web/test_statements.py", "tests/web/test_planted_leaks.py")


@pytest.mark.parametrize("file", MARKED)
def test_a_file_that_says_so_is_one_group(file: str) -> None:
    assert groups.shared(file)
    assert not groups.shared("tests/deploy/test_groups.py")


def test_a_group_meets_one_process_in_a_run(tmp_path: Path) -> None:
    (tmp_path / "test_together.py").write_text(
        'import os\nimport pytest\n\npytestmark = pytest.mark.xdist_group("x")\n\n\n'
        "@pytest.mark.parametrize('n', range(40))\ndef test_it(n):\n"
        f"    with open({str(tmp_path / 'seen')!r}, 'a') as seen:\n        print(os.getpid(), file=seen)\n"
    )
    (tmp_path / "conftest.py").write_text(
        "import groups\n\ngroups.ROOT = groups.Path(__file__).parent\n\n\n"
        "def pytest_xdist_make_scheduler(config, log):\n    return groups.Groups(config, log)\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", *WITHOUT, "-n", "2", "--dist", "loadgroup", "."]
    pythonpath = f"--override-ini=pythonpath={ROOT / 'tests'}"
    done = subprocess.run([*command, pythonpath], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert len(set((tmp_path / "seen").read_text().split())) == 1
