"""The suites that need no server, on the oldest Python that is supported and on the newest that is here.

    scripts/other_pythons.py          run them on those of the two that .venv is not
    scripts/other_pythons.py list     only say which that would be

Each gets an environment of its own beside .venv, from the same lock, made once. One that is not here is said in a line;
so is a new one for which packages of the lock cannot be had: neither is a failure, a test that fails is.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SUITES = (
    "tests/text",
    "tests/interchange",
    "tests/charts",
    "tests/stats/papers",
    "tests/stats/test_reference_cases.py",
    "tests/stats/test_other_programs.py",
    "tests/stats/test_assignments.py",
)
LOCK = ROOT / "requirements" / "dev.txt"
#: where pythons are that PATH does not lead to: pyenv, uv, Debian, Homebrew
PLACES = (
    f"{os.environ.get('PYENV_ROOT') or '~/.pyenv'}/versions/*/bin",
    "~/.local/share/uv/python/*/bin",
    "/usr/bin",
    "/usr/local/bin",
    "/opt/homebrew/bin",
)
Version = tuple[int, int]


def oldest_supported() -> Version:
    """Return the oldest Python that pyproject.toml allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lowest = re.fullmatch(r">=(\d+)\.(\d+)", project["requires-python"])
    if lowest is None:
        raise LookupError("requires-python")
    return int(lowest[1]), int(lowest[2])


def programs() -> Iterator[Path]:
    """Return whatever is called python3.NN on PATH and in the usual places."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    for place in PLACES:
        first, _, rest = str(Path(place).expanduser()).partition("*")
        folders += sorted(Path(first).glob(f"*{rest}")) if rest else [Path(first)]
    for folder in folders:
        if folder.is_dir():
            yield from sorted(p for p in folder.iterdir() if re.fullmatch(r"python3\.\d+", p.name))


def pythons() -> dict[Version, Path]:
    """Return the Pythons of this machine that run and can make an environment, by their version."""
    interpreters: dict[Version, Path] = {}
    for program in programs():
        version = version_of(program)
        if version is not None:
            interpreters.setdefault(version, program)
    return interpreters


def version_of(program: Path) -> Version | None:
    """Return the version of a released CPython with its usual lock; None for anything else, and for what does not run."""
    question = (
        "import sys, sysconfig; print(sys.implementation.name, sys.version_info.releaselevel,"
        " sysconfig.get_config_var('Py_GIL_DISABLED') or 0, *sys.version_info[:2])"
    )
    try:
        done = subprocess.run([program, "-I", "-c", question], capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = done.stdout.split()
    return (int(words[3]), int(words[4])) if words[:3] == ["cpython", "final", "0"] else None


def wanted(oldest: Version, here: Version, interpreters: Iterable[Version]) -> dict[str, list[Version]]:
    """Return what is to be run beside the Python of .venv, in words, with the versions that would do, best first."""
    groups = {}
    newer = sorted((version for version in interpreters if version > here), reverse=True)
    if newer or here == oldest:
        groups[f"newer than {name(here)}"] = newer
    if here != oldest:
        groups[f"{name(oldest)}, the oldest supported"] = [version for version in interpreters if version == oldest]
    return groups


def name(version: Version) -> str:
    """Return 3.13 for (3, 13)."""
    return ".".join(map(str, version))


def environment(version: Version, program: Path) -> Path | None:
    """Return the interpreter of an environment with what is in the lock; None, and a line, when that cannot be had."""
    folder = ROOT / f".venv-{name(version)}"
    stamp, fingerprint = folder / ".stamp", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    python = folder / "bin" / "python"
    if python.exists() and stamp.exists() and stamp.read_text() == fingerprint:
        return python
    print(f"Installing into {folder.name} (once) ...", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    into = ["pip", "install", "--quiet", "--python", str(python)]
    for arguments in (
        ["venv", "--quiet", "--python", str(program), str(folder)],
        [*into, "--no-deps", "--require-hashes", "--requirement", str(LOCK)],
        [*into, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
    ):
        command = [str(Path(sys.executable).with_name("uv")), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"Python {name(version)}: what the lock names cannot be had: {done.stderr.strip()[:200]}")
            return None
    stamp.write_text(fingerprint)
    return python


def main() -> int:
    """Run the suites; 1 when a test failed."""
    interpreters = pythons()
    for words, versions in wanted(oldest_supported(), sys.version_info[:2], interpreters).items():
        if sys.argv[1:] == ["list"]:
            print(f"Python {words}: {interpreters[versions[0]] if versions else 'none on this machine'}")
            continue
        for version in versions:
            python = environment(version, interpreters[version])
            if python is not None:
                if run_suites(version, python):
                    return 1
                break
        else:
            print(f"Python {words}: none on this machine; the suites were not run on it.")
    return 0


def run_suites(version: Version, python: Path) -> int:
    """Run the suites on a Python, and say in a line how it went; everything that pytest said when something failed."""
    began = time.monotonic()
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *SUITES]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
    last = done.stdout.strip().splitlines()[-1:] or [""]
    print(f"Python {name(version)}: {last[0].split(' in ')[0]} in {time.monotonic() - began:.0f} s.", flush=True)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
