"""The wheel holds everything that the program needs, and works where no checkout is."""

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from waiting import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = ROOT / "server" / "intercoder" / "translations"


#: one process has them all: each would build the wheel again
pytestmark = pytest.mark.xdist_group("wheel")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the source archive, and the wheel that was built from that archive."""
    catalogues = list(TRANSLATIONS.glob("*/LC_MESSAGES/*.po"))
    assert all(path.with_suffix(".mo").is_file() for path in catalogues), "run `make setup`: it compiles translations"
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--quiet", "--outdir", str(folder), str(ROOT)],
        check=True,
    )
    return folder


@pytest.fixture(scope="session")
def names(built: Path) -> set[str]:
    """The files in the wheel."""
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="session")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs folder of a new environment with the wheel; its libraries are the development one's."""
    environment = tmp_path_factory.mktemp("elsewhere") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    (wheel,) = built.glob("*.whl")
    programs = environment / "bin"
    command = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install"]
    subprocess.run([*command, "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    # A line of a .pth file adds that folder, but not what the .pth files in it add: the editable
    # install of the checkout stays invisible.
    (site,) = environment.glob("lib/python*/site-packages")
    (site / "libraries.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return programs


def run(programs: Path, home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the new environment from the top of the disk, with nothing of this shell but PATH."""
    return subprocess.run(
        [str(programs / command[0]), *command[1:]],
        cwd="/",
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "INTERCODER_DATA": str(home / "data"),
            "NO_COLOR": "1",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def below(folder: Path, pattern: str = "*") -> set[str]:
    """Return the files of a folder of the checkout that belong into the wheel, relative to it."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob(pattern)
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in {".pyc", ".orig", ".rej", ".swp"}
    }


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("server/intercoder/web/templates", "intercoder/web/templates"),
        ("static", "intercoder/static"),
        ("migrations", "intercoder/migrations"),
    ],
)
def test_every_template_static_file_and_migration_is_in_the_wheel(names: set[str], source: str, target: str) -> None:
    expected = {f"{target}/{name}" for name in below(ROOT / source)}
    assert expected, f"{source} is empty"
    assert expected <= names


def test_every_language_is_in_the_wheel_compiled(names: set[str]) -> None:
    languages = {path.name for path in TRANSLATIONS.iterdir() if path.is_dir()}
    assert any(language.startswith("zh") for language in languages)
    for language in languages:
        assert f"intercoder/translations/{language}/LC_MESSAGES/messages.mo" in names


def test_nothing_strays_into_the_wheel(names: set[str]) -> None:
    tops = {PurePosixPath(name).parts[0] for name in names}
    assert {re.sub(r"-[\d.]+\S*\.dist-info$", ".dist-info", top) for top in tops} == {
        "intercoder",
        "intercoder.dist-info",
    }
    stray = {
        name
        for name in names
        if PurePosixPath(name).suffix in {".orig", ".rej", ".pyc", ".swp", ".db", ".sqlite3", ".env"}
        or {"tests", "__pycache__", ".venv", "node_modules"} & set(PurePosixPath(name).parts)
        or PurePosixPath(name).name.startswith((".env", "test_"))
    }
    assert stray == set()


def test_the_source_archive_holds_what_builds_tests_and_installs_it(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {PurePosixPath(*PurePosixPath(name).parts[1:]).as_posix() for name in archive.getnames()}
    assert {
        "LICENSE",
        "README.md",
        "pyproject.toml",
        "Makefile",
        "deploy/compose.yaml",
        "tests/services_up.py",
    } <= names
    assert not {
        name for name in names if name.startswith((".venv", "dist/")) or name.endswith((".orig", ".pyc", "/.env"))
    }


def test_the_installed_program_comes_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "python", "-c", "import intercoder; print(intercoder.__file__)")
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(installed.parent)


def test_doctor_finds_everything_with_the_checkout_out_of_reach(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "intercoder", "doctor")
    printed = done.stdout + done.stderr
    assert done.returncode == 0, printed
    for part in ("templates", "static", "migrations", "translations"):
        assert re.search(rf"^\W*{part}\b.*\bok\b", done.stdout, re.MULTILINE | re.IGNORECASE), printed
    assert str(ROOT) not in printed


def test_an_installed_program_without_its_files_is_told_apart(installed: Path, tmp_path: Path) -> None:
    (migrations,) = installed.parent.glob("lib/python*/site-packages/intercoder/migrations")
    hidden = migrations.with_name("hidden")
    migrations.rename(hidden)
    try:
        done = run(installed, tmp_path, "intercoder", "doctor")
    finally:
        hidden.rename(migrations)
    assert done.returncode != 0
    assert "migrations" in done.stdout + done.stderr
