"""Every sentence that people read: collected by walking the code, and checked while walking.

    scripts/messages.py                  bring the Chinese catalogue up to date and compile it
    scripts/messages.py template FILE    only write what the program says now, as a template
    scripts/messages.py lint [FILE ...]  fail where a marker is called with anything but literals
    scripts/messages.py alike            list messages that differ only by case or final punctuation

A sentence is a string literal (adjoining literals are one) in a call of a marker, or the second
argument of an exception of ``intercoder.errors``. A function that translates what was marked
elsewhere has another name (``translate``, ``Conflict.saying``), so nothing has to be guessed.
"""

import argparse
import ast
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import jinja2
from babel.messages import pofile
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from jinja2 import nodes

from intercoder import errors
from intercoder.paths import asset_dir
from intercoder.web.browser_words import sentences_in

ROOT = Path(__file__).resolve().parents[1]
CODE = ROOT / "server" / "intercoder"
CHINESE = CODE / "translations" / "zh_CN" / "LC_MESSAGES" / "messages.po"

#: marker → which of its arguments are sentences
MARKERS: Mapping[str, tuple[int, ...]] = {
    "gettext": (0,),
    "ngettext": (0, 1),
    "marked": (0,),
    "counted": (0, 1),
    "_": (0,),
    **{
        name: (1,)
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.IntercoderError)
    },
}
#: functions that hand on what was marked elsewhere: in their bodies a marker may get a variable
TRANSLATORS = frozenset({"gettext", "ngettext", "translate", "translate_counted", "in_template", "plural_in_template"})


@dataclass(frozen=True)
class Call:
    """A call of a marker: its sentences, None where an argument is not a literal."""

    file: Path
    line: int
    marker: str
    sentences: tuple[str | None, ...]

    @property
    def literal(self) -> bool:
        """Whether every sentence can be read where it stands."""
        return None not in self.sentences

    @property
    def message(self) -> str | tuple[str, str]:
        """The id in the catalogue: a sentence, or its singular and plural."""
        first, *rest = (sentence or "" for sentence in self.sentences)
        return (first, rest[0]) if rest else first


class Markers(ast.NodeVisitor):
    """Collects the calls of markers of one module."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.calls: list[Call] = []

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Look into a function, unless it hands on what was marked elsewhere."""
        if node.name not in TRANSLATORS:
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Keep the call of a marker; look into its arguments too."""
        name = _name(node.func)
        if name in MARKERS:
            sentences = tuple(_literal(node.args, place) for place in MARKERS[name])
            self.calls.append(Call(self.file, node.lineno, name, sentences))
        self.generic_visit(node)


def _name(function: ast.expr) -> str:
    """Return the last name of what is called: ``gettext`` for ``i18n.gettext``."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _literal(arguments: list[ast.expr], place: int) -> str | None:
    """Return the string that stands at a place of a call; None for a variable, an f-string or nothing."""
    given = arguments[place] if place < len(arguments) else None
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None


def in_python(file: Path) -> list[Call]:
    """Return the calls of markers in a module."""
    markers = Markers(file)
    markers.visit(ast.parse(file.read_text("utf-8"), str(file)))
    return markers.calls


def in_template(file: Path) -> list[Call]:
    """Return the calls of markers in a Jinja template."""
    calls = []
    for node in jinja2.Environment(autoescape=True).parse(file.read_text("utf-8")).find_all(nodes.Call):
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name in MARKERS:
            given = [node.args[place] if place < len(node.args) else None for place in MARKERS[name]]
            values = [a.value if isinstance(a, nodes.Const) and isinstance(a.value, str) else None for a in given]
            calls.append(Call(file, node.lineno, name, tuple(values)))
    return calls


def in_javascript(file: Path) -> list[Call]:
    """Return the calls of markers in a module of the browser, as the server itself finds them (web/browser_words.py)."""
    calls = [Call(file, line, "gettext", said) for line, said in sentences_in(file)]
    read = Counter(call.line for call in calls)
    for line, text in enumerate(file.read_text("utf-8").splitlines(), 1):
        written = [] if text.startswith(("//", "export function")) else re.findall(r"\bn?gettext(?=\()", text)
        calls += [Call(file, line, name, (None,)) for name in written[read[line] :]]
    return calls


READERS: Mapping[str, Callable[[Path], list[Call]]] = {
    ".py": in_python,
    ".js": in_javascript,
    ".html": in_template,
    ".txt": in_template,
}


def every_call() -> Iterator[Call]:
    """Return the calls of markers in the whole program, file by file."""
    for file in sorted(CODE.rglob("*.py")):
        yield from in_python(file)
    for file in sorted((asset_dir("static") / "js").rglob("*.js")):
        yield from in_javascript(file)
    for pattern in ("*.html", "*.txt"):
        for file in sorted((CODE / "web" / "templates").rglob(pattern)):
            yield from in_template(file)


def template() -> Catalog:
    """Return the catalogue of what the program says now, without translations."""
    said = Catalog(project="intercoder", version="", copyright_holder="The Intercoder developers")
    for call in every_call():
        if call.literal:
            said.add(call.message)
    return said


def mistakes(calls: Iterator[Call]) -> list[str]:
    """Return a line for every marker that gets something else than literals."""
    return [
        f"{call.file}:{call.line}: {call.marker}() takes a string literal; what was marked elsewhere goes through "
        + ("saying()" if call.marker[0].isupper() else "translate()")
        for call in calls
        if not call.literal
    ]


def alike(catalogue: Catalog) -> list[list[str]]:
    """Return the groups of messages that differ only by case, spaces or final punctuation."""
    groups: dict[str, set[str]] = defaultdict(set)
    for message in catalogue:
        for sentence in (message.id,) if isinstance(message.id, str) else message.id:
            groups[" ".join(sentence.casefold().split()).rstrip(" .:;,!?…")].add(sentence)
    return sorted(sorted(group) for key, group in groups.items() if key and len(group) > 1)


def write(catalogue: Catalog, file: Path) -> None:
    """Write a catalogue, sorted and without places in the code, so that a change shows as itself."""
    with file.open("wb") as out:
        pofile.write_po(out, catalogue, no_location=True, sort_output=True, ignore_obsolete=True)


def update() -> None:
    """Bring the Chinese catalogue up to date with the program, and compile it."""
    with CHINESE.open("rb") as source:
        catalogue = pofile.read_po(source, locale="zh_CN")
    catalogue.update(template(), no_fuzzy_matching=True, update_creation_date=False)
    write(catalogue, CHINESE)
    with CHINESE.with_suffix(".mo").open("wb") as out:
        write_mo(out, catalogue)


def main() -> int:
    """Do what the command line asks; 1 when the lint found something."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", nargs="?", default="update", choices=("update", "template", "lint", "alike"))
    parser.add_argument("files", nargs="*", type=Path)
    asked = parser.parse_args()
    if asked.action == "update":
        update()
    elif asked.action == "template":
        write(template(), *asked.files)
    elif asked.action == "alike":
        print(*(" | ".join(group) for group in alike(template())), sep="\n")
    else:
        given = (call for file in asked.files for call in READERS[file.suffix](file))
        wrong = mistakes(given if asked.files else every_call())
        print(*wrong, sep="\n", file=sys.stderr)
        return 1 if wrong else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
