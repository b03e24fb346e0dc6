"""The figures of the house, each with its ceiling; the answer is 1 when one is over it.

    scripts/house.py [CHECKOUT]     what `make house` prints

The ceilings are in pyproject.toml, [tool.house], and only fall: whoever brings a figure down writes the new one there.
A figure that cannot be had yet is a dash: the time of the tests before the first whole run.
"""

import ast
import io
import json
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: where files are that somebody reads and changes; a migration that was released stays as it is
FOLDERS = ("server", "static", "tests", "scripts", "benchmarks")
SUFFIXES = {".py", ".js", ".css", ".html", ".sh"}
LONG = 400  # lines: a longer file wants splitting
#: what a core may have had to do when the tests began and when they ended; with more than that, others were at work
QUIET = {"load before": 0.5, "load after": 2.0}
#: written by tests/conftest.py at the end of a whole run
TEST_TIME = Path(".pytest_cache") / "v" / "house" / "test_time"


def files(root: Path) -> Iterator[Path]:
    """Return the files that somebody reads and changes, without those of other projects."""
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix in SUFFIXES and "vendor" not in file.parts:
                yield file


def lines_of(file: Path) -> int:
    """Return how many lines a file has."""
    return len(file.read_text("utf-8").splitlines())


def uses_of_any(source: str) -> int:
    """Return how often the name ``Any`` is used in a module: in annotations and in code, not imports, strings, comments."""
    return sum(
        (isinstance(node, ast.Name) and node.id == "Any") or (isinstance(node, ast.Attribute) and node.attr == "Any")
        for node in ast.walk(ast.parse(source))
    )


def any_per_thousand(root: Path) -> float:
    """Return the uses of ``Any`` in 1,000 lines of server/."""
    modules = [
        file.read_text("utf-8") for file in files(root) if file.is_relative_to(root / "server") and is_python(file)
    ]
    return 1000 * sum(map(uses_of_any, modules)) / sum(len(module.splitlines()) for module in modules)


def is_python(file: Path) -> bool:
    """Return whether a file is a Python module."""
    return file.suffix == ".py"


def unformatted(source: str) -> int:
    """Return how many comments keep the formatter away from a module."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return sum(t.type == tokenize.COMMENT and t.string.replace(" ", "") == "#fmt:skip" for t in tokens)


def fmt_skip(root: Path) -> float:
    """Return how many lines of all modules the formatter may not touch."""
    return sum(unformatted(file.read_text("utf-8")) for file in files(root) if is_python(file))


def statements_per_page(root: Path) -> float:
    """Return the largest ceiling of SQL statements that a page has; the tests count whether it is kept."""
    return max(_table(root, "CEILINGS").values())


def growing_pages(root: Path) -> float:
    """Return how many pages still need more statements when the study grows."""
    return len(_table(root, "GROWS"))


def _table(root: Path, name: str) -> dict[str, float]:
    for node in ast.parse((root / "tests" / "web" / "ceilings.py").read_text("utf-8")).body:
        if (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and node.target.id == name
            and node.value
        ):
            table: dict[str, float] = ast.literal_eval(node.value)
            return table
    raise LookupError(name)


def lines_printed_by(script: str, *arguments: str) -> Callable[[Path], float | None]:
    """Return a figure that a script finds, one line for each; a dash where the script is not here."""

    def count(root: Path) -> float | None:
        path = root / "scripts" / script
        if not path.exists():
            return None
        done = subprocess.run([sys.executable, path, *arguments], cwd=root, capture_output=True, text=True, check=True)
        return sum(bool(line.strip()) for line in done.stdout.splitlines())

    return count


def longest_file(root: Path) -> float:
    """Return the lines of the longest file."""
    return max(map(lines_of, files(root)))


def long_files(root: Path) -> float:
    """Return how many files are longer than one that can be read at once."""
    return sum(lines_of(file) > LONG for file in files(root))


def test_minutes(root: Path) -> float | None:
    """Return the minutes of the last whole `make test`; a dash when the machine had other work, which says nothing."""
    noted = root / TEST_TIME
    if not noted.exists():
        return None
    run: Mapping[str, float] = json.loads(noted.read_text("utf-8"))
    return run["seconds"] / 60 if all(run[load] <= most for load, most in QUIET.items()) else None


FIGURES: Mapping[str, tuple[str, Callable[[Path], float | None]]] = {
    "any-per-thousand-lines": ("Any in 1,000 lines of server/", any_per_thousand),
    "fmt-skip": ("lines kept from the formatter (fmt: skip)", fmt_skip),
    "dead-classes": ("classes of style sheets that nothing has", lines_printed_by("dead_classes.py")),
    "alike-messages": ("messages that differ only by case or a full stop", lines_printed_by("messages.py", "alike")),
    "statements-per-page": ("SQL statements of the page that needs most", statements_per_page),
    "growing-pages": ("pages that need more statements in a bigger study", growing_pages),
    "longest-file": ("lines of the longest file", longest_file),
    "long-files": (f"files of more than {LONG} lines", long_files),
    "test-minutes": ("minutes of the last whole make test on a quiet machine", test_minutes),
}


def ceilings(root: Path) -> dict[str, float]:
    """Return the ceiling of each figure."""
    with (root / "pyproject.toml").open("rb") as file:
        table: dict[str, float] = tomllib.load(file)["tool"]["house"]
    if table.keys() != FIGURES.keys():
        raise LookupError(f"[tool.house] and FIGURES differ: {sorted(table.keys() ^ FIGURES.keys())}")
    return table


def report(root: Path) -> tuple[list[str], bool]:
    """Return a line for each figure, and whether one is over its ceiling."""
    lines, over = [f"{'':<56}{'now':>8}{'ceiling':>9}"], False
    for key, ceiling in ceilings(root).items():
        words, count = FIGURES[key]
        now = count(root)
        exceeded = now is not None and now > ceiling
        over = over or exceeded
        shown = "-" if now is None else f"{now:.2f}" if now % 1 else f"{now:.0f}"
        lines.append(f"{words:<56}{shown:>8}{ceiling:>9g}{'   over' if exceeded else ''}")
    return lines, over


def main() -> int:
    """Print the figures; 1 when one is over its ceiling."""
    lines, over = report(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
    print(*lines, sep="\n")
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
