"""The Makefile and the scripts behind it: what they list and skip, and how they say what is missing."""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what make reads, with an installed environment as far as make can see."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("scripts", "requirements"):
        shutil.copytree(ROOT / name, tmp_path / name)
    catalogue = tmp_path / "server/intercoder/translations/zh_Hans/LC_MESSAGES/messages.po"
    catalogue.parent.mkdir(parents=True)
    environment = tmp_path / ".venv"
    environment.mkdir()
    for age, file in enumerate(
        (
            tmp_path / "pyproject.toml",
            tmp_path / "requirements/run.txt",
            tmp_path / "requirements/dev.txt",
            environment / ".stamp-run",
            environment / ".stamp-dev",
            catalogue,
            catalogue.with_suffix(".mo"),
        )
    ):
        file.touch()
        os.utime(file, (1_000_000_000 + age, 1_000_000_000 + age))
    return tmp_path


@pytest.fixture
def few_programs() -> Iterator[Path]:
    """A folder for PATH that holds the usual small tools only, readable by everybody."""
    folder = Path(tempfile.mkdtemp(prefix="path-", dir="/tmp"))
    folder.chmod(0o755)
    for name in ("dirname", "grep", "id", "ls", "make", "mktemp", "rm", "sh", "touch", "uname"):
        program = shutil.which(name)
        assert program, name
        (folder / name).symlink_to(program)
    yield folder
    shutil.rmtree(folder)


def plan(checkout: Path, target: str) -> str:
    """Return what make would do."""
    command = ["make", "--no-print-directory", "--dry-run", target]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=True).stdout


def test_help_lists_every_target_with_a_sentence() -> None:
    text = (ROOT / "Makefile").read_text()
    phony = re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE)[0].split()
    shown = subprocess.run(["make", "-C", str(ROOT), "help"], capture_output=True, text=True, check=True).stdout
    listed = re.findall(r"^  make (\w+) +\S+", shown, re.MULTILINE)
    assert sorted(listed) == sorted(set(phony))


@pytest.mark.parametrize("target", ["setup", "demo"])
def test_nothing_is_installed_or_compiled_a_second_time(checkout: Path, target: str) -> None:
    steps = plan(checkout, target)
    assert "setup.sh" not in steps
    assert "compile_messages" not in steps


def test_a_changed_pyproject_installs_again(checkout: Path) -> None:
    (checkout / "pyproject.toml").touch()
    assert "scripts/setup.sh dev" in plan(checkout, "setup")
    assert "scripts/setup.sh run" in plan(checkout, "demo")


@pytest.mark.parametrize(("lock", "target"), [("run", "demo"), ("dev", "setup")])
def test_a_changed_lock_installs_again(checkout: Path, lock: str, target: str) -> None:
    (checkout / f"requirements/{lock}.txt").touch()
    assert f"scripts/setup.sh {lock}" in plan(checkout, target)


@pytest.mark.parametrize("lock", ["run", "dev"])
def test_the_lock_has_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / f"requirements/{lock}.txt").read_text()
    pinned = re.findall(r"^[\w.-]+==\S+.*$(?=((?:\n    --hash=sha256:\w{64}.*)*))", text, re.MULTILINE)
    assert len(pinned) > 40
    assert all(pinned), "a package without a hash"
    assert "://" not in text


@pytest.mark.parametrize(("status", "by_pip"), [(0, False), (1, True)])
def test_uv_of_the_lock_installs_the_rest_of_it_and_pip_does_where_uv_cannot(
    checkout: Path, status: int, by_pip: bool
) -> None:
    programs = checkout / ".venv/bin"
    programs.mkdir()
    for name, ends in (("python", 0), ("uv", status)):
        (programs / name).write_text(f'#!/bin/sh\necho "{name} $*" >>{checkout}/asked\nexit {ends}\n')
        (programs / name).chmod(0o755)
    subprocess.run([checkout / "scripts/setup.sh", "dev"], capture_output=True, check=True)
    asked = [line for line in (checkout / "asked").read_text().splitlines() if "--require-hashes" in line]
    assert [line.split()[0] for line in asked] == ["python", "uv", "python"][: 2 + by_pip]
    assert all(line.endswith("requirements/dev.txt") for line in asked[1:])
    first = (checkout / asked[0].split()[-1]).read_text()
    assert re.findall(r"^\S+==", first, re.MULTILINE) == ["uv=="]
    assert "--hash=sha256:" in first
    assert first in (checkout / "requirements/dev.txt").read_text()


