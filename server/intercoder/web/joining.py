"""The modules of ``static/js`` joined into two files when the server starts: no build, and one request in place of twenty.

Each module becomes a function of its own that runs once, in the order of its imports, so that no name of one can meet
a name of another. What a module may say for that is little, and checked here:

    import { gettext, ngettext } from "ic/lib/words.js";     each import on a line of its own, first thing on it
    export function name… / export class Name… / export const NAME… / export default function name…
"""

import re
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

#: what every page needs, and what only the coding page does
PARTS, CODING = "js/parts.js", "js/coding.js"
JOINED = (PARTS, CODING)
#: what is joined to nothing: the start, what the parts begin with, and a script that is no module
APART = frozenset({"app.js", "parts.js", "theme-boot.js"})
_IMPORT = re.compile(r'^import \{ (\w+(?:, \w+)*) \} from "ic/([\w/-]+\.js)";', re.MULTILINE)
_EXPORT = re.compile(r"^export (default )?((?:async )?function|class|const) (\w+)", re.MULTILINE)
_LEFT = re.compile(r"^\s*(?:import|export)\b(?!\()", re.MULTILINE)


def joined(folder: Path) -> Mapping[str, bytes]:
    """Return path → content of the joined files; ``RuntimeError`` names the module that cannot be joined."""
    sources = {
        name: path.read_text("utf-8")
        for path in sorted(folder.rglob("*.js"))
        if (name := path.relative_to(folder).as_posix()) not in APART and not name.startswith("vendor/")
    }
    try:
        order = list(TopologicalSorter({name: _imported(text) for name, text in sources.items()}).static_order())
    except CycleError as error:
        raise RuntimeError(f"static/js: modules import one another in a circle: {' ← '.join(error.args[1])}") from error
    if unknown := [name for name in order if name not in sources]:
        raise RuntimeError(f"static/js: there is no module {unknown[0]}")
    begun = {PARTS: (folder / "parts.js").read_text("utf-8"), CODING: 'import { parts } from "ic/parts.js";\n'}
    for name in order:
        begun[CODING if name.startswith("coding/") or name == "controllers/coding.js" else PARTS] += _part(
            name, sources[name]
        )
    return {name: text.encode() for name, text in begun.items()}


def _imported(text: str) -> list[str]:
    return [name for _, name in _IMPORT.findall(text)]


def _part(name: str, text: str) -> str:
    """Return a module as a function that gives what it exports."""
    exported = [f"default: {said}" if default else said for default, _, said in _EXPORT.findall(text)]
    text = _IMPORT.sub(r'const { \1 } = parts["\2"];', text)
    text = _EXPORT.sub(r"\2 \3", text)
    if left := _LEFT.search(text):
        line = text.count("\n", 0, left.end()) + 1
        raise RuntimeError(f"static/js/{name}, line {line}: an import or export in a form that cannot be joined")
    return f'\n// {name}\nparts["{name}"] = (() => {{\n{text}\nreturn {{ {", ".join(exported)} }};\n}})();\n'