@pytest.mark.parametrize(
    ("path_is_quick", "system_is_usable", "named", "made_by"),
    [
        (True, True, "", "python3"),
        (False, True, "", "system-python"),
        (False, False, "", "python3"),
        (False, True, "python3", "python3"),
    ],
    ids=["quick", "slow", "slow, and no other", "slow, and asked for"],
)
def test_a_python_that_is_slow_as_it_was_compiled_gives_way_to_that_of_the_system(
    checkout: Path, few_programs: Path, path_is_quick: bool, system_is_usable: bool, named: str, made_by: str
) -> None:
    for tool in ("sed", "cp", "mkdir", "chmod"):
        (few_programs / tool).symlink_to(shutil.which(tool) or tool)
    for name, usable, quick in (("python3", True, path_is_quick), ("system-python", system_is_usable, True)):
        (few_programs / name).write_text(
            '#!/bin/sh\ncase "$*" in\n'
            f"*version_info*) exit {int(not usable)} ;;\n*CONFIG_ARGS*) exit {int(not quick)} ;;\n"
            f'"-m venv"*) echo {name} >made_by; mkdir -p .venv/bin; cp {few_programs}/{name} .venv/bin/python ;;\nesac\n'
        )
        (few_programs / name).chmod(0o755)
    environment = {"PATH": str(few_programs), "SYSTEM_PYTHON": str(few_programs / "system-python"), "PYTHON": named}
    subprocess.run([checkout / "scripts/setup.sh", "dev"], env=environment, capture_output=True, check=True)
    assert (checkout / "made_by").read_text().strip() == made_by


def test_what_python_compiles_is_kept_also_where_the_machine_forbids_it(checkout: Path) -> None:
    show = 'show:\n\t@echo "[$$PYTHONDONTWRITEBYTECODE]"'
    command = ["make", "--no-print-directory", f"--eval={show}", "show"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_changed_translation_is_compiled_again(checkout: Path) -> None:
    (catalogue,) = checkout.glob("server/**/messages.po")
    catalogue.touch()
    assert "compile_messages" in plan(checkout, "demo")


def test_the_demo_needs_no_tools_of_developers(checkout: Path) -> None:
    (checkout / ".venv" / ".stamp-dev").unlink()
    assert "setup.sh" not in plan(checkout, "demo")


def test_pytest_has_the_last_word_of_make_test(checkout: Path) -> None:
    assert plan(checkout, "test").splitlines()[-1].endswith("-m pytest")


def test_a_python_that_is_too_old_is_named_with_the_remedy(checkout: Path, few_programs: Path) -> None:
    shutil.rmtree(checkout / ".venv")
    old = few_programs / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit 0\nexit 1\n')
    old.chmod(0o755)
    done = subprocess.run(
        ["make", "--no-print-directory", "setup"],
        cwd=checkout,
        env={"PATH": str(few_programs)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    (sentence,) = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert "Python 3.11 or newer" in sentence
    assert "Python 3.9.2" in sentence
    assert not (checkout / ".venv").exists()


def test_missing_programs_are_named_in_one_line_where_nothing_may_be_installed(few_programs: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    with (ROOT / "scripts" / "system-packages.sh").open() as script:
        done = subprocess.run(
            ["sh", "-s", "redis", "chromium"],
            stdin=script,
            cwd="/",
            env={"PATH": str(few_programs)},
            capture_output=True,
            text=True,
            check=False,
            user=nobody.pw_uid if os.geteuid() == 0 else None,
        )
    assert done.returncode != 0
    (line,) = done.stderr.splitlines()
    assert line.endswith(": redis-server chromium-headless-shell")
